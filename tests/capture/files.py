"""CSV files for the tests, and what they leave in the database."""

import csv
import io
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tracker.core.db import Base, db
from tracker.outcomes.models import Outcome

#: A row that can be taken in as it is.
GOOD = {
    "kind": "recommendation",
    "ref": "SRC-1",
    "title": "Night shifts",
    "text": "Train the night shift.",
    "language": "en",
    "workshop": "WS-2024-LARNACA",
    "workshop_title": "Prisons",
    "workshop_date": "2024-06-10",
    "themes": "Prison staff",
    "addressees": "JO|MA",
    "position": "JO:accepted|MA:not-accepted",
    "implementation": "planned",
    "due": "2026-01-31",
    "handling": "TLP:CLEAR",
    "priority": "high",
    "rationale": "Nights are long.",
    "safeguards": "Rest is a right.",
    "source_url": "https://example.org/report",
}


def csv_text(*rows: dict[str, str]) -> str:
    """The rows as CSV text, with every column that one of them has."""
    target = io.StringIO()
    writer = csv.DictWriter(target, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def save(folder: Path, *rows: dict[str, str], name: str = "in.csv") -> Path:
    """Write the rows to a file."""
    path = folder / name
    path.write_text(csv_text(*rows), encoding="utf-8", newline="")
    return path


def row(number: int = 1, **cells: str) -> dict[str, str]:
    """A short good row with a reference of its own."""
    return {"kind": "recommendation", "ref": f"SRC-{number}", "text": f"Text number {number}.", **cells}


def contents() -> dict[str, list[Any]]:
    """Everything in the database, table by table, to compare before and after."""
    db.session.rollback()
    return {
        name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for name, table in Base.metadata.tables.items()
    }


def outcome(ref: str = "SRC-1") -> Outcome:
    """The outcome with this reference, its own or its source's."""
    wanted = (Outcome.external_ref == ref) | (Outcome.ref == ref)
    return db.session.scalars(select(Outcome).where(wanted)).one()


def number_of_outcomes() -> int:
    """How many outcomes there are."""
    return db.session.scalar(select(func.count()).select_from(Outcome)) or 0
