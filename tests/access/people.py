"""The people of the matrix: each role in each relation to the records, and some of peculiar standing."""

from collections.abc import Iterable
from itertools import product
from typing import Any

from tests.access.statement import ROLES, Who

#: How a person may stand to the records, and for which party they then act.
RELATIONS = {
    "took part": "JO",
    "addressed": "MA",
    "named party": "ES",
    "named person": "FR",
    "rapporteur of it": "FR",
    "author": "FR",
    "neither": "FR",
}
#: Bodies of two of the countries: who reviews for one stands on its country's side.
BODIES = {"ma-justice": "MA", "jo-justice": "JO"}


def side(party: str) -> frozenset[str]:
    """Who is judge in its own cause: a party, its country, that country's bodies."""
    country = BODIES.get(party, party)
    return frozenset({country, *(body for body, of in BODIES.items() if of == country)})


def _who(name: str, roles: Iterable[str], party: str | None, **more: Any) -> Who:
    parties = frozenset({party} if party else ())
    return Who(name, frozenset(roles), parties, side(party) if party else frozenset(), **more)


#: Who must be there, since records of the world were written by them.
_WRITERS = ("expert, author", "focal-point, addressed", "reviewer, neither")


def everybody(*, whole: bool = True) -> list[Who]:
    """Each role in each relation, and those whose standing is peculiar.

    A small world has each role in four relations, and each relation with three or four roles.
    """
    kept = {(place, (place + step) % 6) for place in range(len(ROLES)) for step in (0, 2, 3)}
    people = [
        _who(f"{role}, {relation}", [role], party, relation=relation)
        for (place, role), (number, (relation, party)) in product(
            enumerate(ROLES), enumerate(RELATIONS.items())
        )
        if whole or relation == "neither" or (place, number) in kept or f"{role}, {relation}" in _WRITERS
    ]
    return [
        *people,
        _who("reader, of a host", ["reader"], "CY", relation="took part"),
        _who("reader, of a body of a country that took part", ["reader"], "jo-justice"),
        _who("reader, reported once", ["reader"], "FR"),
        _who("reviewer, of a body of the addressed country", ["reviewer"], "ma-justice"),
        _who("reviewer, without a party", ["reviewer"], None),
        _who("focal-point, without a party", ["focal-point"], None),
        _who("focal-point and reviewer, addressed", ["focal-point", "reviewer"], "MA", relation="addressed"),
        _who("rapporteur, of another workshop", ["rapporteur"], "FR"),
        _who("rapporteur, recorded the workshops", ["rapporteur"], "FR"),
        _who("first administrator", ["administrator", "coordinator", "expert", "rapporteur"], None),
        _who("administrator, in an emergency", ["administrator"], None),
        _who(
            "administrator of many roles, in an emergency",
            ["administrator", "coordinator", "focal-point", "reviewer"],
            "MA",
        ),
        Who("reader, account closed", signed_in=False, closed=True),
        Who("public, reading off", signed_in=False),
        Who("public, reading on", signed_in=False, public_reading=True),
    ]
