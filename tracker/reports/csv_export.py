"""Outcomes as CSV, in the columns that the import takes, so that what was exported can be taken in again."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from tracker.capture.columns import COLUMNS, SEPARATOR
from tracker.capture.standing import PARTS, Standing, outcomes_after
from tracker.capture.words import Dictionary
from tracker.core.csv_files import guarded
from tracker.core.db import db
from tracker.core.permissions import Actor
from tracker.outcomes.filters import OutcomeFilters, clauses
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record
from tracker.workshops.models import Workshop
from tracker.workshops.queries import visible_to

#: Outcomes that are read together; memory does not grow with their number.
CHUNK = 500


def export_rows(actor: Actor, filters: OutcomeFilters | None = None) -> Iterator[list[str]]:
    """The headings, then a row for each published outcome that the actor may see, the oldest first.

    Drafts and retired outcomes stay out: a row has no column for that, and an import would publish them.
    No cell is a formula to a spreadsheet.
    """
    yield list(COLUMNS)
    conditions = [Outcome.record == Record.PUBLISHED]
    if filters is not None:
        conditions += clauses(actor, filters)
    words = Dictionary()
    workshops = _visible_workshops(actor)
    last_id = 0
    while chunk := outcomes_after(actor, last_id, CHUNK, conditions):
        for outcome in chunk:
            cells = _cells(outcome, words, workshops)
            yield [guarded(cells.get(column, "")) for column in COLUMNS]
        last_id = chunk[-1].id


def _visible_workshops(actor: Actor) -> dict[int, dict[str, str]]:
    # A workshop may be closed to somebody who may read an outcome of it; the row then says nothing of it.
    query = select(Workshop.id, Workshop.code, Workshop.title, Workshop.starts_on).where(visible_to(actor))
    return {
        row.id: {
            "workshop": row.code,
            # An import names a workshop that came without a title by its code.
            "workshop_title": row.title if row.title != row.code else "",
            "workshop_date": row.starts_on.isoformat() if row.starts_on else "",
        }
        for row in db.session.execute(query)
    }


def _cells(outcome: Standing, words: Dictionary, workshops: dict[int, dict[str, str]]) -> dict[str, str]:
    text = outcome.texts.get(outcome.language, {})
    commitments = outcome.commitments
    return {
        "kind": str(outcome.kind),
        "ref": outcome.external_ref or outcome.ref,
        "language": str(outcome.language),
        "themes": SEPARATOR.join(words.theme_cell(outcome.links)),
        "addressees": SEPARATOR.join(words.party_word(party_id) for party_id in commitments),
        "position": words.state_cell({party: found.position for party, found in commitments.items()}),
        "implementation": words.state_cell(
            {party: found.implementation for party, found in commitments.items()}
        ),
        "due": outcome.due.isoformat() if outcome.due else "",
        "handling": str(outcome.handling),
        "priority": _text(outcome.priority),
        "source_url": _text(outcome.source_url),
        **{part: text.get(part, "") for part in PARTS},
        **workshops.get(outcome.workshop_id or 0, {}),
    }


def _text(value: Any) -> str:
    return str(value) if value else ""
