"""Telling people by mail what is new among the results of their saved searches.

New is what matches now, is visible to the person now, and was not among what matched at the last look: logged
or published meanwhile, edited, relabelled, or come within the person's reach. What is known and the mail that
tells of the rest are written in one transaction, so nothing is told twice, and a round that is killed is
taken up by the next one.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import current_app
from sqlalchemy import update

from tracker.core import mail
from tracker.core.addresses import public_address
from tracker.core.db import db, now, unit_of_work
from tracker.core.permissions import Actor
from tracker.outcomes import queries as outcomes
from tracker.search.indexing import before_search, engine, heal
from tracker.search.saved import known, matching
from tracker.search.saved import links as saved_links
from tracker.search.saved import queries as saved_queries
from tracker.search.saved.matching import Matches
from tracker.search.saved.models import Alert, SavedSearch
from tracker.search.saved.telling import entry
from tracker.search.saved.wanted import kept_in
from tracker.search.thesaurus import names_mark

log = structlog.get_logger("tracker.search")

#: Most outcomes that one mail names; the others are counted.
MOST_NAMED = 20
#: Seconds after which no further search is looked at, because other jobs wait.
_AT_A_TIME = 10.0


def run_due_alerts() -> int:
    """Look at the watched searches that are due, those looked at longest ago first, for some seconds.

    Gives the number of mails written; of a round that ended before all had their turn the number of searches
    settled, so that whoever works until nothing is left goes on. Due is a search that is told at once,
    whenever anything has changed that could change its results, and a daily one at the first round after the
    hour of `TRACKER_ALERT_HOUR`. The worker calls this again and again; several processes may call it at the
    same time. A round in which nothing changed asks the database a handful of short questions, and of the
    index no more than which commit is its newest.
    """
    before_search()
    if heal():
        # While the index is not whole, everything that it lacks would seem to be new once it is back.
        return 0
    due, quiet = _due(engine().mark())
    written = same = 0
    until = time.monotonic() + _AT_A_TIME
    while due:
        outcome = _looked_at(due.pop(0))
        if isinstance(outcome, _Quiet):
            quiet.append(outcome)
            same += 1
        else:
            written += outcome
        if time.monotonic() >= until:
            break
    _note_looks(quiet)
    return written + same if due else written


@dataclass(frozen=True, slots=True)
class _Quiet:
    """A search that finds what it found before: under which circumstances it did, and does now."""

    number: int
    version: int
    before: str
    mark: str


def _due(index: str) -> tuple[list[int], list[_Quiet]]:
    """The searches to be looked at, and the daily ones for which nothing can have changed; `index` is its
    newest commit.
    """
    names = names_mark()
    due, quiet = [], []
    for search in saved_queries.watched():
        if not _has_come(search, now()):
            continue
        if search.mark != matching.mark(index, names, kept_in(search), search.owner):
            due.append(search.id)
        elif search.alert is Alert.DAILY:
            # It has had its turn for today.
            quiet.append(_Quiet(search.id, search.version, search.mark, search.mark))
    return due, quiet


def _has_come(search: SavedSearch, moment: datetime) -> bool:
    """Whether it is time for a search: for a daily one, when it was not looked at since the hour last
    struck.
    """
    if search.alert is Alert.AT_ONCE or search.looked_at is None:
        return True
    hour = min(max(current_app.config["TRACKER_ALERT_HOUR"], 0), 23)
    struck = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    return search.looked_at < (struck if struck <= moment else struck - timedelta(days=1))


def _note_looks(quiet: list[_Quiet]) -> None:
    """Write down all at once that these searches were looked at, unless somebody changed one meanwhile."""
    if not quiet:
        return
    with unit_of_work(announce=False) as session:
        for look in quiet:
            same = (
                SavedSearch.id == look.number,
                SavedSearch.version == look.version,
                SavedSearch.mark == look.before,
            )
            session.execute(update(SavedSearch).where(*same).values(mark=look.mark, looked_at=now()))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A search as it was when it was looked at."""

    version: int
    mark: str
    looked_at: datetime | None
    rights: frozenset[str]

    @classmethod
    def of(cls, search: SavedSearch, actor: Actor) -> "_Seen":
        return cls(search.version, search.mark, search.looked_at, actor.access_tokens)


def _looked_at(number: int) -> bool | _Quiet:
    """What :func:`_tell` says; one search that fails must not keep the others from being looked at."""
    try:
        return _tell(number)
    except Exception as error:
        db.session.rollback()
        log.error("a saved search could not be looked at", search=number, error=type(error).__name__)
        return False


def _tell(number: int) -> bool | _Quiet:
    """Look at one search and write the mail, if there is anything to tell; says whether there was.

    What finds the same as before needs no transaction of its own.
    """
    search = db.session.get(SavedSearch, number)
    actor = matching.reader(search.owner) if search is not None else None
    if search is None or actor is None:
        return False
    seen = _Seen.of(search, actor)
    # Outside the transaction, which keeps everybody else from writing.
    found = matching.matches(actor, search.owner, kept_in(search))
    if found is None:
        return False
    if search.known is not None and known.unpack(search.known) == frozenset(found.refs):
        return _Quiet(number, seen.version, seen.mark, found.mark)
    with unit_of_work() as session:
        search = session.get(SavedSearch, number)
        actor = matching.reader(search.owner) if search is not None else None
        if search is None or actor is None or _Seen.of(search, actor) != seen:
            # Somebody changed the search or the person's rights, or another process has told already.
            return False
        return _settle(search, actor, found)


def _settle(search: SavedSearch, actor: Actor, found: Matches) -> bool:
    """Keep what is known now, and write down the mail about the rest, in the current unit of work."""
    before = known.unpack(search.known) if search.known is not None else frozenset(found.refs)
    new = [ref for ref in found.refs if ref not in before]
    # The index is derived; what is told is checked in the database.
    open_to = outcomes.visible_refs(actor, new)
    late = set(new).difference(open_to)
    search.known = known.pack(ref for ref in found.refs if ref not in late)
    # What the index shows and the database does not is looked at again once they agree.
    search.mark, search.looked_at = "" if late else found.mark, now()
    if open_to:
        _write(search, actor, open_to)
    return bool(open_to)


def _write(search: SavedSearch, actor: Actor, refs: list[str]) -> None:
    rows = outcomes.by_refs(actor, refs[:MOST_NAMED])
    told = [rows[ref] for ref in refs[:MOST_NAMED] if ref in rows]
    with matching.spoken_by(search.owner) as language:
        entries = [entry(outcome) for outcome in told]
    mail.enqueue(
        search.owner.email,
        language,
        "search/mail_alert.txt",
        stop_url=saved_links.stop_address(search),
        person=search.owner,
        search=search,
        number=len(refs),
        entries=entries,
        handling=max((outcome.handling for outcome in told), key=lambda label: label.rank),
        more=len(refs) - len(told),
        all_results=public_address("saved.run", search_id=search.id),
    )
