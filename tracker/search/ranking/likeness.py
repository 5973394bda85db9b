"""How alike texts are, in words and in what they name.

Two texts in one language are as close as what they have in common is of what they hold: the Dice coefficient
(Dice 1945), each word weighing as much as it is rare. What the other text holds is estimated from its length,
as if its words weighed as much on average as those of the text compared; the index keeps lengths, not sums of
weights.

Texts in two languages have no words in common. What they name counts instead, by the same measure: concepts
of the thesaurus, found in a document under any of their names. The two measures are taken as two pieces of
evidence, each of which may be mistaken: together they are ``1 - (1 - words)(1 - names)``.

Rarity is that among the documents the actor may see. Pages of files are not looked at.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import log

import numpy as np

from tracker.search.asking.concepts import Concept
from tracker.search.document import LANGUAGES
from tracker.search.index.postings import LENGTH, Floats, Postings, SegmentFiles
from tracker.search.index.schema import part_field
from tracker.search.index.tables import Ids, Mask
from tracker.search.ranking.matches import gathered
from tracker.search.ranking.names import of_concept
from tracker.search.ranking.ranking import Execution
from tracker.search.words.analysis import index_terms, is_function_word, language_of, stems, tokenize

MAX_TEXT = 8_000
"""Characters of a text that are compared."""

MAX_WORDS = 48
"""Words of a text that are compared, in each language: those that weigh most."""

MAX_CONCEPTS = 24

NAMES_COUNT = 0.7
"""How sure a full agreement in what is named makes, between 0 and 1: less than one in words."""

NAMES_ADD = 0.25
"""The same where the two have a language in common: there the words tell, and names only add to them."""

_MAX_CONSIDERED = 120

# How many words that stand nowhere else are added to what both hold: texts of few words prove little.
_DOUBT = 0.5

_PARTS = ("title", "text")
"""What of a document is compared."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A word or concept that a text is compared by, and which documents of each segment hold it."""

    word: str
    """The word as written; of a concept its key."""

    weight: float
    documents: tuple[Ids, ...]
    concept: Concept | None = None
    language: str = ""

    def held_by(self, segment: int, document: int) -> bool:
        """Whether a document holds it."""
        ids = self.documents[segment]
        place = int(np.searchsorted(ids, document))
        return place < len(ids) and int(ids[place]) == document


@dataclass(frozen=True, slots=True)
class Likeness:
    """How close every document is to some texts."""

    found: tuple[Postings, ...]
    """Per segment the visible documents that share anything, and how close they are, from 0 to 1."""

    shared: tuple[Shared, ...]
    """What the texts were compared by, most telling first; concepts last."""


def compare(execution: Execution, texts: Mapping[str, str], concepts: Sequence[Concept]) -> Likeness:
    """How close documents are to texts that say the same in several languages, given by language, and that
    name some concepts.
    """
    apart = [np.ones(segment.size, np.float32) for segment in execution.segments]
    shared: list[Shared] = []
    lengths = []
    doubt = _DOUBT * _weight(execution, 0)
    for code, text in texts.items():
        language = language_of(code)
        words = _words(execution, language, text[:MAX_TEXT])
        if not words:
            continue
        lengths.append(len(index_terms(language, text[:MAX_TEXT])))
        shared += words
        for number, segment in enumerate(execution.segments):
            ids, close = _close(words, number, segment.files, (language,), lengths[-1], doubt)
            # Of the languages that both have, the one in which they are closest counts.
            apart[number][ids] = np.minimum(apart[number][ids], 1 - close)
    named = _named(execution, concepts) if lengths else []
    for number, segment in enumerate(execution.segments):
        if named:
            ids, close = _close(named, number, segment.files, LANGUAGES, sum(lengths) / len(lengths), doubt)
            count = np.where(_has(segment.files, texts, ids), NAMES_ADD, NAMES_COUNT).astype(np.float32)
            apart[number][ids] *= 1 - count * close
    found = tuple(
        gathered((far < 1) & seen, 1 - far, np.float32(1))
        for far, seen in zip(apart, execution.visible, strict=True)
    )
    return Likeness(found, (*sorted(shared, key=lambda one: -one.weight), *named))


def _close(
    shared: Sequence[Shared],
    number: int,
    files: SegmentFiles,
    languages: Sequence[str],
    length: float,
    doubt: float,
) -> tuple[Ids, Floats]:
    """The documents of a segment that share anything, and how close they are to a text of so many terms."""
    common = np.zeros(files.size, np.float32)
    for one in shared:
        common[one.documents[number]] += np.float32(one.weight)
    ids = np.flatnonzero(common).astype(np.int32)
    common = common[ids]
    own = sum(one.weight for one in shared)
    # A translated document is as long as its longest version.
    longest = reduce(np.maximum, (_lengths(files, language, ids) for language in languages))
    theirs = np.maximum(common, np.float32(own / max(length, 1)) * longest)
    return ids, 2 * common / (np.float32(own + doubt) + theirs)


def _words(execution: Execution, language: str, text: str) -> list[Shared]:
    """The words of a text that weigh most by frequency and rarity (tf-idf), best first."""
    counts: Counter[tuple[str, ...]] = Counter()
    spelled: dict[tuple[str, ...], str] = {}
    for token in tokenize(text):
        terms = stems(language, token.text)
        if terms and len(token.text) > 1 and not is_function_word(token.text):
            counts[terms] += 1
            spelled.setdefault(terms, token.text)
    found = []
    for terms, count in counts.most_common(_MAX_CONSIDERED):
        documents = tuple(_holding(segment.files, language, terms) for segment in execution.segments)
        word = Shared(spelled[terms], _rarity(execution, documents), documents, language=language)
        found.append(((1 + log(count)) * word.weight, word))
    found.sort(key=lambda pair: (-pair[0], pair[1].word))
    return [word for _weight, word in found[:MAX_WORDS]]


def _named(execution: Execution, concepts: Sequence[Concept]) -> list[Shared]:
    found = []
    for concept in concepts[:MAX_CONCEPTS]:
        documents = tuple(of_concept(segment.files, concept).ids for segment in execution.segments)
        found.append(Shared(concept.key, _rarity(execution, documents), documents, concept))
    return sorted(found, key=lambda one: -one.weight)


def _rarity(execution: Execution, documents: Sequence[Ids]) -> float:
    """What a word weighs by the visible documents that hold it: from 1, which all do, upward."""
    count = sum(
        int(np.count_nonzero(seen[ids])) for seen, ids in zip(execution.visible, documents, strict=True)
    )
    return _weight(execution, count)


def _weight(execution: Execution, count: int) -> float:
    # Unlike the idf of BM25 this does not sink to nothing where there are few documents.
    return 1 + log((execution.documents + 1) / (count + 1))


def _holding(files: SegmentFiles, language: str, terms: Sequence[str]) -> Ids:
    """The documents of a segment that hold one of the stems of a word, ascending."""
    lists = [ids for ids in _lists(files, language, terms) if len(ids)]
    if not lists:
        return np.empty(0, np.int32)
    return lists[0] if len(lists) == 1 else reduce(np.union1d, lists).astype(np.int32)


def _lists(files: SegmentFiles, language: str, terms: Sequence[str]) -> Iterator[Ids]:
    for part in _PARTS:
        for term in terms:
            yield files.postings(part_field(part, language), term).ids


def _has(files: SegmentFiles, codes: Iterable[str], ids: Ids) -> Mask:
    """Which of some documents have a text in one of some languages."""
    having: Mask = reduce(np.maximum, (_lengths(files, language_of(code), ids) for code in codes)) > 0
    return having


def _lengths(files: SegmentFiles, language: str, ids: Ids) -> Floats:
    """How many terms some documents have in a language."""
    counted = [LENGTH[files.lengths(part_field(part, language))[ids]] for part in _PARTS]
    total: Floats = np.add.reduce(counted)
    return total
