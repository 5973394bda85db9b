"""Putting postings together: the documents that several steps of a plan yield, with their scores."""

from collections.abc import Sequence

import numpy as np

from tracker.search.index.postings import NOTHING, Floats, Postings
from tracker.search.index.tables import Ids, Mask


def unscored(mask: Mask) -> Postings:
    """The documents of a mask, none of them scoring."""
    ids = np.flatnonzero(mask).astype(np.int32)
    return Postings(ids, np.zeros(len(ids), np.float32))


def gathered(mask: Mask, scores: Floats | None, rarity: np.float32) -> Postings:
    """The documents of a mask with their scores, each times the rarity of the word."""
    if scores is None:
        return unscored(mask)
    ids = np.flatnonzero(mask).astype(np.int32)
    return Postings(ids, scores[ids] * rarity)


def kept(found: Postings, held: np.ndarray) -> Postings:
    """Some of the documents found: those at the places that ``held`` marks or names."""
    return Postings(found.ids[held], found.weights[held])


def common(lists: Sequence[Postings]) -> Postings:
    """The documents that all of some postings hold, with the sum of their scores."""
    ids, *others = sorted((one.ids for one in lists), key=len)
    for other in others:
        if not len(ids):
            return NOTHING
        places = other.searchsorted(ids)
        places[places == len(other)] = 0
        ids = ids[other[places] == ids]
    # In the order asked, not from the rarest on: sums of floats differ by their order, and what is rarest
    # differs between segments.
    weights = np.zeros(len(ids), np.float32)
    for one in lists:
        weights += one.weights[one.ids.searchsorted(ids)]
    return Postings(ids, weights)


def either(size: int, lists: Sequence[Postings]) -> Postings:
    """The documents that any of some postings holds, with the sum of their scores; a segment has ``size``
    documents.
    """
    lists = [found for found in lists if len(found.ids)]
    if len(lists) < 2:
        return lists[0] if lists else NOTHING
    mask = np.zeros(size, bool)
    scores = np.zeros(size, np.float32)
    for ids, weights in lists:
        mask[ids] = True
        scores[ids] += weights
    ids = np.flatnonzero(mask).astype(np.int32)
    return Postings(ids, scores[ids])


def added(found: Postings, more: Sequence[Postings]) -> Postings:
    """The documents found, with the scores that others give them on top."""
    weights = found.weights
    for other in more:
        places = places_in(found.ids, other.ids)
        if len(places):
            weights = weights.copy()
            weights[places] += other.weights[other.ids.searchsorted(found.ids[places])]
    return Postings(found.ids, weights)


def places_in(ids: Ids, wanted: Ids) -> np.ndarray:
    """At which places of some documents others stand that may be among them; both ascending."""
    if not len(ids) or not len(wanted):
        return np.empty(0, np.intp)
    if len(ids) < len(wanted):
        places = wanted.searchsorted(ids)
        places[places == len(wanted)] = 0
        return np.flatnonzero(wanted[places] == ids)
    places = ids.searchsorted(wanted)
    places[places == len(ids)] = 0
    there: np.ndarray = places[ids[places] == wanted]
    return there


def held(found: Sequence[Postings], segments: Ids, documents: Ids) -> Mask:
    """Which of some documents, each given by segment and number, are among those found in each segment."""
    if len(found) == 1:
        return found[0].hold(documents)
    there = np.zeros(len(documents), bool)
    for number in set(segments.tolist()):
        here = segments == number
        there[here] = found[number].hold(documents[here])
    return there
