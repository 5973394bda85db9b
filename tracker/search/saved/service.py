"""Saving searches, sharing them, and having them watched: each function is one transaction."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from tracker.accounts.models import Person
from tracker.core import audit
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import EditConflict, InvalidInput, NotFound
from tracker.core.permissions import Actor, Permission, require
from tracker.search.saved import known, waiting
from tracker.search.saved import links as saved_links
from tracker.search.saved import queries as saved_queries
from tracker.search.saved.matching import Matches, matches
from tracker.search.saved.models import LONGEST_NAME, Alert, SavedSearch
from tracker.search.saved.wanted import Wanted

#: Most searches that one person keeps.
MOST_SEARCHES = 50
#: How the audit log calls a saved search.
KIND = "saved-search"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedData:
    """What a saved search is to be."""

    name: str
    wanted: Wanted
    shared: bool = False
    alert: Alert = Alert.NONE


def save(actor: Actor, data: SavedData) -> SavedSearch:
    """Keep a search under a name; raises Denied, and InvalidInput naming the field."""
    require(actor, Permission.SEARCH_SAVE)
    if actor.id is None:
        raise InvalidInput(_("The operator keeps no searches."))
    found = _look(actor, data)
    with unit_of_work() as session:
        if saved_queries.count_of(actor.id) >= MOST_SEARCHES:
            message = _("You keep %(most)s searches already. Delete one first.", most=MOST_SEARCHES)
            raise InvalidInput(message)
        search = SavedSearch(owner_id=actor.id, mail_salt=saved_links.new_salt())
        _fill(search, data)
        _note(search, found)
        session.add(search)
        session.flush()
        audit.record(actor, "search-saved", KIND, search.id, after=_told(search))
    return search


def change(actor: Actor, search_id: int, data: SavedData, seen_version: int) -> SavedSearch:
    """Change name, words, filters, sharing or mails; raises Denied, EditConflict, and InvalidInput naming
    the field.
    """
    require(actor, Permission.SEARCH_CHANGE)
    found = _look(actor, data)
    with _changing(actor, search_id) as search:
        if search.version != seen_version:
            raise EditConflict(_("This search was changed in another window. Open it again."))
        before, asked = _told(search), _asked(search)
        _fill(search, data)
        search.version += 1
        search.changed_at = now()
        if search.alert is Alert.NONE:
            waiting.take_back([search])
        if search.alert is Alert.NONE or _asked(search) != asked or search.looked_at is None:
            _note(search, found)
        if _told(search) != before:
            audit.record(actor, "search-changed", KIND, search.id, before, _told(search))
    return search


def delete(actor: Actor, search_id: int) -> str:
    """Delete a search for good, with its feed and its mails; gives back its name."""
    with _changing(actor, search_id) as search:
        name = search.name
        audit.record(actor, "search-deleted", KIND, search.id, _told(search))
        waiting.take_back([search])
        db.session.delete(search)
    return name


def renew_feed(actor: Actor, search_id: int) -> SavedSearch:
    """Give the search a feed at a new private address; an earlier address is closed."""
    with _changing(actor, search_id) as search:
        before = _told(search)
        search.feed_salt = saved_links.new_salt()
        audit.record(actor, "feed-renewed", KIND, search.id, before, _told(search))
    return search


def close_feed(actor: Actor, search_id: int) -> SavedSearch:
    """Close the feed of the search."""
    with _changing(actor, search_id) as search:
        if search.feed_salt is not None:
            before = _told(search)
            search.feed_salt = None
            audit.record(actor, "feed-closed", KIND, search.id, before, _told(search))
    return search


def of_mail(token: str) -> SavedSearch:
    """The search whose mails carry this secret; raises NotFound when there is none."""
    search = saved_links.of_mail(token)
    if search is None:
        raise NotFound(_("This link is not whole, or the search was deleted. It sends no mail then."))
    return search


def stop_mails(token: str) -> SavedSearch:
    """End the mails of the search whose mails carry this secret, which is all the right it takes.

    Raises NotFound when no search has it. A second time changes nothing.
    """
    with unit_of_work():
        search = of_mail(token)
        if search.alert is not Alert.NONE:
            before = _told(search)
            search.alert = Alert.NONE
            search.version += 1
            _note(search, None)
            waiting.take_back([search])
            owner = Actor(id=search.owner_id, name=search.owner.name)
            audit.record(owner, "mails-stopped", KIND, search.id, before, _told(search))
    return search


def on_account_closed(person: Person) -> None:
    """Close the feeds of the person and end their mails, those that wait to be sent as well, inside the
    running unit of work; neither begins again with an account that is reopened.
    """
    theirs = db.session.scalars(select(SavedSearch).where(SavedSearch.owner_id == person.id))
    waiting.take_back(theirs)
    ended = {"feed_salt": None, "alert": Alert.NONE, "known": None, "mark": "", "looked_at": None}
    db.session.execute(update(SavedSearch).where(SavedSearch.owner_id == person.id).values(**ended))


@contextmanager
def _changing(actor: Actor, search_id: int) -> Iterator[SavedSearch]:
    """The search as it is now, in a unit of work, once it is clear that the actor may change it."""
    with unit_of_work():
        yield saved_queries.own(actor, search_id)


def _fill(search: SavedSearch, data: SavedData) -> None:
    search.name = clean_name(data.name)
    search.query, search.sort = data.wanted.query, data.wanted.sort
    search.filters = {name: list(values) for name, values in data.wanted.filters.items()}
    search.shared, search.alert = data.shared, data.alert


def clean_name(name: str) -> str:
    """The name in one line, without marks that turn the text around it; raises InvalidInput for none or a
    long one.
    """
    kept = "".join(c for c in name if unicodedata.bidirectional(c) not in _TURNING)
    said = " ".join(kept.split())
    if not said:
        raise InvalidInput(_("Give the search a name."), "name")
    if len(said) > LONGEST_NAME:
        raise InvalidInput(_("Shorten this to %(count)s characters.", count=LONGEST_NAME), "name")
    return said


#: Classes of the marks that change the direction of what follows them (Unicode Annex 9).
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _asked(search: SavedSearch) -> tuple[str, dict[str, Any]]:
    return search.query, search.filters


def _told(search: SavedSearch) -> dict[str, Any]:
    """What the audit log keeps: never the words, which are the person's own and can be deleted."""
    return {"shared": search.shared, "alert": str(search.alert), "feed": search.feed_salt is not None}


def _look(actor: Actor, data: SavedData) -> Matches | None:
    """What matches now, if it is to be watched, so that only what comes later is new.

    Before the transaction: what is saved meanwhile is then told, and not lost.
    """
    person = db.session.get(Person, actor.id) if data.alert is not Alert.NONE else None
    return matches(actor, person, data.wanted) if person is not None else None


def _note(search: SavedSearch, found: Matches | None) -> None:
    """Keep what is known to match; nothing when it is not watched, or the first round has to look."""
    if found is None:
        search.known, search.mark, search.looked_at = None, "", None
    else:
        search.known, search.mark, search.looked_at = known.pack(found.refs), found.mark, now()
