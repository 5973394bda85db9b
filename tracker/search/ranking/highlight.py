"""What a result shows: title and the best fragment of its text, escaped, with the matched words marked.

Words are marked by the same analysis that finds them, so a stem, a phrase or a prefix marks what it matched
and nothing else. Of the languages of a document the one that holds most of the words asked for is shown.
"""

from collections.abc import Iterable, Sequence
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
_WORD = 12
"""Characters that a word takes at most, on average, with the blanks and function words around it."""
_EMPTY = Markup("")

# Texts up to this length are kept cut into terms: the same results are shown again and again.
_SHORT = 1_000
_KEPT_TEXTS = 2_048


Span = tuple[int, int, int]
"""Characters to mark, from and up to, and which leaf of the query matched there."""


class Shown(NamedTuple):
    """Title, fragment and their language."""

    title: Markup
    snippet: Markup
    language: str


class _Name(NamedTuple):
    """A name of a concept: its words, each with its possible stems, and which leaf asked for it."""

    words: tuple[tuple[str, ...], ...]
    leaf: int


def _longest_first(span: Span) -> Span:
    start, end, leaf = span
    return start, -end, leaf


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
        found = self._stemmed(language, text)
        if self._exact or self._prefixes or self._phrases:
            places = list(exact_places(text))
            for term, start, end in places:
                number = self._match(term)
                if number is not None:
                    found.append((start, end, number))
            for phrase, number in self._phrases:
                found += _sequences(places, phrase, number)
        # Of matches that begin at the same place the longest is marked.
        if len(found) > 1:
            found.sort(key=_longest_first)
        return found

    def _stemmed(self, language: str, text: str) -> list[Span]:
        """Where words stand, and the words of those names of which all words stand somewhere."""
        found: list[Span] = []
        wanted, names = self._stems[language], self._names[language]
        if not wanted and not names:
            return found
        places = _places(language, text)
        for term in wanted.keys() & places.keys():
            number = wanted[term]
            found += [(start, end, number) for start, end in places[term]]
        for words, number in names:
            held = [[place for stem in options for place in places.get(stem, ())] for options in words]
            if all(held):
                found += [(start, end, number) for start, end in _near(held)]
        return found

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
        codes = dict.fromkeys([*stored["titles"], *stored["texts"]]) or {stored["language"]: None}
        versions = [self._version(stored, code) for code in codes]
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
        code, title, title_spans, text, spans = best
        start, end = (0, len(text)) if whole else _window(text, spans)
        return Shown(mark(title, title_spans), mark(text, spans, start, end), code)

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


def _near(held: Sequence[Sequence[tuple[int, int]]]) -> set[tuple[int, int]]:
    """Of the places of each word of a name, those where all its words stand near each other: beside every
    place of the rarest the nearest of the others.
    """
    reach = _WORD * (2 + 2 * len(held))
    near: set[tuple[int, int]] = set()
    for anchor in min(held, key=len):
        group = [_nearest(among, anchor[0]) for among in held]
        if all(abs(place[0] - anchor[0]) <= reach for place in group):
            near.update(group)
    return near


def _nearest(places: Iterable[tuple[int, int]], at: int) -> tuple[int, int]:
    return min(places, key=lambda place: abs(place[0] - at))


class _Version(NamedTuple):
    language: str
    title: str
    title_spans: list[Span]
    text: str
    spans: list[Span]


def _distinct(spans: Iterable[Span]) -> int:
    return len({leaf for _start, _end, leaf in spans})


def mark(text: str, spans: Sequence[Span], start: int = 0, end: int | None = None) -> Markup:
    """The characters from ``start`` to ``end``, escaped, with spans in ``<mark>`` and an ellipsis at either
    cut.
    """
    if not text:
        return _EMPTY
    end = len(text) if end is None else end
    # By turns what stands between the marks and what is marked.
    parts: list[str] = []
    at = start
    for begin, stop, _leaf in spans:
        if begin >= at and stop <= end:
            parts += (text[at:begin], text[begin:stop])
            at = stop
    parts.append(text[at:end])
    # Most texts hold nothing to be escaped, which is quicker to see once than piece by piece.
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        parts = list(map(escape, parts))
    parts[1::2] = [f"<mark>{part}</mark>" for part in parts[1::2]]
    # Every piece of the text was escaped above; the rest is our own.
    return Markup(f"{'…' if start else ''}{''.join(parts)}{'…' if end < len(text) else ''}")  # noqa: S704


def _sequences(places: Sequence[tuple[str, int, int]], phrase: tuple[str, ...], number: int) -> list[Span]:
    """Where the words of a phrase stand next to each other."""
    size = len(phrase)
    return [
        (places[at][1], places[at + size - 1][2], number)
        for at in range(len(places) - size + 1)
        if places[at][0] == phrase[0] and tuple(term for term, _, _ in places[at : at + size]) == phrase
    ]


def _window(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    """The stretch of about :data:`FRAGMENT` characters that holds most of the words, cut between words."""
    if len(text) <= FRAGMENT * 5 // 4:
        return 0, len(text)
    best, start = (0, 0), 0
    for index, (first, _end, _leaf) in enumerate(spans):
        inside = [leaf for _, end, leaf in spans[index : index + 50] if end <= first + FRAGMENT - _LEAD]
        worth = (len(set(inside)), len(inside))
        if worth > best:
            best, start = worth, first
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
