"""Who can see a record, and why."""

from dataclasses import dataclass, field
from typing import TypeVar

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
from tracker.workshops.ways import Way, WayKind

Record = TypeVar("Record", Outcome, Workshop)


@dataclass(slots=True)
class Group:
    """Those whom ways of one heading let in; somebody may stand in several groups, in each once."""

    reason: str
    people: list[Person] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Overview:
    """Who can see one record: whether everybody or every member, and otherwise whom each way lets in."""

    everybody: bool
    members: bool
    groups: list[Group]
    #: Whether those are left out who may read it through a workshop that is closed to whoever asks.
    workshop_closed: bool = False

    @property
    def total(self) -> int:
        """How many people the groups list."""
        return len({person.id for group in self.groups for person in group.people})


def overview_of(actor: Actor, record: Outcome | Workshop) -> Overview:
    """Every active person who can see the record, under each reason why, as far as the actor may know it."""
    rules = outcome_rules if isinstance(record, Outcome) else workshop_rules
    ways: dict[str, Way] = rules.access_ways(record)
    listed = {token: way for token, way in ways.items() if token not in (PUBLIC, MEMBER)}
    if not _may_know_workshop(actor, record):
        listed = {token: way for token, way in listed.items() if not way.is_of_workshop}
    headings = {token: _heading(record, way) for token, way in listed.items()}
    groups = {reason: Group(reason) for reason in headings.values()}
    if groups:
        for person in _active_people():
            reasons = {headings[token] for token in access_tokens_of(person) & headings.keys()}
            for reason in reasons:
                groups[reason].people.append(person)
    closed = len(listed) < len(ways.keys() - {PUBLIC, MEMBER})
    return Overview(PUBLIC in ways, MEMBER in ways, list(groups.values()), closed)


def _may_know_workshop(actor: Actor, record: Outcome | Workshop) -> bool:
    workshop = record.workshop if isinstance(record, Outcome) else record
    oversees = actor.is_operator or actor.has_role(RoleName.ADMINISTRATOR)
    return oversees or workshop is None or workshop_rules.may_work_on(actor, workshop)


def _heading(record: Outcome | Workshop, way: Way) -> str:
    # A heading of its own would tell who logged what nobody is to be connected with.
    if isinstance(record, Outcome) and record.chatham_house and way.is_of_person:
        return Way(WayKind.INVOLVED).words
    return way.words


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
