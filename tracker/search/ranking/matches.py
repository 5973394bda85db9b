"""What a step of a plan yields in a segment, and putting such yields together with array operations."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from tracker.search.index.postings import Floats, Postings
from tracker.search.index.snapshot import Segment
from tracker.search.index.tables import Mask


class Match(NamedTuple):
    """The outcome of a step in one segment."""

    mask: Mask
    scores: Floats | None


def gathered(mask: Mask, scores: Floats | None, rarity: np.float32) -> Postings:
    """The documents of a mask with their scores, each times the rarity of the word."""
    ids = np.flatnonzero(mask).astype(np.int32)
    return Postings(ids, np.zeros(len(ids), np.float32) if scores is None else scores[ids] * rarity)


def spread(segment: Segment, *lists: Postings) -> Match:
    """Postings as a mask and scores over all documents of a segment; the scores of several add up."""
    mask = np.zeros(segment.size, bool)
    held = [found for found in lists if len(found.ids)]
    if not held:
        return Match(mask, None)
    scores = np.zeros(segment.size, np.float32)
    for found in held:
        mask[found.ids] = True
        scores[found.ids] += found.weights
    return Match(mask, scores)


def common(lists: Sequence[Postings]) -> Postings:
    """The documents that all of some postings hold, with the sum of their weights."""
    shortest, *others = sorted(lists, key=lambda one: len(one.ids))
    ids, weights = shortest
    for other in others:
        if not len(ids):
            break
        places = np.searchsorted(other.ids, ids)
        places[places == len(other.ids)] = 0
        held = other.ids[places] == ids
        ids, weights = ids[held], (weights + other.weights[places])[held]
    return Postings(ids, weights)


def every(segment: Segment, required: Sequence[Match], optional: Sequence[Match]) -> Match:
    """The documents that all required matches hold; the optional ones only add to the scores."""
    if len(required) == 1 and not optional:
        return required[0]
    mask = np.ones(segment.size, bool)
    for match in required:
        mask &= match.mask
    scores = added(segment, [*required, *optional])
    if scores is not None:
        scores *= mask
    return Match(mask, scores)


def either(segment: Segment, found: Sequence[Match]) -> Match:
    """The documents that any match holds; scores add up."""
    if len(found) == 1:
        return found[0]
    mask = np.zeros(segment.size, bool)
    for match in found:
        mask |= match.mask
    return Match(mask, added(segment, found))


def added(segment: Segment, found: Iterable[Match]) -> Floats | None:
    """The sum of some scores; None when nothing scores."""
    scored = [match.scores for match in found if match.scores is not None]
    if not scored:
        return None
    total = np.zeros(segment.size, np.float32)
    for scores in scored:
        total += scores
    return total
