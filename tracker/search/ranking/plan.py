"""From the query tree to what is looked up: which terms, in which fields, with which weights.

A word is looked up in every language at once: as its English stem in the English fields, as its French stem
in the French ones and so on. The languages of one document do not add up (a translated outcome would count
twice); the best one counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker.search.asking import query as q
from tracker.search.asking.concepts import Concept
from tracker.search.document import LANGUAGES
from tracker.search.index.schema import (
    EXACT,
    EXACT_WEIGHT,
    FORM_WEIGHT,
    PARTS,
    REFERENCE_WEIGHT,
    REFS,
    WORKSHOP,
    WORKSHOP_WEIGHT,
    exact_query_terms,
    part_field,
    reference_term,
)
from tracker.search.words.analysis import (
    compound,
    exact_terms,
    exact_words,
    is_filler,
    is_function_word,
    stems,
    tokenize,
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """One term in one field, with the weight of the field."""

    field: str
    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Terms:
    """A word: it matches where any lookup does, and scores its common lookups plus its best language."""

    label: str
    common: tuple[Lookup, ...]
    languages: tuple[tuple[Lookup, ...], ...] = ()
    forms: tuple[Lookup, ...] = ()
    """The word as typed: it adds to the score of what matches, and matches nothing by itself."""


@dataclass(frozen=True, slots=True)
class Adjacent:
    """Words of the exact field next to each other."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beginning:
    """All terms of a field that begin with a prefix, as if they were one."""

    label: str
    field: str
    prefix: str
    weight: float


@dataclass(frozen=True, slots=True)
class Names:
    """All names of a concept, as if they were one word; beside the words that named it."""

    label: str
    concept: Concept
    literal: "Step"
    """The words that named the concept."""


@dataclass(frozen=True, slots=True)
class Having:
    """A filter."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Everything but the child."""

    child: "Step"


@dataclass(frozen=True, slots=True)
class Every:
    """All children; the optional ones only add to the score."""

    children: tuple["Step", ...]
    optional: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of the children."""

    children: tuple["Step", ...]


Leaf = Terms | Adjacent | Beginning | Names
Step = Leaf | Having | Except | Every | Any

EVERYTHING = Every(())
NOTHING = Any(())


def plan(node: q.Node | None) -> Step:
    """The plan of a query tree; no tree means everything."""
    if node is None:
        return EVERYTHING
    if isinstance(node, q.And | q.Or):
        return _group(node)
    if isinstance(node, q.Named):
        return _named(node)
    if isinstance(node, q.Not):
        return Except(plan(node.child))
    if isinstance(node, q.Filter):
        return Having(node.field, node.values)
    if isinstance(node, q.Phrase):
        return _phrase(node)
    if isinstance(node, q.Prefix):
        return _prefix(node)
    # A function word that must be there can only be found where nothing is left out: among the exact words.
    return _literal(node.text) if _is_function(node) else _stemmed(node)


def _group(node: q.And | q.Or) -> Step:
    """All or any of some steps. Function words and fillers among them are not asked for; where they occur
    they add to the score.
    """
    optional = [child for child in node.children if isinstance(child, q.Word) and _is_optional(child)]
    asked = tuple(plan(child) for child in node.children if child not in optional)
    if not asked:
        asked, optional = tuple(map(plan, node.children)), []
    extra = tuple(map(_stemmed, optional))
    if isinstance(node, q.And):
        return Every(asked, extra)
    return Every((Any(asked),), extra) if extra else Any(asked)


def _named(node: q.Named) -> Step:
    either = plan(q.any_of(node.words) if node.any_word else q.all_of(node.words))
    # What holds the words most often holds one of the names, too, and so comes before what holds another.
    return Any((either, *(_names(node.words, concept) for concept in node.concepts)))


@lru_cache(maxsize=1024)
def _names(words: tuple[q.Word, ...], concept: Concept) -> Names:
    return Names(" ".join(word.text for word in words), concept, plan(q.all_of(words)))


def leaves(step: Step) -> Iterable[Leaf]:
    """The leaves of a plan that are asked for, optional ones included, excluded ones not."""
    if isinstance(step, Every):
        for child in (*step.children, *step.optional):
            yield from leaves(child)
    elif isinstance(step, Any):
        for child in step.children:
            yield from leaves(child)
    elif isinstance(step, Leaf):
        yield step


@lru_cache(maxsize=4096)
def _is_function(word: q.Word) -> bool:
    return all(is_function_word(token.text) for token in tokenize(word.text))


def _is_optional(word: q.Word) -> bool:
    return _is_function(word) or (not word.literal and is_filler(word.text))


@lru_cache(maxsize=4096)
def _stemmed(word: q.Word) -> Step:
    """A word in every language; a compound as its parts or written together; and as a reference."""
    parts = [token.text for token in tokenize(word.text)]
    reference = Lookup(REFS, reference_term(word.text), REFERENCE_WEIGHT)
    if len(parts) == 1:
        return _token(word.text, parts[0], reference)
    named = Terms(word.text, (reference,))
    content = [part for part in parts if not is_function_word(part)]
    ways: list[Step] = [named]
    if content:
        extra = [_token(word.text, part) for part in parts if part not in content]
        ways.append(Every(tuple(_token(word.text, part) for part in content), tuple(extra)))
    elif parts:
        ways.append(_literal(word.text))
    if joined := compound(parts):
        ways.append(_token(word.text, joined))
    return Any(tuple(ways))


@lru_cache(maxsize=4096)
def _token(label: str, token: str, *more: Lookup) -> Terms:
    languages: list[tuple[Lookup, ...]] = []
    everywhere: dict[str, None] = {}
    for language in LANGUAGES:
        found = stems(language, token)
        everywhere |= dict.fromkeys(found)
        lookups = tuple(
            Lookup(part_field(part, language), term, weight)
            for part, weight in PARTS.items()
            for term in found
        )
        if lookups:
            languages.append(lookups)
    common = [Lookup(WORKSHOP, term, WORKSHOP_WEIGHT) for term in everywhere]
    forms = [Lookup(EXACT, t, FORM_WEIGHT) for t in exact_terms(token) if not is_function_word(t)]
    return Terms(label, (*more, *common), tuple(languages), tuple(forms))


def _literal(text: str) -> Step:
    return _all(
        [Terms(text, (Lookup(EXACT, term, EXACT_WEIGHT),)) for term in dict.fromkeys(exact_query_terms(text))]
    )


def _phrase(node: q.Phrase) -> Step:
    words = tuple(exact_words(node.text))
    reference = Lookup(REFS, reference_term(node.text), REFERENCE_WEIGHT)
    if len(words) == 1:
        return Terms(node.text, (reference, Lookup(EXACT, words[0], EXACT_WEIGHT)))
    if not words:
        return NOTHING
    return Any((Terms(node.text, (reference,)), Adjacent(node.text, words)))


def _prefix(node: q.Prefix) -> Step:
    """The beginning of a reference or of a word; in a compound, of its last part."""
    parts = [term for token in tokenize(node.text) for term in exact_terms(token.text)]
    label = f"{node.text}*"
    ways: list[Step] = [Beginning(label, REFS, reference_term(node.text), REFERENCE_WEIGHT)]
    if parts:
        whole: list[Step] = [Terms(label, (Lookup(EXACT, part, EXACT_WEIGHT),)) for part in parts[:-1]]
        ways.append(_all([*whole, Beginning(label, EXACT, parts[-1], EXACT_WEIGHT)]))
    return Any(tuple(ways))


def _all(steps: Sequence[Step]) -> Step:
    return steps[0] if len(steps) == 1 else Every(tuple(steps))
