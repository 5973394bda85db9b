"""Keeping the index equal to the database: drain the outbox, rebuild, compare."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from flask import Flask, current_app
from flask.ctx import AppContext
from sqlalchemy import Select, func, insert, literal, select

from tracker.core import outbox
from tracker.core.db import db, unit_of_work
from tracker.core.outbox import OutboxRow
from tracker.followup.models import Commitment
from tracker.outcomes.history import discarded_refs
from tracker.outcomes.models import Outcome, OutcomeTheme
from tracker.search.document import FILE_KIND, Document, file_key
from tracker.search.documents import documents_of
from tracker.search.engine import Difference, Engine, EngineBusy
from tracker.search.file_documents import all_file_ids, beyond, file_documents, files_on, number_of_pages
from tracker.search.whoosh_engine import WhooshEngine
from tracker.themes.models import theme_broader
from tracker.workshops.models import WorkshopFile

log = structlog.get_logger("tracker.search")
_healing = threading.Lock()

#: Outbox rows that one request takes in after its commit; a larger backlog is shared among the requests
#: that follow.
REQUEST_BATCH = 500
#: Outbox rows that go into one commit of the index when a backlog is worked off at once.
BACKLOG_BATCH = 5_000
#: Characters of files that one request takes in; taking in a million keeps a processor busy for four seconds.
REQUEST_CHARACTERS = 200_000
#: Seconds that whoever saved waits for the writer before the row is left to whoever is writing.
WAIT = 3.0
#: The same for a search: what somebody else is about to write is hardly there yet.
SEARCH_WAIT = 0.3
#: Kinds of rows that stand for one record with documents of its own; all other kinds stand for many outcomes.
_NARROW = ("outcome", FILE_KIND, outbox.LATER + FILE_KIND)


def init_search(app: Flask) -> None:
    """Open the index of this instance; one that will not open is set aside, and rebuilt by `heal`."""
    folder = Path(app.instance_path) / "index"
    engine = WhooshEngine.open(folder, cache_bytes=app.config["TRACKER_SEARCH_CACHE_MB"] * 1024 * 1024)
    app.extensions["tracker_search"] = engine


def engine() -> Engine:
    """The search engine of the running application."""
    found: Engine = current_app.extensions["tracker_search"]
    return found


def drain(
    limit: int = REQUEST_BATCH, *, wait: float = WAIT, give_way: bool = True, whole: bool = False
) -> bool:
    """Take waiting rows into the index; False when somebody else is writing, who then takes them.

    Waits at most `wait` seconds for the other writer, and with `give_way` not at all for a rebuild. The pages
    of long files are only taken out, so that nothing is found by them that has changed, and left to the
    worker; with `whole` they are taken in.

    Rows leave the outbox only after the index has committed them; draining twice changes nothing.
    """
    with _session_of_its_own():
        if outbox.is_empty() and not (whole and outbox.has_later()):
            return True
        _expand()
        taken: list[int] = []
        changed = _Changed(whole)
        try:
            engine().add(
                _waiting_documents(limit, taken, changed),
                removed=_vanished(changed),
                wait=wait,
                give_way=give_way,
            )
        except EngineBusy:
            return False
        outbox.remove(taken, later=FILE_KIND, left=changed.long)
    return True


def take_in_pages() -> int:
    """Take in the pages of a long file that waits; for the worker. Gives back how many were: one or none."""
    with _session_of_its_own():
        if not outbox.has_later():
            return 0
    return drain(1, wait=60, give_way=False, whole=True)


def catch_up(wait: float = WAIT) -> None:
    """Drain for a request: whatever goes wrong here is not the person's to know, who has saved already.

    The rows stay in the outbox, so nothing is lost; the next request tries again.
    """
    try:
        drain(wait=wait)
    except Exception:
        log.exception("the outbox could not be drained")


def before_search() -> None:
    """What was just saved is found by the very next search, whichever process answers it."""
    if not outbox.is_empty():
        catch_up(SEARCH_WAIT)


def heal() -> bool:
    """Whether the index is missing or was set aside; starts writing it anew in the background, once."""
    if not engine().needs_rebuild:
        return False
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with _healing:
        thread: threading.Thread | None = app.extensions.get("tracker_healer")
        if thread is None or not thread.is_alive():
            thread = threading.Thread(target=_heal, args=(app,), name="index-healer", daemon=True)
            app.extensions["tracker_healer"] = thread
            thread.start()
    return True


def _heal(app: Flask) -> None:
    with app.app_context():
        try:
            reindex()
        except EngineBusy:
            log.info("the index is being rebuilt by another process")
        except Exception:
            log.exception("the index could not be rebuilt")


def merge_segments() -> bool:
    """Merge a few segments of the index, if that is due; for the background, see the engine's method.

    True when it may be called again at once.
    """
    try:
        return engine().merge_segments()
    except EngineBusy:
        return False


def verify() -> int:
    """Look for damage in all of the index, also where no search reads; what is damaged is written anew in the
    background. For the worker: 0, as nothing is left to do at once.
    """
    engine().verify()
    heal()
    return 0


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
        drain(BACKLOG_BATCH, wait=60, give_way=False, whole=True)
        before, left = left, backlog()
        if progress:
            progress(max(0, before - left))


def backlog() -> int:
    """Number of rows that wait, now."""
    with _session_of_its_own():
        return db.session.scalar(select(func.count()).select_from(OutboxRow)) or 0


@dataclass(slots=True)
class _Changed:
    """The numbers of the outcomes and files that are taken in, and of the files that are left for later."""

    whole: bool
    outcomes: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)


def _waiting_documents(limit: int, taken: list[int], changed: _Changed) -> Iterator[Document]:
    """The documents of the oldest rows; `taken` receives the rows' ids, `changed` what they stand for.

    A generator on purpose: the engine asks for it once it holds the write lock, so that what is read here is
    never older than what another process has written before.
    """
    db.session.rollback()
    rows = [row for row in outbox.waiting(limit, later=changed.whole) if row[1] in _NARROW]
    taken += [row_id for row_id, _kind, _record in rows]
    changed.outcomes += dict.fromkeys(record for _row, kind, record in rows if kind == "outcome")
    files = [record for _row, kind, record in rows if kind != "outcome"]
    changed.files += dict.fromkeys([*files, *files_on(changed.outcomes)])
    if not changed.whole:
        changed.long += beyond(changed.files, REQUEST_CHARACTERS)
    yield from documents_of(changed.outcomes)
    yield from file_documents(file for file in changed.files if file not in changed.long)


def _vanished(changed: _Changed) -> Iterator[str]:
    """The references of what is gone: drafts that were discarded, and pages that files have no longer.

    A generator too: the engine asks for it after the documents, when `changed` is filled.
    """
    yield from discarded_refs(changed.outcomes)
    yield from map(file_key, changed.files)


def _expand() -> None:
    """Replace rows that stand for many records by one row for each outcome, and each file of a workshop.

    A new row for each, also where one waits already: somebody may have read that record before it changed,
    and be about to take the older row out.
    """
    wide = [row for row in outbox.waiting(BACKLOG_BATCH) if row[1] not in _NARROW]
    if not wide:
        return
    with unit_of_work(announce=False) as session:
        for kind, record in dict.fromkeys((kind, record) for _row, kind, record in wide):
            outcomes = select(literal("outcome"), Outcome.id).where(Outcome.id.in_(_touched(kind, record)))
            session.execute(insert(OutboxRow).from_select(["kind", "record_id"], outcomes))
            if kind == "workshop":
                files = select(literal(FILE_KIND), WorkshopFile.file_id)
                attached = files.where(WorkshopFile.workshop_id == record)
                session.execute(insert(OutboxRow).from_select(["kind", "record_id"], attached))
    outbox.remove([row_id for row_id, _kind, _record in wide])


def _touched(kind: str, record: int) -> Select[tuple[int]]:
    """Subquery of the outcomes whose documents depend on this record."""
    if kind == "workshop":
        return select(Outcome.id).where(Outcome.workshop_id == record)
    if kind == "theme":
        below = select(literal(record).label("id")).cte("below", recursive=True)
        below = below.union(
            select(theme_broader.c.theme_id).join(below, theme_broader.c.broader_id == below.c.id)
        )
        return select(OutcomeTheme.outcome_id).where(OutcomeTheme.theme_id.in_(select(below.c.id)))
    if kind == "party":
        return select(Commitment.outcome_id).where(Commitment.party_id == record)
    raise ValueError(f"the outbox does not know {kind!r}")


def all_ids() -> list[int]:
    """The numbers of all outcomes, oldest first."""
    return list(db.session.scalars(select(Outcome.id).order_by(Outcome.id)))


def reindex(progress: Callable[[int], None] | None = None) -> int:
    """Write the index anew beside the live one and swap; gives the number of outcomes.

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
        kinds: Counter[bool] = Counter()
        engine().rebuild(_everything(taken, kinds), progress=tell, wait=60.0)
        outbox.remove_up_to(taken[0])
    _audience_note().write_text(_audience())
    drain_all()
    return kinds[True]


def _everything(taken: list[int], kinds: Counter[bool]) -> Iterator[Document]:
    """The documents of all outcomes and files; `taken` receives the newest outbox row that they answer.

    `kinds` counts those that are outcomes, and those that are not.

    Row and documents are read in one transaction, so no change falls between them.
    """
    taken.append(outbox.newest())
    for document in _all_documents():
        kinds[document.kind != FILE_KIND] += 1
        yield document


def _all_documents() -> Iterator[Document]:
    yield from documents_of(all_ids())
    yield from file_documents(all_file_ids())


def size() -> int:
    """How many documents there should be, about: outcomes, and pages of files."""
    return len(all_ids()) + number_of_pages()


def compare(progress: Callable[[int], None] | None = None) -> Difference:
    """How the index differs from the database, apart from what still waits in the outbox."""

    def expected() -> Iterator[tuple[str, str]]:
        for document in _all_documents():
            yield document.ref, document.fingerprint
            if progress:
                progress(1)

    with _session_of_its_own():
        return engine().check(expected())


def recover(progress: Callable[[int], None] | None = None) -> None:
    """At a start: rebuild an index that was set aside, and take in what a killed process left waiting."""
    if _is_out_of_date():
        reindex(progress)
    drain_all(progress)


def length_of_recovery() -> int:
    """How many steps `recover` will report, about."""
    return size() if _is_out_of_date() else length_of_backlog()


def length_of_backlog() -> int:
    """How many steps `drain_all` will report, about."""
    left = backlog()
    return size() if left * 2 > len(engine()) else left


def _audience() -> str:
    return "public" if current_app.config["TRACKER_PUBLIC_READING"] else "members"


def _is_out_of_date() -> bool:
    """Whether the index has to be written anew: lost, or made for another audience.

    Who counts as everyone decides which workshop names documents hold.
    """
    return engine().needs_rebuild or _indexed_audience() != _audience().encode()


def _indexed_audience() -> bytes | None:
    """The note as it is written; whatever is not exactly one we write has the index written anew."""
    try:
        return _audience_note().read_bytes()
    except OSError:
        return None


def _audience_note() -> Path:
    return Path(current_app.instance_path) / "index" / "AUDIENCE"
