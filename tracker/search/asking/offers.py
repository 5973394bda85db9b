"""Mistyped filters: the nearest field or value that exists, and the query with it in place of what was typed.

Values are compared with those that occur in what the reader may see; the caller brings them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from tracker.search.asking.query import QUERY_FIELDS, And, Filter, Node, Not, NoteCode, Or, Query
from tracker.search.document import LANGUAGES
from tracker.search.words.analysis import index_terms
from tracker.search.words.nearest import nearest as near

MAX_OFFERS = 3
MAX_CANDIDATES = 5_000
"""Spellings that one mistyped value is compared with."""

Spellings = Callable[[str], Mapping[str, str]]
"""For a field, every folded spelling of the values that may be offered, with the value it stands for."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may have meant: a field (without a value where the field itself was mistyped), and the
    whole query with it.
    """

    typed: str
    field: str
    value: str
    query: str


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a word most likely stands for: by its spelling, else as another form of the word;
    None when none is near.
    """
    known = list(islice(candidates, MAX_CANDIDATES))
    return near(word, known) or _same_word(word, known)


def _same_word(word: str, candidates: Iterable[str]) -> str | None:
    """Of short words, whose every letter counts, another form is nearer than another spelling."""
    terms = _terms(word)
    return next((one for one in candidates if not terms.isdisjoint(_terms(one))), None) if terms else None


def _terms(text: str) -> set[tuple[str, ...]]:
    """What a text is reduced to in each language, as a whole."""
    return {terms for language in LANGUAGES if (terms := tuple(index_terms(language, text)))}


def offers(query: Query, notes: Iterable[tuple[NoteCode, str]], spellings: Spellings) -> tuple[Offer, ...]:
    """What may have been meant by the fields and values that a query names and that do not exist."""
    found = []
    for code, typed in dict.fromkeys(notes):
        offer = None
        if code is NoteCode.UNKNOWN_VALUE:
            offer = _value(query, typed, spellings)
        elif code is NoteCode.UNKNOWN_FIELD:
            offer = _field(query, typed)
        if offer is not None:
            found.append(offer)
        if len(found) == MAX_OFFERS:
            break
    return tuple(found)


def _value(query: Query, typed: str, spellings: Spellings) -> Offer | None:
    field, _, value = typed.partition(":")
    known = spellings(field)
    found = nearest(value, known)
    if found is None:
        return None
    meant = known[found]
    if field == "is":
        # A state that does not exist was read as plain words, so it stands in the text only.
        return Offer(typed, field, meant, _once(re.escape(typed), f"is:{meant}", query.text))
    root = query.root and _replaced(query.root, field, value, meant)
    return Offer(typed, field, meant, Query(root=root).understood)


def _field(query: Query, typed: str) -> Offer | None:
    found = nearest(typed, QUERY_FIELDS)
    if found is None:
        return None
    return Offer(typed, found, "", _once(rf"(?<![^\W_]){re.escape(typed)}:", f"{found}:", query.text))


def _once(pattern: str, meant: str, text: str) -> str:
    return re.sub(pattern, lambda _match: meant, text, count=1, flags=re.IGNORECASE)


def _replaced(node: Node, field: str, value: str, meant: str) -> Node:
    if isinstance(node, And):
        return And(tuple(_replaced(child, field, value, meant) for child in node.children))
    if isinstance(node, Or):
        return Or(tuple(_replaced(child, field, value, meant) for child in node.children))
    if isinstance(node, Not):
        return Not(_replaced(node.child, field, value, meant))
    if isinstance(node, Filter) and node.field == field:
        return Filter(field, tuple(dict.fromkeys(meant if v == value else v for v in node.values)))
    return node
