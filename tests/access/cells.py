"""Which cells the matrix has, and which of them a short walk takes."""

import random
from collections.abc import Iterator

from tests.access.payloads import fits
from tests.access.people import RELATIONS
from tests.access.statement import LABELS, ROLES, STATES, Outcome, Who
from tests.access.table import ROUTES, Answer
from tests.access.walker import Cell, Walker
from tests.access.world import Thing, World

#: What an address takes beside the record it stands for.
VARIANTS: dict[str, list[tuple[tuple[str, str], ...]]] = {
    "outcomes.new": [(("kind", "recommendation"),), (("kind", "practice"),)],
    "outcomes.version": [(("language", "en"),), (("language", "fr"),)],
}
ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def _methods(endpoint: str) -> list[str]:
    methods = ROUTES[endpoint].methods.split()
    return [*methods, *(["HEAD"] if "GET" in methods else [])]


def _things(world: World, endpoint: str, who: Who) -> list[Thing | None]:
    """The records that this person is walked to; None stands for the address that no record has."""
    kind = ROUTES[endpoint].of
    if not kind:
        return [None]
    return [*(thing for thing in world.things[kind] if thing.only in (None, who.name)), None]


def _cell(
    endpoint: str, method: str, who: Who, thing: Thing | None, variant: tuple[tuple[str, str], ...]
) -> Cell:
    return Cell(endpoint, method, who, thing, bool(ROUTES[endpoint].of) and thing is None, variant)


def every_cell(walker: Walker) -> Iterator[Cell]:
    """Every route × method × person × record.

    HEAD is walked by one person of each role, whose relation changes from record to record.
    """
    world = walker.world
    for endpoint in ROUTES:
        for method in _methods(endpoint):
            for place, who in enumerate(world.people):
                for number, thing in enumerate(_things(world, endpoint, who)):
                    turn = (place + number) % len(RELATIONS) == 0
                    if method in ("GET", "POST") or turn or len(who.roles) != 1:
                        for variant in VARIANTS.get(endpoint, [()]):
                            yield _cell(endpoint, method, who, thing, variant)
    yield from wrong_proofs(world, [who for who in world.people if who.relation == "took part"])


def wrong_proofs(world: World, people: list[Who]) -> Iterator[Cell]:
    """The cookie shown to the API, the token to a page: both prove nothing."""
    for endpoint in ("api.find", "api.outcome", "api.workshop", "outcomes.detail", "reports.export"):
        for who in people:
            for thing in _things(world, endpoint, who):
                yield Cell(
                    endpoint, "GET", who, thing, bool(ROUTES[endpoint].of) and thing is None, wrong_proof=True
                )


def undeclared(walker: Walker, people: list[Who]) -> Iterator[Cell]:
    """Methods that an address does not have; OPTIONS is none, since nothing is meant for other sites."""
    adapter = walker.app.url_map.bind("127.0.0.1")
    for endpoint in ROUTES:
        for who in people:
            thing = _things(walker.world, endpoint, who)[0]
            cell = _cell(endpoint, "GET", who, thing, VARIANTS.get(endpoint, [()])[0])
            known = set(adapter.allowed_methods(walker.address(cell))) - {"OPTIONS"}
            for method in ALL_METHODS:
                if method not in known:
                    yield Cell(endpoint, method, who, thing, variant=cell.variant)


def one_of_each_role(world: World) -> list[Who]:
    """The people who stand in no relation to anything, and the public."""
    return [world.who(f"{role}, neither") for role in ROLES] + [
        world.who("first administrator"),
        world.who("public, reading off"),
        world.who("public, reading on"),
    ]


def sample(walker: Walker, chance: random.Random) -> list[Cell]:
    """A walk that takes every route × method × role, and every label × relation × state, at least once."""
    world = walker.world
    chosen: dict[Cell, None] = {}
    by_role = [[who for who in world.people if who.roles == {role}] for role in ROLES]
    by_role += [[world.who("public, reading off")], [world.who("public, reading on")]]
    for endpoint in ROUTES:
        for method in _methods(endpoint):
            # HEAD is answered by what answers GET; the whole matrix walks it for every role.
            for people in by_role if method != "HEAD" else chance.sample(by_role, 2):
                who = chance.choice(people)
                variant = chance.choice(VARIANTS.get(endpoint, [()]))
                thing = chance.choice(_things(world, endpoint, who))
                chosen[_cell(endpoint, method, who, thing, variant)] = None
            chosen |= dict.fromkeys(_telling(world, endpoint, method, chance))
    for label in LABELS:
        for state in STATES:
            for relation in RELATIONS:
                chosen[_related(world, label, state, relation, chance)] = None
    chosen |= dict.fromkeys(
        chance.sample(list(wrong_proofs(world, [w for w in world.people if w.relation == "took part"])), 30)
    )
    return list(chosen)


def _telling(world: World, endpoint: str, method: str, chance: random.Random) -> list[Cell]:
    """Of one route and method, the cells that tell most.

    Those let in where the act makes sense; records that are hidden; records that may be read and not acted
    upon, by somebody who may do so with others.
    """
    if method not in ("GET", "POST"):
        return []
    row = ROUTES[endpoint]
    pool: dict[Answer, list[Cell]] = {answer: [] for answer in Answer}
    for who in world.people:
        if not (row.door or row.rule)(who, None):
            continue
        for thing in _things(world, endpoint, who):
            for variant in VARIANTS.get(endpoint, [()]) if thing or not row.of else []:
                cell = _cell(endpoint, method, who, thing, variant)
                answer = cell.expected()
                if answer is not Answer.IN or fits(endpoint, cell.record, who):
                    pool[answer].append(cell)
    many = {Answer.IN: 2 if method == "POST" else 0, Answer.HIDDEN: 1, Answer.REFUSED: 2}
    return [
        cell
        for answer, found in pool.items()
        for cell in chance.sample(found, min(many.get(answer, 0), len(found)))
    ]


def _related(world: World, label: str, state: str, relation: str, chance: random.Random) -> Cell:
    """Somebody in this relation at an outcome with this label in this state."""
    who = chance.choice(
        [who for who in world.people if who.name.endswith(f", {relation}") and who.relation == relation]
    )
    fitting = [
        thing
        for thing in world.things["outcome"]
        if isinstance(thing.record, Outcome)
        and (thing.record.label, thing.record.state) == (label, state)
        and thing.only in (None, who.name)
        and (relation != "author" or thing.record.author == who.name)
        and thing.record.name != world.hub
    ]
    endpoint = chance.choice(["outcomes.detail", "outcomes.edit", "outcomes.history", "api.outcome"])
    return Cell(endpoint, "GET", who, chance.choice(fitting))
