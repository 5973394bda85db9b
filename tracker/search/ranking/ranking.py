"""Executing a plan over a snapshot with array operations: who matches, how well, what to count, who comes
first.

Scores are BM25F (Robertson, Zaragoza 2009): how often a word occurs is divided by the relative length of each
field, weighted and summed over the fields of one language, and only then bounded; so a word in title and text
does not count as two words. The rarity (idf) is that of the word, not of each of its stems in each field: a
French word is not a rarity because few texts are French. Of the languages of a document the best one counts.
What has no language (references, workshops, the word in the form typed) is bounded apart and added.

Rarity and average length are taken over the documents the actor may see: hidden ones do not show in scores.

Every step yields, for each segment, the visible documents that match, ascending, and the score of each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from tracker.search.document import not_set
from tracker.search.engine import Access, Sort
from tracker.search.index.postings import Floats, Postings
from tracker.search.index.schema import (
    DUE,
    EXACT,
    EXACT_WEIGHT,
    NAME_WEIGHT,
    ORDER,
    WAITING,
    filter_field,
    oldest_first,
)
from tracker.search.index.snapshot import K1, Segment, Snapshot
from tracker.search.index.tables import Ids, Mask
from tracker.search.ranking.matches import added, common, either, gathered, kept, unscored
from tracker.search.ranking.names import of_concept
from tracker.search.ranking.phrases import of_beginning, of_phrase
from tracker.search.ranking.plan import Adjacent, Any, Except, Having, Leaf, Lookup, Names, Step, Terms

DATED_STATES = ("overdue", "stale")
"""The states that are computed against a day, in the order of their facet."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A leaf as one actor finds it in one snapshot: per segment the documents and their scores."""

    leaf: Leaf
    """Kept, so that no other leaf gets its identity while this is in a cache."""

    found: tuple[Postings, ...]

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return sum(one.nbytes for one in self.found)


class Ranked(NamedTuple):
    """One document of the result list: where it stands and its score."""

    segment: int
    document: int
    score: float


@dataclass(frozen=True, slots=True)
class Today:
    """The two dates that states are computed against, as numbers ``YYYYMMDD``."""

    day: int
    stale: int
    """Commitments without news since this day or longer are stale."""

    @classmethod
    def of(cls, day: date, stale_months: int) -> "Today":
        """Counted in calendar months back from a day."""
        months = day.year * 12 + day.month - 1 - stale_months
        year, month = divmod(max(months, 12), 12)
        return cls(day.year * 10000 + day.month * 100 + day.day, year * 10000 + (month + 1) * 100 + day.day)


class Found(NamedTuple):
    """Some documents with what they are ordered by, as arrays of one length."""

    segments: np.ndarray
    documents: np.ndarray
    scores: Floats
    keys: Floats
    """What comes first: the score turned round, or zeros where the date alone counts. Then ``order``."""

    order: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence["Found"]) -> "Found":
        """The documents of several segments together."""
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def take(self, wanted: np.ndarray) -> "Found":
        """Some of the documents, by index."""
        return Found(*(column[wanted] for column in self))

    def ranked(self, part: slice, before: np.ndarray | None = None) -> list[Ranked]:
        """A part of the documents in order; ``before`` is a key that comes before all others."""
        keys = (self.documents, self.segments, self.order, self.keys)
        wanted = np.lexsort(keys if before is None else (*keys, before))[part]
        columns = (self.segments[wanted], self.documents[wanted], self.scores[wanted])
        return [Ranked(*place) for place in zip(*(column.tolist() for column in columns), strict=True)]


_Dense = tuple[Mask, Floats | None]
"""Which documents of a segment match, and the scores of all; None where nothing scores."""


class Execution:
    """One search over one snapshot by one actor. Leaves are read once, however often they are used."""

    def __init__(self, snapshot: Snapshot, access: Access, today: Today) -> None:
        self.snapshot = snapshot
        self.segments = snapshot.segments
        self.access = access
        self.today = today
        self.visible = [segment.visible(access) for segment in self.segments]
        self.documents = sum(int(np.count_nonzero(mask)) for mask in self.visible)
        # By identity: a leaf is a deep structure, and hashing it takes longer than what is looked up.
        self._leaves: dict[int, Scored] = {}

    def run(self, step: Step) -> tuple[Postings, ...]:
        """The visible documents of each segment that a step matches."""
        if isinstance(step, Leaf):
            return self.found_by(step)
        if isinstance(step, Having | Except):
            return tuple(
                unscored(self._passing(number, step) & seen) for number, seen in enumerate(self.visible)
            )
        if isinstance(step, Any):
            found = [self.run(child) for child in step.children]
            return tuple(either(segment.size, _of(n, found)) for n, segment in enumerate(self.segments))
        words = [self.run(child) for child in step.children if not isinstance(child, Having | Except)]
        passing = [child for child in step.children if isinstance(child, Having | Except)]
        extra = [self.run(child) for child in step.optional]
        return tuple(
            added(self._every(n, _of(n, words), passing), _of(n, extra)) for n in range(len(self.segments))
        )

    def _every(self, number: int, found: Sequence[Postings], passing: Sequence[Having | Except]) -> Postings:
        """The visible documents of a segment that are everywhere among those found, and pass."""
        if not found:
            mask = self.visible[number].copy()
            for step in passing:
                mask &= self._passing(number, step)
            return unscored(mask)
        every = common(found) if len(found) > 1 else found[0]
        for step in passing:
            every = kept(every, self._passing(number, step)[every.ids])
        return every

    def _passing(self, number: int, step: Having | Except) -> Mask:
        """The documents of a segment that a filter lets through, or that an exclusion leaves."""
        segment = self.segments[number]
        if isinstance(step, Having):
            return self.having(segment, step.field, step.values)
        mask = np.ones(segment.size, bool)
        mask[self.run(step.child)[number].ids] = False
        return mask

    def found_by(self, leaf: Leaf) -> tuple[Postings, ...]:
        """The visible documents of each segment that a word, phrase or prefix matches, with its scores there:
        the rarer among visible documents, the higher.
        """
        known = self._leaves.get(id(leaf))
        if known is None:
            key = (self.access, id(leaf))
            known = self._leaves[id(leaf)] = self.snapshot.scored.get(key, lambda: self._scored(leaf))
        return known.found

    def _scored(self, leaf: Leaf) -> "Scored":
        raw = []
        for segment, seen in zip(self.segments, self.visible, strict=True):
            mask, scores = self._unweighted(segment, leaf)
            raw.append((mask & seen, scores))
        count = sum(int(np.count_nonzero(mask)) for mask, _scores in raw)
        rarity = np.float32(log(1 + (self.documents - count + 0.5) / (count + 0.5)))
        return Scored(leaf, tuple(gathered(mask, scores, rarity) for mask, scores in raw))

    def occurs(self, leaf: Leaf) -> int:
        """In how many visible documents a leaf occurs."""
        return sum(len(found.ids) for found in self.found_by(leaf))

    def having(self, segment: Segment, field: str, values: Iterable[str]) -> Mask:
        """The documents of a segment that have one of the values of a filter."""
        mask = np.zeros(segment.size, bool)
        for value in values:
            if field == "is":
                mask |= self._in_state(segment, value)
                continue
            table = segment.files.table(filter_field(field))
            for spelled in table.spelled(value):
                mask[segment.files.postings(filter_field(field), spelled).ids] = True
            if value.casefold() == not_set(field):
                mask |= table.empty
        return mask

    def _in_state(self, segment: Segment, state: str) -> Mask:
        files = segment.files
        if state.casefold() == "overdue":
            due = files.numbers(DUE)
            return (due > 0) & (due < self.today.day)
        if state.casefold() == "stale":
            waiting = files.numbers(WAITING)
            return (waiting > 0) & (waiting <= self.today.stale)
        return self.having(segment, "record", (state,))

    def _unweighted(self, segment: Segment, leaf: Leaf) -> "_Dense":
        """A leaf in one segment, hidden documents included, without its rarity."""
        if isinstance(leaf, Terms):
            return self._terms(segment, leaf)
        if isinstance(leaf, Adjacent):
            found, field, weight = of_phrase(segment.files, leaf.words), EXACT, EXACT_WEIGHT
        elif isinstance(leaf, Names):
            found, field, weight = of_concept(segment.files, leaf.concept), EXACT, NAME_WEIGHT
        else:
            found, field, weight = (
                of_beginning(segment.files, leaf.field, leaf.prefix),
                leaf.field,
                leaf.weight,
            )
        mask = np.zeros(segment.size, bool)
        scores = np.zeros(segment.size, np.float32)
        mask[found.ids] = True
        scores[found.ids] = np.float32(weight) * self._weigh(segment, field, found)
        return mask, scores

    def _terms(self, segment: Segment, leaf: Terms) -> "_Dense":
        mask = np.zeros(segment.size, bool)
        scores: Floats | None = None
        for lookups in leaf.languages:
            in_language = self._in_language(segment, lookups, mask)
            if in_language is not None:
                scores = in_language if scores is None else np.maximum(scores, in_language, out=scores)
        for lookup in leaf.common:
            found = segment.files.postings(lookup.field, lookup.term)
            if len(found.ids):
                scores = np.zeros(segment.size, np.float32) if scores is None else scores
                mask[found.ids] = True
                weighed = self._weigh(segment, lookup.field, found)
                scores[found.ids] += np.float32(lookup.weight) * weighed
        if scores is None:
            return mask, None
        for lookup in leaf.forms:
            found = segment.files.postings(lookup.field, lookup.term)
            # Forms that are folded alike need not be one word, so they find nothing by themselves.
            held = mask[found.ids]
            weighed = self._weigh(segment, lookup.field, found)[held]
            scores[found.ids[held]] += np.float32(lookup.weight) * weighed
        return mask, scores

    def _in_language(self, segment: Segment, lookups: Iterable[Lookup], mask: Mask) -> Floats | None:
        """The score of some terms of one language in all its fields; marks in ``mask`` where they occur."""
        total: Floats | None = None
        for lookup in lookups:
            ids, counts = segment.files.postings(lookup.field, lookup.term)
            if len(ids):
                total = np.zeros(segment.size, np.float32) if total is None else total
                mask[ids] = True
                norms = self.snapshot.norms(lookup.field, self.access)
                relative = counts / norms[segment.files.lengths(lookup.field)[ids]]
                total[ids] += np.float32(lookup.weight) * relative
        if total is not None:
            # The norms hold K1 already, so this is tf·(K1+1) / (tf+K1) with tf = K1·total.
            total = total * np.float32(K1 + 1) / (total + 1)
        return total

    def _weigh(self, segment: Segment, field: str, found: Postings) -> Floats:
        return self.snapshot.weigh(segment, field, found.ids, found.weights, self.access)

    def select(
        self, found: Sequence[Postings], filters: Mapping[str, tuple[str, ...]]
    ) -> tuple[Postings, ...]:
        """What passes the filters chosen beside the query, per segment."""
        for field, values in filters.items():
            found = [
                kept(one, self.having(segment, field, values)[one.ids])
                for segment, one in zip(self.segments, found, strict=True)
            ]
        return tuple(found)

    def facet(self, field: str, chosen: Sequence[Ids]) -> list[tuple[str, int]]:
        """The values of a field among some documents (by segment, ascending) with their number, most frequent
        first.

        Of the field ``is`` the states that depend on the day.
        """
        if field == "is":
            return self._dated_states(chosen)
        counts: dict[str, int] = {}
        none = not_set(field)
        for segment, documents in zip(self.segments, chosen, strict=True):
            if not len(documents):
                continue
            table = segment.files.table(filter_field(field))
            numbers = table.count(documents)
            there = np.flatnonzero(numbers)
            values = [table.values[n] if n < len(table.values) else none for n in there.tolist()]
            for value, count in zip(values, numbers[there].tolist(), strict=True):
                counts[value] = counts.get(value, 0) + count
        # Values that are equally frequent stay in the order of the alphabet.
        return sorted(sorted(counts.items()), key=itemgetter(1), reverse=True)

    def _dated_states(self, chosen: Sequence[Ids]) -> list[tuple[str, int]]:
        counted = [
            (
                state,
                sum(
                    int(np.count_nonzero(self._in_state(segment, state)[documents]))
                    for segment, documents in zip(self.segments, chosen, strict=True)
                ),
            )
            for state in DATED_STATES
        ]
        return [(state, count) for state, count in counted if count]

    def best(self, chosen: Sequence[Postings], sort: Sort, upto: int, start: int = 0) -> list[Ranked]:
        """The documents from ``start`` up to ``upto`` in the order asked for."""
        candidates = []
        for segment, one in zip(self.segments, chosen, strict=True):
            order = segment.files.numbers(ORDER)[one.ids]
            if sort is Sort.OLDEST:
                order = oldest_first(order)
            keys = -one.weights if sort is Sort.RELEVANCE else None
            candidates.append(kept(one, _first(keys, order, upto)))
        if not candidates:
            return []
        return Found.joined(list(self.found(candidates, sort))).ranked(slice(start, upto))

    def found(self, chosen: Sequence[Postings], sort: Sort) -> Iterator["Found"]:
        """The chosen documents of each segment with what they are ordered by."""
        for number, (segment, (documents, scores)) in enumerate(zip(self.segments, chosen, strict=True)):
            order = segment.files.numbers(ORDER)[documents]
            if sort is Sort.OLDEST:
                order = oldest_first(order)
            keys = -scores if sort is Sort.RELEVANCE else np.zeros(len(documents), np.float32)
            yield Found(np.full(len(documents), number), documents, scores, keys, order)


def _of(number: int, found: Sequence[Sequence[Postings]]) -> list[Postings]:
    """What several steps found in one segment."""
    return [one[number] for one in found]


def _first(keys: Floats | None, order: np.ndarray, upto: int) -> np.ndarray:
    """The indexes of the first documents by key, then by order; unsorted, and no fewer than asked for."""
    chosen = np.arange(len(order))
    if len(order) <= upto:
        return chosen
    if upto <= 0:
        return chosen[:0]
    if keys is not None:
        # Documents as good as the last one asked for compete by their order, so all of them are candidates.
        last = np.partition(keys, upto - 1)[upto - 1]
        better = np.flatnonzero(keys < last)
        tied = np.flatnonzero(keys == last)
        missing = upto - len(better)
        if len(tied) > missing:
            tied = tied[np.argpartition(order[tied], missing - 1)[:missing]]
        return np.concatenate([better, tied])
    return np.argpartition(order, upto - 1)[:upto]
