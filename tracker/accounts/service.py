"""Loading countries and roles, adding people, and the tokens of their programs; links stand in `links`."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.accounts import links, queries
from tracker.accounts.countries import all_countries
from tracker.accounts.credentials import (
    TOKEN_PREFIX,
    check_password,
    clean_email,
    new_secret,
    new_uniquifier,
    password_hash,
    secret_hash,
)
from tracker.accounts.links import issue as issue_link
from tracker.accounts.links import issue_setup as issue_setup_link
from tracker.accounts.links import redeem as redeem_link
from tracker.accounts.models import ApiToken, LinkPurpose, Party, PartyKind, Person, Role
from tracker.accounts.naming import check_parties_for, checked_parties, checked_roles, clean_name
from tracker.accounts.parties import add_body
from tracker.accounts.queries import person_for_token
from tracker.core import audit
from tracker.core.audit import AuditEntry
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.permissions import OPERATOR, Actor, Permission, require
from tracker.core.vocabulary import RoleName

__all__ = [
    "FIRST_ROLES",
    "add_body",
    "add_person",
    "issue_link",
    "issue_setup_link",
    "issue_token",
    "load_parties",
    "new_person",
    "person_for_token",
    "redeem_link",
    "revoke_token",
    "set_up",
]

#: The first administrator can begin alone: set up accounts, create a workshop, log and publish.
FIRST_ROLES = (RoleName.ADMINISTRATOR, RoleName.COORDINATOR, RoleName.EXPERT, RoleName.RAPPORTEUR)


def load_parties() -> None:
    """Make the roles, the 249 countries of ISO 3166-1 and Kosovo; a second run adds only what is missing.

    A later version may know more spellings: they are added, and none is taken away. A country that
    administrators have changed stays as they left it.
    """
    with unit_of_work() as session:
        known_roles = set(session.scalars(select(Role.name)))
        session.add_all(Role(name=name) for name in RoleName if name not in known_roles)
        known = {party.code: party for party in session.scalars(select(Party))}
        about_parties = (AuditEntry.record_kind == "party", AuditEntry.act == "party-edited")
        changed = set(session.scalars(select(AuditEntry.record_id).where(*about_parties)))
        for row in all_countries():
            party = known.get(row.code)
            if party is None:
                party = Party(kind=PartyKind.COUNTRY, code=row.code, names=row.names, aliases=row.aliases)
                session.add(party)
            elif party.id in changed:
                continue
            elif new := [alias for alias in row.aliases if alias not in party.aliases]:
                party.aliases = [*party.aliases, *new]


def new_person(
    email: str, name: str, roles: Iterable[RoleName], parties: list[Party], password: str | None
) -> Person:
    """Add the person to the current unit of work; raises InvalidInput for a bad or known address."""
    address = clean_email(email)
    if queries.find_by_email(address):
        raise InvalidInput(_("There is an account for %(email)s already.", email=address), "email")
    if password is not None:
        check_password(password, address, name)
    person = Person(
        email=address,
        name=clean_name(name) or address.partition("@")[0],
        password=password_hash(password) if password is not None else None,
        fs_uniquifier=new_uniquifier(),
        roles=list(db.session.scalars(select(Role).where(Role.name.in_(list(roles))))),
        parties=parties,
    )
    db.session.add(person)
    db.session.flush()
    return person


def add_person(
    actor: Actor,
    email: str,
    name: str,
    roles: Iterable[str],
    party_codes: Iterable[str] = (),
    password: str | None = None,
) -> Person:
    """Add an account; without a name it is called after its address, without a role it reads.

    `party_codes` takes any known spelling of a party. Raises InvalidInput naming the field: a bad or known
    e-mail address, an unknown role or party, a weak password, a focal point or reviewer
    without a party.
    """
    require(actor, Permission.PERSON_MANAGE)
    wanted = checked_roles(roles) or [RoleName.READER]
    with unit_of_work():
        parties = checked_parties(party_codes)
        check_parties_for(wanted, parties)
        person = new_person(email, name, wanted, parties, password)
        codes = [party.code for party in parties]
        after = {"email": person.email, "roles": [str(role) for role in wanted], "parties": codes}
        audit.record(actor, "person-added", "person", person.id, after=after)
    return person


def set_up(token: str, email: str, name: str, password: str) -> Person:
    """Use up the set-up link and make the first administrator, who also gets the roles in `FIRST_ROLES`.

    Raises NotFound when the link does not work or there is an administrator, InvalidInput for what was typed.
    """
    with unit_of_work():
        links.use(token, LinkPurpose.SET_UP)
        person = new_person(email, name, FIRST_ROLES, [], password)
        after = {"email": person.email, "roles": [str(role) for role in FIRST_ROLES]}
        audit.record(OPERATOR, "set-up", "person", person.id, after=after)
    return person


def issue_token(actor: Actor, person: Person, name: str) -> str:
    """Make a bearer token with which the person's program reads the API; gives it, as it is kept nowhere."""
    require(actor, Permission.TOKEN_MANAGE)
    label = name.strip()
    if not label or len(label) > 100:
        raise InvalidInput(_("Give the token a name of 1 to 100 characters that says what uses it."), "name")
    with unit_of_work() as session:
        if not person.active:
            raise InvalidInput(_("The account of %(email)s is closed.", email=person.email), "email")
        token = TOKEN_PREFIX + new_secret()
        session.add(ApiToken(person_id=person.id, name=label, token_hash=secret_hash(token)))
        audit.record(actor, "token-issued", "person", person.id, after={"name": label})
    return token


def revoke_token(actor: Actor, token_id: int) -> ApiToken:
    """End a token at once; raises NotFound for one that is not there, Denied for somebody else's."""
    with unit_of_work() as session:
        token = session.get(ApiToken, token_id)
        if token is None:
            raise NotFound(_("There is no such token."))
        require(actor, Permission.TOKEN_MANAGE, token)
        if token.revoked_at is None:
            token.revoked_at = now()
            audit.record(actor, "token-revoked", "person", token.person_id, before={"name": token.name})
    return token
