"""A column of an index that holds what is in every document: marks of values or words, in order.

Postings say which documents hold something; to count the values of many documents, or to see how near words
stand to each other, one wants it the other way round, and turning posting lists round takes longer than a
reader waits. A mark is 4 or 8 bytes of BLAKE2b (RFC 7693).

The marks of all documents lie one after the other, and after them the number of each document's marks as two
bytes; all little-endian.
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

VALUE, WORD = 8, 4
"""Bytes of a mark: what a value stands for must be told without doubt, words are only compared."""

MOST = 2**16 - 1
"""Marks that are kept of a document."""


class Marks(NamedTuple):
    """The marks of a segment, document by document, and how many each document has."""

    marks: npt.NDArray[np.unsignedinteger]
    held: Ids


@lru_cache(maxsize=65_536)
def mark_of(text: str, size: int) -> bytes:
    """What stands for a value or a word."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).digest()


def marks_of(texts: Iterable[str], size: int) -> bytes:
    """What stands for several of them, in order."""
    return b"".join([mark_of(text, size) for text in texts])


def as_numbers(marks: bytes, size: int) -> npt.NDArray[np.unsignedinteger]:
    """Marks as they are compared."""
    return np.frombuffer(marks, f"<u{size}")


class MarksColumn(columns.Column):
    """The column, as Whoosh writes and merges columns."""

    def __init__(self, size: int) -> None:
        self._size = size

    def writer(self, dbfile: Any) -> "_Writer":
        """Writes the column of a new segment."""
        return _Writer(dbfile, self._size)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> "MarksReader":
        """Reads the column of a segment."""
        return MarksReader(dbfile.get(basepos, length), doccount, self._size)

    def default_value(self, reverse: bool = False) -> bytes:
        """What a document without marks has."""
        return b""


class _Writer(columns.ColumnWriter):
    def __init__(self, dbfile: Any, size: int) -> None:
        self._dbfile = dbfile
        self._size = size
        self._held: list[int] = []

    def add(self, docnum: int, marks: bytes) -> None:
        """The marks of a document; documents come in order, those without marks are left out."""
        marks = marks[: MOST * self._size]
        self._held += [0] * (docnum - len(self._held))
        self._dbfile.write(marks)
        self._held.append(len(marks) // self._size)

    def finish(self, doccount: int) -> None:
        """After the last document."""
        self._held += [0] * (doccount - len(self._held))
        self._dbfile.write(np.array(self._held, "<u2").tobytes())


class MarksReader(columns.ColumnReader):
    """A column that was read."""

    def __init__(self, raw: bytes, documents: int, size: int) -> None:
        at = len(raw) - 2 * documents
        self._size = size
        self._marks = raw[:at]
        self._held = np.frombuffer(raw, "<u2", offset=at)
        self._ends: list[int] = []

    def whole(self) -> Marks:
        """All of it."""
        return Marks(as_numbers(self._marks, self._size), self._held.astype(np.int32))

    def __getitem__(self, docnum: int) -> bytes:
        """The marks of one document; asked for when segments are merged."""
        if not self._ends:
            self._ends = [0, *np.cumsum(self._held, dtype=np.int64).tolist()]
        return bytes(self._marks[self._ends[docnum] * self._size : self._ends[docnum + 1] * self._size])
