"""Did you mean: near words for those that no visible document holds.

A dictionary of an index is a leak: it names words of documents the actor must not see. So a word is offered
only when a document visible to the actor holds it. The words of a segment are read once; the search among
them is bounded in words asked for and in candidates looked at.
"""

# mypy: allow-untyped-calls

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, islice
from weakref import WeakKeyDictionary

from tracker.search.asking import query as q
from tracker.search.index.postings import SegmentFiles
from tracker.search.index.schema import EXACT, EXACT_WEIGHT
from tracker.search.ranking.plan import Lookup, Terms, plan
from tracker.search.ranking.ranking import Execution
from tracker.search.words.analysis import tokenize
from tracker.search.words.folding import APOSTROPHES, fold
from tracker.search.words.nearest import MIN_LETTERS, Lexicon

MAX_WORDS = 4
MAX_CANDIDATES = 40
"""Equally near words that are looked up, those of most documents first."""

MAX_LEXICON = 400_000
"""Words of one segment that are looked at."""

_MIN_PART = 3
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_lexicons: WeakKeyDictionary[SegmentFiles, Lexicon] = WeakKeyDictionary()
_lock = threading.Lock()


def suggest(execution: Execution, query: q.Query) -> str | None:
    """The query with its unknown words replaced by near known ones; None when there is nothing to offer."""
    if query.root is None:
        return None
    words = list(dict.fromkeys(query.words))
    unknown = [word for word in words if not _occurs(execution, word)][:MAX_WORDS]
    better: dict[str, str] = {}
    for word in unknown:
        near = _better(execution, word)
        if near is not None:
            better[word] = near
    root = _joined(execution, query.root, unknown)
    if root == query.root and not better:
        return None
    return replace(query, root=_replaced(root, better)).understood


def _occurs(execution: Execution, word: str) -> bool:
    found = execution.run(plan(q.Word(word)))
    return any(len(one.ids) for one in found)


def _better(execution: Execution, word: str) -> str | None:
    """A word or a compound with what is unknown in it replaced; None when nothing near is known."""
    tokens = list(tokenize(word))
    if len(tokens) == 1:
        return _near(execution, tokens[0].text)
    better = word
    for token in reversed(tokens):
        if not _occurs(execution, token.text) and (near := _near(execution, token.text)):
            better = better[: token.start] + near + better[token.end :]
    return None if better == word else better


def _near(execution: Execution, word: str) -> str | None:
    folded = fold(word)
    if len(folded) < MIN_LETTERS or not folded.isalpha():
        return None
    lexicons = [_lexicon(segment.files) for segment in execution.segments]
    found: dict[str, float] = {}
    for lexicon in lexicons:
        found |= {term: distance for distance, term in lexicon.near(folded)}
    ordered = sorted(found, key=lambda term: (found[term], term))
    for _, group in groupby(ordered, key=found.__getitem__):
        # A word of many documents is likelier to be seen; whether it is, and in how many, is looked up below.
        likely = sorted(islice(group, 5 * MAX_CANDIDATES), key=lambda term: -_frequency(execution, term))
        known = [
            (count, -abs(len(term) - len(folded)), term)
            for term in likely[:MAX_CANDIDATES]
            if (count := execution.occurs(_exactly(term)))
        ]
        if known:
            return _spelled(execution, max(known)[2])
    return _apart(execution, folded, lexicons)


def _apart(execution: Execution, folded: str, lexicons: Sequence[Lexicon]) -> str | None:
    """Two known words that were run together; of several ways that whose rarer word is in most documents."""
    ways = []
    for at in range(_MIN_PART, len(folded) - _MIN_PART + 1):
        parts = folded[:at], folded[at:]
        if all(any(part in lexicon for lexicon in lexicons) for part in parts):
            count = min(execution.occurs(_exactly(part)) for part in parts)
            if count:
                ways.append((count, " ".join(_spelled(execution, part) for part in parts)))
    return max(ways)[1] if ways else None


def _joined(execution: Execution, root: q.Node, unknown: Sequence[str]) -> q.Node:
    """The tree with neighbouring words written together, where one is unknown and the whole is not."""
    if not isinstance(root, q.And):
        return root
    children: list[q.Node] = []
    for child in root.children:
        last = children[-1] if children else None
        if isinstance(child, q.Word) and isinstance(last, q.Word):
            whole = fold(last.text + child.text) if {child.text, last.text} & set(unknown) else ""
            if whole.isalpha() and execution.occurs(_exactly(whole)):
                children[-1] = q.Word(_spelled(execution, whole))
                continue
        children.append(child)
    whole_tree = q.all_of(children)
    return root if whole_tree is None else whole_tree


def _lexicon(files: SegmentFiles) -> Lexicon:
    """The words of a segment; read when first needed, forgotten with the segment."""
    with _lock:
        known = _lexicons.get(files)
        if known is None:
            terms = files.beginning_with(EXACT, "", MAX_LEXICON)
            known = _lexicons[files] = Lexicon(
                term for term in terms if len(term) >= _MIN_PART and term.isalpha()
            )
        return known


def _frequency(execution: Execution, term: str) -> int:
    return sum(segment.files.document_frequency(EXACT, term) for segment in execution.segments)


def _exactly(term: str) -> Terms:
    return Terms(term, (Lookup(EXACT, term, EXACT_WEIGHT),))


def _spelled(execution: Execution, term: str) -> str:
    """A term as a visible document spells it, with its accents."""
    for segment, found in zip(execution.segments, execution.found_by(_exactly(term)), strict=True):
        documents = found.ids[:1]
        for document in documents:
            stored = segment.files.stored(int(document))
            texts = [*stored["titles"].values(), *stored["texts"].values(), *stored["details"].values()]
            for text in texts:
                for token in tokenize(text):
                    for part in _APOSTROPHE.split(token.text):
                        if fold(part) == term:
                            return part.lower()
    return term


def _replaced(node: q.Node, better: dict[str, str]) -> q.Node:
    if isinstance(node, q.Word):
        return q.Word(better.get(node.text, node.text))
    if isinstance(node, q.And):
        return q.And(tuple(_replaced(child, better) for child in node.children))
    if isinstance(node, q.Or):
        return q.Or(tuple(_replaced(child, better) for child in node.children))
    return node
