"""What is written to a Whoosh index for a document: its fields, their formats, their terms.

All analysis happens before Whoosh sees a document: a field is given its terms. So the schema holds no
analyzer, its fields can be written by any release of Whoosh that knows format 3, and the index never has to
unpickle a schema of ours (the one in this file is handed over when an index is opened).

================================  ====================================================================
``title_en`` … ``file_ar``        stemmed terms per part and language, with frequencies and lengths
``workshop_text``                 stems in every language
``exact``                         folded words of everything, with positions: phrases, prefixes, spelling
``refs``                          both references, folded
``id``                            the reference, the key; for a page also that of its file
``is_<filter>`` …                 filter values as given, with columns to count them by
``access``                        access tokens
``order``, ``due``, ``waiting``   columns of numbers: the order of results, the earliest dates of open
commitments
``sequence``                      a column of all stemmed terms in the order of the texts
``file``                          a column of numbers: of which file a document is a page
``stored``                        what a result shows
================================  ====================================================================
"""

# mypy: allow-untyped-calls

import re
import struct
from collections import Counter
from collections.abc import Generator, Sequence
from typing import Any, TypedDict

import numpy as np
from whoosh import columns, fields, formats

from tracker.search.document import FILE_KIND, FILTER_FIELDS, LANGUAGES, Document, file_key
from tracker.search.index.marks import VALUE, WORD, MarksColumn, marks_of
from tracker.search.words.analysis import exact_terms, exact_words, index_terms, language_of, stems, tokenize
from tracker.search.words.folding import fold

INDEX_VERSION = 4
"""Raised with every change of schema or analysis; an index of another version is set aside and rebuilt."""

PARTS = {"title": 2.0, "text": 1.0, "detail": 0.6, "narrative": 0.4, "file": 1.0}
"""Weights of the parts of a document in its score, the same in every language.

The text of files is a part of its own, so that long pages do not count when the length of an outcome is
weighed; how much a file weighs in all is said in :mod:`tracker.search.ranking.pages`.
"""

WORKSHOP_WEIGHT = 0.3
EXACT_WEIGHT = 1.0
FORM_WEIGHT = 0.15
"""What a word adds that stands in a text in the very form in which it was typed."""

NAME_WEIGHT = 0.5
"""Weight of the other names of what words name: below the words themselves."""

REFERENCE_WEIGHT = 20.0
"""A reference is typed to find that one outcome, so it outweighs any number of words."""

ID, REFS, EXACT, WORKSHOP, ACCESS = "id", "refs", "exact", "workshop_text", "access"
ORDER, DUE, WAITING, FILE = "order", "due", "waiting", "file"

NUMBER_TYPES = {ORDER: "Q", DUE: "I", WAITING: "I", FILE: "I"}
"""The columns of numbers with their ``struct`` type codes. Zero stands for "no value"."""

_LAST_DAY = 99_999_999
_ORDER_DATE_SHIFT = 37
_ORDER_LETTER_SHIFT = 32
_LAST_LETTER = 31

# Fields are given terms, so they have nothing to analyse; Whoosh asks for an analyzer in its types only.
_NO_ANALYZER: Any = None

# Positions of one part of a document start well after those of the part before, so that no phrase spans two
# parts.
_GAP = 100


class Stored(TypedDict):
    """What the index keeps of a document to show a result and to compare with the database."""

    ref: str
    fingerprint: str
    language: str
    titles: dict[str, str]
    texts: dict[str, str]
    details: dict[str, str]
    narrative: dict[str, str]
    workshop: str


SEQUENCE = "sequence"
"""The column that tells how near to each other words stand."""

APART = 32
"""So many terms of the sequence lie between two parts of a document."""

Postings = Generator[tuple[bytes, int, float, bytes], Any, None]
"""What a Whoosh field makes of a value: term, frequency, weight and an encoded posting value."""


class TermsField(fields.FieldType):
    """A field given as a list of terms; keeps how often each occurs and, when scorable, the length of the
    list.

    A field to be counted keeps its terms in a column as well.
    """

    def __init__(self, *, scorable: bool = False, counted: bool = False) -> None:
        super().__init__(format=formats.Existence(), analyzer=_NO_ANALYZER, scorable=scorable)
        self.column_type = MarksColumn(VALUE) if counted else None

    def to_column_value(self, value: Any) -> bytes:
        """The terms as the column keeps them: in the order of the alphabet."""
        return marks_of(sorted(value), VALUE)

    def index(self, value: Any, **kwargs: Any) -> Postings:
        """Terms with frequency, weight (equal to the frequency) and no posting value."""
        for term, count in Counter(value).items():
            yield term.encode("utf-8", "replace"), count, float(count), b""


class PackedPositions(formats.Positions):
    """Positions as unsigned 32-bit numbers, so that a block of them is read as one array.

    Whoosh pickles a list per posting; unpickling them takes most of the time a phrase of common words takes.
    """

    def encode(self, poslist: Sequence[int]) -> bytes:
        """Positions of a term in a document as bytes, little-endian."""
        return struct.pack(f"<{len(poslist)}I", *poslist)

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """The positions again."""
        return list(struct.unpack(f"<{len(valuestring) // 4}I", valuestring))

    def decode_frequency(self, valuestring: bytes) -> int:
        """How often the term occurs."""
        return len(valuestring) // 4


class PositionsField(fields.FieldType):
    """A field given as parts, each a list of words; keeps positions, so that phrases can be verified."""

    def __init__(self) -> None:
        super().__init__(format=PackedPositions(), analyzer=_NO_ANALYZER, scorable=True)

    def index(self, value: Any, **kwargs: Any) -> Postings:
        """Words with frequency, weight and encoded positions."""
        places: dict[str, list[int]] = {}
        start = 0
        for part in value:
            for position, word in enumerate(part, start):
                places.setdefault(word, []).append(position)
            start += len(part) + _GAP
        encode = PackedPositions().encode
        for word, positions in places.items():
            yield word.encode("utf-8", "replace"), len(positions), float(len(positions)), encode(positions)


class SequenceField(fields.FieldType):
    """The terms of all parts of a document in the order of its texts, kept as a column and not searched."""

    indexed = False

    def __init__(self) -> None:
        self.format = None
        self.column_type = MarksColumn(WORD)

    def to_column_value(self, value: Any) -> bytes:
        """The terms of each part, and what keeps it apart from the next."""
        return marks_of((term for part in value for term in (*part, *[""] * APART)), WORD)


class NumberField(fields.FieldType):
    """One unsigned number per document, kept as a column and not searched."""

    indexed = False

    def __init__(self, typecode: str) -> None:
        self.format = None
        self.column_type = columns.NumericColumn(typecode, default=0)

    def to_column_value(self, value: Any) -> Any:
        """The number itself."""
        return value

    def from_column_value(self, value: Any) -> Any:
        """The number itself."""
        return value


def order_key(document: Document) -> int:
    """The place of a document among others as a 64-bit number: newest first, then by kind and number of its
    reference, files after outcomes.

    27 bits hold the date counted backwards, 5 bits the first letter of the reference, 32 bits its last
    number.
    """
    date = int(document.date) if document.date.isascii() and document.date.isdigit() else 0
    numbers = re.findall(r"[0-9]+", document.ref)
    letter = _LAST_LETTER if document.kind == FILE_KIND else ord(document.ref[:1].lower() or "a") & 0x1F
    number = min(int(numbers[-1][:12]), 2**32 - 1) if numbers else 0
    return (
        (_LAST_DAY - min(date, _LAST_DAY - 1)) << _ORDER_DATE_SHIFT | letter << _ORDER_LETTER_SHIFT | number
    )


def oldest_first(order: np.ndarray) -> np.ndarray:
    """From order keys (unsigned 64 bits) the keys that put the oldest date first and keep the rest."""
    shift = np.uint64(_ORDER_DATE_SHIFT)
    rest = order & np.uint64((1 << _ORDER_DATE_SHIFT) - 1)
    return ((np.uint64(_LAST_DAY) - (order >> shift)) << shift) | rest


def days(order: np.ndarray) -> np.ndarray:
    """From order keys (unsigned 64 bits) the dates as numbers ``YYYYMMDD``, zero where there is none."""
    return np.uint64(_LAST_DAY) - (order >> np.uint64(_ORDER_DATE_SHIFT))


def filter_field(name: str) -> str:
    """The index field of a filter."""
    return f"is_{name}"


def part_field(part: str, language: str) -> str:
    """The index field of a part of a document in a language."""
    return f"{part}_{language}"


def language_of_field(field: str) -> str:
    """The language of such a field."""
    return field.rpartition("_")[2]


def build_schema() -> fields.Schema:
    """The schema of the index."""
    schema = fields.Schema(stored=fields.STORED())
    for part in PARTS:
        for language in LANGUAGES:
            schema.add(part_field(part, language), TermsField(scorable=True))
    schema.add(WORKSHOP, TermsField(scorable=True))
    schema.add(EXACT, PositionsField())
    for name in (ID, REFS, ACCESS):
        schema.add(name, TermsField())
    for name in FILTER_FIELDS:
        schema.add(filter_field(name), TermsField(counted=True))
    schema.add(SEQUENCE, SequenceField())
    for name, typecode in NUMBER_TYPES.items():
        schema.add(name, NumberField(typecode))
    return schema


def in_language(language: str, term: str) -> str:
    """A term as the sequence keeps it: the same letters in two languages are two words."""
    return f"{language} {term}"


def workshop_terms(text: str) -> list[str]:
    """Terms of a text for the field without a language: the stems of each word in every language."""
    return [
        term
        for token in tokenize(text)
        for term in dict.fromkeys(term for code in LANGUAGES for term in stems(code, token.text))
    ]


def reference_term(text: str) -> str:
    """A reference as it is indexed and looked up."""
    return " ".join(fold(text).split())


def to_fields(document: Document) -> dict[str, Any]:
    """The values to give a Whoosh writer for a document; fields without a value are left out."""
    parts = {
        "title": document.titles,
        "file" if document.kind == FILE_KIND else "text": document.texts,
        "detail": document.details,
        "narrative": document.narrative,
    }
    values: dict[str, list[str] | list[list[str]]] = {
        ID: [document.ref, *([file_key(document.file)] if document.file else ())],
        REFS: [reference_term(ref) for ref in (document.ref, document.external_ref) if ref.strip()],
        WORKSHOP: workshop_terms(document.workshop_text),
        ACCESS: list(document.access),
    }
    words: list[list[str]] = []
    sequence: list[list[str]] = []
    for part, versions in parts.items():
        for code, text in versions.items():
            language = language_of(code)
            name = part_field(part, language)
            known: Sequence[Any] = values.get(name, [])
            terms = index_terms(language, text)
            values[name] = [*known, *terms]
            sequence.append([in_language(language, term) for term in terms])
            words.append(exact_words(text))
    values[SEQUENCE] = sequence
    values[EXACT] = [*words, exact_words(document.workshop_text)]
    for name in FILTER_FIELDS:
        values[filter_field(name)] = list(dict.fromkeys(filter(None, document.filters.get(name, ()))))
    numbers = {
        ORDER: order_key(document),
        DUE: min(map(int, document.open_due), default=0),
        WAITING: min(map(int, document.waiting_since), default=0),
        FILE: document.file,
    }
    kept = {name: value for name, value in values.items() if value}
    return kept | {name: value for name, value in numbers.items() if value} | {"stored": stored_of(document)}


def stored_of(document: Document) -> Stored:
    """What the index keeps of a document."""
    return Stored(
        ref=document.ref,
        fingerprint=document.fingerprint,
        language=document.language,
        titles=dict(document.titles),
        texts=dict(document.texts),
        details=dict(document.details),
        narrative=dict(document.narrative),
        workshop=document.workshop_text,
    )


def exact_query_terms(text: str) -> tuple[str, ...]:
    """The terms of a phrase in the exact field."""
    return tuple(term for token in tokenize(text) for term in exact_terms(token.text))
