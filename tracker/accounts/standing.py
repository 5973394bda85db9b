"""How an account stands: in use, waiting for its invitation to be accepted, or closed."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, not_, select

from tracker.accounts.models import Person, Role
from tracker.core.db import db
from tracker.core.vocabulary import RoleName, Vocabulary


class Standing(Vocabulary):
    """How an account stands."""

    ACTIVE = "active", _l("Active")
    WAITING = "waiting", _l("Invitation waiting")
    CLOSED = "closed", _l("Account closed")


def standing_of(person: Person) -> Standing:
    """How this account stands; `clause` says the same in SQL."""
    if not person.active:
        return Standing.CLOSED
    return Standing.WAITING if was_never_used(person) else Standing.ACTIVE


def was_never_used(person: Person) -> bool:
    """Whether the person was invited and has not accepted."""
    return person.invited_at is not None and person.accepted_at is None


def may_be_invited(person: Person) -> bool:
    """Whether an invitation, first or further, would give the person something to accept."""
    return person.active and person.accepted_at is None and person.password is None


def clause(standing: Standing) -> ColumnElement[bool]:
    """The people whose account stands so."""
    waits = and_(Person.invited_at.is_not(None), Person.accepted_at.is_(None))
    if standing is Standing.CLOSED:
        return Person.active.is_(False)
    return and_(Person.active, waits if standing is Standing.WAITING else not_(waits))


def is_last_administrator(person: Person) -> bool:
    """Whether nobody else could administer; an administrator who has not accepted an invitation does not
    count.
    """
    if standing_of(person) is not Standing.ACTIVE:
        return False
    administers = and_(clause(Standing.ACTIVE), Person.roles.any(Role.name == RoleName.ADMINISTRATOR))
    return list(db.session.scalars(select(Person.id).where(administers).limit(2))) == [person.id]
