"""Who may see which outcomes, in SQL.

The follow-up room's table is taken by its name, since no room imports a higher one.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select, true

from tracker.core.db import Base
from tracker.core.permissions import COORDINATOR, MEMBER, PUBLIC, Actor
from tracker.core.vocabulary import Handling
from tracker.outcomes.models import Outcome, outcome_named_party, outcome_named_person
from tracker.outcomes.rules import OPEN_LABELS
from tracker.outcomes.vocabulary import Record
from tracker.workshops.queries import attended_by, reported_by
from tracker.workshops.rules import held_ids
from tracker.workshops.ways import opened_ids


def commitments() -> Table:
    """The table of commitments; its columns carry their vocabularies."""
    return Base.metadata.tables["commitment"]


def addressed_to(party_ids: Iterable[int]) -> Select[Any]:
    """Numbers of the outcomes that address one of these parties, as a subquery."""
    table = commitments()
    return select(table.c.outcome_id).where(table.c.party_id.in_(list(party_ids)))


def _published(actor: Actor, people: list[int], parties: list[int]) -> ColumnElement[bool]:
    labels = [
        label
        for token, label in ((PUBLIC, Handling.CLEAR), (MEMBER, Handling.GREEN))
        if token in actor.access_tokens
    ]
    closed = ~Outcome.handling.in_(OPEN_LABELS)
    ways: list[ColumnElement[bool]] = []
    if labels:
        ways.append(Outcome.handling.in_(labels))
    if people:
        named = select(outcome_named_person.c.outcome_id).where(outcome_named_person.c.person_id.in_(people))
        ways += [
            and_(closed, Outcome.author_id.in_(people)),
            and_(Outcome.handling == Handling.AMBER, Outcome.workshop_id.in_(reported_by(people))),
            and_(Outcome.handling == Handling.RED, Outcome.id.in_(named)),
        ]
    if parties:
        strict = select(outcome_named_party.c.outcome_id).where(outcome_named_party.c.party_id.in_(parties))
        near = or_(Outcome.workshop_id.in_(attended_by(parties)), Outcome.id.in_(addressed_to(parties)))
        ways += [
            and_(Outcome.handling == Handling.AMBER, near),
            and_(Outcome.handling == Handling.AMBER_STRICT, Outcome.id.in_(strict)),
        ]
    return and_(Outcome.record != Record.DRAFT, or_(*ways)) if ways else ~true()


def _drafts(actor: Actor, people: list[int]) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    if people:
        ways += [Outcome.author_id.in_(people), Outcome.workshop_id.in_(reported_by(people))]
    if COORDINATOR in actor.access_tokens:
        ways.append(Outcome.handling.in_(OPEN_LABELS))
    return and_(Outcome.record == Record.DRAFT, or_(*ways)) if ways else ~true()


def openable_by(actor: Actor) -> ColumnElement[bool]:
    """The outcomes whose page the actor may open: those it may see, and those opened in an emergency.

    For single records only: lists, searches and exports ask `visible_to`.
    """
    opened = opened_ids(actor, "outcome")
    return or_(visible_to(actor), Outcome.id.in_(opened)) if opened else visible_to(actor)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The outcomes that the actor may see in lists; `rules.access_ways` says the same of one outcome."""
    if actor.is_operator:
        return true()
    people, parties = held_ids(actor, "person"), held_ids(actor, "party")
    return or_(_published(actor, people, parties), _drafts(actor, people))
