"""The columns of Tracker's CSV, which import and export share, and what can be wrong in them."""

import re
from dataclasses import dataclass

#: In the order in which the export writes them; a file to import may have them in any order.
COLUMNS = (
    "kind",
    "ref",
    "title",
    "text",
    "language",
    "workshop",
    "workshop_title",
    "workshop_date",
    "themes",
    "addressees",
    "position",
    "implementation",
    "due",
    "handling",
    "priority",
    "rationale",
    "safeguards",
    "source_url",
)

#: Without these a file cannot be taken in; every other column may be missing.
REQUIRED = ("kind", "text")

#: Stands between several themes or addressees in one cell.
SEPARATOR = "|"

#: Longest cell, in characters; some columns take less.
LONGEST_CELL = 20_000
LONGEST = {"ref": 100, "title": 500, "workshop": 60, "workshop_title": 300, "source_url": 2000}

#: Most headings that are looked at; a file with more is no table of outcomes.
MOST_HEADINGS = 100

#: Stand in place of a column where a problem is not one of a single cell.
WHOLE_ROW = "(row)"
WHOLE_FILE = "(file)"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell: `line` is the line of the file on which its row begins, counted from 1."""

    line: int
    column: str
    reason: str


def column_name(heading: str) -> str:
    """A heading as the column it means: case, spaces and hyphens do not matter."""
    return re.sub(r"[\s\-_]+", "_", heading.strip()).strip("_").lower()


def parts_of(cell: str) -> tuple[str, ...]:
    """The words of a cell that holds several, without empty ones."""
    return tuple(filter(None, (part.strip() for part in cell.split(SEPARATOR))))
