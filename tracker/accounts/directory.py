"""Looking people and parties up: the lists that administration begins with, and the page of one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select

from tracker.accounts import sessions, standing
from tracker.accounts.models import (
    ApiToken,
    LinkPurpose,
    OneTimeLink,
    Party,
    PartyKind,
    Passkey,
    Person,
    PersonSession,
    Role,
    person_party,
)
from tracker.accounts.queries import tokens_of
from tracker.accounts.standing import Standing
from tracker.core.db import db
from tracker.core.i18n import fold, in_language
from tracker.core.paging import PAGE_SIZE, Page
from tracker.core.vocabulary import RoleName

#: Most words of a search that count.
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What the list of people is narrowed to; an empty value does not narrow."""

    text: str = ""
    role: RoleName | None = None
    party: str = ""
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class PartyFilters:
    """What the list of parties is narrowed to; `offered` is None for all."""

    text: str = ""
    kind: PartyKind | None = None
    offered: bool | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What an administrator sees of an account beside the person: never a secret, never which factor."""

    last_seen: datetime | None
    sessions: int
    second_factor: bool
    tokens: list[ApiToken]
    #: Until when the open invitation is good; None when there is none.
    invitation_until: datetime | None


def _words(text: str) -> list[str]:
    return fold(text[:400]).split()[:_MOST_WORDS]


def _page_of(rows: list[Any], page: int) -> Page[Any]:
    """One page of rows that are known already."""
    last = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(page, last)
    return Page(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], page, len(rows))


def people_page(filters: PeopleFilters, page: int) -> Page[Person]:
    """One page of the people that match, by name; roles and parties included.

    Words are looked for in names and addresses without regard to accents, and names sorted so, which the
    database cannot: so names come first, in one cheap query, and whole people only for the page.
    """
    words = _words(filters.text)
    found = [
        (fold(name), person_id)
        for person_id, name, email in db.session.execute(_narrowed(filters))
        if all(word in f"{fold(name)} {email}" for word in words)
    ]
    shown = _page_of([person_id for _name, person_id in sorted(found)], page)
    rows = db.session.scalars(select(Person).where(Person.id.in_(shown.items)))
    by_id = {person.id: person for person in rows}
    return Page([by_id[number] for number in shown.items], shown.page, shown.total)


def everybody(filters: PeopleFilters) -> Iterator[Person]:
    """Everybody who matches, by name, read page by page."""
    number = 1
    while True:
        shown = people_page(filters, number)
        yield from shown.items
        if not shown.has_next:
            return
        number += 1


def _narrowed(filters: PeopleFilters) -> Select[Any]:
    query = select(Person.id, Person.name, Person.email)
    if filters.role is not None:
        query = query.where(Person.roles.any(Role.name == filters.role))
    if filters.party:
        query = query.where(Person.parties.any(Party.code == filters.party))
    if filters.standing is not None:
        query = query.where(standing.clause(filters.standing))
    return query


def last_seen(person_ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these people was last signed in, to within a minute; who never was is left out."""
    query = (
        select(PersonSession.person_id, func.max(PersonSession.seen_at))
        .where(PersonSession.person_id.in_(list(person_ids)))
        .group_by(PersonSession.person_id)
    )
    return dict(db.session.execute(query).tuples().all())


def account_of(person: Person) -> Account:
    """What an administrator sees of the account."""
    passkey = exists().where(Passkey.user_id == person.id)
    invitation = select(func.max(OneTimeLink.expires_at)).where(
        OneTimeLink.person_id == person.id,
        OneTimeLink.purpose == LinkPurpose.INVITATION,
        OneTimeLink.used_at.is_(None),
    )
    return Account(
        last_seen=last_seen([person.id]).get(person.id),
        sessions=len(sessions.of_person(person.id)),
        second_factor=bool(person.tf_totp_secret or db.session.scalar(select(passkey))),
        tokens=tokens_of(person.id),
        invitation_until=db.session.scalar(invitation) if standing.may_be_invited(person) else None,
    )


def parties_with_people() -> list[tuple[str, str]]:
    """Code and name of each party that somebody acts for, sorted by name in the page's language."""
    used = select(person_party.c.party_id).distinct()
    rows = db.session.execute(select(Party.code, Party.names).where(Party.id.in_(used)))
    return sorted(((code, in_language(names)) for code, names in rows), key=lambda choice: fold(choice[1]))


def parties_page(filters: PartyFilters, page: int) -> Page[Party]:
    """One page of the parties that match, by name in the page's language, with their countries' names loaded.

    Words are looked for in every spelling, without regard to accents.
    """
    query = select(Party)
    if filters.kind is not None:
        query = query.where(Party.kind == filters.kind)
    if filters.offered is not None:
        query = query.where(Party.active if filters.offered else Party.active.is_(False))
    words = _words(filters.text)
    rows = [party for party in db.session.scalars(query) if not words or _has_words(party, words)]
    shown = _page_of(sorted(rows, key=lambda party: (fold(party.name), party.id)), page)
    _load_countries(shown.items)
    return shown


def _has_words(party: Party, words: list[str]) -> bool:
    spelt = fold(" ".join([party.code, party.acronym or "", *party.names.values(), *party.aliases]))
    return all(word in spelt for word in words)


def _load_countries(parties: Iterable[Party]) -> None:
    """Fetch the countries of these bodies in one query; the rows then find them without asking again."""
    ids = {party.country_id for party in parties if party.country_id is not None}
    if ids:
        db.session.scalars(select(Party).where(Party.id.in_(ids))).all()


def people_counts(party_ids: Iterable[int]) -> dict[int, int]:
    """How many people with an open account act for each party; parties without any are left out."""
    query = (
        select(person_party.c.party_id, func.count())
        .join(Person, Person.id == person_party.c.person_id)
        .where(person_party.c.party_id.in_(list(party_ids)), Person.active)
        .group_by(person_party.c.party_id)
    )
    return dict(db.session.execute(query).tuples().all())


def people_of(party: Party) -> list[Person]:
    """Who acts for the party, open accounts first, then by name."""
    rows = db.session.scalars(select(Person).where(Person.parties.any(Party.id == party.id)))
    return sorted(rows, key=lambda person: (not person.active, fold(person.name)))


def bodies_of(country: Party) -> list[Party]:
    """The bodies of a country, sorted by name in the page's language."""
    rows = db.session.scalars(select(Party).where(Party.country_id == country.id))
    return sorted(rows, key=lambda party: fold(party.name))
