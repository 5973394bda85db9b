"""The boundary of the search engine: what can be asked of it and what it answers.

Everything Whoosh stands behind :class:`Engine`, so that the rest of Tracker knows neither Whoosh nor NumPy.
The engine is framework-free: it knows documents and access tokens, neither people nor requests nor the
database.

Visibility is part of every question. ``access`` is the set of tokens the actor holds: hits, totals, facets,
suggestions, highlights, similar outcomes and the words a prefix stands for are computed over the documents
that carry one of these tokens, and over nothing else. ``None`` means the operator, who sees everything.

**Place for a second ranked list.** Search by meaning (sentence vectors) will not replace this engine; it will
give a second list of references, already limited to what the actor may see. The two lists join by reciprocal
rank fusion (Cormack, Clarke, Büttcher 2009: the sum of ``1 / (60 + rank)``) *inside* ``Engine.search``, after
visibility and filters are applied and before the page is cut, because total, facets and page must agree. It
will arrive as a constructor argument of the engine with the shape of :class:`SecondList`; nothing else in
this file will change.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from markupsafe import Markup

from tracker.search.asking.concepts import Concept
from tracker.search.asking.query import Note, Query
from tracker.search.document import Document

Access = frozenset[str] | None
"""The tokens an actor holds; ``None`` sees everything."""

Progress = Callable[[int], None]
"""Called now and then while rebuilding with the number of documents written so far."""


class EngineBusy(Exception):
    """Another process or thread is writing to the index and did not finish within the time allowed."""


class Sort(StrEnum):
    """Orders of the result list. Ties are broken by newest first, then by reference."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One question to the engine."""

    query: Query
    """The parsed query, its filter values already resolved (``resolve_filters``)."""

    access: Access
    today: date
    """The day against which *overdue* and *stale* are computed."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet values chosen beside the query: values of one field widen (OR), fields narrow (AND). The field
    ``is`` takes the values of the query language (``overdue``, ``stale``, ``draft`` …)."""

    sort: Sort = Sort.RELEVANCE
    group: str = ""
    """A filter field by whose values the list is grouped, the groups in the order of their best hit."""

    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()
    """Filter fields to count. A field is counted with every filter applied except those on the field itself
    that stand in ``filters``, so that a reader can add a second value."""

    stale_months: int = 6
    language: str = ""
    """The reader's language: decides which version of a hit is shown where several match equally well."""

    highlight: bool = True
    """False leaves title and snippet unmarked and uncut."""


class Hit(NamedTuple):
    """One result. ``title`` and ``snippet`` are escaped, with the matched words in ``<mark>``."""

    ref: str
    score: float
    title: Markup
    snippet: Markup
    language: str
    """The language of title and snippet (for ``lang`` and ``dir``)."""

    matched: tuple[str, ...] = ()
    """Words of the query found in the document, as typed, and the names in ``via``; for "similar", the words
    shared.
    """

    via: tuple[str, ...] = ()
    """Other names of what the query names that the document holds in place of the words typed."""

    group: str = ""
    """The value that groups it, where results are grouped; empty without one."""

    concepts: tuple[str, ...] = ()
    """For "similar", the keys of the concepts that both name; the names found are in ``via``."""


@dataclass(frozen=True, slots=True)
class Without:
    """What a search would find without one part of its query, or without the values chosen in one field."""

    count: int
    """Documents that would be found, all of them visible to the actor."""

    part: int | None = None
    """The number of the part, as :func:`tracker.search.asking.parts.parts_of` counts them."""

    field: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found."""

    hits: tuple[Hit, ...]
    total: int
    """Exact number of documents that match and that the actor may see."""

    facets: Mapping[str, Sequence[tuple[str, int]]]
    """Per field asked for: value and number of documents, most frequent first. :data:`~document.NOT_SET`
    counts the documents without a value (:func:`~document.not_set`). The field ``is`` counts what is overdue
    or stale."""

    groups: Mapping[str, int] = field(default_factory=dict)
    """Number of documents in each group that the hits belong to."""

    any_word: bool = False
    """True when no document held all words (of a question: too few), and those holding any of them are listed
    instead.
    """

    all_words: int = 0
    """With ``any_word``: how many documents hold all words."""

    understood: str = ""
    """The query as it was read, in the query language itself."""

    notes: tuple[Note, ...] = ()
    """What was cut, ignored or read as plain words."""

    suggestion: str | None = None
    """Another spelling of the query, from words of visible documents; given when nothing or only any word
    matched.
    """

    without: tuple[Without, ...] = ()
    """What to drop from the query to find something, best first; given when nothing held all of it."""

    nowhere: tuple[str, ...] = ()
    """Words of the query that no visible document holds; given when nothing held all of it."""

    incomplete: bool = False
    """True when the index searched is one that stands in for one to be rebuilt."""


@dataclass(frozen=True, slots=True)
class References:
    """Everything that matches, by reference alone."""

    refs: tuple[str, ...]
    """Every visible document that matches, newest first. Nothing is listed in place of what was asked for:
    when no document holds all words, it is empty."""

    mark: str
    """The commit that answered, as :meth:`Engine.mark` names it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How an index differs from what it should hold, as references."""

    missing: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True when there is any difference."""
        return bool(self.missing or self.surplus or self.outdated)


class SecondList(Protocol):
    """The shape of a second ranked list, to be joined by rank fusion; see the head of this file. Not built
    yet.
    """

    def rank(self, text: str, access: Access, limit: int) -> Sequence[tuple[str, float]]:
        """The best ``limit`` references for a text among those visible, best first, with their similarity."""


class Engine(Protocol):
    """A search engine over documents. Safe to use from several threads and several processes."""

    @property
    def needs_rebuild(self) -> bool:
        """True when the index was missing, damaged or of another version and has not been rebuilt since."""

    def add(
        self,
        documents: Iterable[Document],
        *,
        removed: Iterable[str] = (),
        wait: float = 5.0,
        give_way: bool = False,
    ) -> None:
        """Add documents, each replacing the one with its reference, and drop ``removed`` references, in one
        commit.

        The next search in every process sees it. ``wait`` is in seconds. ``documents`` and ``removed`` are
        iterated only once the write lock is held, so a generator that reads the database never brings
        anything older than what is indexed.

        With ``give_way`` nobody waits for a rebuild that is under way.

        :raises EngineBusy: the write lock could not be had within ``wait`` seconds; nothing was changed.
        """

    def remove(self, refs: Iterable[str], *, wait: float = 5.0) -> None:
        """Drop documents by reference; unknown references are ignored. Raises as :meth:`add`."""

    def search(self, request: SearchRequest) -> Results:
        """Answer a question over the newest commit."""

    def references(self, request: SearchRequest) -> References:
        """Everything that answers a question, without showing any of it; order, offset and limit do not
        count.
        """

    def mark(self) -> str:
        """A name of the newest commit, which no other commit has; empty when there is nothing to be read."""

    def similar(
        self,
        *,
        access: Access,
        ref: str | None = None,
        text: str | None = None,
        language: str = "en",
        concepts: Sequence[Concept] = (),
        filters: Mapping[str, tuple[str, ...]] | None = None,
        before: date | None = None,
        but: str | None = None,
        prefer: str = "",
        limit: int = 5,
    ) -> tuple[Hit, ...]:
        """The visible outcomes most like one (by reference, in all its languages) or a text, closest first,
        itself left out; none that shares too little, and no files.

        ``language`` is that of the text. ``concepts`` are what the outcome or the text names: others that
        name the same count as alike in any language. ``filters`` are as in :class:`SearchRequest`, ``before``
        leaves only outcomes of earlier days, ``but`` leaves out one more reference, ``prefer`` is the
        reader's language. A hit's ``score`` is its closeness, from 0 to 1.

        An unknown or hidden reference has no similar documents.
        """

    def suggest(self, query: Query, access: Access) -> str | None:
        """The query with words that occur in no visible document replaced by near ones that do, or None."""

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        """Reference and fingerprint of every document in the index."""

    def check(self, expected: Iterable[tuple[str, str]]) -> Difference:
        """Compare the index with the references and fingerprints it should hold.

        Reads all of the index on the way: damage anywhere makes ``needs_rebuild`` true.
        """

    def verify(self) -> None:
        """Read all of the index: damage anywhere makes ``needs_rebuild`` true, also where no search looks."""

    def rebuild(
        self, documents: Iterable[Document], *, progress: Progress | None = None, wait: float = 5.0
    ) -> int:
        """Write a new index beside the live one from all documents, then put it in its place; returns their
        number.

        Searches are answered from the old index until the swap. The write lock is held throughout, so changes
        made meanwhile wait (in the outbox) and are added after it. Raises as :meth:`add`.
        """

    def merge_segments(self, *, wait: float = 30.0) -> bool:
        """Merge a few segments of the index into one, if that is due; True when it was done, and calling
        again may find more to do.

        To be called now and then from the background: it may take minutes, while others search and write. The
        write lock is held for a moment at its end only. Does nothing while another process merges.

        :raises EngineBusy: the write lock could not be had within ``wait`` seconds; nothing was changed.
        """

    def clear(self, *, wait: float = 5.0) -> None:
        """Replace the index by an empty one. Raises as :meth:`add`."""

    def refresh(self) -> None:
        """Look for commits of other processes now; :meth:`search` does so itself."""

    def __len__(self) -> int:
        """Number of documents in the index, visible or not."""

    def close(self) -> None:
        """Close files and forget caches. The engine cannot be used afterwards."""
