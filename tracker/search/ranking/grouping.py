"""Results by group: all that was found under one value of a filter field together, the groups in the order of
their best hit.

Of a document with several values the first one groups it. Documents without a value come last. Only the
groups that show on the page are put in order.
"""

from collections.abc import Sequence

import numpy as np

from tracker.search.engine import Sort
from tracker.search.index.postings import Postings
from tracker.search.index.schema import filter_field
from tracker.search.index.tables import Ids, Table
from tracker.search.ranking.ranking import Execution, Found, Ranked

_LAST = np.iinfo(np.uint64).max


def grouped(
    execution: Execution,
    chosen: Sequence[Postings],
    sort: Sort,
    field: str,
    part: slice,
) -> list[tuple[Ranked, str, int]]:
    """A part of the list in groups: each document, the value that groups it (empty for none) and the number
    of chosen documents in that group.
    """
    names: dict[str, int] = {"": 0}
    pieces, groups = [], []
    for segment, found in zip(execution.segments, execution.found(chosen, sort), strict=True):
        pieces.append(found)
        table = segment.files.table(filter_field(field))
        groups.append(_groups(table, names)[found.documents])
    if not pieces:
        return []
    every, group = Found.joined(pieces), np.concatenate(groups)
    sizes = np.bincount(group, minlength=len(names))
    sequence = _in_order(every, group, list(names))
    ends = np.cumsum(sizes[sequence])
    begins = ends - sizes[sequence]
    shown = (ends > part.start) & (begins < part.stop) & (ends > begins)
    if not shown.any():
        return []
    place = np.full(len(names), -1)
    place[sequence[shown]] = np.arange(np.count_nonzero(shown))
    wanted = np.flatnonzero(place[group] >= 0)
    skipped = int(begins[shown][0])
    ranked = every.take(wanted).ranked(
        slice(part.start - skipped, part.stop - skipped), before=place[group[wanted]]
    )
    known = list(names)
    # The list runs through the shown groups one after the other.
    owners = np.repeat(sequence[shown], sizes[sequence[shown]])[part.start - skipped :]
    return [
        (one, known[owner], int(sizes[owner])) for one, owner in zip(ranked, owners.tolist(), strict=False)
    ]


def _groups(table: Table, names: dict[str, int]) -> Ids:
    """The number of the group of each document of a segment; ``names`` learns the values it has not met."""
    numbers = np.array([names.setdefault(value, len(names)) for value in table.values], np.int32)
    # What has no value has no name either.
    return np.append(numbers, np.int32(0))[table.first]


def _in_order(every: Found, group: Ids, names: Sequence[str]) -> np.ndarray:
    """The groups by their best document; what has no value comes last."""
    best = np.full(len(names), np.inf, np.float32)
    np.minimum.at(best, group, every.keys)
    leading = every.keys == best[group]
    order = np.full(len(names), _LAST, np.uint64)
    np.minimum.at(order, group[leading], every.order[leading])
    alphabet = np.argsort(np.argsort(np.array(names)))
    return np.lexsort((alphabet, order, best, np.arange(len(names)) == 0))
