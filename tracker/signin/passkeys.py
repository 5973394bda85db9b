"""Passkeys and security keys of people: added, used and removed; each function is one transaction.

A passkey that signs in alone must have checked who holds it, when it was added and each time. Any passkey of
the person can be the second step after a password.
"""

import hashlib
from typing import Any, NoReturn

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.accounts import queries
from tracker.accounts.credentials import new_uniquifier
from tracker.accounts.models import Passkey, Person
from tracker.core import audit
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.permissions import Actor
from tracker.signin import ceremonies, second_factor, throttle
from tracker.signin.ceremonies import FIRST, SECONDARY
from tracker.signin.challenges import Challenge
from tracker.signin.models import Guess

#: Most passkeys of one person; nobody carries more, and lists stay short.
MOST = 20
#: What a challenge is for.
ADD, SIGN_IN, SECOND_STEP, PROVE = "add", "sign-in", "second-step", "prove"


def start_adding(actor: Actor, challenge: Challenge) -> dict[str, Any]:
    """What the browser needs to make the passkey that the challenge names; raises InvalidInput."""
    with unit_of_work():
        person = second_factor.own(actor)
        keys = second_factor.factors_of(person).passkeys
        _check_name(challenge.name, keys)
        if not person.fs_webauthn_user_handle:
            person.fs_webauthn_user_handle = new_uniquifier()
        return ceremonies.creation_options(person, keys, challenge.usage, challenge.value)


def _check_name(name: str, keys: tuple[Passkey, ...]) -> None:
    if not name or len(name) > 64:
        raise InvalidInput(_("Give it a name of 1 to 64 characters by which you recognise it."), "name")
    if name in {key.name for key in keys}:
        raise InvalidInput(_("You have a passkey of this name already."), "name")
    if len(keys) >= MOST:
        raise InvalidInput(_("You have %(count)s passkeys. Remove one first.", count=len(keys)), "name")


def add(actor: Actor, challenge: Challenge, answer: str | None) -> list[str]:
    """Take on the passkey that the browser has made; gives recovery codes when these are the first.

    Raises InvalidInput when it was not made for this person, here and now.
    """
    credential = ceremonies.read_new(answer)
    with unit_of_work() as session:
        person = second_factor.own(actor)
        if challenge.person_id != person.id:
            raise ceremonies.refused()
        _spend(challenge)
        made = ceremonies.verify_new(credential, challenge.usage, challenge.value)
        _check_name(challenge.name, second_factor.factors_of(person).passkeys)
        if _find(made.credential_id) is not None:
            raise InvalidInput(_("This passkey is in use already."))
        session.add(
            Passkey(
                user_id=person.id,
                name=challenge.name,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                transports=[str(way.value) for way in credential.response.transports or ()],
                backup_state=made.credential_backed_up,
                device_type=str(made.credential_device_type.value),
                lastuse_datetime=now().replace(tzinfo=None),
                usage=challenge.usage,
            )
        )
        fresh = second_factor.ensure_recovery_codes(person)
        audit.record(actor, "passkey-added", "person", person.id, after={"name": challenge.name})
        second_factor.tell(person, "passkey-added", name=challenge.name)
    return fresh


def remove(actor: Actor, number: int) -> str:
    """Remove one of one's own passkeys; gives its name. Raises NotFound for any other."""
    with unit_of_work() as session:
        person = second_factor.own(actor)
        key = session.get(Passkey, number)
        if key is None or key.user_id != person.id:
            raise NotFound(_("There is no such passkey."))
        name = key.name
        session.delete(key)
        second_factor.tidy(person)
        audit.record(actor, "passkey-removed", "person", person.id, before={"name": name})
        second_factor.tell(person, "passkey-removed", name=name)
    return name


def start_using(purpose: str, challenge: Challenge, person: Person | None = None) -> dict[str, Any]:
    """What the browser needs to use a passkey: one of the person's, or without one whoever's it is."""
    alone = purpose != SECOND_STEP
    keys = second_factor.factors_of(person).passkeys if person is not None else ()
    usable = [key for key in keys if key.usage == FIRST or not alone]
    if person is not None and not usable:
        raise InvalidInput(_("You have no passkey that could be used here."))
    return ceremonies.request_options(usable, challenge.value, alone=alone)


def use(purpose: str, challenge: Challenge, answer: str | None, person: Person | None = None) -> Person:
    """Believe a passkey: gives whose it is, who must be `person` where one is named.

    Raises InvalidInput, the same for every reason, when it is unknown, somebody else's, of a closed account,
    was not used for us here and now, or was used before; TooManyGuesses after too many of those.
    """
    credential = ceremonies.read_used(answer)
    expected = person.id if person is not None else None
    account = person.email if person is not None else None
    with throttle.guessing("passkey", account) as trial, unit_of_work():
        key = _find(credential.raw_id)
        if key is None or not key.user.active or expected not in (None, key.user_id):
            raise ceremonies.refused()
        handle = credential.response.user_handle
        if handle and handle != (key.user.fs_webauthn_user_handle or "").encode():
            raise ceremonies.refused()
        alone = purpose != SECOND_STEP
        if alone and key.usage == SECONDARY:
            raise ceremonies.refused()
        # Signature and counter are compared inside, so that of two answers at once one is refused.
        seen = ceremonies.verify_used(credential, key, challenge.value, alone=alone)
        _spend(challenge)
        key.sign_count, key.lastuse_datetime = seen.new_sign_count, now().replace(tzinfo=None)
        key.backup_state, key.device_type = seen.credential_backed_up, str(seen.credential_device_type.value)
        trial.right()
        number = key.user_id
    return queries.person(number) or _gone()


def _find(credential_id: bytes) -> Passkey | None:
    return db.session.scalar(
        select(Passkey)
        .where(Passkey.credential_id == credential_id)
        .execution_options(populate_existing=True)
        .with_for_update()
    )


def _spend(challenge: Challenge) -> None:
    """Note in the current unit of work that the challenge was answered; raises InvalidInput the second time.

    A browser's session is a cookie, and a cookie that was copied could bring the challenge back. The note
    stands among the guesses, whose old rows are deleted, under a key that no guess has.
    """
    key = hashlib.sha256(f"challenge {challenge.value}".encode()).hexdigest()
    if db.session.scalar(select(Guess.id).where(Guess.key == key).limit(1)) is not None:
        raise ceremonies.refused()
    db.session.add(Guess(key=key))


def _gone() -> NoReturn:
    raise ceremonies.refused()
