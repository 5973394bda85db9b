"""What people change about their own account: name, language, password; each function is one transaction."""

from flask_babel import gettext as _

from tracker.accounts import endings, links, queries
from tracker.accounts.credentials import check_password, is_right, password_hash
from tracker.accounts.models import LinkPurpose, Person, SignInWay
from tracker.accounts.naming import clean_name
from tracker.core import audit
from tracker.core.db import now, unit_of_work
from tracker.core.errors import Denied, InvalidInput
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Language
from tracker.signin import arrivals, throttle
from tracker.signin.arrivals import Browser


def own(actor: Actor) -> Person:
    """The person who acts; raises Denied for anybody else than an active person."""
    person = queries.person(actor.id)
    if person is None or not person.active:
        raise Denied(_("Sign in first."))
    return person


def _named(name: str) -> str:
    cleaned = clean_name(name)
    if not cleaned:
        raise InvalidInput(_("Fill in this field."), "name")
    return cleaned


def edit_account(actor: Actor, name: str, language: Language | None) -> Person:
    """Change one's own name and language; None means the browser's."""
    with unit_of_work():
        person = own(actor)
        before = {"name": person.name, "language": person.language}
        person.name, person.language = _named(name), language
        after = {"name": person.name, "language": person.language}
        if before != after:
            audit.record(actor, "account-edited", "person", person.id, before, after)
    return person


def check_current(person: Person, current: str, field: str = "current") -> None:
    """Raise InvalidInput, naming the field, when this is not the person's password.

    Wrong ones are counted and slowed down. Raises TooManyGuesses, without looking at it, after too many.
    """
    with throttle.guessing("password", person.email) as trial:
        if is_right(current, person.password):
            trial.right()
    if not trial.is_right:
        raise InvalidInput(_("That is not your current password."), field)


def set_password(
    actor: Actor, password: str, browser: Browser, *, current: str = "", proven: bool = False
) -> tuple[Person, str]:
    """Set one's own password; every session and open link of the person ends.

    Gives the person, and the secret of the session with which this browser goes on. The current password is
    asked for, unless there is none or a one-time link has just proved who it is (`proven`). Raises
    InvalidInput naming the field, TooManyGuesses.
    """
    person = own(actor)
    if person.password and not proven:
        check_current(person, current)
    hashed = _checked_hash(password, person)
    with unit_of_work():
        person = own(actor)
        _replace(person, hashed)
        audit.record(actor, "password-set", "person", person.id)
        return person, arrivals.begin_anew(person, SignInWay.PASSWORD, browser)


def reset_password(token: str, password: str) -> Person:
    """Use up a link for a new password and set it; every session and other link of the person ends.

    Raises NotFound when the link does not work; InvalidInput, naming the field, leaves the link as it is.
    """
    person = links.whose(token, LinkPurpose.RESET)
    hashed = _checked_hash(password, person)
    with unit_of_work():
        person = links.redeem(token, LinkPurpose.RESET)
        _replace(person, hashed)
        audit.record(Actor(id=person.id, name=person.name), "password-set", "person", person.id)
    return person


def accept_invitation(token: str, name: str, language: Language | None, password: str) -> Person:
    """Use up an invitation: take the account over with a name, a language and a password of one's own.

    Raises NotFound when the link does not work; InvalidInput, naming the field, leaves the link as it is.
    """
    person = links.whose(token, LinkPurpose.INVITATION)
    cleaned = _named(name)
    hashed = _checked_hash(password, person, cleaned)
    with unit_of_work():
        person = links.redeem(token, LinkPurpose.INVITATION)
        before = {"name": person.name, "language": person.language}
        person.name, person.language, person.password = cleaned, language, hashed
        person.accepted_at = now()
        endings.end_sessions_of(person)
        endings.void_links_of(person)
        after = {"name": person.name, "language": person.language}
        actor = Actor(id=person.id, name=person.name)
        audit.record(actor, "invitation-accepted", "person", person.id, before, after)
    return person


def _checked_hash(password: str, person: Person, name: str = "") -> str:
    """The hash of a new password; made before the transaction, because it takes long and holds up all."""
    check_password(password, person.email, name or person.name)
    return password_hash(password)


def _replace(person: Person, hashed: str) -> None:
    person.password = hashed
    endings.end_sessions_of(person)
    # A link that lies about in a mailbox must not open the account that was just secured.
    endings.void_links_of(person)
    arrivals.tell(person, "signin/mail_password.txt", at=now())


def end_other_sessions(actor: Actor, kept: int) -> Person:
    """End all sessions of one's own but the one with this number; other browsers are known no more."""
    with unit_of_work():
        person = own(actor)
        number = endings.end_sessions_of(person, but=kept)
        audit.record(actor, "sessions-ended", "person", person.id, {"sessions": number + 1}, {"sessions": 1})
    return person
