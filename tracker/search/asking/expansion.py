"""Finding the concepts that a text names, and asking for their other names too.

A run of words names a concept when its words, in the analysis of one language, are those of one of the
concept's labels in that language, in any order. The longest run wins: *foreign terrorist fighters* is not
*terrorist*.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice, product

from tracker.search.asking.concepts import Concept
from tracker.search.asking.query import And, Named, Node, Or, Query, Word
from tracker.search.document import LANGUAGES
from tracker.search.words.analysis import compound, stems, tokenize

MAX_LABEL_WORDS = 8
"""Longer names are not looked for in a query."""

_MAX_READINGS = 16
"""Ways to read a run of words that are tried: words have several stems, compounds two spellings."""

_MAX_RUN = MAX_LABEL_WORDS + 3
"""Words of a run, function words included."""

_MAX_TEXT = 4_000

_Terms = tuple[str, ...]
"""The possible stems of one word."""

_Unit = Mapping[str, Sequence[Sequence[_Terms]]]
"""A word or a compound: per language, the ways to take it as words; function words are left out."""


class Thesaurus:
    """Concepts, to be found by any of their names. It never changes, so threads may share it."""

    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        self.concepts = tuple(concepts)
        self._named: dict[tuple[str, _Terms], tuple[Concept, ...]] = {}
        for concept in self.concepts:
            for label in concept.labels:
                if len(label.words) > MAX_LABEL_WORDS:
                    continue
                for words in _readings([[label.words]]):
                    known = self._named.get((label.language, words), ())
                    if concept not in known:
                        self._named[label.language, words] = (*known, concept)

    def expand(self, query: Query) -> Query:
        """The query asking also for the other names of what its words name.

        Excluded words, phrases, and words marked as literal stay as they are.
        """
        return query if query.root is None else replace(query, root=self._expanded(query.root))

    def found_in(self, text: str, language: str) -> tuple[Concept, ...]:
        """The concepts that a text in one language names, each once, in order; only the beginning of a long
        text is read.
        """
        units = [_unit(parts, (language,)) for parts in _compounds(text[:_MAX_TEXT])]
        named = (concepts for _, _, concepts in self._runs(units, (language,)))
        return tuple(dict.fromkeys(chain.from_iterable(named)))

    def _expanded(self, node: Node) -> Node:
        if isinstance(node, Word):
            return next(self._grouped([node]))
        if isinstance(node, Or):
            return Or(tuple(self._expanded(child) for child in node.children))
        if not isinstance(node, And):
            return node
        children: list[Node] = []
        run: list[Word] = []
        for child in node.children:
            if isinstance(child, Word) and not child.literal:
                run.append(child)
            else:
                children += [*self._grouped(run), self._expanded(child)]
                run = []
        children += self._grouped(run)
        return children[0] if len(children) == 1 else And(tuple(children))

    def _grouped(self, words: Sequence[Word]) -> Iterator[Node]:
        """Neighbouring words, with those put together that name something."""
        if any(word.literal for word in words):
            yield from words
            return
        units = [_unit([token.text for token in tokenize(word.text)], LANGUAGES) for word in words]
        at = 0
        for start, end, concepts in self._runs(units, LANGUAGES):
            yield from words[at:start]
            yield Named(tuple(words[start:end]), concepts)
            at = end
        yield from words[at:]

    def _runs(
        self, units: Sequence[_Unit], languages: Sequence[str]
    ) -> Iterator[tuple[int, int, tuple[Concept, ...]]]:
        """The runs of units that name concepts, longest first at each place: where they begin and end."""
        at = 0
        while at < len(units):
            for end in range(min(at + _MAX_RUN, len(units)), at, -1):
                if concepts := self._concepts(units[at:end], languages):
                    yield at, end, concepts
                    at = end
                    break
            else:
                at += 1

    def _concepts(self, units: Sequence[_Unit], languages: Sequence[str]) -> tuple[Concept, ...]:
        found: dict[Concept, None] = {}
        for language in languages:
            # A function word at either end belongs to what stands around the name.
            if any(units[0][language]) and any(units[-1][language]):
                for words in _readings([unit[language] for unit in units]):
                    found |= dict.fromkeys(self._named.get((language, words), ()))
        return tuple(found)


def _compounds(text: str) -> Iterator[list[str]]:
    """The words of a text, those that hyphens join together."""
    run: list[str] = []
    for token in tokenize(text):
        run.append(token.text)
        if not token.hyphen_follows:
            yield run
            run = []


def _unit(parts: Sequence[str], languages: Iterable[str]) -> _Unit:
    joined = compound(list(parts))
    ways = [list(parts)] if joined is None else [list(parts), [joined]]
    return {
        language: [[terms for word in way if (terms := stems(language, word))] for way in ways]
        for language in languages
    }


def _readings(units: Sequence[Sequence[Sequence[_Terms]]]) -> Iterator[_Terms]:
    """The terms that units may stand for together, in alphabetical order, since word order does not count."""
    ways = (list(chain.from_iterable(way)) for way in product(*units))
    terms = chain.from_iterable(product(*way) for way in ways if 0 < len(way) <= MAX_LABEL_WORDS)
    for reading in islice(terms, _MAX_READINGS):
        yield tuple(sorted(reading))
