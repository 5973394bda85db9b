"""What was said before an outcome, as its page shows it. The search room knows it; `app.py` connects them, so
that this room imports none above.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from flask import Flask, current_app

from tracker.core.permissions import Actor
from tracker.outcomes.models import Outcome
from tracker.workshops.models import Workshop


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the commitments of an outcome had come on some day: all of them, and those implemented."""

    total: int = 0
    done: int = 0
    #: The two states of the only commitment, where there is one alone.
    position: Any = None
    implementation: Any = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An outcome that said nearly the same before."""

    outcome: Outcome
    day: date
    #: Where the reader may know of it.
    workshop: Workshop | None
    #: Why it is here: words, names and themes that both have.
    words: tuple[str, ...]
    names: tuple[str, ...]
    themes: tuple[str, ...]
    #: On the day of the outcome that it is shown with, and today.
    then: Standing
    now: Standing


class Finder(Protocol):
    """Whoever finds what was said before."""

    def said_before(self, actor: Actor, outcome: Outcome) -> Sequence[Earlier]:
        """The few outcomes of earlier days closest to this one, of those that the actor may see."""


def connect(app: Flask, finder: Finder) -> None:
    """Say who finds what was said before; called once, when the application is put together."""
    app.extensions["tracker_said_before"] = finder


def said_before(actor: Actor, outcome: Outcome) -> Sequence[Earlier]:
    """The few outcomes of earlier days closest to this one, of those that the actor may see."""
    finder: Finder = current_app.extensions["tracker_said_before"]
    return finder.said_before(actor, outcome)
