"""Answering a question over one snapshot: plan, execute, fall back, count, order, show."""

from collections.abc import Iterable, Sequence

import numpy as np

from tracker.search.asking.query import Node, Query, relax
from tracker.search.asking.questions import ENOUGH, is_question, subject_of
from tracker.search.engine import Hit, References, Results, SearchRequest
from tracker.search.index.postings import Postings, SegmentFiles
from tracker.search.index.schema import ORDER
from tracker.search.index.snapshot import Snapshot
from tracker.search.ranking.dropping import found_nowhere, without_each
from tracker.search.ranking.grouping import grouped
from tracker.search.ranking.highlight import Marker
from tracker.search.ranking.matches import held
from tracker.search.ranking.names import holds
from tracker.search.ranking.pages import choose, weighed, without_files
from tracker.search.ranking.plan import Leaf, Names, Step, leaves, plan
from tracker.search.ranking.ranking import Execution, Ranked, Today
from tracker.search.ranking.spelling import suggest


def answer(snapshot: Snapshot, request: SearchRequest) -> Results:
    """What a search finds in one snapshot."""
    query = request.query
    execution = Execution(snapshot, request.access, Today.of(request.today, request.stale_months))
    question = is_question(query)
    root = _subject(query)
    step = plan(root)
    found = weighed(execution, execution.run(step))
    chosen = choose(execution, step, found, request.filters)
    any_word, all_words = False, 0
    enough = ENOUGH if question else 1
    if (holding := _count(chosen)) < enough and (loose := relax(root)) is not None:
        step = plan(loose)
        found = weighed(execution, execution.run(step))
        chosen = choose(execution, step, found, request.filters)
        any_word, all_words = bool(_count(chosen)), holding
    total = _count(chosen)
    upto = min(request.offset + request.limit, total)
    groups: list[tuple[str, int]] = []
    if request.group:
        part = slice(request.offset, upto)
        places = grouped(execution, chosen, request.sort, request.group, part)
        ranked, groups = [place for place, *_ in places], [(name, size) for _, name, size in places]
    else:
        ranked = execution.best(chosen, request.sort, upto, request.offset)
    hits = _show(execution, ranked, list(leaves(step)), request)
    if groups:
        hits = tuple(hit._replace(group=name) for hit, (name, _size) in zip(hits, groups, strict=True))
    # Of a question nobody expects that every word is found.
    missed = not total or (any_word and not question)
    return Results(
        hits=hits,
        total=total,
        facets=_facets(execution, request, step, found, chosen),
        groups=dict(groups),
        any_word=any_word,
        all_words=all_words,
        understood=query.understood,
        notes=query.notes,
        suggestion=suggest(execution, query) if missed else None,
        without=without_each(execution, query, request.filters) if missed else (),
        nowhere=found_nowhere(execution, query) if missed else (),
    )


def references(snapshot: Snapshot, request: SearchRequest) -> References:
    """Every visible outcome that matches, by reference, newest first; of a question what holds all that it
    asks for.
    """
    execution = Execution(snapshot, request.access, Today.of(request.today, request.stale_months))
    found = execution.run(plan(_subject(request.query)))
    chosen = without_files(execution, execution.select(found, request.filters))
    refs: list[np.ndarray] = [np.empty(0, np.bytes_)]
    orders: list[np.ndarray] = [np.empty(0, np.uint64)]
    for segment, (documents, _scores) in zip(snapshot.segments, chosen, strict=True):
        refs.append(segment.files.references()[documents])
        orders.append(segment.files.numbers(ORDER)[documents])
    in_order = np.concatenate(refs)[np.argsort(np.concatenate(orders), kind="stable")]
    return References(tuple(ref.decode() for ref in in_order.tolist()), snapshot.mark)


def _subject(query: Query) -> Node | None:
    return subject_of(query) if is_question(query) else query.root


def _count(chosen: Iterable[Postings]) -> int:
    return sum(len(one.ids) for one in chosen)


def _facets(
    execution: Execution,
    request: SearchRequest,
    step: Step,
    found: Sequence[Postings],
    chosen: Sequence[Postings],
) -> dict[str, list[tuple[str, int]]]:
    facets = {}
    for field in request.facets:
        counted = chosen
        if field in request.filters:
            others = {name: values for name, values in request.filters.items() if name != field}
            counted = choose(execution, step, found, others)
        facets[field] = execution.facet(field, [one.ids for one in counted])
    return facets


def _show(
    execution: Execution, ranked: Sequence[Ranked], asked: Sequence[Leaf], request: SearchRequest
) -> tuple[Hit, ...]:
    if not request.highlight:
        return _hits(execution, ranked, (), request.language, whole=True)
    return _hits(execution, ranked, asked, request.language, whole=False)


def _hits(
    execution: Execution, ranked: Sequence[Ranked], asked: Sequence[Leaf], prefer: str, *, whole: bool
) -> tuple[Hit, ...]:
    marker = Marker(asked)
    segments = np.array([place.segment for place in ranked], np.int32)
    documents = np.array([place.document for place in ranked], np.int32)
    matched: list[dict[str, None]] = [{} for _ in ranked]
    unnamed: list[list[Names]] = [[] for _ in ranked]
    for leaf in asked:
        if isinstance(leaf, Names):
            # Who holds the words themselves needs no other reason to be there.
            lacking = ~held(execution.run(leaf.literal), segments, documents)
            for number in np.flatnonzero(lacking).tolist():
                unnamed[number].append(leaf)
        else:
            for number in np.flatnonzero(held(execution.run(leaf), segments, documents)).tolist():
                matched[number][leaf.label] = None
    hits = []
    for place, words, names in zip(ranked, matched, unnamed, strict=True):
        files = execution.segments[place.segment].files
        stored = files.stored(place.document)
        title, snippet, language = marker.show(stored, prefer=prefer, whole=whole)
        via = _names(files, place.document, names, language) if names else ()
        reasons = tuple(dict.fromkeys((*words, *via)))
        hits.append(Hit(stored["ref"], place.score, title, snippet, language, reasons, via))
    return tuple(hits)


def _names(files: SegmentFiles, document: int, leaves: Iterable[Names], language: str) -> tuple[str, ...]:
    """The names that a document holds of what some words name: for each the fullest, best in one language."""
    found: dict[str, None] = {}
    for leaf in leaves:
        held = [label for label in leaf.concept.labels if holds(files, document, label)]
        if held:
            best = max(held, key=lambda label: (label.language == language, len(label.words)))
            found[best.text] = None
    return tuple(found)
