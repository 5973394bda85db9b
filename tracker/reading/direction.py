"""Arabic as PDF files hold it, put into the order in which it is read.

A page of a PDF says which sign stands where, so reading it from left to right gives Arabic lines backwards.
Some programs write the letters in reading order all the same. Which of the two a page is, its words tell: the
article begins words, and the letters teh marbuta and alef maksura end them.
"""

import re
import unicodedata

_LETTERS = "\u0620-\u06ff\ufb50-\ufdff\ufe70-\ufefc"
_ARABIC = re.compile(f"[{_LETTERS}]")
_WORD = re.compile(f"[{_LETTERS}]{{3,}}")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
#: Words and numbers that run from left to right, with what stands between them.
_LEFT_TO_RIGHT = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+(?:[ .,:/&@_'’%-]*[A-Za-z0-9\u00c0-\u024f]+)*")
_RIGHT_TO_LEFT = re.compile(f"[{_LETTERS}]+(?:[ .,:؟،؛-]*[{_LETTERS}]+)*")
_MIRRORED = str.maketrans("()[]{}«»<>", ")(][}{»«><")
#: Shapes that are joined to the letter after them, and to the letter before them.
_JOINED_ONWARD, _JOINED_BACKWARD = ("<initial>", "<medial>"), ("<medial>", "<final>")
_GAP = re.compile(rf"(?<=([{_LETTERS}])) +(?=([{_LETTERS}]))")


def holds_arabic(text: str) -> bool:
    """Whether there is any Arabic letter."""
    return _ARABIC.search(text) is not None


def in_reading_order(text: str) -> str:
    """The lines of a page, given as they stand from left to right, in the order in which they are read."""
    if not _stands_backwards(text):
        return text
    return "\n".join(_turned(line) for line in text.split("\n"))


def _stands_backwards(text: str) -> bool:
    balance = 0
    for word in _WORD.findall(unicodedata.normalize("NFKC", text)):
        balance += word.startswith("ال") + word.endswith(("ة", "ى"))
        balance -= word.endswith("لا") + word.startswith(("ة", "ى"))
    return balance < 0


def _turned(line: str) -> str:
    arabic, latin = len(_ARABIC.findall(line)), len(_LATIN.findall(line))
    if not arabic:
        return line
    if latin > arabic:
        turned = _RIGHT_TO_LEFT.sub(lambda run: run[0][::-1], line)
    else:
        turned = _LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], line[::-1].translate(_MIRRORED))
    return _GAP.sub(_closed, turned)


def _closed(gap: re.Match[str]) -> str:
    """Nothing where two letters have the shapes of neighbours, which only a wide line has drawn apart."""
    before, after = (unicodedata.decomposition(letter).split(" ")[0] for letter in gap.groups())
    return "" if before in _JOINED_ONWARD and after in _JOINED_BACKWARD else gap[0]
