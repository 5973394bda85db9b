"""Pages as the readers of single formats hand them on, within limits. Knows nothing of database and pages of
the site, because it works in the process that reads.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass

#: Characters of a piece at most: a longer page becomes several, so that a hit shows the right part of it.
PIECE = 10_000
#: Characters of the name of a sheet or the heading of a section.
LONGEST_LABEL = 200
#: Endings of the files that have a reader. What only asks for them loads no reader.
ENDINGS = ("pdf", "docx", "pptx", "xlsx", "odt", "ods", "csv", "txt")
#: Bytes that a character takes at most in a line of JSON.
_BYTES_OF_A_CHARACTER = 12

#: Letters in the shape they have within a word, and letters joined into one sign, as PDF files hold them.
_SHAPED = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]+")
#: What is no text: controls, halves of signs, places for private use, marks of byte order.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff]+")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be spent on one file: seconds, megabytes of memory, pages, characters."""

    seconds: int = 60
    megabytes: int = 512
    pages: int = 500
    characters: int = 2_000_000

    @property
    def most_bytes(self) -> int:
        """Most bytes that the process hands over."""
        return (self.characters + self.pages * 1000) * _BYTES_OF_A_CHARACTER


@dataclass(frozen=True, slots=True)
class Page:
    """One page, or a piece of one."""

    number: int
    label: str
    text: str


class Full(Exception):
    """As much was read as may be; what was read so far counts."""


class Unreadable(Exception):
    """There is no text to be had; `state` is the slug of the reason."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Pages:
    """Takes pages in, cleans and cuts them, and hands on each as a line of JSON."""

    def __init__(self, limits: Limits, write: Callable[[str], object]) -> None:
        self._limits, self._write = limits, write
        self._left = limits.characters
        self.is_empty = True
        #: Whether a part of the file could not be read; its reader says so.
        self.is_cut = False

    def say(self, **told: object) -> None:
        """Hand on something about the file as a whole."""
        self._write(json.dumps(told) + "\n")

    def add(self, number: int, text: str, label: str = "") -> None:
        """Take in a page; raises Full when there is no room for more."""
        if number > self._limits.pages:
            raise Full
        clean = cleaned(text)
        for piece in pieces(clean[: self._left]):
            self.is_empty = False
            page = Page(number, cleaned(label)[:LONGEST_LABEL], piece)
            self._write(json.dumps(asdict(page)) + "\n")
        self._left -= len(clean)
        if self._left < 0:
            raise Full


def cleaned(text: str) -> str:
    """The text with letters in their plain shape, and blanks and empty lines only where they part words."""
    text = _SHAPED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _LINES.sub("\n", _BLANKS.sub(" ", _NO_TEXT.sub(" ", text))).strip()


def pieces(text: str) -> list[str]:
    """The text in pieces of at most `PIECE` characters, cut between lines or else between words."""
    found = []
    while len(text) > PIECE:
        end = max(text.rfind("\n", PIECE // 2, PIECE), 0) or max(text.rfind(" ", PIECE // 2, PIECE), 0)
        found.append(text[: end or PIECE].strip())
        text = text[end or PIECE :].strip()
    return [*found, text] if text else found
