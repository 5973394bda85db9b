"""Reading people, parties, links and tokens."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts import spellings
from tracker.accounts.credentials import secret_hash
from tracker.accounts.models import (
    ApiToken,
    EmergencyOpening,
    Party,
    PartyKind,
    Person,
    Role,
    person_role,
)
from tracker.core.db import db, now
from tracker.core.errors import NotFound
from tracker.core.i18n import current_language, fold, in_language
from tracker.core.vocabulary import RoleName


def all_parties() -> list[Party]:
    """Every country and body that forms offer, sorted by name in the page's language."""
    return sorted(db.session.scalars(select(Party).where(Party.active)), key=lambda party: fold(party.name))


class PartyChoice(NamedTuple):
    """A party as a form offers it: number, code, name in the page's language, kind, acronym or name."""

    id: int
    code: str
    name: str
    kind: PartyKind
    short_name: str
    active: bool


def party_choices() -> list[PartyChoice]:
    """Every country and body as plain columns, sorted by name: cheap enough for every page.

    Filters need them all, because records name parties that are no longer offered; a form that makes
    something new offers those that are `active`.
    """
    columns = (Party.id, Party.code, Party.names, Party.kind, Party.acronym, Party.active)
    language = str(current_language())
    choices = [
        PartyChoice(number, code, name := in_language(names, language), kind, acronym or name, active)
        for number, code, names, kind, acronym, active in db.session.execute(select(*columns))
    ]
    return sorted(choices, key=lambda choice: fold(choice.name))


def party_by_code(code: str) -> Party | None:
    """The party with exactly this code; country codes are upper case."""
    return db.session.scalar(select(Party).where(Party.code == code))


def _tiers(party: Party) -> Iterator[tuple[int, str]]:
    yield 0, party.code
    for name in party.names.values():
        yield 1, name
    if party.acronym:
        yield 2, party.acronym
    for alias in party.aliases:
        yield 3, alias


def party_lookup() -> dict[str, int]:
    """Party id by every folded spelling: codes, names in four languages, acronyms, aliases.

    A code wins over a name, a name over an acronym, an acronym over an alias. What names two parties equally
    well is left out, so that nobody is addressed by mistake. Parties that forms no longer offer are
    understood all the same: texts of the past name them.
    """
    lookup: dict[str, int] = {}
    tiers: list[dict[str, set[int]]] = [{}, {}, {}, {}]
    for party in db.session.scalars(select(Party)):
        for tier, spelling in _tiers(party):
            for key in spellings.keys(spelling):
                tiers[tier].setdefault(key, set()).add(party.id)
    for found in tiers:
        for key, ids in found.items():
            if key and key not in lookup and len(ids) == 1:
                lookup[key] = next(iter(ids))
    return lookup


def resolve_parties(names: list[str]) -> tuple[list[Party], list[str]]:
    """The parties that these spellings name, in order and none twice, and the spellings that name none."""
    lookup = party_lookup()
    wanted: dict[int, None] = {}
    unknown: list[str] = []
    for name in names:
        found = lookup.get(fold(name)) or lookup.get(spellings.canonical(name))
        if found is None:
            unknown.append(name)
        else:
            wanted[found] = None
    rows = db.session.scalars(select(Party).where(Party.id.in_(wanted)).options(joinedload(Party.country)))
    by_id = {party.id: party for party in rows}
    return [by_id[i] for i in wanted], unknown


def suggest_parties(name: str) -> list[str]:
    """Up to three names of parties that are spelt nearly so, in the page's language, for an error message.

    Parties that forms no longer offer are not suggested.
    """
    ids = spellings.near(name, party_lookup())
    offered = select(Party).where(Party.id.in_(ids), Party.active)
    found = {party.id: party.name for party in db.session.scalars(offered)}
    return [found[i] for i in ids if i in found]


_BODIES = select(Party.id).where(Party.country_id.in_(bindparam("lands", expanding=True)))
"""The bodies of some countries: every request of somebody with a party asks for them."""


def side_ids(parties: Iterable[Party]) -> frozenset[int]:
    """On whose side somebody of these parties stands: they, their countries, and those countries' bodies."""
    own = list(parties)
    lands = {p.id if p.kind is PartyKind.COUNTRY else p.country_id for p in own} - {None}
    side = {p.id for p in own} | lands
    if lands:
        side |= set(db.session.scalars(_BODIES, {"lands": list(lands)}))
    return frozenset(i for i in side if i is not None)


def person(person_id: int | None) -> Person | None:
    """The person with this number."""
    return db.session.get(Person, person_id) if person_id is not None else None


def find_by_email(email: str) -> Person | None:
    """The person with this address, whatever its case, or None."""
    return db.session.scalar(select(Person).where(func.lower(Person.email) == email.strip().lower()))


def person_by_email(email: str) -> Person:
    """The person with this address, whatever its case; raises NotFound, saying what to do."""
    found = find_by_email(email)
    if found is None:
        raise NotFound(_("There is no account for %(email)s. Add it first.", email=email))
    return found


def _whole(query: Select[tuple[Person]]) -> Person | None:
    """The one person that the query finds, with roles and parties in the same round trip."""
    together = query.options(joinedload(Person.roles), joinedload(Person.parties))
    return db.session.scalars(together).unique().one_or_none()


def person_for_session(uniquifier: str) -> Person | None:
    """Whose session this is, with roles and parties in the same query; active or not."""
    return _whole(select(Person).where(Person.fs_uniquifier == uniquifier))


def people_with_role(*roles: RoleName) -> list[Person]:
    """Active people who hold any of these roles, sorted by name."""
    query = select(Person).where(Person.active, Person.roles.any(Role.name.in_(roles)))
    return sorted(db.session.scalars(query), key=lambda found: fold(found.name))


def has_administrator() -> bool:
    """Whether anybody is an administrator yet."""
    query = select(person_role.c.person_id).join(Role, Role.id == person_role.c.role_id)
    return db.session.execute(query.where(Role.name == RoleName.ADMINISTRATOR).limit(1)).first() is not None


def person_for_token(token: str) -> Person | None:
    """The active person whose API token this is; None when it is unknown or was revoked."""
    known = (ApiToken.token_hash == secret_hash(token), ApiToken.revoked_at.is_(None), Person.active)
    return _whole(select(Person).join(ApiToken, ApiToken.person_id == Person.id).where(*known))


def tokens_of(person_id: int | None) -> list[ApiToken]:
    """A person's API tokens that still work, newest first."""
    query = select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(ApiToken.id.desc())))


def opened_by(person: Person) -> frozenset[str]:
    """What the person holds open in an emergency, such as "outcome:5"."""
    query = select(EmergencyOpening.record_kind, EmergencyOpening.record_id).where(
        EmergencyOpening.person_id == person.id, EmergencyOpening.expires_at > now()
    )
    return frozenset(f"{kind}:{number}" for kind, number in db.session.execute(query))
