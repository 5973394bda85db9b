"""What a result shows: title and the best fragment of its text, escaped, with the matched words marked.

Words are marked by the same analysis that finds them, so a stem, a phrase or a prefix marks what it matched
and nothing else. Of the languages of a document the one that holds most of the words asked for is shown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from tracker.search.document import LANGUAGES
from tracker.search.index.schema import EXACT, Stored, language_of_field
from tracker.search.ranking.plan import Adjacent, Leaf, Names, Terms
from tracker.search.words.analysis import exact_places, language_of, placed_terms

FRAGMENT = 200
"""Characters a fragment aims at; a text up to a quarter longer is shown whole."""

MAX_TEXT = 20_000
"""Characters of a text that are searched for fragments; what follows is not looked at."""

_LEAD = 40
_SPECIAL = re.compile("[&<>\"']")
_EMPTY = Markup("")

# Texts up to this length are kept cut into terms: the same results are shown again and again.
_SHORT = 1_000
_KEPT_TEXTS = 2_048


class Span(NamedTuple):
    """Characters to mark, and which leaf of the query matched there."""

    start: int
    end: int
    leaf: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Title, fragment and their language."""

    title: Markup
    snippet: Markup
    language: str


class _Name(NamedTuple):
    """A name of a concept: its words, each with its possible stems, and which leaf asked for it."""

    words: tuple[tuple[str, ...], ...]
    leaf: int


def _longest_first(span: Span) -> tuple[int, int, int]:
    return span.start, -span.end, span.leaf


class Marker:
    """Finds the words of one query in texts."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self._stems: dict[str, dict[str, int]] = {language: {} for language in LANGUAGES}
        self._exact: dict[str, int] = {}
        self._prefixes: list[tuple[str, int]] = []
        self._phrases: list[tuple[tuple[str, ...], int]] = []
        self._names: dict[str, list[_Name]] = {language: [] for language in LANGUAGES}
        for number, leaf in enumerate(leaves):
            if isinstance(leaf, Terms):
                self._learn(leaf, number)
            elif isinstance(leaf, Adjacent):
                self._phrases.append((leaf.words, number))
            elif isinstance(leaf, Names):
                for label in leaf.concept.labels:
                    self._names[label.language].append(_Name(label.words, number))
            elif leaf.field == EXACT:
                self._prefixes.append((leaf.prefix, number))

    def _learn(self, leaf: Terms, number: int) -> None:
        for lookup in leaf.common:
            if lookup.field == EXACT:
                self._exact.setdefault(lookup.term, number)
        for lookups in leaf.languages:
            stems_of = self._stems[language_of_field(lookups[0].field)]
            for lookup in lookups:
                stems_of.setdefault(lookup.term, number)

    def spans(self, text: str, code: str) -> list[Span]:
        """The matches in a text of a language, in order."""
        if not text:
            return []
        text = text[:MAX_TEXT]
        language = language_of(code)
        found: list[Span] = []
        if self._stems[language] or self._names[language]:
            found += self._stemmed(language, text)
        if self._exact or self._prefixes or self._phrases:
            places = list(exact_places(text))
            for term, start, end in places:
                number = self._match(term)
                if number is not None:
                    found.append(Span(start, end, number))
            for phrase, number in self._phrases:
                found += _sequences(places, phrase, number)
        # Of matches that begin at the same place the longest is marked.
        if len(found) > 1:
            found.sort(key=_longest_first)
        return found

    def _stemmed(self, language: str, text: str) -> Iterator[Span]:
        """Where words stand, and the words of those names of which all words stand somewhere."""
        places = _places(language, text)
        for term, number in self._stems[language].items():
            for start, end in places.get(term, ()):
                yield Span(start, end, number)
        for words, number in self._names[language]:
            held = [[place for stem in options for place in places.get(stem, ())] for options in words]
            if all(held):
                yield from {Span(*place, number) for found in held for place in found}

    def _match(self, term: str) -> int | None:
        """The leaf that an exact term matches."""
        if term in self._exact:
            return self._exact[term]
        return next((number for prefix, number in self._prefixes if term.startswith(prefix)), None)

    def show(self, stored: Stored, *, prefer: str = "", whole: bool = False) -> Shown:
        """Title and fragment of a document in the language that matches best.

        Where languages match equally, ``prefer`` comes first, then the original. ``whole`` gives the text
        uncut.
        """
        versions = [
            self._version(stored, code) for code in dict.fromkeys([*stored["titles"], *stored["texts"]])
        ]
        if not versions:
            versions = [self._version(stored, stored["language"])]
        best = versions[0]
        if len(versions) > 1:
            best = min(
                versions,
                key=lambda version: (
                    -_distinct([*version.title_spans, *version.spans]),
                    version.language != prefer,
                    version.language != stored["language"],
                ),
            )
        start, end = (0, len(best.text)) if whole else _window(best.text, best.spans)
        return Shown(
            mark(best.title, best.title_spans),
            mark(best.text, best.spans, start, end),
            best.language,
        )

    def _version(self, stored: Stored, code: str) -> "_Version":
        """A document in one language: its title, and the part with most of the words or else its text."""
        title = stored["titles"].get(code, "")
        title_spans = self.spans(title, code)
        text = stored["texts"].get(code, "")
        spans = self.spans(text, code)
        for part in (stored["details"], stored["narrative"]):
            other = part.get(code, "") if part else ""
            if not other and text:
                continue
            others = self.spans(other, code)
            if not text or _distinct(others) > _distinct(spans):
                text, spans = other or text, others
        return _Version(code, title, title_spans, text, spans)


_Places = dict[str, list[tuple[int, int]]]


def _find_places(language: str, text: str) -> _Places:
    """Where each term of a text stands."""
    places: _Places = {}
    for term, start, end in placed_terms(language, text):
        places.setdefault(term, []).append((start, end))
    return places


_kept_places = lru_cache(maxsize=_KEPT_TEXTS)(_find_places)


def _places(language: str, text: str) -> _Places:
    """The same; not to be written to, because of short texts it is kept."""
    return (_kept_places if len(text) <= _SHORT else _find_places)(language, text)


class _Version(NamedTuple):
    language: str
    title: str
    title_spans: list[Span]
    text: str
    spans: list[Span]


def _distinct(spans: Iterable[Span]) -> int:
    return len({span.leaf for span in spans})


def mark(text: str, spans: Sequence[Span], start: int = 0, end: int | None = None) -> Markup:
    """The characters from ``start`` to ``end``, escaped, with spans in ``<mark>`` and an ellipsis at either
    cut.
    """
    end = len(text) if end is None else end
    if not text:
        return _EMPTY
    # Most texts hold nothing to be escaped, which is quicker to see once than piece by piece.
    safe = escape if _SPECIAL.search(text) else str
    pieces = ["…" if start else ""]
    at = start
    for span in spans:
        if span.start >= at and span.end <= end:
            pieces += [
                safe(text[at : span.start]),
                "<mark>",
                safe(text[span.start : span.end]),
                "</mark>",
            ]
            at = span.end
    pieces += [safe(text[at:end]), "…" if end < len(text) else ""]
    # Every piece of the text was escaped above; the rest is our own.
    return Markup("".join(pieces))  # noqa: S704


def _sequences(places: Sequence[tuple[str, int, int]], phrase: tuple[str, ...], number: int) -> list[Span]:
    """Where the words of a phrase stand next to each other."""
    size = len(phrase)
    return [
        Span(places[at][1], places[at + size - 1][2], number)
        for at in range(len(places) - size + 1)
        if places[at][0] == phrase[0] and tuple(term for term, _, _ in places[at : at + size]) == phrase
    ]


def _window(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    """The stretch of about :data:`FRAGMENT` characters that holds most of the words, cut between words."""
    if len(text) <= FRAGMENT * 5 // 4:
        return 0, len(text)
    best, start = (0, 0), 0
    for index, first in enumerate(spans):
        inside = [
            span.leaf for span in spans[index : index + 50] if span.end <= first.start + FRAGMENT - _LEAD
        ]
        worth = (len(set(inside)), len(inside))
        if worth > best:
            best, start = worth, first.start
    return _at_words(text, max(0, start - _LEAD), FRAGMENT)


def _at_words(text: str, start: int, length: int) -> tuple[int, int]:
    """A stretch moved to the next blanks, so that no word is cut; a text without blanks is cut anywhere."""
    if start:
        blank = text.find(" ", start, start + _LEAD)
        start = blank + 1 if blank >= 0 else start
    end = min(len(text), start + length)
    if end < len(text):
        blank = text.rfind(" ", start + length // 2, end + 1)
        end = blank if blank >= 0 else end
    return start, end
