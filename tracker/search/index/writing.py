"""Writing to a Whoosh index: commits that stay small, and bulk writing that stays within its memory.

A save makes a segment, and every segment costs each search a little. So a save merges the smallest segments
(:func:`choose_small_merge`), but never more than :data:`MERGE_LIMIT` documents, which takes a fraction of a
second at worst. Everything above that is left to the merge in the background, :mod:`.merging`.
"""

# mypy: allow-untyped-calls

import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage, RamStorage, Storage
from whoosh.index import TOC
from whoosh.writing import PostingPool, SegmentWriter

from tracker.search.document import Document
from tracker.search.index.checksums import VerifiedStorage, reading
from tracker.search.index.contents import publish, read_contents
from tracker.search.index.postings import Posting, postings_in_order
from tracker.search.index.schema import to_fields
from tracker.search.index.storage import INDEX_NAME, Current, IndexFolder

MERGE_WIDTH = 8
MERGE_LIMIT = 128
"""Documents one save rewrites at most."""

# Larger blocks than Whoosh's 128: a posting list is read as a whole here, and a block costs more than its
# postings.
_BLOCK = 1024

# Postings held in memory while writing, in Whoosh's estimate of megabytes; it comes to about as much in
# truth.
_MEMORY_MB = 32
_RUN_CHUNK = 2000


class StreamingPool(PostingPool):
    """Whoosh's pool of postings to be sorted, with two changes.

    It spills to disk in chunks instead of one by one: pickling one posting at a time takes a third of the
    time of writing a large index. And it takes postings of other segments as streams (``sources``): they are
    in order already, so they are merged into what the pool sorted, and none of them is held in memory.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources: list[Iterator[Posting]] = []

    def iter_postings(self) -> Iterator[Any]:
        """All postings in the order of their fields, terms and documents."""
        return merge(super().iter_postings(), *self.sources)

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


class _Opened:
    """As much of a Whoosh index as a writer asks for: a folder and a verified table of contents."""

    indexname = INDEX_NAME

    def __init__(self, storage: Storage, contents: TOC) -> None:
        self.storage = storage
        self._contents = contents

    def _read_toc(self) -> TOC:
        return self._contents


class SegmentMaker(SegmentWriter):
    """A writer of one segment, which makes nothing visible.

    ``segments`` are those of the table of contents it was given. A small segment is put together in memory:
    Whoosh writes a dozen files on the way to the one that remains.
    """

    pool: StreamingPool

    def __init__(self, path: Path, contents: TOC, *, small: bool = False) -> None:
        self._path = path
        opened = _Opened(RamStorage() if small else FileStorage(str(path)), contents)
        super().__init__(opened, codec=W3Codec(blocklimit=_BLOCK), limitmb=_MEMORY_MB, _lk=False)
        self.pool = StreamingPool(self.temp_storage(), self.newsegment, limitmb=_MEMORY_MB)

    def take_in(self, segment: Any, storage: VerifiedStorage) -> None:
        """Add the live documents of another segment, in their order.

        :raises IndexDamaged: it cannot be read, now or when the segment is made.
        """
        with reading("a segment to merge"):
            files = segment.open_compound_file(storage)
            documents = segment.codec().per_document_reader(files, segment)
            terms = segment.codec().terms_reader(files, segment)
            numbers = np.full(segment.doc_count_all(), -1, np.int64)
            live = live_numbers(segment)
            numbers[live] = np.arange(self.docnum, self.docnum + len(live))
            self.write_per_doc(set(self.schema.names()), documents)
        self.pool.sources.append(postings_in_order(terms, self.schema, numbers))
        self._added = True

    def make(self) -> list[Any]:
        """Write the segment; gives it in a list, which is empty when nothing was added."""
        made = []
        if self._added:
            segment = self._finalize_segment()
            name = segment.make_filename(segment.COMPOUND_EXT)
            if isinstance(self.storage, RamStorage):
                (self._path / name).write_bytes(self.storage.files[name])
            made.append(segment)
        else:
            self._close_segment()
        self._finish()
        return made


def live_numbers(segment: Any) -> np.ndarray:
    """The numbers of the documents of a Whoosh segment that are not deleted, ascending."""
    live = np.ones(segment.doc_count_all(), bool)
    live[list(segment.deleted_docs())] = False
    return np.flatnonzero(live)


@contextmanager
def commit(
    folder: IndexFolder, base: Current, schema: Schema, *, small: bool = False
) -> Iterator[SegmentMaker]:
    """A writer on an index that commits at the end, or leaves the index as it was when anything fails.

    ``small`` says that a few hundred documents at most will be added. Needs the write lock.

    :raises IndexDamaged: the index cannot be read as far as this takes.
    :raises EngineBusy: somebody took the index away meanwhile.
    """
    path = folder.folder_of(base)
    maker = SegmentMaker(path, read_contents(folder, base, schema), small=small)
    storage = VerifiedStorage(path, base.seals)
    try:
        yield maker
        kept = [segment for segment in maker.segments if segment.doc_count() > 0]
        merged = choose_small_merge({segment: segment.doc_count() for segment in kept})
        for segment in merged:
            maker.take_in(segment, storage)
        publish(folder, base, schema, [s for s in kept if s not in merged] + maker.make())
    except BaseException:
        if not maker.is_closed:
            maker.cancel()
        raise
    finally:
        storage.close_files()


def add_document(maker: SegmentMaker, document: Document) -> None:
    """Add a document; whatever had its reference before must be deleted separately."""
    maker.add_document(**to_fields(document))


def delete_documents(maker: SegmentMaker, deletions: Mapping[str, Iterable[int]]) -> None:
    """Mark documents as deleted, given by segment and number within it."""
    for segment in maker.segments:
        for number in deletions.get(segment.segment_id(), ()):
            segment.delete_document(number)


def choose_small_merge(counts: Mapping[Any, int]) -> list[Any]:
    """Which segments a save merges, given their numbers of documents.

    Segments of 1 to 7 documents once there are eight of them, and with them those of 8 to 63 once these are
    eight; the smallest first, as far as the limit allows.
    """
    merging: list[Any] = []
    total = 0
    low, high = 1, MERGE_WIDTH
    while high <= MERGE_LIMIT:
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
