"""The audit log as CSV, for whoever examines it elsewhere."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, TextIO

from flask import Response, stream_with_context

from tracker.core import audit
from tracker.core.cells import guarded
from tracker.core.db import now, unit_of_work
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


def write(file: TextIO, actor: Actor, filters: LogFilters) -> int:
    """Write headings and entries, the newest first; gives the number of entries."""
    number = 0
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for number, entry in enumerate(log.all_entries(actor, filters), start=1):  # noqa: B007 - counted
        writer.writerow(_cells(entry))
    return number


def note(actor: Actor, filters: LogFilters) -> None:
    """Note in the audit log that it was exported; raises Denied when the actor may not."""
    require(actor, Permission.AUDIT_READ)
    with unit_of_work():
        said = {"format": "csv", "text": "audit", "act": filters.act or None, "kind": filters.kind or None}
        audit.record(actor, "export", "export", None, after=said)


def answer(actor: Actor, filters: LogFilters) -> Response:
    """The download of what the filters leave."""
    note(actor, filters)
    lines = stream_with_context(_lines(actor, filters))
    download = Response(lines, mimetype="text/csv")
    download.headers["Content-Disposition"] = f'attachment; filename="tracker-audit-{now():%Y-%m-%d}.csv"'
    return download


def _lines(actor: Actor, filters: LogFilters) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for entry in log.all_entries(actor, filters):
        writer.writerow(_cells(entry))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


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
