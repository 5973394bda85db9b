"""Every route × method × role × record, asked of the program and of the statement of the rules.

`make test` walks a seeded sample that holds every route × method × role, and every label × relation × state;
`make campaign` walks the whole matrix. Both print how many cells there were.
"""

import ast
import logging
import os
import random
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.access import statement
from tests.access.builder import Builder
from tests.access.cells import every_cell, one_of_each_role, sample, undeclared
from tests.access.people import RELATIONS
from tests.access.reading import Reader
from tests.access.statement import Who
from tests.access.table import ROUTES
from tests.access.walker import Walker
from tests.access.world import World
from tests.conftest import SETTINGS, close
from tracker.app import create_app
from tracker.search import indexing

WHOLE = bool(os.environ.get("TRACKER_CAMPAIGN"))
SEED = 7
#: Faults told in full; a broken rule makes thousands.
_TOLD = 250 if WHOLE else 25
#: The whole matrix is walked in this many parts, so that `-n` can share them out.
PARTS = 12 if WHOLE else 1


@pytest.fixture(scope="module")
def home(template_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """An instance that holds the world."""
    folder = tmp_path_factory.mktemp("access") / "instance"
    shutil.copytree(template_instance, folder)
    app = create_app(SETTINGS, instance=str(folder))
    with app.app_context():
        world = Builder(app, whole=WHOLE).build()
        close(app)
    return folder, world


def _application(folder: Path, **settings: Any) -> Any:
    app = create_app({**SETTINGS, **settings}, instance=str(folder))
    with app.app_context():
        # Who counts as everybody decides what the index may say of workshops.
        indexing.recover()
    # Thousands of refusals are meant here, and need no line each; errors still have theirs.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return app


@pytest.fixture(scope="module")
def walker(home: tuple[Path, World]) -> Iterator[Walker]:
    """Asks the program; anonymous reading is switched for each request."""
    folder, world = home
    app = _application(folder)
    found = Walker(app, world, thorough=WHOLE)
    yield found
    found.close()
    with app.app_context():
        close(app)


@pytest.fixture(scope="module")
def open_walker(home: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    """The same world at an instance that the public may read."""
    folder = tmp_path_factory.mktemp("open") / "instance"
    shutil.copytree(home[0], folder)
    app = _application(folder, TRACKER_PUBLIC_READING=True)
    found = Walker(app, home[1])
    yield found
    found.close()
    with app.app_context():
        close(app)


def _tell(capsys: pytest.CaptureFixture[str], line: str) -> None:
    with capsys.disabled():
        print(f"\n{line}")


def _judge(faults: list[str]) -> None:
    more = f"\n… and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
    if faults:
        pytest.fail(f"{len(faults)} unexpected answers:\n" + "\n".join(faults[:_TOLD]) + more, pytrace=False)


def _some_readers(world: World, chance: random.Random) -> list[Who]:
    """People in some relations, and those whom no label names: the public, an administrator with a record
    opened.
    """
    some = chance.sample(sorted(RELATIONS), 4)
    related = [chance.choice([who for who in world.people if who.relation == name]) for name in some]
    peculiar = ("administrator of many roles, in an emergency", "public, reading on", "coordinator, neither")
    return [world.who(name) for name in peculiar] + related


def test_the_statement_of_the_rules_knows_nothing_of_the_program():
    tree = ast.parse(Path(statement.__file__).read_text(encoding="utf-8"))
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert sorted(modules) == ["collections.abc", "dataclasses", "functools"]


def test_every_route_has_a_row_in_the_table_and_every_row_a_route(app):
    known: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        known.setdefault(rule.endpoint, set()).update(rule.methods - {"HEAD", "OPTIONS"})
    unsaid = {name: sorted(methods) for name, methods in known.items() if name not in ROUTES}
    assert unsaid == {}, "say in tests/access/table.py what decides at these routes"
    assert [name for name in ROUTES if name not in known] == [], "these routes are gone"
    said = {name: " ".join(sorted(known[name])) for name in known}
    assert {name: row.methods for name, row in ROUTES.items() if row.methods != said[name]} == {}


def test_lists_searches_counts_and_exports_show_exactly_what_the_rules_open(walker, open_walker, capsys):
    chance = random.Random(SEED)
    people = walker.world.people if WHOLE else _some_readers(walker.world, chance)
    faults: list[str] = []
    asked = 0
    for who in people:
        reader = Reader(open_walker if who.public_reading else walker, who)
        faults += reader.faults()
        if WHOLE or who in people[:2]:
            faults += reader.items()
        asked += reader.asked
    _tell(
        capsys, f"access, reading side: {len(people)} people, {asked} pages, {len(faults)} unexpected answers"
    )
    _judge(faults)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_cell_of_the_matrix_answers_as_the_rules_say(part, walker, capsys):
    routes = list(ROUTES)[part::PARTS]
    cells = every_cell(walker) if WHOLE else sample(walker, random.Random(SEED))
    each = one_of_each_role(walker.world)
    number, faults = 0, []
    others = list(undeclared(walker, each))
    for cell in chain(others if WHOLE else random.Random(SEED).sample(others, 200), cells):
        if cell.endpoint in routes:
            number += 1
            faults += walker.walk(cell)
    # A walk in which no form was ever taken would prove little.
    faults += [
        f"{endpoint}: no form sent there changed anything"
        for endpoint in routes
        if ROUTES[endpoint].writes and not walker.wrote.get(endpoint)
    ]
    told = f"access, matrix, part {part + 1} of {PARTS}" if WHOLE else "access, matrix"
    _tell(capsys, f"{told}: {number} cells, {len(faults)} unexpected answers")
    _judge(faults)
