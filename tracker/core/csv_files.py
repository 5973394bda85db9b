"""The CSV that Tracker writes and reads: no cell begins what a spreadsheet would take for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from flask import Response, stream_with_context

from tracker.core.db import today

#: Beginnings at which a spreadsheet takes a cell for a formula, also behind apostrophes that guard it.
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")


def guarded(cell: str) -> str:
    """The cell as it is written: with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded` wrote it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write_csv(file: TextIO, rows: Iterable[list[str]]) -> int:
    """Write headings and rows; gives the number of rows below the headings."""
    writer = csv.writer(file)
    number = -1
    for number, row in enumerate(rows):  # noqa: B007 - the last number is the count, since the headings are row 0
        writer.writerow(row)
    return max(number, 0)


def csv_download(rows: Iterable[list[str]], name: str) -> Response:
    """An answer that hands these rows over, as they are read, under a name with the day."""
    answer = Response(stream_with_context(_lines(rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{today().isoformat()}.csv"'
    return answer


def _lines(rows: Iterable[list[str]]) -> Iterator[str]:
    # The mark tells spreadsheet programs that the file is UTF-8; the import ignores it.
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue()
