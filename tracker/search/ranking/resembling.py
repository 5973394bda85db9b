"""Finding what resembles a text: the closest documents, with what they share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tracker.search.asking.concepts import Concept
from tracker.search.asking.query import Word
from tracker.search.engine import Access, Hit, Sort
from tracker.search.index.postings import SegmentFiles
from tracker.search.index.schema import ID, ORDER, days
from tracker.search.index.snapshot import Snapshot
from tracker.search.index.tables import Ids, Mask
from tracker.search.ranking.highlight import Marker
from tracker.search.ranking.likeness import Shared, compare
from tracker.search.ranking.matches import kept
from tracker.search.ranking.names import holds
from tracker.search.ranking.pages import without_files
from tracker.search.ranking.plan import NOTHING, Leaf, Names, leaves, plan
from tracker.search.ranking.ranking import Execution, Ranked, Today

LEAST_CLOSE = 0.4
"""What is less close is not said to be similar; how this was chosen stands in docs/search.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """What to look for, and among which documents."""

    texts: Mapping[str, str]
    """What is said, by language."""

    access: Access
    concepts: Sequence[Concept] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    before: date | None = None
    without: frozenset[str] = frozenset()
    """References left out."""

    language: str = ""
    limit: int = 5


def resembling(snapshot: Snapshot, asked: Likely) -> tuple[Hit, ...]:
    """The visible outcomes that are close enough, closest first."""
    execution = Execution(snapshot, asked.access, Today.of(date.max, 0))
    likeness = compare(execution, asked.texts, asked.concepts)
    close = [kept(one, one.weights >= np.float32(LEAST_CLOSE)) for one in likeness.found]
    chosen = [
        kept(one, _wanted(segment.files, one.ids, asked))
        for segment, one in zip(
            execution.segments, without_files(execution, execution.select(close, asked.filters)), strict=True
        )
    ]
    ranked = execution.best(chosen, Sort.RELEVANCE, asked.limit)
    return tuple(_hit(execution, place, likeness.shared, asked.language) for place in ranked)


def _wanted(files: SegmentFiles, ids: Ids, asked: Likely) -> Mask:
    """Which of some documents are old enough and not left out."""
    held = np.ones(len(ids), bool)
    if asked.before is not None:
        held &= days(files.numbers(ORDER)[ids]) < int(asked.before.strftime("%Y%m%d"))
    for ref in asked.without:
        held &= ~files.postings(ID, ref).hold(ids)
    return held


def _hit(execution: Execution, place: Ranked, compared: Sequence[Shared], prefer: str) -> Hit:
    files = execution.segments[place.segment].files
    held = [one for one in compared if one.held_by(place.segment, place.document)]
    stored = files.stored(place.document)
    shown = Marker(_leaves(held)).show(stored, prefer=prefer)
    concepts = [one.concept for one in held if one.concept is not None]
    return Hit(
        stored["ref"],
        place.score,
        shown.title,
        shown.snippet,
        shown.language,
        matched=tuple(dict.fromkeys(one.word for one in held if one.concept is None)),
        via=tuple(dict.fromkeys(_name(files, place.document, one, shown.language) for one in concepts)),
        concepts=tuple(one.key for one in concepts),
    )


def _leaves(held: Iterable[Shared]) -> list[Leaf]:
    """What is to be marked: the shared words, and the names of shared concepts."""
    found: list[Leaf] = []
    for one in held:
        if one.concept is None:
            found += leaves(plan(Word(one.word)))
        else:
            found.append(Names(one.word, one.concept, NOTHING))
    return found


def _name(files: SegmentFiles, document: int, concept: Concept, language: str) -> str:
    """The fullest name of a concept that a document holds, best in one language."""
    held = [label for label in concept.labels if holds(files, document, label)]
    return max(held, key=lambda label: (label.language == language, len(label.words))).text
