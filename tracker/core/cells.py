"""Cells of the CSV that Tracker writes and reads: none begins what a spreadsheet would take for a formula."""

import re

#: Beginnings at which a spreadsheet takes a cell for a formula, also behind apostrophes that guard it.
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")


def guarded(cell: str) -> str:
    """The cell as it is written: with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded` wrote it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
