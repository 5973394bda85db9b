"""A person as rules and services know them."""

from tracker.accounts import queries
from tracker.accounts.models import Person
from tracker.core.permissions import COORDINATOR, MEMBER, PUBLIC, Actor
from tracker.core.vocabulary import RoleName


def access_tokens_of(person: Person) -> frozenset[str]:
    """What opens records to the person, without a query once roles and parties are loaded."""
    tokens = {PUBLIC, MEMBER, f"person:{person.id}", *(f"party:{party.id}" for party in person.parties)}
    if any(role.name is RoleName.COORDINATOR for role in person.roles):
        tokens.add(COORDINATOR)
    return frozenset(tokens)


def actor_for(person: Person) -> Actor:
    """The person as rules and services know them; their access tokens say which records they may read."""
    roles = frozenset(role.name for role in person.roles)
    parties = frozenset(party.id for party in person.parties)
    return Actor(
        id=person.id,
        name=person.name,
        roles=roles,
        party_ids=parties,
        side_ids=queries.side_ids(person.parties),
        access_tokens=access_tokens_of(person),
        language=person.language,
        # Only administrators open records in an emergency, so only they are asked about.
        opened=queries.opened_by(person) if RoleName.ADMINISTRATOR in roles else frozenset(),
    )
