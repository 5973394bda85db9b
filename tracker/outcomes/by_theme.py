"""What stands under themes, as the themes room asks for it (`tracker.themes.linked.Linked`)."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, func, select, update

from tracker.core.db import db
from tracker.core.paging import Page, paginate
from tracker.core.permissions import Actor
from tracker.outcomes.access import visible_to
from tracker.outcomes.models import Outcome, OutcomeTheme
from tracker.outcomes.queries import list_options
from tracker.workshops import queries as workshops
from tracker.workshops.models import Workshop


def visible_pairs(actor: Actor) -> Select[Any]:
    """Select of theme and outcome, one row for each theme of an outcome that the actor may see."""
    return (
        select(OutcomeTheme.theme_id, OutcomeTheme.outcome_id.label("record_id"))
        .join(Outcome, Outcome.id == OutcomeTheme.outcome_id)
        .where(visible_to(actor))
    )


def outcomes_under(actor: Actor, theme_ids: Collection[int], page: int) -> Page[Any]:
    """One page of the visible outcomes under any of the themes, the latest first."""
    query = select(Outcome).where(visible_to(actor), _under(theme_ids)).order_by(Outcome.id.desc())
    return paginate(query, page, options=list_options())


def workshops_under(actor: Actor, theme_ids: Collection[int], page: int) -> Page[Any]:
    """One page of the visible workshops with such outcomes, newest first: pairs of workshop and their
    number.
    """
    counted = (
        select(Outcome.workshop_id, func.count().label("number"))
        .where(visible_to(actor), _under(theme_ids))
        .group_by(Outcome.workshop_id)
    )
    ids = select(counted.subquery().c.workshop_id)
    query = (
        select(Workshop)
        .where(workshops.visible_to(actor), Workshop.id.in_(ids))
        .order_by(Workshop.starts_on.is_(None), Workshop.starts_on.desc(), Workshop.id.desc())
    )
    found = paginate(query, page)
    shown = [workshop.id for workshop in found.items]
    numbers = {row[0]: row[1] for row in db.session.execute(counted.where(Outcome.workshop_id.in_(shown)))}
    return replace(found, items=[(workshop, numbers.get(workshop.id, 0)) for workshop in found.items])


def _under(theme_ids: Collection[int]) -> ColumnElement[bool]:
    return Outcome.id.in_(select(OutcomeTheme.outcome_id).where(OutcomeTheme.theme_id.in_(list(theme_ids))))


def move(source_id: int, target_id: int) -> int:
    """Put every outcome under one theme under another; where it stood under both, the words given are kept
    together.
    """
    table = OutcomeTheme.metadata.tables["outcome_theme"]
    of_target = select(table.c.outcome_id).where(table.c.theme_id == target_id)
    doubles = db.session.scalars(
        select(OutcomeTheme).where(OutcomeTheme.theme_id == source_id, OutcomeTheme.outcome_id.in_(of_target))
    ).all()
    for link in doubles:
        other = db.session.get_one(OutcomeTheme, (link.outcome_id, target_id))
        words = slots_of(link.position, link.as_given) | slots_of(other.position, other.as_given)
        other.position, other.as_given = from_slots(words, min(link.position, other.position))
        db.session.delete(link)
    db.session.flush()
    moved = db.session.execute(update(table).where(table.c.theme_id == source_id).values(theme_id=target_id))
    return len(doubles) + int(cast(CursorResult[Any], moved).rowcount)


def slots_of(position: int, as_given: str | None) -> dict[int, str]:
    """The words that a source gave for a theme, by their place among all the words it gave for the outcome.

    `as_given` separates words by "|"; an empty one stands for the word of another theme in between.
    """
    return {position + step: word for step, word in enumerate((as_given or "").split("|")) if word}


def from_slots(words: dict[int, str], position: int = 0) -> tuple[int, str | None]:
    """The reverse: where the theme stands, and its words as one text; `position` is used when there is no
    word.
    """
    if not words:
        return position, None
    first, last = min(words), max(words)
    return first, "|".join(words.get(place, "") for place in range(first, last + 1))
