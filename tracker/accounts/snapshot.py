"""What a person or a party says at one moment: for the history, and to notice two who change it at once."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from tracker.accounts.models import Party, Person


def of_person(person: Person) -> dict[str, Any]:
    """Roles and parties, as JSON values."""
    return {
        "roles": [str(role.name) for role in person.roles],
        "parties": [party.code for party in person.parties],
    }


def of_party(party: Party) -> dict[str, Any]:
    """Names, acronym, other spellings, country and whether forms offer it, as JSON values."""
    return {
        "code": party.code,
        "names": dict(party.names),
        "acronym": party.acronym,
        "aliases": list(party.aliases),
        "country": party.country.code if party.country is not None else None,
        "active": party.active,
    }


def fingerprint(snapshot: Mapping[str, Any]) -> int:
    """A number that changes when the snapshot does; a form remembers it as what was seen."""
    # As long as the numbers that forms take, and never 0, which says that nothing was seen.
    return 1 + zlib.crc32(json.dumps(snapshot, sort_keys=True).encode()) % 999_999_998
