"""What a reader may have meant besides what was read: a state typed as a word, a phrase without its marks."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from flask_babel import force_locale

from tracker.search.asking.parts import parts_of
from tracker.search.asking.query import (
    And,
    Filter,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    Word,
    all_of,
    any_of,
    wanted,
)
from tracker.search.document import LANGUAGES
from tracker.search.labels import STATES
from tracker.search.words.folding import fold
from tracker.search.words.nearest import nearest

LONGEST_STATE = 3
"""Words of the name of a state, in any language."""

_PIECES = re.compile(r'[\s",():]+')
_SPEAKS = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class StateMeant:
    """A state that some words of a search name, and the search that asks for it instead of the words."""

    state: str
    query: str


@dataclass(frozen=True, slots=True)
class Unquoted:
    """The search with the words of its phrases anywhere, and how much that finds."""

    query: str
    count: int


@cache
def state_names() -> Mapping[str, str]:
    """What the states are called in any of the languages, folded, with the state; their slugs, too."""
    names = {fold(state): state for state in STATES}
    for language in LANGUAGES:
        with force_locale(language):
            names |= {fold(str(member.label)): state for state, member in STATES.items()}
    return names


def state_meant(query: Query, *, missed: bool) -> StateMeant | None:
    """The state that words of a query name.

    Where the search is nothing but these words, or where nothing holds all words (`missed`): "retired" among
    others is a word like any. Only where something is missed, a near word will do.
    """
    parts = parts_of(query)
    words = [number for number, part in enumerate(parts) if not isinstance(part, Filter | Not)]
    for length in range(min(LONGEST_STATE, len(parts)), 0, -1):
        for start in range(len(parts) - length + 1):
            run = parts[start : start + length]
            state = _named(run, near=missed) if missed or len(words) == length else None
            if state is not None:
                meant = [*parts[:start], Filter("is", (state,)), *parts[start + length :]]
                return StateMeant(state, Query(root=all_of(meant)).understood)
    return None


def _named(run: Sequence[Node], *, near: bool) -> str | None:
    words = [part.text for part in run if isinstance(part, Word) and not part.literal]
    if len(words) < len(run):
        return None
    said, names = fold(" ".join(words)), state_names()
    found = said if said in names else nearest(said, names) if near else None
    return names[found] if found else None


def unquoted(query: Query, count: Callable[[Query], int]) -> Unquoted | None:
    """The query without its quotation marks, where it has some and finds something without them."""
    if query.root is None or not any(isinstance(leaf, Phrase) for leaf in wanted(query.root)):
        return None
    loose = Query(root=_loosened(query.root))
    number = count(replace(query, root=loose.root))
    return Unquoted(loose.understood, number) if number else None


def _loosened(node: Node) -> Node | None:
    if isinstance(node, Phrase):
        return all_of([Word(piece) for piece in _words_of(node.text)])
    if isinstance(node, And | Or):
        children = [loose for child in node.children if (loose := _loosened(child)) is not None]
        return all_of(children) if isinstance(node, And) else any_of(children)
    return node


def _words_of(text: str) -> Iterator[str]:
    for piece in _PIECES.split(text):
        bare = piece.strip("+*-")
        if _SPEAKS.search(bare):
            # In capitals some are operators of the query language.
            yield bare.lower() if bare.isupper() and bare in ("OR", "AND", "NOT") else bare


def other_spelling(suggestion: str | None, text: str) -> str | None:
    """A spelling that was suggested, unless it says what was typed; without the question mark of a question,
    which the page sets itself.
    """
    better = (suggestion or "").rstrip(" ?؟")
    return better if better and fold(better) != fold(text.rstrip(" ?؟")) else None
