"""Everything that a saved search finds for its owner now, and whether a look could find anything else."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256

from flask import current_app
from flask_babel import force_locale

from tracker.accounts.actors import access_tokens_of, actor_for
from tracker.accounts.models import Person
from tracker.core.db import today
from tracker.core.permissions import Actor, Permission, allows
from tracker.search.asking.parser import parse
from tracker.search.asking.query import resolve_filters
from tracker.search.indexing import before_search, engine
from tracker.search.labels import Labels
from tracker.search.requests import request_of
from tracker.search.saved.wanted import Wanted, as_of_today
from tracker.search.thesaurus import names_mark


@dataclass(frozen=True, slots=True)
class Matches:
    """What matches a search, newest first, and under which circumstances (`mark`)."""

    refs: tuple[str, ...]
    mark: str


def reader(person: Person) -> Actor | None:
    """The person as the one for whom a program searches; None when they may not search any more.

    What somebody opens in an emergency they read themselves; no program does for them.
    """
    if not person.active:
        return None
    actor = replace(actor_for(person), opened=frozenset())
    return actor if allows(actor, Permission.SEARCH_SAVE) else None


@contextmanager
def spoken_by(person: Person) -> Iterator[str]:
    """The person's language, in which the words of filters in their searches are understood."""
    language = str(person.language or current_app.config["TRACKER_DEFAULT_LANGUAGE"])
    with force_locale(language):
        yield language


def mark(index: str, names: tuple[int | None, ...], wanted: Wanted, person: Person) -> str:
    """All that decides what a person's search finds, in 64 characters: while it is the same, so are the
    results.

    `index` is the commit of the index, `names` the state of the names that a search knows (:func:`names_mark`
    of the thesaurus). The day counts because things become overdue. Causes no query once the person's roles
    and parties are loaded.
    """
    said = [
        index,
        names,
        today().isoformat(),
        current_app.config["TRACKER_STALE_MONTHS"],
        sorted(access_tokens_of(person)),
        person.language,
        wanted.query,
        {name: list(values) for name, values in wanted.filters.items()},
    ]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def matches(actor: Actor, person: Person, wanted: Wanted) -> Matches | None:
    """What matches a search of this person, who is `actor`; None while the index is not whole."""
    before_search()
    names = names_mark()
    with spoken_by(person):
        labels = Labels(actor)
        today_wanted = as_of_today(wanted, labels)
        resolved = resolve_filters(parse(wanted.query), labels.resolve)
        request = request_of(actor, resolved, names, filters=today_wanted.filters)
    found = engine().references(request)
    # An index that was lost on the way finds nothing: everything would be new once it is back.
    if engine().needs_rebuild or not found.mark or found.mark != engine().mark():
        return None
    return Matches(found.refs, mark(found.mark, names, wanted, person))
