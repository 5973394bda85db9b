"""The words that set a text apart, to find texts like it."""

from collections import Counter
from math import log

from tracker.search.analysis import is_function_word, language_of, stems, tokenize
from tracker.search.schema import part_field
from tracker.search.snapshot import Snapshot

MAX_TEXT = 8_000
MAX_WORDS = 16
"""Words a text is compared by."""

_MAX_CONSIDERED = 300


def characteristic_words(snapshot: Snapshot, text: str, code: str) -> list[str]:
    """The words of a text that weigh most by frequency and rarity (tf-idf), best first, as written.

    Rarity is taken from the texts in the same language. It only chooses among words the caller knows already.
    """
    language = language_of(code)
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for token in tokenize(text[:MAX_TEXT]):
        if is_function_word(token.text) or len(token.text) < 2:
            continue
        for stem in stems(language, token.text)[:1]:
            counts[stem] += 1
            spelled.setdefault(stem, token.text)
    field = part_field("text", language)
    total = max(snapshot.count, 1)
    weights = {
        stem: (1 + log(count)) * log(1 + total / (1 + _frequency(snapshot, field, stem)))
        for stem, count in counts.most_common(_MAX_CONSIDERED)
    }
    best = sorted(weights, key=lambda stem: (-weights[stem], stem))[:MAX_WORDS]
    return [spelled[stem] for stem in best]


def _frequency(snapshot: Snapshot, field: str, stem: str) -> int:
    return sum(segment.files.document_frequency(field, stem) for segment in snapshot.segments)
