"""What belongs to workshops but is kept by a higher room: connected when the application is put together."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from flask import current_app
from flask.sansio.app import App

from tracker.core.permissions import Actor
from tracker.workshops.models import Workshop


class Keeper(Protocol):
    """Whoever keeps the outcomes of workshops."""

    def counts(self, actor: Actor, workshop_ids: Iterable[int]) -> Mapping[int, int]:
        """How many outcomes of each workshop the actor may see; one query."""

    def panel(self, actor: Actor, workshop: Workshop) -> Mapping[str, Any]:
        """What `outcomes/_of_workshop.html` shows on the workshop's page, filtered as the request asks."""


def connect(app: App, keeper: Keeper) -> None:
    """Say who keeps the outcomes of workshops in this application."""
    app.extensions["tracker_outcomes_of_workshops"] = keeper


def keeper() -> Keeper:
    """Whoever keeps the outcomes of workshops in this application."""
    found: Keeper = current_app.extensions["tracker_outcomes_of_workshops"]
    return found
