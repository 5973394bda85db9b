"""Where phrases and beginnings of words stand: computed from the postings of words, once per segment."""

from functools import reduce

import numpy as np

from tracker.search.index.postings import NOTHING, Postings, SegmentFiles
from tracker.search.index.schema import EXACT
from tracker.search.index.tables import Ids

MAX_EXPANSION = 2048
"""Terms a prefix may stand for in one segment; the first in alphabetical order."""


def of_phrase(files: SegmentFiles, words: tuple[str, ...]) -> Postings:
    """The documents where words stand next to each other, with the number of times they do."""

    def find() -> Postings:
        lists = [files.postings(EXACT, word).ids for word in dict.fromkeys(words)]
        both: Ids = reduce(lambda a, b: np.intersect1d(a, b, assume_unique=True), sorted(lists, key=len))
        if not len(both):
            return NOTHING
        starts = files.positions(EXACT, words[0], both)
        for shift, word in enumerate(words[1:], 1):
            following = files.positions(EXACT, word, both) - shift
            starts = np.intersect1d(starts, following, assume_unique=True)
        counts = np.bincount(starts >> 32, minlength=len(both)).astype(np.float32)
        return Postings(both[counts > 0], counts[counts > 0])

    return files.combined(EXACT, "phrase " + " ".join(words), find)


def of_beginning(files: SegmentFiles, field: str, prefix: str) -> Postings:
    """The postings of all terms of a field with a prefix, as those of one term."""

    def gather() -> Postings:
        weights = np.zeros(files.size, np.float32)
        for term in files.beginning_with(field, prefix, MAX_EXPANSION):
            ids, found = files.postings(field, term)
            weights[ids] += found
        ids = np.flatnonzero(weights).astype(np.int32)
        return Postings(ids, weights[ids])

    return files.combined(field, "prefix " + prefix, gather)
