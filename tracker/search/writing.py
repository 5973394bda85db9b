"""Writing to a Whoosh index: commits that stay small, and bulk writing that stays within its memory.

**Merge policy.** Every commit makes a segment, and every segment costs each search a little. A save merges
segments of its own order of magnitude, eight at a time (1–7, 8–63, 64–511 documents), and never more than
:data:`MERGE_LIMIT` documents: so it never rewrites a large segment, an outcome is rewritten a handful of
times in its life, and a save that merges takes tenths of a second at worst. Segments of 512 documents and
more are left for the next rebuild, which writes a single segment.
"""

# mypy: allow-untyped-calls

import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import PostingPool, SegmentWriter

from tracker.search.document import Document
from tracker.search.postings import reading
from tracker.search.schema import to_fields
from tracker.search.storage import INDEX_NAME

MERGE_WIDTH = 8
MERGE_LIMIT = 512
"""Documents one save rewrites at most."""

_LARGE = MERGE_WIDTH**3

# Larger blocks than Whoosh's 128: a posting list is read as a whole here, and a block costs more than its
# postings.
_BLOCK = 1024

# Postings held in memory while writing, in Whoosh's estimate of megabytes; it comes to about as much in
# truth.
_MEMORY_MB = 32
_RUN_CHUNK = 2000


class ChunkedPool(PostingPool):
    """Whoosh's pool of postings to be sorted, spilling them to disk in chunks instead of one by one.

    Pickling one posting at a time takes a third of the time of writing a large index.
    """

    def _write_run(self, f: Any, items: Iterable[Any]) -> None:
        rest = iter(items)
        while chunk := list(islice(rest, _RUN_CHUNK)):
            pickle.dump(chunk, f, pickle.HIGHEST_PROTOCOL)
        f.close()

    def _read_run(self, path: str) -> Iterator[Any]:
        with self._open_run(path) as file:
            while True:
                try:
                    # The file was written a moment ago by this process, in a folder that is its own.
                    chunk = pickle.load(file)  # noqa: S301
                except EOFError:
                    break
                yield from chunk
        self._remove_run(path)


def create_index(path: Path, schema: Schema) -> None:
    """Make an empty index in an existing folder."""
    FileIndex.create(FileStorage(str(path)), schema, INDEX_NAME)


@contextmanager
def writer(path: Path, schema: Schema) -> Iterator[SegmentWriter]:
    """A writer on an index that commits at the end, or leaves the index as it was when anything fails."""
    index = FileIndex(FileStorage(str(path)), schema=schema, indexname=INDEX_NAME)
    handle = SegmentWriter(index, codec=W3Codec(blocklimit=_BLOCK), limitmb=_MEMORY_MB)
    handle.pool = ChunkedPool(handle.temp_storage(), handle.newsegment, limitmb=_MEMORY_MB)
    try:
        yield handle
    except BaseException:
        handle.cancel()
        raise
    handle.commit(mergetype=merge_small)


def add_document(handle: SegmentWriter, document: Document) -> None:
    """Add a document; whatever had its reference before must be deleted separately."""
    handle.add_document(**to_fields(document))


def delete_documents(handle: SegmentWriter, deletions: Mapping[str, Iterable[int]]) -> None:
    """Mark documents as deleted, given by segment and number within it."""
    for segment in handle.segments:
        for number in deletions.get(segment.segment_id(), ()):
            segment.delete_document(number)


def merge_small(handle: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Whoosh's hook for a merge policy: rewrites what should be merged and answers what stays."""
    kept = [segment for segment in segments if segment.doc_count() > 0]
    for segment in choose_merge({segment: segment.doc_count() for segment in kept}):
        with reading("a segment to merge"):
            reader = SegmentReader(handle.storage, handle.schema, segment)
            handle.add_reader(reader)
            reader.close()
        kept.remove(segment)
    return kept


def choose_merge(counts: Mapping[Any, int]) -> list[Any]:
    """Which segments to merge, given their numbers of documents: the lowest full tier, and those it fills in
    turn.
    """
    merging: list[Any] = []
    total = 0
    low, high = 1, MERGE_WIDTH
    while high <= _LARGE:
        tier = sorted((s for s, count in counts.items() if low <= count < high), key=lambda s: counts[s])
        # What was merged below counts as one more segment of this tier.
        full = len(tier) + bool(merging) >= MERGE_WIDTH
        if merging and not full:
            break
        for segment in tier if full else ():
            if total + counts[segment] <= MERGE_LIMIT:
                merging.append(segment)
                total += counts[segment]
        low, high = high, high * MERGE_WIDTH
    return merging if len(merging) > 1 else []
