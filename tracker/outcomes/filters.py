"""What a list of outcomes is narrowed to, and how that reads in SQL."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from tracker.accounts.models import Party
from tracker.core.permissions import Actor
from tracker.outcomes.access import addressed_to, commitments
from tracker.outcomes.models import Outcome, OutcomeTheme
from tracker.outcomes.vocabulary import Kind, Record
from tracker.themes import queries as themes
from tracker.workshops.models import Workshop
from tracker.workshops.queries import reported_by
from tracker.workshops.queries import visible_to as workshop_visible_to


@dataclass(frozen=True, slots=True)
class OutcomeFilters:
    """An empty value does not narrow.

    `addressee`, `implementation` and `position` are asked of one and the same commitment.
    """

    kind: Kind | None = None
    record: Record | None = None
    #: Slug of a theme; narrower themes count too.
    theme: str = ""
    #: Code of a country or body.
    addressee: str = ""
    #: Code of a workshop.
    workshop: str = ""
    implementation: str = ""
    position: str = ""
    #: Year in which the workshop began.
    year: int | None = None
    #: Logged by the actor, at a workshop it reports for, or addressed to its party.
    mine: bool = False


def _followed_up(filters: OutcomeFilters) -> ColumnElement[bool] | None:
    table = commitments()
    asked: list[ColumnElement[bool]] = []
    if filters.addressee:
        asked.append(table.c.party_id.in_(select(Party.id).where(Party.code == filters.addressee)))
    if filters.implementation:
        asked.append(table.c.implementation == filters.implementation)
    if filters.position:
        asked.append(table.c.position == filters.position)
    return Outcome.id.in_(select(table.c.outcome_id).where(and_(*asked))) if asked else None


def _about(slug: str) -> ColumnElement[bool]:
    ids = [number for number, slugs in themes.closure().items() if slug in slugs]
    return Outcome.id.in_(select(OutcomeTheme.outcome_id).where(OutcomeTheme.theme_id.in_(ids)))


def _of(actor: Actor) -> ColumnElement[bool]:
    people = [actor.id] if actor.id is not None else []
    return or_(
        Outcome.author_id.in_(people),
        Outcome.workshop_id.in_(reported_by(people)),
        Outcome.id.in_(addressed_to(actor.party_ids)),
    )


def clauses(actor: Actor, filters: OutcomeFilters) -> list[Any]:
    """The conditions that the filters set.

    Workshops that the actor may not see answer to no code and no year.
    """
    found: list[Any] = []
    if filters.kind is not None:
        found.append(Outcome.kind == filters.kind)
    if filters.record is not None:
        found.append(Outcome.record == filters.record)
    if filters.theme:
        found.append(_about(filters.theme))
    followed_up = _followed_up(filters)
    if followed_up is not None:
        found.append(followed_up)
    held: list[ColumnElement[bool]] = []
    if filters.workshop:
        held.append(Workshop.code == filters.workshop)
    if filters.year is not None:
        held.append(Workshop.starts_on.between(date(filters.year, 1, 1), date(filters.year, 12, 31)))
    if held:
        found.append(Outcome.workshop_id.in_(select(Workshop.id).where(*held, workshop_visible_to(actor))))
    if filters.mine:
        found.append(_of(actor))
    return found
