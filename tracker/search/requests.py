"""A search as the engine is asked it: the words as the thesaurus knows them, for this actor, today."""

from typing import Any

from flask import current_app

from tracker.core.db import today
from tracker.core.permissions import Actor
from tracker.search.asking.query import Query
from tracker.search.engine import Access, SearchRequest
from tracker.search.thesaurus import thesaurus


def access_of(actor: Actor) -> Access:
    """What opens documents to the actor."""
    return None if actor.is_operator else actor.access_tokens


def request_of(
    actor: Actor, resolved: Query, names: object, *, literal: bool = False, **more: Any
) -> SearchRequest:
    """The request of a query whose filter values are resolved.

    `names` is the state of the names that a search knows (`names_mark` of the thesaurus), `literal` asks for
    the words only, and `more` is given to the request as it is.
    """
    return SearchRequest(
        query=resolved if literal else thesaurus(names).expand(resolved),
        access=access_of(actor),
        today=today(),
        stale_months=current_app.config["TRACKER_STALE_MONTHS"],
        **more,
    )
