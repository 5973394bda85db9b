"""Concepts: things with several names, in several languages, as a search knows them.

A concept comes from the thesaurus or from the list of parties. Its labels are taken apart by the analysis of
their language once, so that a query and an index are asked for terms only.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from tracker.search.document import LANGUAGES
from tracker.search.words.analysis import compound, stems, tokenize


@dataclass(frozen=True, slots=True)
class Label:
    """A name of a concept in one language, and its words as terms: for each word its possible stems.

    Function words are left out. The order of words does not count: *witness protection* is *protection of
    witnesses*.
    """

    text: str
    language: str
    words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """A concept with all its labels; `key` is ``theme:<slug>`` or ``party:<code>``. Equal to itself only."""

    key: str
    labels: tuple[Label, ...]
    mark: str = field(init=False)
    """Stands for the labels' words: what was computed of them may be kept under it."""

    def __post_init__(self) -> None:
        """Compute the mark once; it is asked for in every segment of every search."""
        words = sorted({(label.language, label.words) for label in self.labels})
        mark = hashlib.blake2b(repr(words).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        object.__setattr__(self, "mark", mark)

    @property
    def theme(self) -> str | None:
        """The slug of the theme that this is; None for a party."""
        kind, _, slug = self.key.partition(":")
        return slug if kind == "theme" else None

    @property
    def party(self) -> str | None:
        """The code of the party that this is; None for a theme."""
        kind, _, code = self.key.partition(":")
        return code if kind == "party" else None


def concept(key: str, names: Iterable[tuple[str, str]]) -> Concept:
    """The concept with these names, given as text and language."""
    labels = (label for text, language in names for label in labels_of(text, language))
    return Concept(key, tuple(dict.fromkeys(labels)))


@lru_cache(maxsize=16384)
def labels_of(text: str, language: str) -> tuple[Label, ...]:
    """The label that a name makes: two where a compound can be written together, none for function words."""
    if language not in LANGUAGES:
        return ()
    ways: list[list[str]] = [[], []]
    run: list[str] = []
    for token in tokenize(text):
        ways[0].append(token.text)
        run.append(token.text)
        if not token.hyphen_follows:
            joined = compound(run)
            ways[1] += run if joined is None else [joined]
            run = []
    found: list[Label] = []
    for way in ways:
        words = tuple(terms for word in way if (terms := stems(language, word)))
        if words and words not in [label.words for label in found]:
            found.append(Label(text, language, words))
    return tuple(found)
