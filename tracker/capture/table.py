"""A CSV file as rows of cells, each with the line of the file on which it begins."""

import codecs
import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from flask_babel import gettext as _

from tracker.capture.columns import COLUMNS, LONGEST_CELL, WHOLE_FILE, WHOLE_ROW, Problem, column_name

#: Longest line that is read, in bytes; a file with longer ones is not a table.
_LONGEST_LINE = 4_000_000
_DELIMITERS = ",;\t"
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class UnreadableFile(Exception):
    """The file cannot be read from some line on; `problem` says why, and what to do."""

    def __init__(self, line: int, column: str, reason: str) -> None:
        super().__init__(reason)
        self.problem = Problem(line, column, reason)


def read_table(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The line on which each row begins, counted from 1, and its cells, one row at a time; the first row
    holds the headings.

    Commas, semicolons or tabs separate the cells, whichever fits the headings. Empty rows are left out.
    Raises UnreadableFile.
    """
    with path.open("rb") as file:
        lines = _lines(file)
        skipped = 0
        for first in lines:
            if first.strip():
                break
            skipped += 1
        else:
            raise UnreadableFile(
                1, WHOLE_FILE, _("The file is empty. It needs a row of headings and rows below it.")
            )
        reader = csv.reader(chain([first], lines), delimiter=_delimiter(first), strict=True)
        began = skipped + 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield began, cells
                began = skipped + reader.line_num + 1
        except csv.Error as error:
            raise UnreadableFile(began, WHOLE_ROW, _explain(error)) from error


def _lines(file: BinaryIO) -> Iterator[str]:
    # Line by line rather than through a text file, so that a wrong byte is reported with its line.
    encoding = "utf-8-sig"
    number = 0
    while raw := file.readline(_LONGEST_LINE):
        number += 1
        if number == 1 and raw.startswith(_OTHER_ENCODINGS):
            raise UnreadableFile(1, WHOLE_FILE, _encoding_advice("UTF-16"))
        if number == 1 and b"\0" in raw:
            # UTF-16 without its mark, a workbook, or another file that is no text at all.
            raise UnreadableFile(
                1,
                WHOLE_FILE,
                _("This is not a CSV file in UTF-8. Save it as “CSV UTF-8” and import it again."),
            )
        if len(raw) == _LONGEST_LINE:
            raise UnreadableFile(number, WHOLE_FILE, _("This line is far too long. Is it a CSV file?"))
        try:
            yield raw.decode(encoding)
        except UnicodeDecodeError as error:
            found = _("the byte %(byte)s", byte=f"{raw[error.start]:02X}")
            raise UnreadableFile(number, WHOLE_FILE, _encoding_advice(found)) from error
        encoding = "utf-8"


def _encoding_advice(found: str) -> Any:
    return _("The file is not in UTF-8 (%(found)s). Save it as “CSV UTF-8” and import it again.", found=found)


def _delimiter(headings: str) -> str:
    def known(delimiter: str) -> int:
        return sum(column_name(cell.strip(' "\r\n')) in COLUMNS for cell in headings.split(delimiter))

    return max(_DELIMITERS, key=known)


def _explain(error: csv.Error) -> Any:
    said = str(error)
    if "field limit" in said:
        return _(
            "A cell of this row is far too long; it may have at most %(longest)d characters. "
            "Is a quotation mark never closed?",
            longest=LONGEST_CELL,
        )
    if "unexpected end of data" in said:
        return _("A quotation mark in this row is never closed. Close it, or write it twice inside a cell.")
    if "new-line character" in said:
        return _("The lines of this file end in an unusual way. Save it as “CSV UTF-8” and import it again.")
    if "expected after" in said:
        return _("There is text after a closing quotation mark. Write quotation marks inside a cell twice.")
    return _("The row cannot be read as CSV: %(error)s.", error=said)
