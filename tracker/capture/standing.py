"""The outcomes that a file speaks of and that are here already, read in a few queries for many rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import exists, or_, select

from tracker.capture.words import Link
from tracker.core.db import db
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling, Language
from tracker.followup.models import Assessment, Commitment, Update
from tracker.followup.vocabulary import Implementation, Position
from tracker.outcomes.models import (
    Outcome,
    OutcomeText,
    OutcomeTheme,
    outcome_named_party,
    outcome_named_person,
)
from tracker.outcomes.queries import visible_to
from tracker.outcomes.vocabulary import Kind, Priority, Record

_FIELDS = (
    "id",
    "ref",
    "external_ref",
    "kind",
    "record",
    "language",
    "workshop_id",
    "handling",
    "due",
    "priority",
    "source_url",
)

#: The parts of a text that have a column.
PARTS = ("title", "text", "rationale", "safeguards")


@dataclass(slots=True)
class StandingCommitment:
    """One addressee's state; `has_history` when somebody has reported on it or assessed it."""

    id: int
    position: Position | None
    implementation: Implementation | None
    has_history: bool


@dataclass(slots=True)
class Standing:
    """An outcome as it stands; `is_open` says whether the actor may read it."""

    id: int
    ref: str
    external_ref: str | None
    kind: Kind
    record: Record
    language: Language
    workshop_id: int | None
    handling: Handling
    due: date | None
    priority: Priority | None
    source_url: str | None
    is_open: bool
    names_parties: bool = False
    names_people: bool = False
    texts: dict[Language, dict[str, str]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    commitments: dict[int, StandingCommitment] = field(default_factory=dict)


def standing_outcomes(actor: Actor, refs: Sequence[str]) -> dict[str, Standing]:
    """The outcomes with these references, their own or their source's; an own reference wins. At most some
    hundred at once.
    """
    query = select(*(getattr(Outcome, name) for name in _FIELDS), visible_to(actor).label("is_open"))
    found: dict[str, Standing] = {}
    by_id: dict[int, Standing] = {}
    for column in (Outcome.external_ref, Outcome.ref):
        for row in db.session.execute(query.where(column.in_(refs))):
            values = dict(row._mapping)
            outcome = by_id.setdefault(
                values["id"], Standing(**values | {"is_open": bool(values["is_open"])})
            )
            found[values[column.key]] = outcome
    if by_id:
        _load_parts(by_id)
    return found


def outcomes_after(actor: Actor, last_id: int, limit: int, conditions: Sequence[Any] = ()) -> list[Standing]:
    """The next outcomes that the actor may see, in the order of their numbers, after `last_id`."""
    query = select(*(getattr(Outcome, name) for name in _FIELDS)).where(
        visible_to(actor), Outcome.id > last_id, *conditions
    )
    rows = db.session.execute(query.order_by(Outcome.id).limit(limit))
    by_id = {row.id: Standing(**row._mapping, is_open=True) for row in rows}
    if by_id:
        _load_parts(by_id)
    return list(by_id.values())


def _load_parts(by_id: dict[int, Standing]) -> None:
    ids = list(by_id)
    texts = select(
        OutcomeText.outcome_id, OutcomeText.language, *(getattr(OutcomeText, part) for part in PARTS)
    )
    for outcome_id, language, *parts in db.session.execute(texts.where(OutcomeText.outcome_id.in_(ids))):
        by_id[outcome_id].texts[language] = dict(zip(PARTS, parts, strict=True))
    links = select(
        OutcomeTheme.outcome_id, OutcomeTheme.theme_id, OutcomeTheme.position, OutcomeTheme.as_given
    ).where(OutcomeTheme.outcome_id.in_(ids))
    for outcome_id, theme_id, position, as_given in db.session.execute(links.order_by(OutcomeTheme.position)):
        by_id[outcome_id].links.append((theme_id, position, as_given))
    reported = exists().where(Update.commitment_id == Commitment.id)
    assessed = exists().where(Assessment.commitment_id == Commitment.id)
    commitments = select(
        Commitment.outcome_id,
        Commitment.party_id,
        Commitment.id,
        Commitment.position,
        Commitment.implementation,
        or_(reported, assessed),
    ).where(Commitment.outcome_id.in_(ids))
    for outcome_id, party_id, *rest in db.session.execute(commitments.order_by(Commitment.id)):
        by_id[outcome_id].commitments[party_id] = StandingCommitment(*rest)
    named = select(outcome_named_party.c.outcome_id).where(outcome_named_party.c.outcome_id.in_(ids))
    for outcome_id in db.session.scalars(named):
        by_id[outcome_id].names_parties = True
    people = select(outcome_named_person.c.outcome_id).where(outcome_named_person.c.outcome_id.in_(ids))
    for outcome_id in db.session.scalars(people):
        by_id[outcome_id].names_people = True
