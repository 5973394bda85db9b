"""Who can see a record, and why."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.accounts.actors import access_tokens_of
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.i18n import fold
from tracker.core.permissions import MEMBER, PUBLIC, Actor, Permission, require
from tracker.core.vocabulary import RoleName
from tracker.outcomes import rules as outcome_rules
from tracker.outcomes.models import Outcome
from tracker.workshops import rules as workshop_rules
from tracker.workshops.models import Workshop

Record = TypeVar("Record", Outcome, Workshop)


@dataclass(slots=True)
class Group:
    """Those whom one way lets in: the way in words, and the people, none of them twice over the groups."""

    reason: Any
    people: list[Person] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Overview:
    """Who can see one record: whether everybody or every member, and otherwise whom each way lets in."""

    everybody: bool
    members: bool
    groups: list[Group]

    @property
    def total(self) -> int:
        """How many people can see it, when not everybody can."""
        return len({person.id for group in self.groups for person in group.people})


def overview_of(record: Outcome | Workshop) -> Overview:
    """Every active person who can see the record, under each reason why."""
    rules = outcome_rules if isinstance(record, Outcome) else workshop_rules
    ways: dict[str, Any] = rules.access_ways(record)
    groups = {token: Group(way.words) for token, way in ways.items() if token not in (PUBLIC, MEMBER)}
    if groups:
        for person in _active_people():
            for token in sorted(access_tokens_of(person) & groups.keys()):
                groups[token].people.append(person)
    return Overview(PUBLIC in ways, MEMBER in ways, list(groups.values()))


def _active_people() -> list[Person]:
    """Everybody with an open account, sorted by name; roles and parties come with them."""
    return sorted(db.session.scalars(select(Person).where(Person.active)), key=lambda p: fold(p.name))


def outcome_for_review(actor: Actor, ref: str) -> Outcome:
    """The outcome with this reference, for whoever may review who sees it, readable to them or not.

    Raises NotFound, also for those who may neither read it nor review every record.
    """
    found = db.session.scalar(select(Outcome).where(Outcome.ref == ref.strip().upper()))
    return _reviewed(actor, found, ref)


def workshop_for_review(actor: Actor, code: str) -> Workshop:
    """The workshop with this code, likewise."""
    found = db.session.scalar(select(Workshop).where(Workshop.code == code))
    return _reviewed(actor, found, code)


def _reviewed(actor: Actor, record: Record | None, name: str) -> Record:
    if record is None or not (actor.has_role(RoleName.ADMINISTRATOR) or is_readable(actor, record)):
        raise NotFound(_("There is no record %(name)s, or it is not open to you.", name=name))
    require(actor, Permission.ACCESS_REVIEW, record)
    return record


def is_readable(actor: Actor, record: Outcome | Workshop) -> bool:
    """Whether the actor may read the record itself, beside knowing who does."""
    if isinstance(record, Outcome):
        return outcome_rules.may_read(actor, record)
    return workshop_rules.may_read(actor, record)
