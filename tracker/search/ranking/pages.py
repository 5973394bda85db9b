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
from tracker.search.index.schema import FILE, ORDER, filter_field
from tracker.search.index.tables import Ids, Mask
from tracker.search.ranking.matches import Match
from tracker.search.ranking.plan import Any, Every, Leaf, Step
from tracker.search.ranking.ranking import Execution

FILE_WEIGHT = 0.4
"""What is written in a file weighs less than what an outcome says."""


def weighed(execution: Execution, matches: Sequence[Match]) -> list[Match]:
    """The matches, with the scores of pages lowered."""
    return [
        _lowered(match, ids[match.mask[ids]]) for match, ids in zip(matches, _pages(execution), strict=True)
    ]


def _lowered(match: Match, ids: Ids) -> Match:
    if match.scores is None or not len(ids):
        return match
    # A copy, because the scores of a word are kept while the search lasts.
    scores = match.scores.copy()
    scores[ids] *= np.float32(FILE_WEIGHT)
    return Match(match.mask, scores)


def choose(
    execution: Execution, step: Step, matches: Sequence[Match], filters: Mapping[str, tuple[str, ...]]
) -> list[Mask]:
    """The results: the visible documents that match and pass the filters, every file once."""
    return one_for_each_file(execution, step, matches, execution.select(matches, filters))


def one_for_each_file(
    execution: Execution, step: Step, matches: Sequence[Match], chosen: Sequence[Mask]
) -> list[Mask]:
    """The chosen documents with at most one page of each file: the best that holds a word asked for.

    The masks are changed in place.
    """
    found: list[tuple[int, Ids]] = []
    for number, (mask, ids) in enumerate(zip(chosen, _pages(execution), strict=True)):
        there = ids[mask[ids]]
        if len(there):
            mask[there] = False
            found.append((number, there[_hold_words(execution, step, number, there)]))
    if found:
        segments = np.concatenate([np.full(len(ids), number) for number, ids in found])
        documents = np.concatenate([ids for _number, ids in found])
        for place in _best(execution, matches, found):
            chosen[segments[place]][documents[place]] = True
    return list(chosen)


def without_files(execution: Execution, chosen: Sequence[Mask]) -> list[Mask]:
    """The chosen documents without any page of a file. The masks are changed in place."""
    for mask, ids in zip(chosen, _pages(execution), strict=True):
        mask[ids] = False
    return list(chosen)


def _pages(execution: Execution) -> list[Ids]:
    """The documents of each segment that are pages of files."""
    field = filter_field("kind")
    return [segment.files.postings(field, FILE_KIND).ids for segment in execution.segments]


def _hold_words(execution: Execution, step: Step, number: int, ids: Ids) -> Mask:
    held = np.zeros(len(ids), bool)
    for leaf in _asked(step):
        held |= execution.leaf(leaf)[number].mask[ids]
    return held


def _asked(step: Step) -> Iterable[Leaf]:
    """The words that decide about a match: not those excluded, nor those that only add to the score."""
    if isinstance(step, Every | Any):
        return chain.from_iterable(map(_asked, step.children))
    return [step] if isinstance(step, Leaf) else []


def _best(execution: Execution, matches: Sequence[Match], found: Sequence[tuple[int, Ids]]) -> np.ndarray:
    """The places of the best page of each file among those found: by score, then by order."""
    numbers = [execution.segments[number].files.numbers for number, _ids in found]
    files = np.concatenate([of(FILE)[ids] for of, (_n, ids) in zip(numbers, found, strict=True)])
    order = np.concatenate([of(ORDER)[ids] for of, (_n, ids) in zip(numbers, found, strict=True)])
    scores = np.concatenate([_scores(matches[number], ids) for number, ids in found])
    sorting = np.lexsort((order, -scores, files))
    _files, first = np.unique(files[sorting], return_index=True)
    return sorting[first]


def _scores(match: Match, ids: Ids) -> np.ndarray:
    return np.zeros(len(ids), np.float32) if match.scores is None else match.scores[ids]
