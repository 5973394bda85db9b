"""What stands under themes, as the themes room asks for it (`tracker.themes.linked.Linked`)."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import joinedload, lazyload, selectinload

from tracker.core import audit
from tracker.core.db import db, now
from tracker.core.history import ACCESS
from tracker.core.paging import Page, paginate
from tracker.core.permissions import Actor
from tracker.outcomes.access import visible_to
from tracker.outcomes.models import Outcome, OutcomeTheme
from tracker.outcomes.queries import list_options
from tracker.outcomes.rules import access_tokens
from tracker.themes.models import Theme
from tracker.workshops import queries as workshops
from tracker.workshops.models import Workshop

#: Outcomes that one statement asks for or changes.
_CHUNK = 500


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
    query = select(Workshop).where(workshops.visible_to(actor), Workshop.id.in_(ids))
    found = paginate(workshops.newest_first(query), page)
    shown = [workshop.id for workshop in found.items]
    numbers = {row[0]: row[1] for row in db.session.execute(counted.where(Outcome.workshop_id.in_(shown)))}
    return replace(found, items=[(workshop, numbers.get(workshop.id, 0)) for workshop in found.items])


def _under(theme_ids: Collection[int]) -> ColumnElement[bool]:
    return Outcome.id.in_(select(OutcomeTheme.outcome_id).where(OutcomeTheme.theme_id.in_(list(theme_ids))))


def move(actor: Actor, source_id: int, target_id: int) -> int:
    """Put every outcome under one theme under another, with an entry in the history of each.

    Where it stood under both, the words given are kept together.
    """
    ids = list(db.session.scalars(select(OutcomeTheme.outcome_id).where(OutcomeTheme.theme_id == source_id)))
    access, before = _access(ids), _slugs(ids)
    _move_links(source_id, target_id)
    after = _slugs(ids)
    for chunk in _chunks(ids):
        # In the table, since each record would be an object and a statement of its own.
        touched = update(Outcome).where(Outcome.id.in_(chunk))
        touched = touched.values(version=Outcome.version + 1, changed_at=now())
        db.session.execute(touched, execution_options={"synchronize_session": False})
    db.session.expire_all()
    audit.record_many(
        actor,
        "merge-theme",
        "outcome",
        (
            (
                number,
                {"themes": before[number], ACCESS: access[number]},
                {"themes": after[number], ACCESS: access[number]},
            )
            for number in ids
        ),
    )
    return len(ids)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _access(ids: list[int]) -> dict[int, list[str]]:
    """Outcome id → who may read it, as its history keeps it."""
    options = [
        selectinload(Outcome.commitments),
        selectinload(Outcome.named_parties),
        selectinload(Outcome.named_people),
        joinedload(Outcome.workshop).options(
            selectinload(Workshop.hosts),
            selectinload(Workshop.participants),
            selectinload(Workshop.rapporteurs),
        ),
        lazyload(Outcome.texts),
    ]
    found: dict[int, list[str]] = {}
    for chunk in _chunks(ids):
        for outcome in db.session.scalars(select(Outcome).where(Outcome.id.in_(chunk)).options(*options)):
            found[outcome.id] = sorted(access_tokens(outcome))
    return found


def _slugs(ids: list[int]) -> dict[int, list[str]]:
    """Outcome id → the slugs of its themes, in their order."""
    found: dict[int, list[str]] = {number: [] for number in ids}
    for chunk in _chunks(ids):
        query = (
            select(OutcomeTheme.outcome_id, Theme.slug)
            .join(Theme, Theme.id == OutcomeTheme.theme_id)
            .where(OutcomeTheme.outcome_id.in_(chunk))
            .order_by(OutcomeTheme.outcome_id, OutcomeTheme.position)
        )
        for number, slug in db.session.execute(query):
            found[number].append(slug)
    return found


def _move_links(source_id: int, target_id: int) -> None:
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
    db.session.execute(update(table).where(table.c.theme_id == source_id).values(theme_id=target_id))


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
