"""The search engine over Whoosh: the parts of this room put together behind
:class:`tracker.search.engine.Engine`.

A search looks at which commit is live, opens it if it is another than before, and runs on it. An index that
cannot be read, or in which something does not verify, is set aside; an empty one takes its place and
``needs_rebuild`` is true, in every process, until :meth:`WhooshEngine.rebuild` has run. While somebody else
holds the write lock it cannot be set aside: it is marked, which makes ``needs_rebuild`` true as well.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np

from tracker.search.asking.concepts import Concept
from tracker.search.asking.query import Query
from tracker.search.document import Document
from tracker.search.engine import (
    Access,
    Difference,
    EngineBusy,
    Hit,
    Progress,
    References,
    Results,
    SearchRequest,
)
from tracker.search.index import merging
from tracker.search.index.checksums import IndexDamaged
from tracker.search.index.contents import publish, unwritten
from tracker.search.index.postings import ByteCache
from tracker.search.index.schema import ID, INDEX_VERSION, Stored, build_schema
from tracker.search.index.snapshot import Snapshot, no_snapshot, open_snapshot
from tracker.search.index.storage import Current, IndexFolder
from tracker.search.index.writing import add_document, commit, delete_documents
from tracker.search.ranking.answer import answer, references
from tracker.search.ranking.ranking import Execution, Today
from tracker.search.ranking.resembling import Likely, resembling
from tracker.search.ranking.spelling import suggest

CACHE_BYTES = 128 * 1024 * 1024
"""Default bound of the cache of postings."""

_ATTEMPTS = 50
_RECOVERY_WAIT = 0.5
_PROGRESS_EVERY = 500
# Documents of a commit that is put together in memory.
_SMALL_COMMIT = 500

T = TypeVar("T")


class WhooshEngine:
    """A search engine in one folder. Make one per process with :meth:`open`; threads may share it."""

    def __init__(self, path: Path, *, cache_bytes: int = CACHE_BYTES) -> None:
        self._folder = IndexFolder(path)
        self._schema = build_schema()
        self._cache = ByteCache(cache_bytes)
        self._latest: Snapshot | None = None
        self._looked_through = ("", 0)
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, cache_bytes: int = CACHE_BYTES) -> "WhooshEngine":
        """Open the index in a folder, which is made if it is missing.

        An index that is missing, damaged or of another version is replaced by an empty one, see
        :attr:`needs_rebuild`; what was there is kept beside it as ``damaged-…``.
        """
        engine = cls(path, cache_bytes=cache_bytes)
        engine._folder.prepare()
        engine.refresh()
        return engine

    @property
    def needs_rebuild(self) -> bool:
        """True when the index is empty only because it has not been built yet, or was lost."""
        current = self._folder.current()
        return current is None or not current.complete or self._folder.is_marked_damaged(current.folder)

    def add(
        self,
        documents: Iterable[Document],
        *,
        removed: Iterable[str] = (),
        wait: float = 5.0,
        give_way: bool = False,
    ) -> None:
        """See :meth:`tracker.search.engine.Engine.add`. All documents are held in memory until the commit."""
        with self._folder.writing(wait, give_way=give_way):
            # Asked for only now: what a generator reads under the lock is not older than what is indexed.
            added = {document.ref: document for document in documents}
            replaced = {*added, *removed}
            if not replaced:
                return
            snapshot = self._snapshot(locked=True)
            try:
                self._commit(snapshot, added, replaced)
            except IndexDamaged:
                self._set_aside(snapshot.folder, locked=True)
                self._commit(self._snapshot(locked=True), added, replaced)
            self._folder.tidy()

    def remove(self, refs: Iterable[str], *, wait: float = 5.0) -> None:
        """See :meth:`tracker.search.engine.Engine.remove`."""
        self.add((), removed=refs, wait=wait)

    def search(self, request: SearchRequest) -> Results:
        """See :meth:`tracker.search.engine.Engine.search`."""
        return self._reading(
            lambda snapshot: replace(answer(snapshot, request), incomplete=not snapshot.complete)
        )

    def references(self, request: SearchRequest) -> References:
        """See :meth:`tracker.search.engine.Engine.references`."""
        return self._reading(lambda snapshot: references(snapshot, request))

    def mark(self) -> str:
        """See :meth:`tracker.search.engine.Engine.mark`."""
        return self._snapshot().mark

    def similar(
        self,
        *,
        access: Access,
        ref: str | None = None,
        text: str | None = None,
        language: str = "en",
        concepts: Sequence[Concept] = (),
        filters: Mapping[str, tuple[str, ...]] | None = None,
        before: date | None = None,
        but: str | None = None,
        prefer: str = "",
        limit: int = 5,
    ) -> tuple[Hit, ...]:
        """See :meth:`tracker.search.engine.Engine.similar`."""

        def find(snapshot: Snapshot) -> tuple[Hit, ...]:
            texts = {language: text or ""}
            if ref is not None:
                stored = _visible_document(snapshot, ref, access)
                if stored is None:
                    return ()
                codes = dict.fromkeys([*stored["titles"], *stored["texts"]])
                texts = {
                    code: f"{stored['titles'].get(code, '')}\n{stored['texts'].get(code, '')}"
                    for code in codes
                }
            asked = Likely(
                texts=texts,
                access=access,
                concepts=concepts,
                filters=filters or {},
                before=before,
                without=frozenset(filter(None, (ref, but))),
                language=prefer,
                limit=limit,
            )
            return resembling(snapshot, asked)

        return self._reading(find)

    def suggest(self, query: Query, access: Access) -> str | None:
        """See :meth:`tracker.search.engine.Engine.suggest`."""
        today = Today.of(date.max, 0)
        return self._reading(lambda snapshot: suggest(Execution(snapshot, access, today), query))

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        """See :meth:`tracker.search.engine.Engine.fingerprints`. Runs on the index as it was at the first
        step.
        """
        return _fingerprints(self._snapshot())

    def check(self, expected: Iterable[tuple[str, str]]) -> Difference:
        """See :meth:`tracker.search.engine.Engine.check`."""
        indexed = self._reading(_verified_fingerprints)
        missing, outdated = [], []
        for ref, fingerprint in expected:
            found = indexed.pop(ref, None)
            if found is None:
                missing.append(ref)
            elif found != fingerprint:
                outdated.append(ref)
        return Difference(tuple(sorted(missing)), tuple(sorted(indexed)), tuple(sorted(outdated)))

    def verify(self) -> None:
        """See :meth:`tracker.search.engine.Engine.verify`."""
        self._reading(_verify)

    def rebuild(
        self, documents: Iterable[Document], *, progress: Progress | None = None, wait: float = 5.0
    ) -> int:
        """See :meth:`tracker.search.engine.Engine.rebuild`. Documents are streamed; of a reference the first
        counts.
        """
        with self._folder.writing(wait):
            self._folder.tidy()
            path = self._folder.new_folder()
            try:
                seen: set[str] = set()
                with commit(self._folder, unwritten(path.name, complete=True), self._schema) as maker:
                    for document in documents:
                        if document.ref in seen:
                            continue
                        seen.add(document.ref)
                        add_document(maker, document)
                        if progress is not None and len(seen) % _PROGRESS_EVERY == 0:
                            progress(len(seen))
            finally:
                # Removes the old index, or the new one when it did not get so far.
                self._folder.tidy()
        if progress is not None:
            progress(len(seen))
        return len(seen)

    def clear(self, *, wait: float = 5.0) -> None:
        """See :meth:`tracker.search.engine.Engine.clear`."""
        self.rebuild((), wait=wait)

    def refresh(self) -> None:
        """See :meth:`tracker.search.engine.Engine.refresh`."""
        self._snapshot()

    def __len__(self) -> int:
        """Number of documents in the index."""
        return self._snapshot().count

    def close(self) -> None:
        """See :meth:`tracker.search.engine.Engine.close`."""
        with self._lock:
            self._latest = None
        self._cache.forget(keep=())

    def merge_segments(self, *, wait: float = 30.0) -> bool:
        """See :meth:`tracker.search.engine.Engine.merge_segments`."""
        with self._folder.merging() as may:
            if not may:
                return False
            began_with = self._folder.current()
            if self._folder.is_rebuilding():
                return False
            try:
                rewritten = merging.rewrite(self._folder, self._schema)
                if rewritten is None:
                    return False
                with self._folder.writing(wait):
                    return merging.take_in(self._folder, self._schema, rewritten)
            except IndexDamaged:
                current = self._folder.current()
                if began_with is not None and current is not None and current.folder == began_with.folder:
                    self._set_aside(current.folder)
                return False

    def _commit(self, snapshot: Snapshot, added: Mapping[str, Document], replaced: Iterable[str]) -> None:
        current = self._folder.current()
        if current is None or not snapshot.is_of(current):
            raise EngineBusy("The index was replaced while it was being written.")
        places = _places(snapshot, replaced)
        # A record that changed brings along what hangs on it, such as hundreds of pages of its files, most of
        # which are as they were.
        kept = _unchanged(snapshot, places, added)
        changed = [document for ref, document in added.items() if ref not in kept]
        if not changed and not any(places.values()):
            return
        with commit(self._folder, current, self._schema, small=len(changed) <= _SMALL_COMMIT) as maker:
            delete_documents(maker, places)
            for document in changed:
                add_document(maker, document)

    def _reading(self, work: Callable[[Snapshot], T]) -> T:
        """Do some work on the newest commit; when the index proves damaged on the way, on the one put in its
        place, and on none at all when nothing could be put there.
        """
        for _attempt in range(_ATTEMPTS):
            snapshot = self._snapshot()
            try:
                return work(snapshot)
            except IndexDamaged:
                if not self._set_aside(snapshot.folder):
                    break
        return work(no_snapshot())

    def _snapshot(self, *, locked: bool = False) -> Snapshot:
        """The newest commit of the live index. ``locked`` says that the caller holds the write lock."""
        for _attempt in range(_ATTEMPTS):
            current = self._folder.current()
            if current is not None and current.version == INDEX_VERSION:
                try:
                    return self._opened(current)
                except (IndexDamaged, FileNotFoundError):
                    if self._folder.current() != current:
                        # A commit or a rebuild elsewhere has taken files away; there are newer ones.
                        continue
            if not self._set_aside(None if current is None else current.folder, locked=locked):
                break
        # Somebody else is writing and will put things right: until then there is nothing to be found.
        return no_snapshot()

    def _opened(self, current: Current) -> Snapshot:
        with self._lock:
            latest, looked_through = self._latest, self._looked_through
        last_change = (current.folder, self._folder.last_change(current))
        if last_change != looked_through and not self._folder.is_whole(current):
            raise IndexDamaged("a file of the index is missing, or has another size")
        if latest is None or not latest.is_of(current):
            latest = open_snapshot(self._folder, current, self._schema, self._cache, latest)
        with self._lock:
            self._latest, self._looked_through = latest, last_change
        return latest

    def _set_aside(self, folder: str | None, *, locked: bool = False) -> bool:
        """Put an empty index in the place of one that cannot be read, unless somebody else has done so.

        False when somebody else is writing, so that it could only be marked.
        """
        if not locked:
            marked = folder is not None and self._folder.is_marked_damaged(folder)
            try:
                # Whoever marked it has waited already.
                with self._folder.writing(0 if marked else _RECOVERY_WAIT):
                    return self._set_aside(folder, locked=True)
            except EngineBusy:
                if folder is not None:
                    self._folder.mark_damaged(folder)
                return False
            except FileNotFoundError:
                # The folder is being deleted at this very moment; the next search begins anew.
                return False
        current = self._folder.current()
        if current is not None and current.folder != folder:
            return True
        path = self._folder.new_folder()
        publish(self._folder, unwritten(path.name, complete=False), self._schema, [])
        if folder is not None:
            self._folder.set_aside(folder)
        return True


def _fingerprints(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for segment in snapshot.segments:
        for number in np.flatnonzero(segment.live):
            stored = segment.files.stored(int(number))
            yield stored["ref"], stored["fingerprint"]


def _verify(snapshot: Snapshot) -> None:
    for segment in snapshot.segments:
        segment.files.verify()


def _verified_fingerprints(snapshot: Snapshot) -> dict[str, str]:
    _verify(snapshot)
    return dict(_fingerprints(snapshot))


def _places(snapshot: Snapshot, refs: Iterable[str]) -> dict[str, list[int]]:
    """Where the live documents with some references are: numbers by segment."""
    wanted = list(refs)
    found: dict[str, list[int]] = {}
    for segment in snapshot.segments:
        numbers = [int(n) for ref in wanted for n in segment.files.postings(ID, ref).ids if segment.live[n]]
        if numbers:
            found[segment.files.name] = numbers
    return found


def _unchanged(snapshot: Snapshot, places: dict[str, list[int]], added: Mapping[str, Document]) -> set[str]:
    """The references of documents that the index holds exactly so; their places are taken out of `places`."""
    kept: set[str] = set()
    for segment in snapshot.segments:
        going = []
        for number in dict.fromkeys(places.get(segment.files.name, ())):
            stored = segment.files.stored(number)
            new = added.get(stored["ref"])
            if new is None or new.ref in kept or new.fingerprint != stored["fingerprint"]:
                going.append(number)
            else:
                kept.add(new.ref)
        places[segment.files.name] = going
    return kept


def _visible_document(snapshot: Snapshot, ref: str, access: Access) -> Stored | None:
    for segment in snapshot.segments:
        for number in segment.files.postings(ID, ref).ids:
            if segment.visible(access)[number]:
                return segment.files.stored(int(number))
    return None
