"""What people change about their own account, and signing in and out: each function is one transaction."""

from flask_babel import gettext as _
from flask_security import verify_password
from sqlalchemy import update

from tracker.accounts import queries
from tracker.accounts.credentials import check_password, new_uniquifier, password_hash
from tracker.accounts.models import OneTimeLink, Person
from tracker.core import audit
from tracker.core.db import now, unit_of_work
from tracker.core.errors import Denied, InvalidInput
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Language


def _self(actor: Actor) -> Person:
    person = queries.person(actor.id)
    if person is None or not person.active:
        raise Denied(_("Sign in first."))
    return person


def edit_account(actor: Actor, name: str, language: Language | None) -> Person:
    """Change one's own name and language; None means the browser's."""
    with unit_of_work():
        person = _self(actor)
        if not name.strip():
            raise InvalidInput(_("Fill in this field."), "name")
        before = {"name": person.name, "language": person.language}
        person.name, person.language = name.strip(), language
        after = {"name": person.name, "language": person.language}
        if before != after:
            audit.record(actor, "account-edited", "person", person.id, before, after)
    return person


def set_password(actor: Actor, password: str, *, current: str = "", proven: bool = False) -> Person:
    """Set one's own password, end every session and void open links; the caller begins a new session.

    The current password is asked for, unless there is none or a one-time link has just proved who it is
    (`proven`). Raises InvalidInput naming the field.
    """
    with unit_of_work() as session:
        person = _self(actor)
        if person.password and not proven and not verify_password(current, person.password):
            raise InvalidInput(_("That is not your current password."), "current")
        check_password(password, person.email)
        person.password = password_hash(password)
        person.fs_uniquifier = new_uniquifier()
        # A link that lies about in a mailbox must not open the account that was just secured.
        open_links = (OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None))
        session.execute(update(OneTimeLink).where(*open_links).values(used_at=now()))
        audit.record(actor, "password-set", "person", person.id)
    return person


def note_sign_in(actor: Actor, how: str) -> None:
    """Note in the audit log that the person signed in, and by what."""
    with unit_of_work():
        audit.record(actor, "sign-in", "person", actor.id, after={"by": how})


def end_sessions(actor: Actor) -> None:
    """End every session of the person, here and on other devices, and note the sign-out.

    A session lives in a signed cookie, so one that was copied can only be refused by changing what it is
    recognised by.
    """
    with unit_of_work():
        person = queries.person(actor.id)
        if person is not None:
            person.fs_uniquifier = new_uniquifier()
            audit.record(actor, "sign-out", "person", person.id)
