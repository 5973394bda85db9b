"""The merge in the background: large segments are rewritten beside the index, and taken in afterwards.

**Merge policy.** Segments fall into tiers by their live documents: below 64, below 256, below 1,024 and so
on, four times as many each time. As soon as four segments share a tier they are merged into one, the lowest
tier first, one merge at a time. A segment of which a quarter is deleted is rewritten with its tier, or alone.
So there are at most three segments to a tier (eight tiers at 270,000 documents), a document is rewritten once
for each tier, and deleted documents never make up much more than a quarter. This is the tiered policy of
Lucene (M. McCandless, 2011, *Visualizing Lucene's segment merges*) in its simplest form.

**Concurrency**, again as Lucene's: segments never change, so :func:`rewrite` reads them without the write
lock and saves go on meanwhile. :func:`take_in` holds it for a moment: it looks whether all sources are still
live, repeats the deletions made since, and publishes. Only one merge runs at a time (its lock lies beside the
index folder), in whichever process began it; one that is killed leaves a folder that the next removes.

Postings pass through as streams, so memory goes by the number of documents (their new numbers) and of terms
(Whoosh's table of them, some 150 bytes each), not by what they hold.
"""

# mypy: allow-untyped-calls

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.fields import Schema
from whoosh.index import TOC

from tracker.search.index.checksums import VerifiedStorage
from tracker.search.index.contents import publish, read_contents
from tracker.search.index.storage import Current, IndexFolder
from tracker.search.index.writing import SegmentMaker, live_numbers

TIER_WIDTH = 4
_LOWEST_TIER = 64
_LARGEST_SHARE_DELETED = 0.25


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A merged segment, written and not yet part of the index."""

    base: Current
    path: Path
    """The folder that holds its file."""

    made: Sequence[Any]
    """The segment, or nothing when no document was left."""

    sources: Sequence[Any]
    """The segments it stands for, with the deletions it was made with."""


def choose_merge(counts: Mapping[Any, tuple[int, int]]) -> list[Any]:
    """Which segments to merge next, given how many live and deleted documents each has; none when all is
    well.
    """
    tiers: dict[int, list[Any]] = {}
    for segment, (live, _deleted) in counts.items():
        tiers.setdefault(_tier(live), []).append(segment)
    for _number, tier in sorted(tiers.items()):
        if len(tier) >= TIER_WIDTH or any(_is_worn(*counts[segment]) for segment in tier):
            return sorted(tier, key=lambda segment: counts[segment])
    return []


def _tier(live: int) -> int:
    number, upto = 0, _LOWEST_TIER
    while live >= upto:
        number, upto = number + 1, upto * TIER_WIDTH
    return number


def _is_worn(live: int, deleted: int) -> bool:
    return deleted > _LARGEST_SHARE_DELETED * (live + deleted)


def rewrite(folder: IndexFolder, schema: Schema) -> Rewritten | None:
    """Write the next merged segment beside the index; None when nothing is to be merged.

    Needs the lock of merges, not the write lock.

    :raises IndexDamaged: a source cannot be read: it is damaged, or a rebuild took the index away.
    """
    base = folder.current()
    if base is None:
        return None
    contents = read_contents(folder, base, schema)
    chosen = choose_merge({s: (s.doc_count(), s.deleted_count()) for s in contents.segments})
    if not chosen:
        return None
    sources = [segment for segment in contents.segments if segment in chosen]
    path = folder.new_folder("merge")
    maker = SegmentMaker(path, TOC(schema, [], 0))
    storage = VerifiedStorage(folder.folder_of(base), base.seals)
    try:
        for segment in sources:
            maker.take_in(segment, storage)
        made = maker.make()
    finally:
        storage.close_files()
        if not maker.is_closed:
            maker.cancel()
    return Rewritten(base, path, made, sources)


def take_in(folder: IndexFolder, schema: Schema, rewritten: Rewritten) -> bool:
    """Put a merged segment in the place of its sources; False when one of them is no longer live.

    Needs the write lock as well.

    :raises IndexDamaged: the table of contents cannot be read.
    """
    base = folder.current()
    if base is None or base.folder != rewritten.base.folder:
        return False
    segments = list(read_contents(folder, base, schema).segments)
    if not all(source in segments for source in rewritten.sources):
        return False
    first = min(segments.index(source) for source in rewritten.sources)
    for merged in rewritten.made:
        start = 0
        for source in rewritten.sources:
            kept = live_numbers(source)
            now = segments[segments.index(source)]
            for number in np.searchsorted(kept, np.setdiff1d(kept, live_numbers(now))):
                merged.delete_document(start + int(number))
            start += len(kept)
        name = merged.make_filename(merged.COMPOUND_EXT)
        (rewritten.path / name).rename(folder.folder_of(base) / name)
    rest = [segment for segment in segments if segment not in rewritten.sources]
    publish(folder, base, schema, [*rest[:first], *rewritten.made, *rest[first:]])
    return True
