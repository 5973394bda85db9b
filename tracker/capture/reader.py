"""Reading a CSV file: its headings, its rows as typed values, and everything that is wrong with them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from flask_babel import gettext as _

from tracker.capture.columns import (
    COLUMNS,
    MOST_HEADINGS,
    REQUIRED,
    WHOLE_FILE,
    WHOLE_ROW,
    Problem,
    column_name,
)
from tracker.capture.rows import Row, RowTyper
from tracker.capture.table import UnreadableFile, read_table
from tracker.core.csv_files import unguarded

#: Lines of the file between two calls of `progress`, at least.
STEP = 500


@dataclass(slots=True)
class Reading:
    """What was read: the good rows, the columns that the file has, and the problems.

    `is_broken` says that the file as a whole cannot be taken in, not even in part.
    """

    rows: list[Row] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    is_broken: bool = False


def read(path: Path, progress: Callable[[int], None] | None = None) -> Reading:
    """Read and check a file without looking at the database; calls `progress` with the number of
    lines of the file that were read since.
    """
    reading = Reading()
    try:
        _read(path, reading, progress)
    except UnreadableFile as error:
        reading.problems.append(error.problem)
        reading.is_broken = True
    return reading


def _read(path: Path, reading: Reading, progress: Callable[[int], None] | None) -> None:
    table = read_table(path)
    line, headings = next(table)
    names = [column_name(heading) for heading in headings]
    _check_headings(line, names, headings, reading)
    if reading.is_broken:
        return
    reading.columns = frozenset(filter(None, names))
    typer = RowTyper(reading.problems)
    seen: dict[str, int] = {}
    told = 0
    for line, cells in table:
        problem = _check_width(line, cells, names)
        if problem is not None:
            reading.problems.append(problem)
        else:
            row = typer.row(line, dict(zip(names, map(unguarded, cells), strict=False)))
            if row is not None and _is_first(row, seen, reading.problems):
                reading.rows.append(row)
        if progress and line - told >= STEP:
            progress(line - told)
            told = line
    if not reading.rows and not reading.problems:
        reading.problems.append(Problem(line, WHOLE_FILE, _("There are no rows below the headings.")))


def _check_headings(line: int, names: list[str], headings: list[str], reading: Reading) -> None:
    def broken(column: str, reason: str) -> None:
        reading.problems.append(Problem(line, column, reason))
        reading.is_broken = True

    named = len(set(filter(None, names)))
    if named > MOST_HEADINGS:
        broken(
            WHOLE_FILE,
            _(
                "The first row has %(n)d different cells; it is not a row of headings. "
                "Write the headings above the rows. The columns are: %(all)s.",
                n=named,
                all=", ".join(COLUMNS),
            ),
        )
        return
    for name, heading in dict(zip(names, headings, strict=True)).items():
        if name and name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            hint = (
                _("Did you mean “%(near)s”?", near=near[0])
                if near
                else _("The columns are: %(all)s.", all=", ".join(COLUMNS))
            )
            broken(heading.strip()[:60], _("There is no such column. %(hint)s", hint=hint))
    counted = Counter(filter(None, names))
    for name in (name for name, times in counted.items() if times > 1):
        broken(name, _("This column stands in the file twice."))
    missing = [name for name in REQUIRED if name not in names]
    for name in missing:
        broken(
            name,
            _("This column is missing. A file needs at least: %(required)s.", required=", ".join(REQUIRED)),
        )


def _check_width(line: int, cells: list[str], names: list[str]) -> Problem | None:
    if len(cells) < len(names):
        reason = _(
            "The row has %(n)d cells and the headings %(m)d. Is a separator or a quotation mark missing?",
            n=len(cells),
            m=len(names),
        )
        return Problem(line, WHOLE_ROW, reason)
    surplus = any(cell.strip() for cell in cells[len(names) :])
    unnamed = any(cell.strip() for cell, name in zip(cells, names, strict=False) if not name)
    if surplus or unnamed:
        reason = _(
            "A cell stands under no heading. Put quotation marks around cells that hold the separator "
            "(comma, semicolon or tab)."
        )
        return Problem(line, WHOLE_ROW, reason)
    return None


def _is_first(row: Row, seen: dict[str, int], problems: list[Problem]) -> bool:
    if not row.ref:
        return True
    first = seen.setdefault(row.ref, row.line)
    if first != row.line:
        reason = _("The reference “%(ref)s” stands in line %(line)d already.", ref=row.ref, line=first)
        problems.append(Problem(row.line, "ref", reason))
    return first == row.line
