"""Reading plain text and CSV."""

import re

from tracker.reading.pages import Pages

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ARABIC = re.compile("[\u0620-\u064a]")


def read_text(content: bytes, pages: Pages) -> None:
    """The whole text as one page; pages that form feeds part are counted."""
    pages.say(unit="page" if b"\f" in content.strip(b"\f\r\n ") else "whole")
    for number, text in enumerate(_decoded(content).split("\f"), 1):
        pages.add(number, text)


def read_csv(content: bytes, pages: Pages) -> None:
    """The table as one page, a row to a line; signs that part cells become blanks."""
    pages.say(unit="whole")
    pages.add(1, re.sub(r'[;,\t]"?|"', " ", _decoded(content)))


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or the old encoding of eight bits that gives Arabic words, else Latin."""
    if content.startswith(_BYTE_ORDER_MARKS):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        arabic = content.decode("cp1256", "replace")
        # In Latin texts single letters of the other half are accents; in Arabic ones nearly all are.
        letters = [letter for letter in arabic if letter.isalpha()]
        is_arabic = len(_ARABIC.findall(arabic)) * 2 > len(letters)
        return arabic if is_arabic else content.decode("cp1252", "replace")
