"""The filter fields of a segment as arrays: which values some documents have, and how many have each."""

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
    """A filter field of a segment: for each document the numbers of its values."""

    values: tuple[str, ...]
    """In the order of the alphabet."""

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

    def spelled(self, value: str) -> list[str]:
        """The values that are the same without regard to case."""
        return [self.values[number] for number in self.folded.get(value.casefold(), ())]

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


def table_of(values: Sequence[str], numbers: Ids, held: Ids) -> Table:
    """The table of a segment from the values of its field, in order.

    ``held`` says how many values each document has, and ``numbers`` which, document by document and ascending
    in each.
    """
    size = len(held)
    ends = np.cumsum(held)
    some = held > 0
    leading = (ends - held)[some]
    first = np.full(size, len(values), np.int32)
    first[some] = numbers[leading]
    others = np.ones(len(numbers), bool)
    others[leading] = False
    more = held - some
    offsets = np.zeros(size + 1, np.int32)
    np.cumsum(more, out=offsets[1:])
    folded: dict[str, list[int]] = {}
    for number, value in enumerate(values):
        folded.setdefault(value.casefold(), []).append(number)
    whole = np.bincount(numbers, minlength=len(values) + 1)
    whole[-1] = size - np.count_nonzero(some)
    return Table(
        tuple(values),
        ~some,
        folded,
        first,
        numbers[others],
        np.repeat(np.arange(size, dtype=np.int32), more),
        offsets,
        whole,
    )
