"""From text to terms: tokens with their places, and stems per language.

The same functions serve indexing, queries and highlighting, so that what matches and what is marked cannot
differ.

* **Folding** makes spellings equal that readers treat as equal (:mod:`tracker.search.folding`).
* **Stemming** is Snowball's for English, French and Spanish (PyStemmer) and that of
  :mod:`tracker.search.arabic` for words in Arabic script, whatever the language of the text they stand in.
  French and Spanish endings are told apart by their accents, which many people do not type; so a word with
  accents has two stems, of the word as written and of the word without accents, and meets both spellings.
* **Compounds**: *counter-terrorism* yields its parts and *counterterrorism*, so that all three spellings
  meet.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from tracker.search.arabic import is_arabic, stem_arabic
from tracker.search.document import LANGUAGES
from tracker.search.folding import APOSTROPHES, HYPHENS, LETTERS, MARKS, fold
from tracker.search.stopwords import ARABIC, ENGLISH, FRENCH, SPANISH

MAX_TOKEN = 64
"""Characters of a token that count; what follows is ignored, in texts as in queries."""

_TOKEN = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}]|[{APOSTROPHES}](?=[^\W_]))*")

_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=.)")
_CONTENT = re.compile("[ئؤةآ]")
_STOP_WORDS = {"en": ENGLISH, "fr": FRENCH, "es": SPANISH, "ar": ARABIC}
_SNOWBALL = {"en": "english", "fr": "french", "es": "spanish"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word in a text: the characters ``text[start:end]``, and whether a hyphen alone joins it to the next
    token.
    """

    text: str
    start: int
    end: int
    hyphen_follows: bool


class _Stemmers(threading.local):
    """One set of stemmers per thread: a stemmer works in a buffer of its own and is not thread-safe."""

    def __init__(self) -> None:
        self.by_language = {code: Stemmer.Stemmer(name) for code, name in _SNOWBALL.items()}


_stemmers = _Stemmers()


def language_of(code: str) -> str:
    """The language whose analysis serves texts of ``code``: itself, or English, which only folds foreign
    words.
    """
    base = code.lower().replace("_", "-").split("-")[0]
    return base if base in LANGUAGES else "en"


def tokenize(text: str) -> Iterator[Token]:
    """The words of a text in order. Apostrophes belong to words, hyphens separate them."""
    last: re.Match[str] | None = None
    for match in _TOKEN.finditer(text):
        if last is not None:
            between = text[last.end() : match.start()]
            yield Token(
                last[0][:MAX_TOKEN], last.start(), last.end(), len(between) == 1 and between in HYPHENS
            )
        last = match
    if last is not None:
        yield Token(last[0][:MAX_TOKEN], last.start(), last.end(), False)


@lru_cache(maxsize=65536)
def exact_terms(word: str) -> tuple[str, ...]:
    """The terms of one token for exact matching: folded, not stemmed, split at apostrophes."""
    return tuple(part for part in fold(word).split("'") if part)


@lru_cache(maxsize=131072)
def stems(language: str, word: str) -> tuple[str, ...]:
    """The terms of one token in a language: none for a function word, two where accents change the stem."""
    folded = fold(word)
    if language == "fr":
        folded = _ELISION.sub("", folded)
    if not folded or (
        _is_arabic_function(folded, word) if is_arabic(folded) else folded in _STOP_WORDS[language]
    ):
        return ()
    if is_arabic(folded):
        return stem_arabic(folded.replace("'", ""), word)
    if language not in _SNOWBALL:
        return (folded.replace("'", ""),)
    stem = _stemmers.by_language[language].stemWord
    found = [stem(folded)]
    if language != "en" and not word.isascii():
        written = unicodedata.normalize("NFC", word.casefold()).translate(LETTERS)
        if language == "fr":
            written = _ELISION.sub("", written)
        found.insert(0, fold(stem(written)))
    return tuple(dict.fromkeys(term for item in found if (term := item.replace("'", ""))))


def is_function_word(word: str) -> bool:
    """True when the word is a function word in any of the languages, elided ones included (*l'*, *d'*)."""
    folded = fold(word)
    if is_arabic(folded):
        return _is_arabic_function(folded, word)
    return any(folded in words for words in _STOP_WORDS.values())


def _is_arabic_function(folded: str, word: str) -> bool:
    """Folding makes فئة, a group, look like فيه, in it; the letters it was written with tell them apart."""
    return folded in ARABIC and not _CONTENT.search(word)


def index_terms(language: str, text: str) -> list[str]:
    """All terms of a text for the stemmed field of its language, in order and with repetitions."""
    terms: list[str] = []
    run: list[str] = []
    for token in tokenize(text):
        terms += stems(language, token.text)
        run.append(token.text)
        if not token.hyphen_follows:
            if joined := compound(run):
                terms += stems(language, joined)
            run.clear()
    return terms


def compound(parts: list[str]) -> str | None:
    """The word that hyphenated parts form when written together; None unless all consist of letters."""
    if len(parts) < 2 or not all(part.isalpha() for part in map(fold, parts)):
        return None
    return "".join(parts)[:MAX_TOKEN]


def exact_words(text: str) -> list[str]:
    """All terms of a text for the exact field, in order."""
    return [term for token in tokenize(text) for term in exact_terms(token.text)]
