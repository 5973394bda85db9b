"""Acts of administrators on the accounts of others: each function is one transaction."""

from collections.abc import Iterable
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select, update

from tracker.accounts import endings, links, queries, snapshot
from tracker.accounts.credentials import clean_email
from tracker.accounts.models import ApiToken, LinkPurpose, Person, Role
from tracker.accounts.naming import check_parties_for, checked_parties, checked_roles
from tracker.accounts.standing import is_last_administrator, standing_of, was_never_used
from tracker.core import audit, mail
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import Denied, EditConflict, InvalidInput, NotFound
from tracker.core.permissions import Actor, Permission, require
from tracker.core.signals import account_closed
from tracker.core.vocabulary import RoleName

#: Longest reason, in characters.
LONGEST_REASON = 1000


def by_id(person_id: int) -> Person:
    """The person with this number; raises NotFound."""
    person = queries.person(person_id)
    if person is None:
        raise NotFound(_("There is no such person."))
    return person


def change_roles(
    actor: Actor,
    person: Person,
    roles: Iterable[str],
    party_codes: Iterable[str],
    reason: str = "",
    seen: int | None = None,
) -> Person:
    """Give the person these roles and parties, in place of what they had, and end their sessions.

    What was open until now must not stay open in a browser, so that the person signs in anew, and is told
    why by mail. Raises InvalidInput naming the field, Denied for one's own account, EditConflict when roles
    or parties are not those that were `seen` (`snapshot.fingerprint`).
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work() as session:
        _refuse_own(actor, person)
        before = snapshot.of_person(person)
        if seen is not None and seen != snapshot.fingerprint(before):
            raise EditConflict(
                _("Somebody else changed these roles while you were looking. Nothing was overwritten.")
            )
        wanted, parties = checked_roles(roles), checked_parties(party_codes)
        if not wanted:
            raise InvalidInput(_("Choose at least one role; a reader only reads."), "roles")
        check_parties_for(wanted, parties)
        if RoleName.ADMINISTRATOR not in wanted:
            _keep_one_administrator(person, "roles")
        person.roles = list(session.scalars(select(Role).where(Role.name.in_(wanted)).order_by(Role.id)))
        person.parties = sorted(parties, key=lambda party: party.id)
        after = snapshot.of_person(person)
        if after == before:
            return person
        endings.end_sessions_of(person)
        session.flush()
        audit.record(actor, "roles-changed", "person", person.id, before, after | _given(reason))
        if person.active and not was_never_used(person):
            _tell(actor, person, "accounts/mail_roles_changed.txt")
    return person


def close_person(actor: Actor, person: Person, reason: str) -> Person:
    """Close the account: sessions, one-time links and API tokens end; what the person wrote stays.

    The person is told by mail. Raises InvalidInput naming the field, Denied for one's own account.
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work():
        _refuse_own(actor, person)
        if not reason.strip():
            raise InvalidInput(_("Say why, for those who look it up later."), "reason")
        _keep_one_administrator(person)
        told = person.active and not was_never_used(person)
        shut(actor, person, "person-closed", reason)
        if told:
            _tell(actor, person, "accounts/mail_closed.txt")
    return person


def shut(actor: Actor, person: Person, act: str, reason: str = "") -> None:
    """Close the account in the current unit of work, and note it as `act`; a closed one stays as it is."""
    if not person.active:
        return
    before = {"standing": str(standing_of(person))}
    person.active = False
    endings.end_sessions_of(person)
    endings.void_links_of(person)
    tokens = (ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
    db.session.execute(update(ApiToken).where(*tokens).values(revoked_at=now()))
    account_closed.send(person)
    audit.record(actor, act, "person", person.id, before, {"standing": "closed"} | _given(reason))


def reopen_person(actor: Actor, person: Person, reason: str = "") -> Person:
    """Open a closed account again, with roles, parties and password as they were.

    Sessions, links and API tokens stay ended.
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work():
        if person.active:
            return person
        person.active = True
        after = {"standing": str(standing_of(person))} | _given(reason)
        audit.record(actor, "person-reopened", "person", person.id, {"standing": "closed"}, after)
    return person


def change_email(actor: Actor, person: Person, email: str) -> Person:
    """Give the account another e-mail address; both addresses are told, links to the old one end.

    An invitation that waits goes to the new address instead, and the old one, which may be a stranger's, is
    told nothing. Raises InvalidInput naming the field, Denied for one's own account.
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work():
        _refuse_own(actor, person)
        old, new = person.email, clean_email(email)
        if new == old:
            return person
        if queries.find_by_email(new) not in (None, person):
            raise InvalidInput(_("There is an account for %(email)s already.", email=new), "email")
        person.email = new
        endings.end_sessions_of(person)
        endings.void_links_of(person)
        audit.record(actor, "address-changed", "person", person.id, {"email": old}, {"email": new})
        if was_never_used(person):
            if person.active:
                invite_by_mail(actor, person)
        else:
            for address in (old, new):
                _tell(actor, person, "accounts/mail_address_changed.txt", to=address, is_new=address == new)
    return person


def send_link(actor: Actor, person: Person) -> None:
    """Mail the person a link with which they sign in once; nobody else gets to see it.

    An administrator who saw it could come in as somebody who may read what an administrator may not. Raises
    InvalidInput when the account is closed, Denied for one's own account.
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work():
        _refuse_own(actor, person)
        by = None if actor.is_operator else actor.name
        links.mail_link(actor, person, LinkPurpose.SIGN_IN, "accounts/mail_link.txt", by=by)


def end_sessions(actor: Actor, person: Person) -> int:
    """Sign the person out everywhere; gives back in how many browsers they were, and tells them by mail."""
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work():
        _refuse_own(actor, person)
        number = endings.end_sessions_of(person)
        audit.record(actor, "sessions-ended", "person", person.id, {"sessions": number}, {"sessions": 0})
        if number:
            _tell(actor, person, "accounts/mail_sessions_ended.txt")
    return number


def invite_by_mail(actor: Actor, person: Person) -> None:
    """Mail the person an invitation in the current unit of work; whether the actor may is the caller's to
    check.
    """
    person.invited_at = now()
    inviter = None if actor.is_operator else actor.name
    links.mail_link(actor, person, LinkPurpose.INVITATION, "accounts/mail_invitation.txt", inviter=inviter)


def _given(reason: str) -> dict[str, str]:
    said = reason.strip()
    if len(said) > LONGEST_REASON:
        raise InvalidInput(_("Shorten this to %(count)s characters.", count=LONGEST_REASON), "reason")
    return {"reason": said} if said else {}


def _refuse_own(actor: Actor, person: Person) -> None:
    if actor.id == person.id:
        raise Denied(_("This is your own account. Another administrator must do it."))


def _keep_one_administrator(person: Person, field: str | None = None) -> None:
    if is_last_administrator(person):
        message = _("%(name)s is the last administrator. Make somebody else one first.", name=person.name)
        raise InvalidInput(message, field)


def _tell(actor: Actor, person: Person, template: str, to: str = "", **values: Any) -> None:
    language = person.language or current_app.config["TRACKER_DEFAULT_LANGUAGE"]
    by = None if actor.is_operator else actor.name
    mail.enqueue(to or person.email, str(language), template, person=person, by=by, **values)
