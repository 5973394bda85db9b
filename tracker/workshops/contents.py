"""What belongs to workshops but is kept by a higher room: connected when the application is put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app
from flask.sansio.app import App

from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling
from tracker.workshops.models import Workshop


@dataclass(frozen=True, slots=True)
class Raised:
    """How many outcomes were raised, and the references of those for which nobody could be named."""

    number: int = 0
    left: tuple[str, ...] = ()


class Keeper(Protocol):
    """Whoever keeps the outcomes of workshops."""

    def counts(self, actor: Actor, workshop_ids: Iterable[int]) -> Mapping[int, int]:
        """How many outcomes of each workshop the actor may see; one query."""

    def panel(self, actor: Actor, workshop: Workshop) -> Mapping[str, Any]:
        """What `outcomes/_of_workshop.html` shows on the workshop's page, filtered as the request asks."""

    def below(self, actor: Actor, workshop: Workshop, handling: Handling) -> int:
        """How many outcomes of the workshop are marked lower than this label, and the actor may relabel."""

    def raise_labels(self, actor: Actor, workshop: Workshop, handling: Handling, reason: str) -> Raised:
        """Raise those outcomes to the label, inside the running unit of work."""


def connect(app: App, keeper: Keeper) -> None:
    """Say who keeps the outcomes of workshops in this application."""
    app.extensions["tracker_outcomes_of_workshops"] = keeper


def keeper() -> Keeper:
    """Whoever keeps the outcomes of workshops in this application."""
    found: Keeper = current_app.extensions["tracker_outcomes_of_workshops"]
    return found
