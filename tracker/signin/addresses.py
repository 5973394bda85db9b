"""Changing one's own e-mail address: the new one is confirmed by a link to it, the old one is told.

The link is a signed text, not a row: it names the account and both addresses, so it works no more once the
address has changed, by it or otherwise.
"""

from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

from tracker.accounts import endings, queries
from tracker.accounts.credentials import clean_email
from tracker.accounts.models import Person
from tracker.core import audit
from tracker.core.db import now, unit_of_work
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.hosts import absolute
from tracker.core.permissions import Actor
from tracker.signin import account, arrivals, throttle


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="new e-mail address")


def ask(actor: Actor, email: str, *, current: str = "", proven: bool = False) -> str:
    """Mail a link to the new address, which becomes the person's own when it is used; gives the address.

    The current password is asked for, unless there is none or a one-time link has just proved who it is
    (`proven`). An address that has an account already gets no mail, and the answer is the same. Raises
    InvalidInput naming the field, TooManyGuesses.
    """
    person = account.own(actor)
    new = clean_email(email)
    if new == person.email:
        raise InvalidInput(_("That is your address already."), "email")
    if person.password and not proven:
        account.check_current(person, current)
    throttle.count_request("address", new)
    with unit_of_work():
        person = account.own(actor)
        until = now() + timedelta(minutes=current_app.config["TRACKER_RESET_MINUTES"])
        audit.record(actor, "address-asked", "person", person.id, after={"email": new})
        if queries.find_by_email(new) is None:
            said = [person.id, person.email, new, until.timestamp()]
            link = absolute(f"/account/address/{_signer().dumps(said)}")
            arrivals.tell(
                person, "signin/mail_confirm_address.txt", to=new, link=link, until=until, email=new
            )
    return new


def asked_for(actor: Actor, token: str) -> str:
    """The new address that a link confirms; raises NotFound when it does not work, or for another person."""
    return _read(account.own(actor), token)


def confirm(actor: Actor, token: str) -> Person:
    """Take on the new address; links to the old one end, and it is told.

    Raises NotFound when the link does not work, InvalidInput when the address has an account meanwhile.
    """
    with unit_of_work():
        person = account.own(actor)
        old, new = person.email, _read(person, token)
        if queries.find_by_email(new) is not None:
            raise InvalidInput(_("This address cannot be taken. Use another one."), "email")
        person.email = new
        endings.void_links_of(person)
        audit.record(actor, "address-changed", "person", person.id, {"email": old}, {"email": new})
        arrivals.tell(person, "signin/mail_address_changed.txt", to=old, at=now(), email=new)
    return person


def _read(person: Person, token: str) -> str:
    try:
        number, old, new, until = _signer().loads(token)
    except (BadData, ValueError):
        number = old = new = until = None
    is_mine = (number, old) == (person.id, person.email)
    if not is_mine or now().timestamp() > until:
        raise NotFound(_("This link does not work any more."))
    return str(new)
