"""What every test stands on: a real instance in a folder of its own, copied from one that was set up once."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests.factories.make import Make
from tests.pages import Visitor
from tracker import instance as instances
from tracker.app import create_app
from tracker.core.db import db

SETTINGS: dict[str, Any] = {
    "TESTING": True,
    # Errors are shown as pages, as people see them.
    "PROPAGATE_EXCEPTIONS": False,
    "SECURITY_PASSWORD_HASH": "argon2",
    "RATELIMIT_ENABLED": False,
    "SERVER_NAME": None,
}


def close(app: Flask) -> None:
    """Close what the application holds open; newer Pythons complain of a connection that nobody closed."""
    db.session.remove()
    db.engine.dispose()
    app.extensions["tracker_search"].close()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each template is compiled once in a run. Every application has an environment of its own, and compiled
    them anew: four fifths of what the first page of a test cost.
    """
    before = Flask.jinja_options
    folder = tmp_path_factory.mktemp("compiled")
    Flask.jinja_options = {**before, "bytecode_cache": FileSystemBytecodeCache(str(folder))}
    yield
    Flask.jinja_options = before


@pytest.fixture(scope="session")
def template_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance after `tracker init`: migrated, with parties and thesaurus, without people."""
    folder = tmp_path_factory.mktemp("template") / "instance"
    app = create_app(SETTINGS, instance=str(folder))
    with app.app_context():
        instances.initialise()
        close(app)
    return folder


@pytest.fixture
def instance(template_instance: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    folder = tmp_path / "instance"
    shutil.copytree(template_instance, folder)
    return folder


@pytest.fixture
def app(instance: Path) -> Iterator[Flask]:
    """The application on that instance, inside its context."""
    app = create_app(SETTINGS, instance=str(instance))
    # The same method as in earnest, at the least cost, because tests hash many passwords.
    app.extensions["security"].pwd_context.update(
        argon2__time_cost=1, argon2__memory_cost=64, argon2__parallelism=1
    )
    with app.app_context():
        yield app
        close(app)


@pytest.fixture
def make(app: Flask) -> Make:
    """The factories."""
    return Make()


@pytest.fixture
def visit(app: Flask) -> Any:
    """Call it with a person (or nobody) to get a visitor who is signed in and walks the pages without
    JavaScript.
    """

    def enter(person: Any = None, language: str = "en") -> Visitor:
        return Visitor(app, person, language)

    return enter
