"""The audit log as CSV, for whoever examines it elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tracker.core import audit
from tracker.core.csv_files import guarded
from tracker.core.db import unit_of_work
from tracker.core.permissions import Actor, Permission, require
from tracker.oversight import log
from tracker.oversight.log import Entry, LogFilters

COLUMNS = (
    "number",
    "at",
    "actor_id",
    "actor",
    "act",
    "kind",
    "record_id",
    "record",
    "before",
    "after",
    "seal",
)
#: What stands instead of values that a handling label closes to the reader.
WITHHELD = "withheld"


def export_rows(actor: Actor, filters: LogFilters) -> Iterator[list[str]]:
    """The headings, then a row for each entry, the newest first."""
    yield list(COLUMNS)
    for entry in log.all_entries(actor, filters):
        yield _cells(entry)


def note(actor: Actor, filters: LogFilters) -> None:
    """Note in the audit log that it was exported; raises Denied when the actor may not."""
    require(actor, Permission.AUDIT_READ)
    with unit_of_work():
        narrowed = {name: str(value) for name, value in asdict(filters).items() if value}
        audit.record(actor, "export", "export", None, after={"format": "csv", "of": "audit"} | narrowed)


def _cells(entry: Entry) -> list[str]:
    row = entry.row
    cells = [
        row.number,
        row.at.isoformat(),
        row.actor_id if entry.who else None,
        entry.who,
        row.act,
        row.record_kind,
        row.record_id,
        entry.subject.name if entry.subject else None,
        *(_side(entry, side) for side in (row.before, row.after)),
        row.seal,
    ]
    return [guarded("" if cell is None else str(cell)) for cell in cells]


def _side(entry: Entry, side: dict[str, Any] | None) -> str:
    """One side of an entry as JSON; of a marked record its label and state, and that the rest is withheld."""
    if side is None:
        return ""
    if entry.withheld:
        side = {name: side[name] for name in log.TOLD if name in side} | {WITHHELD: True}
    return json.dumps(side, ensure_ascii=False, sort_keys=True)
