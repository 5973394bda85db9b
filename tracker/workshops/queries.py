"""Reading workshops: every function answers only with what the actor may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Party
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.i18n import fold
from tracker.core.paging import Page, paginate
from tracker.core.permissions import MEMBER, PUBLIC, Actor, reading
from tracker.core.vocabulary import Handling
from tracker.workshops.models import (
    Workshop,
    WorkshopFile,
    workshop_host,
    workshop_participant,
    workshop_rapporteur,
)
from tracker.workshops.rules import held_ids
from tracker.workshops.ways import opened_ids


@dataclass(frozen=True, slots=True)
class WorkshopFilters:
    """What a list of workshops is narrowed to; an empty value does not narrow."""

    text: str = ""
    year: int | None = None
    country: str = ""


def _whole() -> list[Any]:
    """What a workshop's page shows; asked for late, because higher rooms complete the models."""
    return [
        joinedload(Workshop.country),
        selectinload(Workshop.hosts),
        selectinload(Workshop.participants),
        selectinload(Workshop.rapporteurs),
        selectinload(Workshop.files).joinedload(WorkshopFile.file),
    ]


def attended_by(party_ids: Iterable[int]) -> Select[Any]:
    """Numbers of the workshops at which one of these parties took part, as a subquery."""
    ids = list(party_ids)
    hosts = select(workshop_host.c.workshop_id).where(workshop_host.c.party_id.in_(ids))
    guests = select(workshop_participant.c.workshop_id).where(workshop_participant.c.party_id.in_(ids))
    return select(Workshop.id).where(or_(Workshop.id.in_(hosts), Workshop.id.in_(guests)))


def reported_by(person_ids: Iterable[int]) -> Select[Any]:
    """Numbers of the workshops of which one of these people is a rapporteur, as a subquery."""
    return select(workshop_rapporteur.c.workshop_id).where(
        workshop_rapporteur.c.person_id.in_(list(person_ids))
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The workshops that the actor may see in lists; `rules.access_ways` says the same of one workshop."""
    if actor.is_operator:
        return true()
    ways: list[ColumnElement[bool]] = []
    if PUBLIC in actor.access_tokens:
        ways.append(Workshop.handling == Handling.CLEAR)
    if MEMBER in actor.access_tokens:
        ways.append(Workshop.handling == Handling.GREEN)
    closed = Workshop.handling.in_([Handling.AMBER, Handling.AMBER_STRICT, Handling.RED])
    people, parties = held_ids(actor, "person"), held_ids(actor, "party")
    if people:
        ways.append(
            and_(closed, or_(Workshop.created_by_id.in_(people), Workshop.id.in_(reported_by(people))))
        )
    if parties:
        ways.append(
            and_(
                Workshop.handling.in_([Handling.AMBER, Handling.AMBER_STRICT]),
                Workshop.id.in_(attended_by(parties)),
            )
        )
    return or_(*ways) if ways else ~true()


def openable_by(actor: Actor) -> ColumnElement[bool]:
    """The workshops whose page the actor may open: those it may see, and those opened in an emergency."""
    opened = opened_ids(actor, "workshop")
    return or_(visible_to(actor), Workshop.id.in_(opened)) if opened else visible_to(actor)


def by_code(actor: Actor, code: str) -> Workshop:
    """The workshop with all that its page shows.

    Raises NotFound when there is none that the actor may open.
    """
    query = select(Workshop).where(Workshop.code == code, openable_by(actor)).options(*_whole())
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("There is no workshop %(code)s, or it is not open to you.", code=code))
    return found


def visible_among(
    actor: Actor, workshop_ids: Iterable[int | None], codes: Iterable[str] = ()
) -> dict[int, Workshop]:
    """Of the workshops with these numbers or codes, those the actor may see, by number; one query however
    many there are.
    """
    wanted = {"ids": [number for number in set(workshop_ids) if number is not None], "codes": list(codes)}
    if not any(wanted.values()):
        return {}
    return {workshop.id: workshop for workshop in db.session.scalars(_visible(reading(actor)), wanted)}


@lru_cache(maxsize=128)
def _visible(reader: Actor) -> Select[tuple[Workshop]]:
    # Every search asks this, and to write it down takes longer than to have it answered.
    ids: BindParameter[list[int]] = bindparam("ids", expanding=True)
    codes: BindParameter[list[str]] = bindparam("codes", expanding=True)
    return select(Workshop).where(or_(Workshop.id.in_(ids), Workshop.code.in_(codes)), visible_to(reader))


def newest_first(query: Select[Any]) -> Select[Any]:
    """The workshops of the query by their first day, the latest first, those without one last."""
    return query.order_by(Workshop.starts_on.is_(None), Workshop.starts_on.desc(), Workshop.id.desc())


def _like(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def list_page(actor: Actor, filters: WorkshopFilters, page: int) -> Page[Workshop]:
    """One page of the workshops that match, newest first, with their countries."""
    query = select(Workshop).where(visible_to(actor))
    for word in filters.text.split()[:8]:
        fields = (Workshop.code, Workshop.title, Workshop.place, Workshop.line_of_action)
        query = query.where(or_(*(column.ilike(_like(word), escape="\\") for column in fields)))
    if filters.year is not None:
        query = query.where(Workshop.starts_on.between(date(filters.year, 1, 1), date(filters.year, 12, 31)))
    if filters.country:
        query = query.where(Workshop.country_id.in_(select(Party.id).where(Party.code == filters.country)))
    return paginate(newest_first(query), page, options=[joinedload(Workshop.country)])


def choices(actor: Actor) -> list[tuple[str, str]]:
    """Code and "code: title" of every workshop the actor may see, newest first, as a select takes them."""
    query = select(Workshop.code, Workshop.title).where(visible_to(actor))
    return [(code, f"{code}: {title}") for code, title in db.session.execute(newest_first(query))]


def years(actor: Actor) -> list[int]:
    """The years in which the workshops that the actor may see began, newest first."""
    query = select(Workshop.starts_on).where(visible_to(actor), Workshop.starts_on.is_not(None)).distinct()
    return sorted({day.year for day in db.session.scalars(query) if day is not None}, reverse=True)


def countries_of(actor: Actor) -> list[Party]:
    """The countries of the workshops that the actor may see, sorted by name in the page's language."""
    used = select(Workshop.country_id).where(visible_to(actor))
    return sorted(
        db.session.scalars(select(Party).where(Party.id.in_(used))), key=lambda party: fold(party.name)
    )


def for_logging(actor: Actor, limit: int = 50) -> tuple[list[Workshop], list[Workshop]]:
    """Workshops to log at, newest first: those the actor is rapporteur of, and the latest `limit` others."""
    mine = Workshop.id.in_(reported_by([actor.id] if actor.id is not None else []))
    base = select(Workshop).where(visible_to(actor)).options(joinedload(Workshop.country))
    own = list(db.session.scalars(newest_first(base.where(mine))))
    others = list(db.session.scalars(newest_first(base.where(~mine)).limit(limit)))
    return own, others


def recent(actor: Actor, limit: int = 5) -> list[Workshop]:
    """The latest workshops that the actor may see, newest first."""
    return list(db.session.scalars(newest_first(select(Workshop).where(visible_to(actor))).limit(limit)))


def file_of(actor: Actor, code: str, token: str) -> WorkshopFile:
    """The file with this token, of a workshop that the actor may see; raises NotFound otherwise."""
    workshop = by_code(actor, code)
    for attached in workshop.files:
        if attached.file.token == token:
            return attached
    raise NotFound(_("There is no such file at this workshop. It may have been removed."))
