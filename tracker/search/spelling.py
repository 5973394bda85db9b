"""Did you mean: near words for those that no visible document holds.

A dictionary of an index is a leak: it names words of documents the actor must not see. So a word is offered
only when a document visible to the actor holds it, and the search for candidates is bounded per segment and
in all.
"""

# mypy: allow-untyped-calls

from dataclasses import replace
from itertools import groupby, islice

import numpy as np
from whoosh.support.levenshtein import damerau_levenshtein

from tracker.search import query as q
from tracker.search.analysis import exact_terms, tokenize
from tracker.search.folding import fold
from tracker.search.plan import Lookup, Terms, leaves, plan
from tracker.search.ranking import Execution
from tracker.search.schema import EXACT, EXACT_WEIGHT

MIN_LETTERS = 4
TWO_MISTAKES = 6
"""Letters a word needs for two mistakes to be thought possible in it."""

MAX_WORDS = 4
MAX_CANDIDATES = 40
MAX_LEXICON = 20_000
"""Words of one segment with the right first letter that are looked at."""


def suggest(execution: Execution, query: q.Query) -> str | None:
    """The query with its unknown words replaced by near known ones; None when there is nothing to offer."""
    better: dict[str, str] = {}
    for word in list(dict.fromkeys(query.words))[:MAX_WORDS]:
        near = _better(execution, word)
        if near is not None:
            better[word] = near
    if not better or query.root is None:
        return None
    return replace(query, root=_replaced(query.root, better)).understood


def _better(execution: Execution, word: str) -> str | None:
    folded = fold(word)
    if len(folded) < MIN_LETTERS or not folded.isalpha():
        return None
    if any(execution.occurs(leaf) for leaf in leaves(plan(q.Word(word)))):
        return None
    for _, near in groupby(_candidates(execution, folded), key=lambda pair: pair[0]):
        known = [
            (count, term)
            for _, term in islice(near, MAX_CANDIDATES)
            if (count := execution.occurs(_exactly(term)))
        ]
        if known:
            return _spelled(execution, max(known, key=lambda pair: pair[0])[1])
    return None


def _candidates(execution: Execution, word: str) -> list[tuple[int, str]]:
    """Words of the index with the same first letter and few mistakes, with their number, fewest first."""
    limit = 2 if len(word) >= TWO_MISTAKES else 1
    letters = set(word)
    found = {
        term
        for segment in execution.segments
        for term in segment.files.beginning_with(EXACT, word[0], MAX_LEXICON)
        if abs(len(term) - len(word)) <= limit
        if len(letters.symmetric_difference(term)) <= 2 * limit
        if term.isalpha()
    }
    near = [(damerau_levenshtein(word, term, limit), term) for term in found]
    return sorted(pair for pair in near if pair[0] <= limit)


def _exactly(term: str) -> Terms:
    return Terms(term, (Lookup(EXACT, term, EXACT_WEIGHT),))


def _spelled(execution: Execution, term: str) -> str:
    """A term as a visible document spells it, with its accents."""
    found = execution.leaf(_exactly(term))
    for segment, match, seen in zip(execution.segments, found, execution.visible, strict=True):
        documents = np.flatnonzero(match.mask & seen)[:1]
        for document in documents:
            stored = segment.files.stored(int(document))
            texts = [*stored["titles"].values(), *stored["texts"].values(), *stored["details"].values()]
            for text in texts:
                for token in tokenize(text):
                    if exact_terms(token.text) == (term,):
                        return token.text.lower()
    return term


def _replaced(node: q.Node, better: dict[str, str]) -> q.Node:
    if isinstance(node, q.Word):
        return q.Word(better.get(node.text, node.text))
    if isinstance(node, q.And):
        return q.And(tuple(_replaced(child, better) for child in node.children))
    if isinstance(node, q.Or):
        return q.Or(tuple(_replaced(child, better) for child in node.children))
    return node
