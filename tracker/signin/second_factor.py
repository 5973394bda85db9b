"""A person's second factors: codes of an app, passkeys, and recovery codes; each function is one transaction.

Once a person has an app or a passkey, the password, a link or an OpenID provider alone signs them in no more
(see `second_step`). Recovery codes come with the first factor and go with the last.
"""

from dataclasses import dataclass
from typing import NoReturn

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from tracker.accounts import queries
from tracker.accounts.endings import end_sessions_of
from tracker.accounts.models import Passkey, Person
from tracker.core import audit, mail
from tracker.core.db import db, unit_of_work
from tracker.core.errors import Denied, InvalidInput
from tracker.core.hosts import absolute
from tracker.core.permissions import Actor, Permission, require
from tracker.signin import codes, throttle


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can prove themselves with beside the password."""

    app: bool
    recovery_codes: int
    passkeys: tuple[Passkey, ...]

    @property
    def any(self) -> bool:
        """Whether there is a second factor."""
        return self.app or bool(self.passkeys)


def factors_of(person: Person) -> Factors:
    """The person's second factors, the passkeys in the order in which they were added."""
    keys = db.session.scalars(select(Passkey).where(Passkey.user_id == person.id).order_by(Passkey.id))
    return Factors(bool(person.tf_totp_secret), len(person.mf_recovery_codes or ()), tuple(keys))


def is_set(person: Person) -> bool:
    """Whether the person has a second factor."""
    return bool(person.tf_totp_secret) or has_passkey(person)


def has_passkey(person: Person) -> bool:
    """Whether the person has a passkey."""
    return bool(db.session.scalar(select(func.count()).where(Passkey.user_id == person.id)))


def _refuse() -> NoReturn:
    raise Denied(_("Sign in first."))


def own(actor: Actor) -> Person:
    """The person who acts, read in the current unit of work and locked where the database can; raises Denied
    for anybody else than an active person.
    """
    if actor.id is None:
        _refuse()
    person = db.session.get(Person, actor.id, populate_existing=True, with_for_update=True)
    return person if person is not None and person.active else _refuse()


def tell(person: Person, what: str, **values: str) -> None:
    """Mail the person, in the current unit of work, what became of their second factors."""
    language = person.language or current_app.config["TRACKER_DEFAULT_LANGUAGE"]
    mail.enqueue(
        person.email,
        str(language),
        "signin/mail_factor.txt",
        person=person,
        what=what,
        values=values,
        account=absolute("/account"),
    )


def ensure_recovery_codes(person: Person) -> list[str]:
    """Give the person recovery codes in the current unit of work, unless there are some; gives new ones to be
    shown once.
    """
    return [] if person.mf_recovery_codes else _renew_codes(person)


def _renew_codes(person: Person) -> list[str]:
    fresh = codes.new_recovery_codes()
    person.mf_recovery_codes = [codes.recovery_hash(code) for code in fresh]
    return fresh


def tidy(person: Person) -> None:
    """Take the recovery codes away in the current unit of work when no factor is left."""
    db.session.flush()
    if not is_set(person):
        person.mf_recovery_codes = None


def set_up_app(actor: Actor, secret: str, code: str) -> list[str]:
    """Take on the app that holds `secret` and shows `code`, in place of an earlier one.

    Gives recovery codes when these are the first. Raises InvalidInput for a wrong code.
    """
    with unit_of_work():
        person = own(actor)
        # The codes of an earlier app had numbers, too.
        person.tf_totp_counter = None
        if not codes.is_right(person, secret, code):
            raise InvalidInput(
                _("That is not the code the app shows now. Wait for the next one and type that."), "code"
            )
        person.tf_totp_secret, person.tf_primary_method = secret, "authenticator"
        fresh = ensure_recovery_codes(person)
        audit.record(actor, "app-set", "person", person.id)
        tell(person, "app-set")
    return fresh


def remove_app(actor: Actor) -> None:
    """Do without the app."""
    with unit_of_work():
        person = own(actor)
        if person.tf_totp_secret:
            _drop_app(person)
            tidy(person)
            audit.record(actor, "app-removed", "person", person.id)
            tell(person, "app-removed")


def _drop_app(person: Person) -> None:
    person.tf_totp_secret = person.tf_primary_method = None
    person.tf_totp_counter = None


def renew_recovery_codes(actor: Actor) -> list[str]:
    """Give new recovery codes in place of the old ones; raises InvalidInput without a second factor."""
    with unit_of_work():
        person = own(actor)
        if not is_set(person):
            raise InvalidInput(_("Recovery codes come with a second factor: set one up first."))
        fresh = _renew_codes(person)
        audit.record(actor, "recovery-codes-made", "person", person.id)
        tell(person, "recovery-codes-made")
    return fresh


def take_app_code(actor: Actor, code: str) -> bool:
    """Whether this is a code of the person's app that was not used before; it is used up then.

    Raises TooManyGuesses, unseen, after too many wrong ones. The comparison stands inside the transaction, so
    of two requests with the same code one is refused.
    """
    with throttle.guessing("code", _address(actor)) as trial, unit_of_work():
        person = own(actor)
        if codes.is_right(person, person.tf_totp_secret, code):
            trial.right()
    return trial.is_right


def take_recovery_code(actor: Actor, code: str) -> bool:
    """Whether this is one of the person's recovery codes; it is used up then, and the person is told.

    Raises TooManyGuesses, unseen, after too many wrong ones.
    """
    with throttle.guessing("recovery", _address(actor)) as trial, unit_of_work():
        person = own(actor)
        found, kept = codes.recovery_hash(code), person.mf_recovery_codes or []
        if found in kept:
            person.mf_recovery_codes = [other for other in kept if other != found]
            left = len(person.mf_recovery_codes)
            audit.record(actor, "recovery-code-used", "person", person.id, after={"left": left})
            tell(person, "recovery-code-used", left=str(left))
            trial.right()
    return trial.is_right


def _address(actor: Actor) -> str:
    person = queries.person(actor.id)
    return person.email if person is not None else _refuse()


def remove_all(actor: Actor, person: Person) -> None:
    """Take every second factor from somebody who lost them, end their sessions and tell them.

    They then sign in by password alone, or by a new link. Raises Denied when the actor may not.
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work() as session:
        had = factors_of(person)
        if not had.any:
            return
        for key in had.passkeys:
            session.delete(key)
        _drop_app(person)
        tidy(person)
        end_sessions_of(person)
        before = {"app": had.app, "passkeys": [key.name for key in had.passkeys]}
        audit.record(actor, "second-factors-removed", "person", person.id, before=before)
        tell(person, "all-removed")
