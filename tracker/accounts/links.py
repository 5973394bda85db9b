"""One-time links: made, mailed, looked at without being used up, and used up."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from tracker.accounts import queries
from tracker.accounts.credentials import new_secret, secret_hash
from tracker.accounts.models import LinkPurpose, OneTimeLink, Person
from tracker.core import audit, mail
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.hosts import absolute
from tracker.core.permissions import Actor, Permission, require

_PATH = "/sign-in/"


def _good_for(purpose: LinkPurpose) -> timedelta:
    config = current_app.config
    if purpose is LinkPurpose.INVITATION:
        return timedelta(days=config["TRACKER_INVITATION_DAYS"])
    if purpose is LinkPurpose.RESET:
        return timedelta(minutes=config["TRACKER_RESET_MINUTES"])
    return timedelta(hours=config["TRACKER_LINK_HOURS"])


def _add(person: Person | None, purpose: LinkPurpose) -> tuple[str, datetime]:
    """Add a link to the current unit of work; gives its token, which is kept nowhere, and until when it is
    good.
    """
    if person is not None and not person.active:
        raise InvalidInput(_("The account of %(email)s is closed.", email=person.email), "email")
    token, until = new_secret(), now() + _good_for(purpose)
    row = OneTimeLink(token_hash=secret_hash(token), purpose=purpose, expires_at=until)
    row.person_id = person.id if person is not None else None
    db.session.add(row)
    return token, until


def _note(actor: Actor, person: Person, purpose: LinkPurpose) -> None:
    after = None if purpose is LinkPurpose.SIGN_IN else {"purpose": str(purpose)}
    audit.record(actor, "link-issued", "person", person.id, after=after)


def address(token: str) -> str:
    """The whole address of a link."""
    return absolute(_PATH + token)


def issue(actor: Actor, person: Person, purpose: LinkPurpose = LinkPurpose.SIGN_IN) -> str:
    """Make a one-time link for the person; gives its token, which is kept nowhere.

    Raises Denied when the actor may not, InvalidInput when the account is closed.
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work():
        token, _until = _add(person, purpose)
        _note(actor, person, purpose)
    return token


def issue_setup(actor: Actor) -> str:
    """Make the link with which the first administrator sets up an account; gives its token.

    Raises InvalidInput once there is an administrator.
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work():
        if queries.has_administrator():
            raise InvalidInput(_("There is an administrator already, who can add accounts."))
        token, _until = _add(None, LinkPurpose.SET_UP)
        audit.record(actor, "link-issued", "instance", None)
    return token


def mail_link(
    actor: Actor,
    person: Person,
    purpose: LinkPurpose,
    template: str,
    language: str | None = None,
    **values: Any,
) -> None:
    """Mail the person a link, in the current unit of work; whether the actor may is the caller's to check.

    The template gets `person`, `link` (its whole address), `until` (when it ends) and `values`. Its language
    is the person's own, else the one given, else the default. Raises InvalidInput when the account is closed.
    """
    token, until = _add(person, purpose)
    _note(actor, person, purpose)
    spoken = person.language or language or current_app.config["TRACKER_DEFAULT_LANGUAGE"]
    mail.enqueue(
        person.email, str(spoken), template, person=person, link=address(token), until=until, **values
    )


def usable(token: str) -> OneTimeLink | None:
    """The link with this token, unless it is unknown, used, expired, or good for nothing now."""
    query = (
        select(OneTimeLink)
        .options(joinedload(OneTimeLink.person))
        .where(
            OneTimeLink.token_hash == secret_hash(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now(),
        )
    )
    link = db.session.scalar(query)
    if link is None:
        return None
    if link.person is None:
        return None if link.purpose is not LinkPurpose.SET_UP or queries.has_administrator() else link
    # Whoever has come in by another way sets a password under their account; the invitation is spent.
    is_over = link.purpose is LinkPurpose.INVITATION and link.person.accepted_at is not None
    return link if link.person.active and not is_over else None


def use(token: str, purpose: LinkPurpose) -> OneTimeLink:
    """Use up the link in the current unit of work; raises NotFound when it does not work for this."""
    link = usable(token)
    if link is None or link.purpose is not purpose:
        raise _over()
    unused = (OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
    # In one statement, because of two who use it at once the second must come too late on every database.
    if not db.session.execute(update(OneTimeLink).where(*unused).values(used_at=now())).rowcount:  # type: ignore[attr-defined]
        raise _over()
    return link


def whose(token: str, purpose: LinkPurpose) -> Person:
    """Whose link this is, without using it up; raises NotFound when it does not work for this."""
    link = usable(token)
    if link is None or link.purpose is not purpose or link.person is None:
        raise _over()
    return link.person


def _over() -> NotFound:
    return NotFound(_("This link does not work any more."))


def redeem(token: str, purpose: LinkPurpose = LinkPurpose.SIGN_IN) -> Person:
    """Use up a person's link and say whose it was; raises NotFound when it does not work for this."""
    with unit_of_work():
        person = use(token, purpose).person
        if person is None:
            raise _over()
        after = None if purpose is LinkPurpose.SIGN_IN else {"purpose": str(purpose)}
        audit.record(Actor(id=person.id, name=person.name), "link-used", "person", person.id, after=after)
    return person
