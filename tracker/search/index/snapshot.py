"""The index as of one commit: its segments, what is deleted in them, and the figures ranking needs.

A snapshot never changes, so a search that began before a commit ends on what it began with. Files and caches
of segments that two commits share are shared by their snapshots.
"""

# mypy: allow-untyped-calls

import threading
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from whoosh.fields import Schema

from tracker.search.engine import Access
from tracker.search.index.checksums import VerifiedStorage, reading
from tracker.search.index.contents import read_contents
from tracker.search.index.postings import LENGTH, ByteCache, Floats, SegmentFiles
from tracker.search.index.schema import ACCESS
from tracker.search.index.storage import Current, IndexFolder
from tracker.search.index.tables import Mask

K1, B = 1.2, 0.75
"""The two constants of BM25 (Robertson, Zaragoza 2009): how soon a repeated word stops counting, and how much
a long text is held against a document."""

_KEPT_MASKS = 32
_KEPT_NORMS = 1024
_SCORED_BYTES = 32 * 1024 * 1024


class Segment:
    """One segment within a snapshot: its files and the documents not deleted."""

    def __init__(self, files: SegmentFiles, deleted: frozenset[int]) -> None:
        self.files = files
        self.size = files.size
        self.deleted = deleted
        self.live: Mask = np.ones(files.size, bool)
        self.live[list(deleted)] = False
        self.count = files.size - len(deleted)
        self._visible: dict[frozenset[str], Mask] = {}

    def visible(self, access: Access) -> Mask:
        """The live documents an actor may see. Not to be written to: it is kept for the next search."""
        if access is None:
            return self.live
        found = self._visible.get(access)
        if found is None:
            found = np.zeros(self.size, bool)
            for token in access:
                found[self.files.postings(ACCESS, token).ids] = True
            found &= self.live
            if len(self._visible) >= _KEPT_MASKS:
                self._visible.clear()
            self._visible[access] = found
        return found

    def lengths(self, field: str, access: Access) -> npt.NDArray[np.int64]:
        """How many visible documents have a field of each length; shape (256,), by the byte of the length."""
        return np.bincount(self.files.lengths(field)[self.visible(access)], minlength=len(LENGTH))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All segments of one generation of an index."""

    folder: str
    generation: int
    complete: bool
    """False for what stands in for an index to be rebuilt."""

    segments: tuple[Segment, ...]
    _norms: dict[tuple[Access, str], Floats]
    _lock: threading.Lock
    scored: ByteCache = field(default_factory=lambda: ByteCache(_SCORED_BYTES))
    """Words as actors found them before. Scores depend on all segments, so they end with the snapshot."""

    @property
    def mark(self) -> str:
        """A name that no other commit has; empty when there is no index to be read."""
        return f"{self.folder}:{self.generation}" if self.folder else ""

    @property
    def count(self) -> int:
        """Number of live documents."""
        return sum(segment.count for segment in self.segments)

    def is_of(self, current: Current) -> bool:
        """Whether this is the commit that a note about the live index speaks of."""
        return (self.folder, self.generation) == (current.folder, current.generation)

    def norms(self, field: str, access: Access) -> Floats:
        """For each byte a field length is kept as, the part of BM25's denominator that depends on the length.

        The average is over the documents that have the field at all; over all documents, a field used by few
        (a language with few texts) would have an average near zero and its texts would count as endlessly
        long. It is over visible documents, so that hidden ones do not show in scores.
        """
        with self._lock:
            found = self._norms.get((access, field))
        if found is None:
            average = self.average_length(field, access)
            found = (K1 * (1 - B + B * LENGTH / average)).astype(np.float32)
            with self._lock:
                if len(self._norms) >= _KEPT_NORMS:
                    self._norms.clear()
                self._norms[access, field] = found
        return found

    def average_length(self, field: str, access: Access) -> float:
        """Average number of terms of a field, over the visible documents that have it; 1 when none has."""
        counts = sum((segment.lengths(field, access) for segment in self.segments), np.zeros(len(LENGTH)))
        # The first byte stands for no terms at all.
        having = float(counts[1:].sum())
        return float(counts @ LENGTH.astype(float)) / having if having else 1.0

    def weigh(
        self, segment: Segment, field: str, ids: npt.NDArray[np.int32], weights: Floats, access: Access
    ) -> Floats:
        """BM25 of the postings of one term in one field, without the term's rarity (its idf)."""
        norms = self.norms(field, access)[segment.files.lengths(field)[ids]]
        return weights * np.float32(K1 + 1) / (weights + norms)


def open_snapshot(
    folder: IndexFolder, current: Current, schema: Schema, cache: ByteCache, previous: Snapshot | None
) -> Snapshot:
    """Open a commit of the live index, sharing what it can with the snapshot before.

    :raises IndexDamaged: the index cannot be opened: it is damaged, or a newer commit has taken its place.
    """
    shared: dict[str, Segment] = {}
    if previous is not None and previous.folder == current.folder:
        shared = {segment.files.name: segment for segment in previous.segments}
    storage = VerifiedStorage(folder.folder_of(current), current.seals)
    segments: list[Segment] = []
    try:
        for entry in read_contents(folder, current, schema).segments:
            deleted = frozenset(entry.deleted_docs())
            before = shared.get(entry.segment_id())
            if before is not None and before.deleted == deleted:
                segments.append(before)
                continue
            with reading("a segment"):
                files = before.files if before else SegmentFiles(storage, entry, schema, cache)
            segments.append(Segment(files, deleted))
    except BaseException:
        storage.close_files()
        raise
    cache.forget(keep=[segment.files.name for segment in segments])
    return Snapshot(
        current.folder, current.generation, current.complete, tuple(segments), {}, threading.Lock()
    )


def no_snapshot() -> Snapshot:
    """What is searched while there is no index that can be read: nothing."""
    return Snapshot("", -1, False, (), {}, threading.Lock())
