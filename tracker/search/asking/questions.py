"""Telling a question from a few keywords.

Keywords are chosen: each of them shall be there. Whoever asks in a sentence uses words that no answer needs
to hold, so a question is answered with what holds most of its words, unless enough holds them all.
"""

from tracker.search.asking.query import And, Node, Query, Word, all_of
from tracker.search.words.analysis import is_function_word
from tracker.search.words.folding import fold

ENOUGH = 10
"""Outcomes that hold all words of a question, and are answer enough."""

_MOST_KEYWORDS = 6
_INTERROGATIVES = {
    "en": "what which who whom whose when where why how does did can could should would is are",
    "fr": "que quel quelle quels quelles qui quoi quand ou comment pourquoi combien lequel laquelle est",
    "es": "que cual cuales quien quienes cuando donde como cuanto cuantos cuanta cuantas",
    "ar": "ما ماذا من متي اين كيف لماذا لم كم هل اي",
}
_ASKING = frozenset(word for words in _INTERROGATIVES.values() for word in words.split())
_MARKS = "?؟."
_FEWEST = 3


def is_question(query: Query) -> bool:
    """True for a sentence: three words or more that matter, and a question mark or full stop at the end, a
    word that asks at the beginning, or too many words to be keywords.
    """
    words = query.words
    content = sum(not is_function_word(word) for word in words)
    if content < _FEWEST:
        return False
    marked = query.text.rstrip().endswith(tuple(_MARKS))
    return content > _MOST_KEYWORDS or _asks(words[0]) or marked


def subject_of(query: Query) -> Node | None:
    """What a question asks for: its tree without the word that asks, which no answer needs to hold."""
    root = query.root
    if isinstance(root, And) and isinstance(first := root.children[0], Word) and _asks(first.text):
        return all_of(root.children[1:])
    return root


def _asks(word: str) -> bool:
    return fold(word.split("'")[0].strip("¿")) in _ASKING
