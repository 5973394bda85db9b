"""Inviting people, one or many at once; each function that changes something is one transaction."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from tracker.accounts.credentials import clean_email
from tracker.accounts.endings import void_links_of
from tracker.accounts.models import Party, Person
from tracker.accounts.naming import check_parties_for, checked_parties, checked_roles, clean_name
from tracker.accounts.people import invite_by_mail, shut
from tracker.accounts.service import new_person
from tracker.accounts.standing import may_be_invited, was_never_used
from tracker.core import audit
from tracker.core.db import db, unit_of_work
from tracker.core.errors import InvalidInput
from tracker.core.permissions import Actor, Permission, require
from tracker.core.vocabulary import Language, RoleName

#: Most people who are invited at once.
MOST_AT_ONCE = 200
#: A name and, in angle brackets, an address, as mail programs write them.
_BRACKETED = re.compile(r"^(?P<name>[^<>]*)<(?P<address>[^<>]*)>$")


@dataclass(frozen=True, slots=True)
class Line:
    """One person as somebody typed them: number of the line, the words as they stand, name and address."""

    number: int
    text: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken, why, and whose account there is already."""

    line: Line
    reason: Any
    person: Person | None = None


@dataclass
class Invited:
    """Who was invited, and which lines were not taken."""

    people: list[Person] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def read_lines(text: str) -> list[Line]:
    """The people in a text: one in each line, or several divided by semicolons, as mail programs copy them.

    A line is ``name <address>``, an address alone, or cells of a spreadsheet of which one is the address.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for part in line.split(";"):
            if part.strip(" \t,"):
                found.append(_read(number, part.strip(" \t,")))
    return found


def _read(number: int, text: str) -> Line:
    bracketed = _BRACKETED.match(text)
    if bracketed:
        return Line(number, text, bracketed["name"].strip(" \t\"'"), bracketed["address"].strip())
    cells = [cell.strip(" \"'") for cell in re.split(r"\t|,", text)]
    address = next((cell for cell in cells if "@" in cell), text)
    return Line(number, text, " ".join(cell for cell in cells if cell and cell != address), address)


def invite(
    actor: Actor,
    lines: list[Line],
    roles: Iterable[str],
    party_codes: Iterable[str] = (),
    language: Language | None = None,
) -> Invited:
    """Make accounts without a password for these people and mail each a link with which to accept.

    A line that cannot be taken does not hold up the others. Raises InvalidInput, naming the field, for what
    concerns all of them: no line, too many, roles, parties.
    """
    require(actor, Permission.PERSON_MANAGE)
    if not lines:
        raise InvalidInput(_("Write at least one e-mail address."), "people")
    if len(lines) > MOST_AT_ONCE:
        raise InvalidInput(_("Invite at most %(count)s people at once.", count=MOST_AT_ONCE), "people")
    wanted = checked_roles(roles) or [RoleName.READER]
    done = Invited()
    with unit_of_work():
        parties = checked_parties(party_codes)
        check_parties_for(wanted, parties)
        checked = list(_checked(lines, done))
        known = _known(address for _line, address, _name in checked)
        for line, address, name in checked:
            if address in known:
                done.refused.append(_known_already(line, known[address], done.people))
                continue
            person = _make(actor, address, name, wanted, parties, language)
            known[address] = person
            done.people.append(person)
    done.refused.sort(key=lambda refusal: refusal.line.number)
    return done


def invite_again(actor: Actor, person: Person) -> None:
    """Mail a new invitation to somebody who has not accepted; the links of earlier ones end.

    Raises InvalidInput when there is nothing to accept.
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work():
        if not may_be_invited(person):
            raise InvalidInput(_("%(name)s has no invitation that waits.", name=person.name))
        void_links_of(person)
        invite_by_mail(actor, person)
        audit.record(actor, "invited-again", "person", person.id)


def withdraw(actor: Actor, person: Person) -> None:
    """Withdraw an invitation that was not accepted: its link ends and the account is closed.

    Raises InvalidInput when there is nothing to withdraw.
    """
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work():
        if not (person.active and was_never_used(person)):
            raise InvalidInput(_("%(name)s has no invitation that waits.", name=person.name))
        shut(actor, person, "invitation-withdrawn")


def _checked(lines: list[Line], done: Invited) -> Iterator[tuple[Line, str, str]]:
    """Each line that can be read, with its address and name as they are kept; the others are refused."""
    for line in lines:
        try:
            yield line, clean_email(line.address), clean_name(line.name)
        except InvalidInput as error:
            done.refused.append(Refusal(line, error.message))


def _known(addresses: Iterable[str]) -> dict[str, Person]:
    rows = db.session.scalars(select(Person).where(func.lower(Person.email).in_(set(addresses))))
    return {person.email.lower(): person for person in rows}


def _known_already(line: Line, person: Person, invited: list[Person]) -> Refusal:
    if person in invited:
        return Refusal(line, _("This address stands here twice."), person)
    return Refusal(line, _("There is an account for %(email)s already.", email=person.email), person)


def _make(
    actor: Actor,
    address: str,
    name: str,
    roles: list[RoleName],
    parties: list[Party],
    language: Language | None,
) -> Person:
    person = new_person(address, name, roles, list(parties), None)
    person.language = language
    after = {
        "email": person.email,
        "name": person.name,
        "roles": [str(role) for role in roles],
        "parties": [party.code for party in parties],
    }
    audit.record(actor, "person-invited", "person", person.id, after=after)
    invite_by_mail(actor, person)
    return person
