"""Pages of attached files among the documents of a search.

Every page is a document, so that a hit names the page; but people look for files. So of the pages of a file
that match, the best one stands for it, and totals, facets and the list count it once. A page is there only
for what is written on it: where no word of the query occurs on it, it is no result, whatever filters say.

All of this looks at the pages among the documents alone and costs nothing where there are none.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from tracker.search.document import FILE_KIND
from tracker.search.index.postings import Postings
from tracker.search.index.schema import FILE, ORDER, filter_field
from tracker.search.index.tables import Ids, Mask
from tracker.search.ranking.matches import kept, places_in
from tracker.search.ranking.plan import Any, Every, Leaf, Step
from tracker.search.ranking.ranking import Execution

FILE_WEIGHT = 0.4
"""What is written in a file weighs less than what an outcome says."""


def weighed(execution: Execution, found: Sequence[Postings]) -> tuple[Postings, ...]:
    """The documents found, with the scores of pages lowered."""
    return tuple(
        _lowered(one, places_in(one.ids, pages.ids))
        for one, pages in zip(found, _pages(execution), strict=True)
    )


def _lowered(found: Postings, places: np.ndarray) -> Postings:
    if not len(places):
        return found
    # A copy, because the scores of a word are kept while the snapshot lasts.
    weights = found.weights.copy()
    weights[places] *= np.float32(FILE_WEIGHT)
    return Postings(found.ids, weights)


def choose(
    execution: Execution, step: Step, found: Sequence[Postings], filters: Mapping[str, tuple[str, ...]]
) -> tuple[Postings, ...]:
    """The results: the documents found that pass the filters, every file once."""
    return one_for_each_file(execution, step, execution.select(found, filters))


def one_for_each_file(execution: Execution, step: Step, chosen: Sequence[Postings]) -> tuple[Postings, ...]:
    """The chosen documents with at most one page of each file: the best that holds a word asked for."""
    pages = [places_in(one.ids, pages.ids) for one, pages in zip(chosen, _pages(execution), strict=True)]
    if not any(map(len, pages)):
        return tuple(chosen)
    held = [
        places[_hold_words(execution, step, number, one.ids[places])]
        for number, (one, places) in enumerate(zip(chosen, pages, strict=True))
    ]
    best = _best(execution, chosen, held)
    masks = [np.ones(len(one.ids), bool) for one in chosen]
    for mask, places, stay in zip(masks, pages, best, strict=True):
        mask[places] = False
        mask[stay] = True
    return tuple(map(kept, chosen, masks))


def without_files(execution: Execution, chosen: Sequence[Postings]) -> tuple[Postings, ...]:
    """The chosen documents without any page of a file."""
    return tuple(
        kept(one, ~pages.hold(one.ids)) if len(pages.ids) else one
        for one, pages in zip(chosen, _pages(execution), strict=True)
    )


def _pages(execution: Execution) -> list[Postings]:
    """The documents of each segment that are pages of files."""
    field = filter_field("kind")
    return [segment.files.postings(field, FILE_KIND) for segment in execution.segments]


def _hold_words(execution: Execution, step: Step, number: int, ids: Ids) -> Mask:
    held = np.zeros(len(ids), bool)
    for leaf in _asked(step):
        held |= execution.found_by(leaf)[number].hold(ids)
    return held


def _asked(step: Step) -> Iterable[Leaf]:
    """The words that decide about a match: not those excluded, nor those that only add to the score."""
    if isinstance(step, Every | Any):
        return chain.from_iterable(map(_asked, step.children))
    return [step] if isinstance(step, Leaf) else []


def _best(execution: Execution, chosen: Sequence[Postings], held: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Of some pages, given by their places among the chosen documents of each segment, the best of each file:
    by score, then by order.
    """
    columns = []
    for number, (segment, one, places) in enumerate(zip(execution.segments, chosen, held, strict=True)):
        ids, numbers = one.ids[places], segment.files.numbers
        columns.append(
            (numbers(FILE)[ids], -one.weights[places], numbers(ORDER)[ids], np.full(len(ids), number), places)
        )
    files, scores, order, segments, places = (np.concatenate(part) for part in zip(*columns, strict=True))
    sorting = np.lexsort((order, scores, files))
    _files, first = np.unique(files[sorting], return_index=True)
    best = sorting[first]
    return [places[best[segments[best] == number]] for number in range(len(chosen))]
