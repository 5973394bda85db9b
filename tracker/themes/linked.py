"""What stands under themes. The rooms above know it; `app.py` connects them, so that this room imports none
of them.
"""

from collections.abc import Collection
from typing import Any, Protocol

from flask import Flask, current_app
from sqlalchemy import Select, func, select

from tracker.core.db import db
from tracker.core.paging import Page
from tracker.core.permissions import Actor
from tracker.themes.models import Theme, theme_broader


class Linked(Protocol):
    """Whoever keeps records under themes."""

    def visible_pairs(self, actor: Actor) -> Select[Any]:
        """Select of (`theme_id`, `record_id`), one row for each record under a theme that the actor may
        see.
        """

    def outcomes_under(self, actor: Actor, theme_ids: Collection[int], page: int) -> Page[Any]:
        """One page of the visible outcomes under any of the themes, newest first."""

    def workshops_under(self, actor: Actor, theme_ids: Collection[int], page: int) -> Page[Any]:
        """One page of the visible workshops with such outcomes: pairs of workshop and number of those
        outcomes.
        """

    def move(self, actor: Actor, source_id: int, target_id: int) -> int:
        """Put everything under one theme under another, nothing twice; gives how many records moved.

        Each record's version counts on, and its history tells that the actor did it.
        """


def connect(app: Flask, keeper: Linked) -> None:
    """Say who keeps records under themes; called once, when the application is put together."""
    app.extensions["tracker_linked_to_themes"] = keeper


def keeper() -> Linked:
    """Whoever keeps records under themes in this application."""
    found: Linked = current_app.extensions["tracker_linked_to_themes"]
    return found


def counts(actor: Actor) -> dict[int, int]:
    """Theme id → number of visible records under it or anything narrower, none counted twice; one query."""
    pairs = keeper().visible_pairs(actor).subquery("pairs")
    line = select(Theme.id.label("theme_id"), Theme.id.label("under_id")).cte("line", recursive=True)
    line = line.union(
        select(line.c.theme_id, theme_broader.c.broader_id).join(
            theme_broader, theme_broader.c.theme_id == line.c.under_id
        )
    )
    query = (
        select(line.c.under_id, func.count(func.distinct(pairs.c.record_id)))
        .join(pairs, pairs.c.theme_id == line.c.theme_id)
        .group_by(line.c.under_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
