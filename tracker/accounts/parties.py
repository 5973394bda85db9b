"""Changing parties: bodies are added and edited, countries get further spellings; none is ever deleted."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from tracker.accounts import queries, snapshot, spellings
from tracker.accounts.models import Party, PartyKind
from tracker.accounts.naming import checked_parties, clean_name, clean_party_name
from tracker.core import audit, outbox
from tracker.core.db import db, unit_of_work
from tracker.core.errors import EditConflict, InvalidInput, NotFound
from tracker.core.permissions import Actor, Permission, require
from tracker.core.slugs import first_free, slugify
from tracker.core.vocabulary import Language

#: Most other spellings that one party may have.
MOST_ALIASES = 100
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
#: Words that stand in addresses beside the codes.
_TAKEN = {"new"}
_LONGEST_ACRONYM = 60


@dataclass
class PartyData:
    """What the page of a party lets one change; of a country only the other spellings count."""

    names: Mapping[str, str] = field(default_factory=dict)
    acronym: str = ""
    aliases: Iterable[str] = ()
    country: str = ""
    #: Left empty, it is made of acronym or name; once chosen, it stays.
    code: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """A spelling that the party shares with an `other` one; typed, it `names` one of them or, when None,
    neither.
    """

    spelling: str
    other: Party
    names: Party | None


def add_body(
    actor: Actor,
    code: str,
    names: Mapping[str, str],
    *,
    acronym: str | None = None,
    country: str | None = None,
    aliases: Iterable[str] = (),
) -> Party:
    """Add a body, which may belong to a `country`; without a code it gets one made of acronym or name.

    Raises InvalidInput, naming the field, for a code that is taken, a body without a name, and another
    spelling that names somebody else.
    """
    require(actor, Permission.PARTY_MANAGE)
    with unit_of_work() as session:
        body = Party(kind=PartyKind.BODY, active=True)
        with session.no_autoflush:
            _fill(body, PartyData(names, acronym or "", aliases, country or ""))
            body.code = _checked_code(code) if code.strip() else _free_code(body)
        session.add(body)
        session.flush()
        audit.record(actor, "body-added", "party", body.id, after=snapshot.of_party(body))
        outbox.enqueue("party", body.id)
    return body


def edit_party(actor: Actor, party: Party, data: PartyData, seen: int | None = None) -> Party:
    """Change names, acronym, country and other spellings of a body, or the other spellings of a country.

    Raises EditConflict when it says something else than what was `seen` (`snapshot.fingerprint`),
    InvalidInput naming the field.
    """
    require(actor, Permission.PARTY_MANAGE, party)
    with unit_of_work() as session:
        before = snapshot.of_party(party)
        if seen is not None and seen != snapshot.fingerprint(before):
            raise EditConflict(
                _("Somebody else changed this party while you were writing. Nothing was overwritten.")
            )
        with session.no_autoflush:
            _fill(party, data)
        _note(actor, "party-edited", party, before)
    return party


def set_offered(actor: Actor, party: Party, offered: bool) -> Party:
    """Say whether forms offer the party; one that is not stays on every record that names it."""
    require(actor, Permission.PARTY_MANAGE, party)
    with unit_of_work():
        before = snapshot.of_party(party)
        party.active = offered
        _note(actor, "party-offered" if offered else "party-retired", party, before)
    return party


def clashes(party: Party) -> list[Clash]:
    """The party's spellings that another one has too."""
    own = {key: text for text in _spellings(party) for key in spellings.keys(text)}
    lookup = queries.party_lookup()
    found: dict[tuple[str, int], Clash] = {}
    for other in db.session.scalars(select(Party).where(Party.id != party.id)):
        for key in {key for text in _spellings(other) for key in spellings.keys(text)} & own.keys():
            named = {party.id: party, other.id: other}.get(lookup.get(key, 0))
            found.setdefault((own[key], other.id), Clash(own[key], other, named))
    return list(found.values())


def _note(actor: Actor, act: str, party: Party, before: dict[str, Any]) -> None:
    after = snapshot.of_party(party)
    if after == before:
        return
    db.session.flush()
    audit.record(actor, act, "party", party.id, before, after)
    outbox.enqueue("party", party.id)


def _spellings(party: Party) -> list[str]:
    return [party.code, *party.names.values(), *([party.acronym] if party.acronym else []), *party.aliases]


def _fill(party: Party, data: PartyData) -> None:
    if party.kind is PartyKind.BODY:
        names = {x: clean_party_name(data.names.get(x, ""), f"name_{x}") for x in map(str, Language)}
        party.names = {language: name for language, name in names.items() if name}
        if not party.names:
            raise InvalidInput(_("Give the body a name in at least one language."), "name_en")
        party.acronym = clean_name(data.acronym, _LONGEST_ACRONYM, "acronym") or None
        party.country = _country(data.country)
    party.aliases = _checked_aliases(party, data.aliases)


def _country(spelling: str) -> Party | None:
    if not spelling:
        return None
    found = checked_parties([spelling])[0]
    if found.kind is not PartyKind.COUNTRY:
        raise InvalidInput(_("“%(name)s” is no country.", name=found.name), "country")
    return found


def _checked_aliases(party: Party, aliases: Iterable[str]) -> list[str]:
    """The spellings without doubles and without what the party is called anyway.

    Raises InvalidInput for one that already names another party: it would name neither, or that one.
    """
    known = {party.acronym, *party.names.values()}
    cleaned = dict.fromkeys(clean_party_name(text, "aliases") for text in aliases)
    wanted = [text for text in cleaned if text and text not in known]
    if len(wanted) > MOST_ALIASES:
        raise InvalidInput(_("Keep to %(count)s other spellings.", count=MOST_ALIASES), "aliases")
    lookup = queries.party_lookup()
    for text in wanted:
        holder = next((lookup[key] for key in spellings.keys(text) if key in lookup), None)
        if holder is not None and holder != party.id and text not in (party.aliases or ()):
            other = db.session.get_one(Party, holder)
            message = _("“%(text)s” names %(name)s already.", text=text, name=other.name)
            raise InvalidInput(message, "aliases")
    return wanted


def _is_taken(code: str) -> bool:
    query = select(Party.id).where(func.lower(Party.code) == code.lower())
    return code in _TAKEN or db.session.execute(query).first() is not None


def _checked_code(code: str) -> str:
    wish = code.strip()
    if queries.party_by_code(wish) or _is_taken(wish):
        free = first_free(wish.lower(), _is_taken)
        message = _(
            "There is a party with the code “%(code)s” already. %(free)s is free.", code=wish, free=free
        )
        raise InvalidInput(message, "code")
    if not _CODE.fullmatch(wish):
        message = _("Use 2 to 60 small letters without accents, digits and dashes, such as moj-jo.")
        raise InvalidInput(message, "code")
    return wish


def _free_code(body: Party) -> str:
    """A code made of acronym or name, and of the country: the ministries of two are often called the same."""
    names = [body.acronym or "", body.names.get("en", ""), *body.names.values()]
    made = next((word for name in names if len(word := slugify(name, 50)) > 1), "body")
    country = f"-{body.country.code.lower()}" if body.country is not None else ""
    return first_free(made + country, _is_taken)


def by_code(code: str) -> Party:
    """The party with this code; raises NotFound."""
    party = queries.party_by_code(code)
    if party is None:
        raise NotFound(_("There is no party %(code)s.", code=code))
    return party
