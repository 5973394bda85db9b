"""What people and parties do at workshops, which a higher room keeps: connected when the application is put
together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app
from flask.sansio.app import App

from tracker.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Bereft:
    """Workshops that would have no rapporteur left: those the actor may see, and the number of the others."""

    workshops: Sequence[Any]
    hidden: int


class Keeper(Protocol):
    """Whoever keeps the workshops."""

    def reported_by(self, actor: Actor, person_id: int) -> Sequence[Any]:
        """The workshops of which the person is a rapporteur and which the actor may see, newest first."""

    def bereft_without(self, actor: Actor, person_id: int) -> Bereft:
        """The workshops that have no other rapporteur whose account is open."""

    def counts_of_parties(self, actor: Actor, party_ids: Iterable[int]) -> Mapping[int, int]:
        """At how many workshops that the actor may see each party took part; parties without any left out."""

    def attended_by(self, actor: Actor, party_id: int) -> Sequence[Any]:
        """The workshops at which the party took part and which the actor may see, newest first."""


def connect(app: App, keeper: Keeper) -> None:
    """Say who keeps the workshops in this application."""
    app.extensions["tracker_duties"] = keeper


def keeper() -> Keeper:
    """Whoever keeps the workshops in this application."""
    found: Keeper = current_app.extensions["tracker_duties"]
    return found
