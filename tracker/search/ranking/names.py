"""Where the names of concepts stand: their postings, computed from those of their words, once per segment.

A label stands in a document when one part of the document (its title, its text …) holds all the label's words
in the label's language, near to each other. Its weight is that of the parts that hold it, each times how
often its rarest word occurs there. The weights of several labels in one language add up; of several languages
the best one counts, so that a translated document does not count twice.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import groupby

import numpy as np

from tracker.search.asking.concepts import Concept, Label
from tracker.search.document import FILE_KIND
from tracker.search.index.marks import WORD, as_numbers, marks_of
from tracker.search.index.postings import NOTHING, Postings, SegmentFiles
from tracker.search.index.schema import APART, EXACT, PARTS, filter_field, in_language, part_field
from tracker.search.index.tables import Ids, Mask


def of_concept(files: SegmentFiles, concept: Concept) -> Postings:
    """The documents of a segment that hold a name of a concept, as postings of one word.

    A party is also named by what addresses it: *Jordan* finds what is recommended to Jordan.
    """

    def gather() -> Postings:
        best = np.zeros(files.size, np.float32)
        labels = sorted({(label.language, label.words) for label in concept.labels})
        for _, group in groupby(labels, key=lambda label: label[0]):
            total = np.zeros(files.size, np.float32)
            for language, words in group:
                ids, weights = _of_words(files, language, words)
                total[ids] += weights
            np.maximum(best, total, out=best)
        if concept.party is not None:
            addressed = _addressed_to(files, concept.party)
            best[addressed] = np.maximum(best[addressed], 1)
        ids = np.flatnonzero(best).astype(np.int32)
        return Postings(ids, best[ids])

    return files.combined(EXACT, f"names {concept.key} {concept.mark}", gather)


def _addressed_to(files: SegmentFiles, code: str) -> Ids:
    """The outcomes that address a party. Pages of files are there for what is written on them alone."""
    lists = [files.postings(filter_field(field), code).ids for field in ("country", "body")]
    pages = files.postings(filter_field("kind"), FILE_KIND).ids
    found: Ids = np.setdiff1d(np.concatenate(lists), pages)
    return found


def holds(files: SegmentFiles, document: int, label: Label) -> bool:
    """Whether a document of a segment holds a label."""
    return bool(_of_words(files, label.language, label.words).hold(np.array([document], np.int32))[0])


def _of_words(files: SegmentFiles, language: str, words: tuple[tuple[str, ...], ...]) -> Postings:
    def gather() -> Postings:
        total = np.zeros(files.size, np.float32)
        for part, weight in PARTS.items():
            ids, counts = _in_part(files, part_field(part, language), words)
            total[ids] += np.float32(weight) * counts
        ids = np.flatnonzero(total).astype(np.int32)
        if len(words) > 1:
            ids = ids[_near(files, language, words, ids)]
        return Postings(ids, total[ids]) if len(ids) else NOTHING

    return files.combined(part_field("text", language), f"name {words!r}", gather)


def _in_part(files: SegmentFiles, field: str, words: Sequence[Sequence[str]]) -> Postings:
    """The documents whose part holds all the words, and how often the rarest of them."""
    found = []
    for stems in words:
        lists = [files.postings(field, stem) for stem in stems]
        found.append(lists[0] if len(lists) == 1 else _either(lists))
        if not len(found[-1].ids):
            return NOTHING
    if len(found) == 1:
        return found[0]
    shortest = sorted((one.ids for one in found), key=len)
    ids: Ids = reduce(lambda a, b: np.intersect1d(a, b, assume_unique=True), shortest)
    counts = [one.weights[np.searchsorted(one.ids, ids)] for one in found]
    return Postings(ids, np.minimum.reduce(counts))


def _near(files: SegmentFiles, language: str, words: Sequence[Sequence[str]], ids: Ids) -> Mask:
    """Which of some documents hold the words near one of them, the rarest there.

    A word with accents makes two terms, and names are taken apart: *protection of victims and witnesses*.
    """
    reach = min(2 + 2 * len(words), APART)
    marks, held = files.sequence()
    lengths = held[ids]
    ends = np.cumsum(lengths, dtype=np.int64)
    begins = np.cumsum(held, dtype=np.int64)[ids] - lengths
    terms = marks[np.repeat(begins - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)]
    places = sorted((_places(terms, language, stems) for stems in words), key=len)
    near = np.ones(len(places[0]), bool)
    for others in places[1:]:
        # The last of the others before each place, and the first after it.
        after = others.searchsorted(places[0])
        before = places[0] - others[np.maximum(after - 1, 0)]
        behind = others[np.minimum(after, len(others) - 1)] - places[0]
        near &= ((before >= 0) & (before <= reach)) | ((behind >= 0) & (behind <= reach))
    there = np.zeros(len(ids), bool)
    there[np.searchsorted(ends, places[0][near], side="right")] = True
    return there


def _places(terms: np.ndarray, language: str, stems: Sequence[str]) -> np.ndarray:
    """Where a word stands in a sequence, under any of its stems."""
    asked = as_numbers(marks_of((in_language(language, stem) for stem in stems), WORD), WORD)
    held = terms == asked[0]
    for mark in asked[1:]:
        held |= terms == mark
    return np.flatnonzero(held)


def _either(lists: Sequence[Postings]) -> Postings:
    """The documents that hold one of several stems of a word, and how often the commonest there."""
    ids: Ids = reduce(np.union1d, (one.ids for one in lists)).astype(np.int32)
    counts = np.zeros(len(ids), np.float32)
    for one in lists:
        places = np.searchsorted(ids, one.ids)
        counts[places] = np.maximum(counts[places], one.weights)
    return Postings(ids, counts)
