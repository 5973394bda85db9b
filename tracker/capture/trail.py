"""The first entry in the history of an imported outcome, in the form that `outcomes.snapshot` gives."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from tracker.capture.rows import Row
from tracker.capture.standing import PARTS
from tracker.capture.words import Dictionary
from tracker.core.db import db
from tracker.core.history import ACCESS
from tracker.core.permissions import MEMBER, PUBLIC
from tracker.core.vocabulary import Handling, Language
from tracker.outcomes import snapshot
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Kind, Quality, Record

#: Labels whose readers are the same for every record; for the others the record is asked.
_OPEN = {Handling.CLEAR: [PUBLIC], Handling.GREEN: [MEMBER]}

#: An entry of the audit log: number of the record, what it said before, what it says after.
Entry = tuple[int, dict[str, Any] | None, dict[str, Any] | None]


def said_at_first(
    rows: Sequence[Row], ids: Sequence[int], words: Dictionary, default: Language
) -> list[Entry]:
    """What each outcome says after it was written; `default` is the language of rows that name none.

    Made from the rows, since reading tens of thousands of records back would take longer than writing them.
    """
    closed = [
        number for row, number in zip(rows, ids, strict=True) if (row.handling or Handling.GREEN) not in _OPEN
    ]
    read_back = _read_back(closed)
    return [
        (number, None, read_back.get(number) or _from_row(row, words, default))
        for row, number in zip(rows, ids, strict=True)
    ]


def _read_back(ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    outcomes = db.session.scalars(select(Outcome).where(Outcome.id.in_(ids)))
    return {outcome.id: snapshot.of(outcome) for outcome in outcomes}


def _from_row(row: Row, words: Dictionary, default: Language) -> dict[str, Any]:
    handling = row.handling or Handling.GREEN
    language = row.language or default
    texts = {f"{part}.{language}": getattr(row, part) for part in PARTS if getattr(row, part)}
    return {
        "kind": str(row.kind),
        "record": str(Record.PUBLISHED),
        "language": str(language),
        "workshop": row.workshop or None,
        "handling": str(handling),
        "chatham_house": False,
        "themes": [words.slug(theme_id) for theme_id, _position, _given in words.links(row.themes)],
        "addressees": [words.code(party_id) for party_id in words.parties(row.addressees)],
        "proposers": [],
        "named_parties": [],
        "named_people": [],
        "due": row.due.isoformat() if row.due else None,
        "priority": str(row.priority) if row.priority else None,
        "quality": str(Quality.REPORTED) if row.kind is Kind.PRACTICE else None,
        "contact": None,
        "source_url": row.source_url or None,
        "retired_reason": None,
        "successor": None,
        **texts,
        ACCESS: _OPEN[handling],
    }
