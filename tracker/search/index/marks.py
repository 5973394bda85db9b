"""A column of an index that holds, for every document, marks of the values of a filter field.

Postings say which documents have a value; to count the values of many documents one wants it the other way
round, and turning hundreds of posting lists round takes longer than a reader waits. A mark is 8 bytes of
BLAKE2b (RFC 7693) over the value; what it stands for is told by the terms of the field.

The marks of all documents lie one after the other, ascending by value within a document, and after them the
number of each document's marks as two bytes; all little-endian.
"""

# mypy: allow-untyped-calls

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh import columns

from tracker.search.index.tables import Ids

_SIZE = 8
_MOST = 2**16 - 1


class Marks(NamedTuple):
    """The marks of a segment, document by document, and how many each document has."""

    marks: npt.NDArray[np.uint64]
    held: Ids


@lru_cache(maxsize=65_536)
def mark_of(value: str) -> bytes:
    """What stands for a value."""
    return blake2b(value.encode("utf-8", "replace"), digest_size=_SIZE).digest()


def marks_of(values: Iterable[str]) -> bytes:
    """What a document's values are written as."""
    return b"".join(map(mark_of, sorted(values)[:_MOST]))


def as_numbers(marks: bytes) -> npt.NDArray[np.uint64]:
    """Marks as they are compared."""
    return np.frombuffer(marks, "<u8")


class MarksColumn(columns.Column):
    """The column, as Whoosh writes and merges columns."""

    def writer(self, dbfile: Any) -> "_Writer":
        """Writes the column of a new segment."""
        return _Writer(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> "MarksReader":
        """Reads the column of a segment."""
        return MarksReader(dbfile.get(basepos, length), doccount)

    def default_value(self, reverse: bool = False) -> bytes:
        """What a document without values has."""
        return b""


class _Writer(columns.ColumnWriter):
    def __init__(self, dbfile: Any) -> None:
        self._dbfile = dbfile
        self._held: list[int] = []

    def add(self, docnum: int, marks: bytes) -> None:
        """The marks of a document; documents come in order, those without values are left out."""
        self._held += [0] * (docnum - len(self._held))
        self._dbfile.write(marks)
        self._held.append(len(marks) // _SIZE)

    def finish(self, doccount: int) -> None:
        """After the last document."""
        self._held += [0] * (doccount - len(self._held))
        self._dbfile.write(np.array(self._held, "<u2").tobytes())


class MarksReader(columns.ColumnReader):
    """A column that was read."""

    def __init__(self, raw: bytes, size: int) -> None:
        at = len(raw) - 2 * size
        self._marks = raw[:at]
        self._held = np.frombuffer(raw, "<u2", offset=at)
        self._ends: list[int] = []

    def whole(self) -> Marks:
        """All of it."""
        return Marks(as_numbers(self._marks), self._held.astype(np.int32))

    def __getitem__(self, docnum: int) -> bytes:
        """The marks of one document; asked for when segments are merged."""
        if not self._ends:
            self._ends = [0, *np.cumsum(self._held, dtype=np.int64).tolist()]
        return bytes(self._marks[self._ends[docnum] * _SIZE : self._ends[docnum + 1] * _SIZE])
