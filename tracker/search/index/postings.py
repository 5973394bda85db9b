"""Reading an index's own files into NumPy arrays, once per term and segment.

Whoosh walks postings one at a time in Python. Here a posting list is read a block at a time and kept as two
arrays, document numbers and weights, in a cache bounded in bytes. A segment's files never change, so neither
does what is cached for it; deletions belong to a generation of the index and are kept apart
(:mod:`tracker.search.index.snapshot`).

Only this module knows how Whoosh's third format lays out blocks. Its public readers (``terms_reader``,
``per_document_reader``) do the rest. They move a common file position, so every read happens under the
segment's lock.
"""

# mypy: allow-untyped-calls

import threading
import zlib
from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from io import BytesIO
from itertools import accumulate, islice, pairwise, repeat, takewhile
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3LeafMatcher
from whoosh.fields import Schema
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from tracker.search.index.checksums import IndexDamaged, load_plain, reading
from tracker.search.index.marks import VALUE, WORD, Marks, MarksReader, as_numbers, marks_of
from tracker.search.index.schema import NUMBER_TYPES, SEQUENCE, Stored
from tracker.search.index.tables import Ids, Mask, Table, table_of

Floats = npt.NDArray[np.float32]

LENGTH: Floats = np.array([byte_to_length(code) for code in range(256)], dtype=np.float32)
"""Field lengths are kept in one byte on a logarithmic scale; this is what each byte stands for."""


class Sized(Protocol):
    """Something that knows its size in memory."""

    @property
    def nbytes(self) -> int:
        """Size in bytes."""


class Postings(NamedTuple):
    """The documents of a term, ascending, and the term's weight in each."""

    ids: Ids
    weights: Floats

    @property
    def nbytes(self) -> int:
        """Size in bytes, with what Python adds to it."""
        return int(self.ids.nbytes + self.weights.nbytes) + 400

    def hold(self, documents: Ids) -> Mask:
        """Which of some documents are among them."""
        if not len(self.ids):
            return np.zeros(len(documents), bool)
        places = self.ids.searchsorted(documents)
        places[places == len(self.ids)] = 0
        found: Mask = self.ids[places] == documents
        return found


class _Kept(NamedTuple):
    """A stored document and about how much memory it takes."""

    value: Stored
    nbytes: int


NOTHING = Postings(np.empty(0, np.int32), np.empty(0, np.float32))

S = TypeVar("S", bound=Sized)


class ByteCache:
    """A cache of the values used last, bounded by their total size in bytes; safe to use from several
    threads.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[tuple[Hashable, ...], Sized] = OrderedDict()

    def get(self, key: tuple[Hashable, ...], make: Callable[[], S]) -> S:
        """The cached value of a key, made when it is not there (by two threads at once, at times)."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast(S, self._values[key])
        value = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self.size += value.nbytes
            while self.size > self.limit and self._values:
                _, dropped = self._values.popitem(last=False)
                self.size -= dropped.nbytes
        return value

    def forget(self, keep: Iterable[str]) -> None:
        """Drop everything cached for segments other than those to keep."""
        kept = set(keep)
        with self._lock:
            for key in [key for key in self._values if key[0] not in kept]:
                self.size -= self._values.pop(key).nbytes


class SegmentFiles:
    """The unchanging files of one segment, read on demand."""

    def __init__(self, storage: Any, segment: Any, schema: Schema, cache: ByteCache) -> None:
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._schema = schema
        codec = segment.codec()
        self._files = segment.open_compound_file(storage) if segment.is_compound() else storage
        self._terms = codec.terms_reader(self._files, segment)
        self._documents = codec.per_document_reader(self._files, segment)
        self._fields = frozenset(self._terms.indexed_field_names())
        self._cache = cache
        self._lock = threading.RLock()
        self._lengths: dict[str, npt.NDArray[np.uint8]] = {}
        self._tables: dict[str, Table] = {}
        self._numbers: dict[str, npt.NDArray[np.uint64]] = {}
        self._sequence: Marks | None = None
        self._references: npt.NDArray[np.bytes_] | None = None

    def verify(self) -> None:
        """Read the whole file, whatever is cached of it.

        :raises IndexDamaged: something in it is not as it was written.
        """
        with reading("a segment"):
            self._files._file.verify()

    def postings(self, field: str, term: str) -> Postings:
        """The postings of a term, deleted documents included; empty when the segment does not hold it."""
        if field not in self._fields:
            return NOTHING
        return self._cache.get((self.name, field, term), lambda: self._read(field, term))

    def combined(self, field: str, key: str, make: Callable[[], Postings]) -> Postings:
        """Postings computed from others (a phrase, a prefix), cached under a key no term can have."""
        return self._cache.get((self.name, field, f"\0{key}"), make)

    def lengths(self, field: str) -> npt.NDArray[np.uint8]:
        """The length of a field in every document, as the byte the index keeps; see :data:`LENGTH`."""
        found = self._lengths.get(field)
        if found is None:
            raw = self._column(f"_{field}_len", LENGTHS_COLUMN, "B")
            found = self._lengths[field] = raw.astype(np.uint8)
        return found

    def numbers(self, field: str) -> npt.NDArray[np.uint64]:
        """The values of a column of numbers; zero where a document has none."""
        found = self._numbers.get(field)
        if found is None:
            raw = self._column(field, self._schema[field].column_type, NUMBER_TYPES[field])
            found = self._numbers[field] = raw.astype(np.uint64)
        return found

    def table(self, field: str) -> Table:
        """A filter field with all its values."""
        found = self._tables.get(field)
        if found is None:
            values = self.beginning_with(field, "", limit=None)
            found = self._tables[field] = table_of(values, *self._numbered(field, values))
        return found

    def _numbered(self, field: str, values: Sequence[str]) -> tuple[Ids, Ids]:
        """The numbers of the values of all documents of a filter field, and how many each document has."""
        marks, held = self._marks(field, VALUE)
        known = as_numbers(marks_of(values, VALUE), VALUE)
        in_order = np.argsort(known)
        numbers = in_order[np.searchsorted(known, marks, sorter=in_order) % max(len(known), 1)]
        if not np.array_equal(known[numbers], marks):
            raise IndexDamaged(f"the column of {field} holds what is not among its terms")
        return numbers.astype(np.int32), held

    def sequence(self) -> Marks:
        """The stemmed terms of all documents, as marks, in the order of their texts."""
        if self._sequence is None:
            self._sequence = self._marks(SEQUENCE, WORD)
        return self._sequence

    def _marks(self, field: str, size: int) -> Marks:
        with self._lock, reading("a column"):
            if not self._documents.has_column(field):
                return Marks(as_numbers(b"", size), np.zeros(self.size, np.int32))
            column: MarksReader = self._documents.column_reader(field, self._schema[field].column_type)
            return column.whole()

    def beginning_with(self, field: str, prefix: str, limit: int | None) -> list[str]:
        """The terms of a field that begin with a prefix, in order, at most ``limit``."""
        start = prefix.encode("utf-8", "replace")
        with self._lock, reading("the list of terms"):
            terms = self._terms.terms_from(field, start)
            same = takewhile(lambda pair: pair[0] == field and pair[1].startswith(start), terms)
            return [term.decode("utf-8", "replace") for _, term in islice(same, limit)]

    def document_frequency(self, field: str, term: str) -> int:
        """In how many documents of the segment a term occurs, deleted ones included."""
        with self._lock, reading("a term"):
            key = (field, term.encode("utf-8", "replace"))
            return int(self._terms.doc_frequency(*key)) if key in self._terms else 0

    def positions(self, field: str, term: str, wanted: Ids) -> npt.NDArray[np.int64]:
        """Where a term stands in some documents (ascending, all holding it).

        Each place is one number, ascending: the index of the document in ``wanted`` in the upper 32 bits, the
        position in the lower.
        """
        found: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
        with self._lock, reading("positions"):
            matcher = self._matcher(field, term)
            at = 0
            while matcher is not None and at < len(wanted):
                upto = int(np.searchsorted(wanted, int(matcher.block_max_id()), side="right"))
                if upto > at:
                    ids, _ = _block(matcher)
                    if matcher._values is None:
                        matcher._read_values()
                    values = [matcher._values[row] for row in np.searchsorted(ids, wanted[at:upto])]
                    places = np.frombuffer(b"".join(values), "<u4").astype(np.int64)
                    documents = np.repeat(np.arange(at, upto), [len(value) // 4 for value in values])
                    found.append(documents << 32 | places)
                at = upto
                matcher = _advance(matcher)
        return np.concatenate(found)

    def stored(self, document: int) -> Stored:
        """What the index keeps of a document. Not to be written to: it is kept for the next search."""
        return self._cache.get((self.name, document), lambda: self._read_stored(document)).value

    def _read_stored(self, document: int) -> "_Kept":
        with self._lock, reading("a stored document"):
            value = cast(Stored, self._documents.stored_fields(document)["stored"])
            parts = (value["titles"], value["texts"], value["details"], value["narrative"])
            characters = sum(len(text) for part in parts for text in part.values())
        return _Kept(value, 2_000 + 4 * characters)

    def references(self) -> npt.NDArray[np.bytes_]:
        """The reference of every document, in UTF-8; read from the stored documents once."""
        if self._references is None:
            found = [self.stored(number)["ref"].encode() for number in range(self.size)]
            self._references = np.array(found, dtype=np.bytes_)
        return self._references

    def _read(self, field: str, term: str) -> Postings:
        with self._lock, reading("postings"):
            try:
                info = self._terms.term_info(field, term.encode("utf-8", "replace"))
            except TermNotFound:
                return NOTHING
            found = _as_arrays(_blocks(self._terms, info))
        if found.ids.min() < 0 or found.ids.max() >= self.size:
            raise IndexDamaged(f"postings of {field} name documents that are not there")
        return found

    def _matcher(self, field: str, term: str) -> Any:
        """Whoosh's reader of a posting list, or None when there is no such term."""
        try:
            return self._terms.matcher(field, term.encode("utf-8", "replace"), self._schema[field].format)
        except TermNotFound:
            return None

    def _column(self, name: str, column: Any, typecode: str) -> npt.NDArray[np.generic]:
        """A column of numbers as stored: big-endian, cut after the last value that is not zero."""
        numbers = np.zeros(self.size, dtype=np.dtype(f">{_NUMPY_TYPE[typecode]}"))
        with self._lock, reading("a column"):
            if self._documents.has_column(name):
                reader = self._documents.column_reader(name, column)
                raw = reader._dbfile.get(reader._basepos, reader._count * reader._fixedlen)
                numbers[: reader._count] = np.frombuffer(raw, dtype=numbers.dtype)
        return numbers


Posting = tuple[str, bytes, int, float, bytes]
"""Field, term, document, weight and encoded value, as Whoosh's writers take them."""


def postings_in_order(terms: Any, schema: Schema, numbers: npt.NDArray[np.int64]) -> Iterator[Posting]:
    """All postings of a segment by field, term and document, from Whoosh's reader of its terms.

    ``numbers`` holds the new number of each document; those with a negative one are left out.
    """
    new = numbers.tolist()
    for (field, text), info in terms.items():
        form = schema[field].format
        fixed = form is not None and form.fixed_value_size() == 0
        for deltas, weights, values in _blocks(terms, info):
            every = weights if isinstance(weights, tuple) else repeat(1.0 if weights is None else weights)
            found = repeat(b"") if fixed else values
            for old, weight, value in zip(accumulate(deltas), every, found, strict=False):
                number = new[old]
                if number >= 0:
                    yield field, text, number, weight, value


def _as_arrays(blocks: Iterator[tuple[Any, Any, Any]]) -> Postings:
    """The blocks of a posting list as two arrays; ``array`` is what reads a tuple fastest."""
    numbers, weights, last = array("i"), array("f"), 0
    for deltas, found, _ in blocks:
        start, count = len(numbers), len(deltas)
        numbers += array("i", deltas)
        numbers[start] -= last
        last = sum(deltas)
        if isinstance(found, tuple):
            weights += array("f", found)
        else:
            weights += array("f", (1.0 if found is None else found,)) * count
    ids = np.cumsum(np.frombuffer(numbers, np.int32), dtype=np.int32)
    return Postings(ids, np.frombuffer(weights, np.float32))


def _blocks(terms: Any, info: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Document numbers as differences, weights (None for all one, or one number for all) and values of each
    block of a posting list.

    After a mark of four bytes, each block is its length (negative for the last), a pickle about it that tells
    whether the rest is compressed, and the pickle of the three. The bytes are verified when they are read.
    """
    if info.is_inlined():
        # A list short enough to be kept inside the term's own entry; older releases write such lists.
        numbers, weights, values = info.inlined_postings()
        yield [b - a for a, b in pairwise([0, *numbers])], tuple(weights), values
        return
    offset, length = info.extent()
    # Whoosh unpacks the length into a tuple of one number.
    raw = terms._postfile.get(offset, length[0] if isinstance(length, tuple) else length)
    at, last = 4, False
    while not last:
        length = int.from_bytes(raw[at : at + 4], "big", signed=True)
        block = BytesIO(raw[at + 4 : at + 4 + abs(length)])
        about = load_plain(block)
        body = block.read()
        yield load_plain(BytesIO(zlib.decompress(body) if about[3] else body))
        at, last = at + 4 + abs(length), length < 0


_NUMPY_TYPE = {"B": "u1", "I": "u4", "Q": "u8"}


def _block(matcher: Any) -> tuple[Ids, Floats]:
    """The block a matcher stands on: document numbers and weights."""
    if not _in_blocks(matcher):
        # A list short enough to be kept inside the term's own entry; older releases write such lists.
        ids = np.fromiter(matcher.all_ids(), np.int32)
        return ids, np.full(len(ids), matcher.weight(), np.float32)
    if matcher._data is None:
        matcher._read_data()
    deltas, weights, _ = matcher._data
    numbers = np.cumsum(np.array(deltas, np.int32), dtype=np.int32)
    if weights is None:
        return numbers, np.ones(len(numbers), np.float32)
    return numbers, np.broadcast_to(np.array(weights, np.float32), numbers.shape)


def _advance(matcher: Any) -> Any:
    """The matcher on its next block, or None after the last."""
    if not _in_blocks(matcher) or matcher._lastblock:
        return None
    matcher._next_block()
    return matcher


def _in_blocks(matcher: Any) -> bool:
    """Whether a posting list is kept in blocks, and not inside its term's entry."""
    return isinstance(matcher, W3LeafMatcher)
