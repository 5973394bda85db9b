"""One row of the file as typed values; what it says is checked, but not yet against the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.capture.cells import PARSERS, States, WrongCell
from tracker.capture.columns import LONGEST, LONGEST_CELL, Problem
from tracker.core.vocabulary import Handling, Language
from tracker.outcomes.vocabulary import Kind, Priority

#: Columns whose white space is kept as it is.
_VERBATIM = frozenset({"title", "text", "rationale", "safeguards"})


@dataclass(slots=True)
class Row:
    """What one row says; an empty text or tuple, or None, is a blank cell or a column that is missing."""

    line: int
    kind: Kind
    ref: str
    title: str
    text: str
    language: Language | None
    workshop: str
    workshop_title: str
    workshop_date: date | None
    themes: tuple[str, ...]
    addressees: tuple[str, ...]
    position: States
    implementation: States
    due: date | None
    handling: Handling | None
    priority: Priority | None
    rationale: str
    safeguards: str
    source_url: str


class RowTyper:
    """Turns cells into rows; remembers what it has parsed, because cells repeat."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._parsed: dict[tuple[str, str], Any] = {}

    def row(self, line: int, cells: Mapping[str, str]) -> Row | None:
        """The row, or None after its problems were noted."""
        before = len(self._problems)

        def wrong(column: str, reason: str) -> None:
            self._problems.append(Problem(line, column, reason))

        values: dict[str, Any] = {}
        for column, parse in PARSERS.items():
            cell = cells.get(column, "")
            try:
                values[column] = self._value(column, cell, parse)
            except WrongCell as error:
                wrong(column, str(error))
        if len(self._problems) == before:
            _check_together(values, wrong)
        return Row(line=line, **values) if len(self._problems) == before else None

    def _value(self, column: str, cell: str, parse: Callable[[str], Any]) -> Any:
        _check_length(column, cell)
        if column in _VERBATIM:
            return parse(cell)
        key = (column, cell.strip())
        if key not in self._parsed:
            value = parse(key[1])
            if column == "ref":
                return value  # no two are alike
            self._parsed[key] = value
        return self._parsed[key]


def _check_length(column: str, cell: str) -> None:
    longest = LONGEST.get(column, LONGEST_CELL)
    if len(cell) > longest:
        raise WrongCell(
            _("The cell has %(n)d characters; it may have at most %(longest)d.", n=len(cell), longest=longest)
        )
    if "\0" in cell:
        raise WrongCell(_("The cell holds a NUL character. Remove it; the file may be damaged."))


def _check_together(values: dict[str, Any], wrong: Callable[[str, str], None]) -> None:
    """What one cell says about another: states need addressees, and a practice has neither."""
    if values["kind"] is Kind.PRACTICE:
        if values["addressees"]:
            wrong("addressees", _("A practice has no addressees. Leave the cell blank."))
        for column in ("position", "implementation"):
            if values[column]:
                wrong(column, _("Only a recommendation has this. Leave the cell blank for a practice."))
        return
    for column in ("position", "implementation"):
        if values[column] and not values["addressees"]:
            wrong(
                column,
                _(
                    "There is no addressee whose answer this could be. "
                    "Fill in “addressees” or leave this blank."
                ),
            )
