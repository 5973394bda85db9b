"""The filter fields of a segment as arrays, read both ways: which documents have a value, and which values
some documents have.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.intp]

_FEW = 8
"""The further values of one in so many documents are looked up one by one; of more, all are gone through."""


@dataclass(frozen=True, slots=True)
class Table:
    """A filter field of a segment: for each value, in order, the documents that have it."""

    values: tuple[str, ...]
    starts: npt.NDArray[np.intp]
    """Where each value's documents begin in ``documents``."""

    documents: Ids
    empty: Mask
    """The documents without any value."""

    folded: dict[str, list[int]]
    """Value without regard to case → its numbers in ``values``."""

    first: Ids
    """The number of the first value of every document; one more than the last number where it has none."""

    further: Ids
    """The numbers of all other values, by document."""

    owners: Ids
    """The documents that these belong to."""

    offsets: Ids
    """Where those of each document begin in ``further``; one more entry than documents."""

    whole: Counts
    """How many documents of the segment have each value; the last is how many have none."""

    def having(self, value: str) -> list[Ids]:
        """The documents with a value, whatever its case, as slices."""
        ends = [*self.starts[1:], len(self.documents)]
        return [self.documents[self.starts[i] : ends[i]] for i in self.folded.get(value.casefold(), ())]

    def count(self, chosen: Ids) -> Counts:
        """How many of the chosen documents (ascending, none twice) have each value; the last number is for
        none.
        """
        size = len(self.first)
        if 2 * len(chosen) > size:
            # Fewer are left out than chosen.
            others = np.ones(size, bool)
            others[chosen] = False
            return self.whole - self._counted(np.flatnonzero(others))
        return self._counted(chosen)

    def _counted(self, chosen: npt.NDArray[np.signedinteger]) -> Counts:
        counts = np.bincount(self.first[chosen], minlength=len(self.whole))
        if len(self.further):
            counts += np.bincount(self._further(chosen), minlength=len(self.whole))
        return counts

    def _further(self, chosen: npt.NDArray[np.signedinteger]) -> Ids:
        """The values beyond the first of some documents."""
        size = len(self.first)
        if len(chosen) * _FEW > size:
            mask = np.zeros(size, bool)
            mask[chosen] = True
            return self.further[mask[self.owners]]
        begins: Ids = self.offsets[chosen]
        lengths = self.offsets[chosen + 1] - begins
        ends = np.cumsum(lengths)
        places = np.repeat(begins - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        found: Ids = self.further[places]
        return found


def table_of(values: Sequence[str], lists: Sequence[Ids], size: int) -> Table:
    """The table of a segment of ``size`` documents from its values, in order, and the documents of each."""
    lengths = [len(ids) for ids in lists]
    starts = np.cumsum([0, *lengths])[:-1].astype(np.intp)
    documents = np.concatenate(lists) if lists else np.empty(0, np.int32)
    numbers = np.repeat(np.arange(len(values), dtype=np.int32), lengths)
    first = np.full(size, len(values), np.int32)
    # Written backwards, so that the first value of a document is what stays.
    first[documents[::-1]] = numbers[::-1]
    others = numbers != first[documents]
    by_document = np.argsort(documents[others], kind="stable")
    owners = documents[others][by_document]
    offsets = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(owners, minlength=size), out=offsets[1:])
    folded: dict[str, list[int]] = {}
    for number, value in enumerate(values):
        folded.setdefault(value.casefold(), []).append(number)
    empty = first == len(values)
    return Table(
        tuple(values),
        starts,
        documents,
        empty,
        folded,
        first,
        numbers[others][by_document],
        owners,
        offsets,
        np.array([*lengths, np.count_nonzero(empty)], np.intp),
    )
