"""What the search engine is told: one plain, immutable document for each outcome and each page of a file.

The engine knows nothing of the database. Whoever indexes (``search.indexing``) builds a :class:`Document`
from an outcome and hands it over; whoever compares database and index builds it again and compares
fingerprints.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

LANGUAGES = ("en", "fr", "es", "ar")
"""Languages with their own analysis. A text in any other language is analysed as English, which only folds
it.
"""

FILTER_FIELDS = (
    "theme",
    "country",
    "body",
    "workshop",
    "year",
    "kind",
    "implementation",
    "position",
    "assurance",
    "lang",
    "record",
    "handling",
)
"""Fields that filter and count (facets). Each is a list of exact values, compared without regard to case."""

FILE_KIND = "file"
"""The kind of a document that is a page of an attached file."""

NOT_SET = "none"
"""The filter value that stands for "this field has no value", as in ``theme:none``."""

VOCABULARY_HAS_NONE = frozenset({"assurance"})
"""Fields where ``none`` is a value of the vocabulary itself; there ``not-set`` stands for "no value"."""


def not_set(field: str) -> str:
    """The value of a field that stands for "this field has no value"."""
    return "not-set" if field in VOCABULARY_HAS_NONE else NOT_SET


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One outcome, or one page of a file, as the engine sees it.

    Texts are mappings from language (``en``, ``fr``, ``es``, ``ar``) to plain text; languages without a text
    are left out. Dates are strings ``YYYYMMDD``, so that they sort as text.
    """

    ref: str
    """The public reference, ``REC-2024-0007``: the key of the document."""

    external_ref: str = ""
    """The source's own reference, found as typed and by prefix."""

    kind: str = ""
    """``recommendation``, ``practice`` or :data:`FILE_KIND`; to filter by it, put it into ``filters`` as
    well.
    """

    file: int = 0
    """For a page of a file, the number that all its pages share: they are one result; 0 for an outcome."""

    language: str = "en"
    """The original language, shown when no language version matches better."""

    titles: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    details: Mapping[str, str] = field(default_factory=dict)
    """Rationale, safeguards and the fields of a practice, joined, per language."""

    narrative: Mapping[str, str] = field(default_factory=dict)
    """What the updates and assessments of its commitments tell, joined, per language."""

    workshop_text: str = ""
    """Code, title and place of the workshop, searched in every language."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values for :data:`FILTER_FIELDS`. A theme comes with its broader themes."""

    access: tuple[str, ...] = ()
    """Access tokens; an actor sees the document when they hold one of them. Without tokens only the operator
    does.
    """

    open_due: tuple[str, ...] = ()
    """Due dates of its open commitments; one of them before today makes it overdue."""

    waiting_since: tuple[str, ...] = ()
    """For its open commitments, the day of the last update; old enough, it is stale."""

    date: str = ""
    """The day to sort by, ``YYYYMMDD``."""

    @property
    def fingerprint(self) -> str:
        """A stable hash of everything in the document (32 hexadecimal digits, BLAKE2b).

        It does not depend on the order of mappings or of filter values and is the same in every process, so
        that the fingerprint kept in the index and one computed from the database can be compared.
        """
        plain = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}
        text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def file_key(file_id: int) -> str:
    """The reference that stands for all pages of a file, when they are removed."""
    return f"{FILE_KIND}:{file_id}"


def page_ref(file_id: int, position: int) -> str:
    """The reference of the document of one page."""
    return f"{file_key(file_id)}:{position}"


def page_of(ref: str) -> tuple[int, int] | None:
    """File and position of the page with this reference; None for the reference of an outcome."""
    kind, _colon, rest = ref.partition(":")
    if kind != FILE_KIND:
        return None
    file_id, _colon, position = rest.partition(":")
    return int(file_id), int(position)


def _plain(value: object) -> object:
    """Mappings as sorted dictionaries without empty values, tuples as sorted lists: equal meaning, equal
    JSON.
    """
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item}
    if isinstance(value, tuple):
        return sorted(str(item) for item in value)
    return value
