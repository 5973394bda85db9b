"""Keeping the index equal to the database: drain the outbox, rebuild, compare."""

from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask, current_app
from flask.ctx import AppContext
from sqlalchemy import Select, func, insert, literal, select

from tracker.core import outbox
from tracker.core.db import db, unit_of_work
from tracker.core.outbox import OutboxRow
from tracker.followup.models import Commitment
from tracker.outcomes.models import Outcome, OutcomeTheme
from tracker.search.document import Document
from tracker.search.documents import documents_of
from tracker.search.engine import Difference, Engine, EngineBusy
from tracker.search.whoosh_engine import WhooshEngine
from tracker.themes.models import theme_broader

#: Outbox rows that one request takes in after its commit; a larger backlog is shared among the requests
#: that follow.
REQUEST_BATCH = 500
#: Outbox rows that go into one commit of the index when a backlog is worked off at once.
BACKLOG_BATCH = 5_000
#: Seconds that a request waits for the writer before it leaves the row to whoever is writing.
WAIT = 3.0


def init_search(app: Flask) -> None:
    """Open the index of this instance; a damaged one is set aside and rebuilt."""
    folder = Path(app.instance_path) / "index"
    engine = WhooshEngine.open(folder, cache_bytes=app.config["TRACKER_SEARCH_CACHE_MB"] * 1024 * 1024)
    app.extensions["tracker_search"] = engine


def engine() -> Engine:
    """The search engine of the running application."""
    found: Engine = current_app.extensions["tracker_search"]
    return found


def drain(limit: int = REQUEST_BATCH) -> bool:
    """Take waiting rows into the index; False when somebody else is writing, who then takes them.

    Rows leave the outbox only after the index has committed them; draining twice changes nothing.
    """
    with _session_of_its_own():
        if outbox.is_empty():
            return True
        _expand()
        taken: list[int] = []
        try:
            engine().add(_waiting_documents(limit, taken), wait=WAIT)
        except EngineBusy:
            return False
        outbox.remove(taken)
    return True


def _session_of_its_own() -> AppContext:
    """A context with another database session, so that indexing neither sees nor drops what the caller has
    in hand.
    """
    return current_app.app_context()


def drain_all(progress: Callable[[int], None] | None = None) -> None:
    """Work off the whole backlog, however long it is; `progress` is told how many rows each commit took."""
    left = backlog()
    if left * 2 > len(engine()):
        # Writing everything anew into one segment is then quicker than replacing document by document.
        reindex(progress)
        return
    while left:
        drain(BACKLOG_BATCH)
        before, left = left, backlog()
        if progress:
            progress(max(0, before - left))


def backlog() -> int:
    """Number of rows that wait, now."""
    with _session_of_its_own():
        return db.session.scalar(select(func.count()).select_from(OutboxRow)) or 0


def _waiting_documents(limit: int, taken: list[int]) -> Iterator[Document]:
    """The documents of the oldest rows; `taken` receives the rows' ids.

    A generator on purpose: the engine asks for it once it holds the write lock, so that what is read here is
    never older than what another process has written before.
    """
    db.session.rollback()
    rows = [row for row in outbox.waiting(limit) if row[1] == "outcome"]
    taken += [row_id for row_id, _kind, _record in rows]
    yield from documents_of(dict.fromkeys(record for _row, _kind, record in rows))


def _expand() -> None:
    """Replace rows that stand for many outcomes by one row for each outcome."""
    wide = [row for row in outbox.waiting(BACKLOG_BATCH) if row[1] != "outcome"]
    if not wide:
        return
    with unit_of_work(announce=False) as session:
        for _row, kind, record in wide:
            session.execute(
                insert(OutboxRow).from_select(
                    ["kind", "record_id"],
                    select(literal("outcome"), Outcome.id).where(Outcome.id.in_(_touched(kind, record))),
                )
            )
    outbox.remove([row_id for row_id, _kind, _record in wide])


def _touched(kind: str, record: int) -> Select[tuple[int]]:
    """Subquery of the outcomes whose documents depend on this record."""
    if kind == "workshop":
        return select(Outcome.id).where(Outcome.workshop_id == record)
    if kind == "party":
        return select(Commitment.outcome_id).where(Commitment.party_id == record)
    if kind == "theme":
        below = select(literal(record).label("id")).cte("below", recursive=True)
        below = below.union(
            select(theme_broader.c.theme_id).join(below, theme_broader.c.broader_id == below.c.id)
        )
        return select(OutcomeTheme.outcome_id).where(OutcomeTheme.theme_id.in_(select(below.c.id)))
    raise ValueError(f"the outbox does not know {kind!r}")


def all_ids() -> list[int]:
    """The numbers of all outcomes, oldest first."""
    return list(db.session.scalars(select(Outcome.id).order_by(Outcome.id)))


def reindex(progress: Callable[[int], None] | None = None) -> int:
    """Write the index anew beside the live one and swap; gives the number of documents.

    What is saved meanwhile waits in the outbox and is taken in afterwards.
    """
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        if progress:
            progress(done - told)
        told = done

    with _session_of_its_own():
        taken: list[int] = []
        number = engine().rebuild(_everything(taken), progress=tell, wait=60.0)
        outbox.remove_up_to(taken[0])
    drain_all()
    return number


def _everything(taken: list[int]) -> Iterator[Document]:
    """The documents of all outcomes; `taken` receives the newest outbox row that they answer.

    Row and documents are read in one transaction, so no change falls between them.
    """
    taken.append(outbox.newest())
    yield from documents_of(all_ids())


def compare() -> Difference:
    """How the index differs from the database, apart from what still waits in the outbox."""
    with _session_of_its_own():
        return engine().check((d.ref, d.fingerprint) for d in documents_of(all_ids()))


def recover(progress: Callable[[int], None] | None = None) -> None:
    """At a start: rebuild an index that was set aside, and take in what a killed process left waiting."""
    if engine().needs_rebuild:
        reindex(progress)
    drain_all(progress)
