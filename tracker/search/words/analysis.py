"""From text to terms: tokens with their places, and stems per language.

The same functions serve indexing, queries and highlighting, so that what matches and what is marked cannot
differ.

* **Folding** makes spellings equal that readers treat as equal (:mod:`.folding`).
* **Stemming** is Snowball's for English, French and Spanish (PyStemmer) and that of
  :mod:`.arabic` for words in Arabic script, whatever the language of the text they stand in.
  French and Spanish endings are told apart by their accents, which many people do not type; so a word with
  accents has two stems, of the word as written and of the word without accents, and meets both spellings.
* **Compounds**: *counter-terrorism*, *counterterrorism* and *counter terrorism* meet: a text with one of them
  yields the parts and the whole.
* **Acronyms**: *F.T.F.*, *FTF* and *FTFs* are one.
* **Sources** written in different ways (:mod:`.mentions`) meet.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from tracker.search.document import LANGUAGES
from tracker.search.words.arabic import is_arabic, stem_arabic
from tracker.search.words.british import american
from tracker.search.words.folding import APOSTROPHES, HYPHENS, LETTERS, MARKS, fold
from tracker.search.words.irregular import singulars
from tracker.search.words.mentions import mentions
from tracker.search.words.stopwords import ARABIC, ENGLISH, FILLERS, FRENCH, SPANISH

MAX_TOKEN = 64
"""Characters of a token that count; what follows is ignored, in texts as in queries."""

# Letters of Arabic script. Other letters and digits end a word of them: in الـFTF the article stands alone.
_ARABIC = (
    "\u0620-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06e5-\u06e6\u06ee-\u06ef\u06fa-\u06ff"
    "\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"
)
_TOKEN = re.compile(
    rf"(?<![\w.])(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?!\w))?"
    rf"|[{_ARABIC}](?:[{_ARABIC}{MARKS}]|[{APOSTROPHES}](?=[{_ARABIC}]))*"
    rf"|[^\W_{_ARABIC}](?:[^\W_{_ARABIC}]|[{MARKS}]|[{APOSTROPHES}](?=[^\W_]))*"
)
_SIGN = re.compile(rf"[^\s{MARKS}\"“”„‟«»‹›＂〝〞]+")

_PREFIXES = ("anti", "contra", "contre", "counter", "cross", "cyber", "multi", "narco", "non")
"""Beginnings that are written apart, with a hyphen, or together with what follows."""

_APART = frozenset(("anti", "counter", "cross", "cyber", "multi", "narco", "non"))
"""Those that are joined to the next word although a blank stands between them."""

_REST = 5
_LONGEST_ACRONYM = 6
_LONGEST_SIGN = 8
_ACRONYMS = re.compile("[A-Z]{2,}[s]")
_NO_VOWEL = re.compile("[bcdfghjklmnpqrtvwxz]{2,}s")
_LOWER_ACRONYMS = {"ngos": "ngo", "mlas": "mla", "ieds": "ied"}
_PLURAL = re.compile("[aou]s$")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=.)")
_CONTENT = re.compile("[ئؤةآ]")
_STOP_WORDS = {"en": ENGLISH, "fr": FRENCH, "es": SPANISH, "ar": ARABIC}
_SNOWBALL = {"en": "english", "fr": "french", "es": "spanish"}


class Token(NamedTuple):
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


@lru_cache(maxsize=256)
def language_of(code: str) -> str:
    """The language whose analysis serves texts of ``code``: itself, or English, which only folds foreign
    words.
    """
    base = code.lower().replace("_", "-").split("-")[0]
    return base if base in LANGUAGES else "en"


def tokenize(text: str) -> Iterator[Token]:
    """The words of a text in order. Apostrophes belong to words, hyphens separate them."""
    word = ""
    start = end = 0
    for match in _TOKEN.finditer(text):
        first, after = match.span()
        if word:
            yield Token(word, start, end, first - end == 1 and text[end] in HYPHENS)
        word, start, end = text[first : min(after, first + MAX_TOKEN)], first, after
    if word:
        yield Token(word, start, end, False)


@lru_cache(maxsize=65536)
def exact_terms(word: str) -> tuple[str, ...]:
    """The terms of one token for exact matching: folded, not stemmed, split at apostrophes."""
    return tuple(part for part in fold(word).split("'") if part)


@lru_cache(maxsize=131072)
def stems(language: str, word: str) -> tuple[str, ...]:
    """The terms of one token in a language: none for a function word, two or more where a word may be read in
    several ways.
    """
    word = _singular_acronym(word)
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
    found = _english(folded, word) if language == "en" else _romance(language, folded, word)
    return tuple(dict.fromkeys(term for item in found if (term := item.replace("'", ""))))


def _english(folded: str, word: str) -> Iterator[str]:
    """Stems in English, also of foreign words; German umlauts may be written out."""
    stem = _stemmers.by_language["en"].stemWord
    yield stem(american(folded))
    yield from map(stem, singulars("en", folded))
    if word.isupper() and len(word) <= _LONGEST_ACRONYM:
        # The stemmer takes letters of acronyms for endings.
        yield folded
    if not word.isascii() and (written_out := word.lower().translate(_UMLAUTS)) != word.lower():
        yield stem(fold(written_out))


def _romance(language: str, folded: str, word: str) -> Iterator[str]:
    stem = _stemmers.by_language[language].stemWord
    if not word.isascii():
        written = unicodedata.normalize("NFC", word.casefold()).translate(LETTERS)
        yield fold(stem(_ELISION.sub("", written) if language == "fr" else written))
    yield stem(folded)
    yield from map(stem, singulars(language, folded))
    if language == "fr" and len(folded) > _REST and _PLURAL.search(folded):
        # The stemmer keeps the ending of "détenus", which may be a plural or not.
        yield stem(folded[:-1])
    if word.isupper() and len(word) <= _LONGEST_ACRONYM:
        yield folded


def _singular_acronym(word: str) -> str:
    """An acronym without dots and without its plural *s*; a word that is none as it is."""
    word = word.replace(".", "")
    if len(word) > _LONGEST_ACRONYM + 1 or word[-1:] != "s":
        return word
    if _ACRONYMS.fullmatch(word) or _NO_VOWEL.fullmatch(word):
        return word[:-1]
    return _LOWER_ACRONYMS.get(word, word)


def is_function_word(word: str) -> bool:
    """True when the word is a function word in any of the languages, elided ones included (*l'*, *d'*)."""
    folded = fold(word)
    if is_arabic(folded):
        return _is_arabic_function(folded, word)
    return any(folded in words for words in _STOP_WORDS.values())


def is_filler(word: str) -> bool:
    """True when the word only leads to what somebody looks for."""
    return fold(word) in FILLERS


def _is_arabic_function(folded: str, word: str) -> bool:
    """Folding makes فئة, a group, look like فيه, in it; the letters it was written with tell them apart."""
    return folded in ARABIC and not _CONTENT.search(word)


def index_terms(language: str, text: str) -> list[str]:
    """All terms of a text for the stemmed field of its language, in order and with repetitions."""
    return [term for term, _, _ in placed_terms(language, text)]


def placed_terms(language: str, text: str) -> Iterator[tuple[str, int, int]]:
    """The terms of a text for the stemmed field of its language, each with the characters it stands for."""
    run: list[Token] = []
    before: Token | None = None
    for token in tokenize(text):
        for word in (token.text, *_parts(token.text)):
            yield from ((term, token.start, token.end) for term in stems(language, word))
        if before is not None and text[before.end : token.start].isspace():
            # "Counter terrorism" is "counterterrorism", too.
            yield from _together(language, [before, token])
        before = token if not run and fold(token.text) in _APART else None
        run.append(token)
        if not token.hyphen_follows:
            yield from _together(language, run)
            run = []
    for words, start, end in mentions(language, text):
        for word in words:
            yield from ((term, start, end) for term in stems(language, word))


def _together(language: str, run: list[Token]) -> Iterator[tuple[str, int, int]]:
    if len(run) > 1 and (joined := compound([token.text for token in run])):
        for term in stems(language, joined):
            yield term, run[0].start, run[-1].end


@lru_cache(maxsize=65536)
def _parts(word: str) -> tuple[str, ...]:
    """The parts of a compound written in one; none for other words."""
    folded = fold(word)
    for prefix in _PREFIXES:
        if folded.startswith(prefix) and len(folded) - len(prefix) >= _REST:
            return prefix, folded[len(prefix) :]
    return ()


def compound(parts: list[str]) -> str | None:
    """The word that hyphenated parts form when written together; None unless all consist of letters."""
    if len(parts) < 2 or not all(part.isalpha() for part in map(fold, parts)):
        return None
    return "".join(parts)[:MAX_TOKEN]


def exact_places(text: str) -> Iterator[tuple[str, int, int]]:
    """The terms of a text for the exact field in order, each with the characters it stands for.

    What stands between two words, but for blanks and quotation marks, is a term as well: without them, a
    phrase would be found across the end of a sentence.
    """
    end = 0
    for token in tokenize(text):
        if end and (sign := _sign(text[end : token.start])):
            yield sign, end, token.start
        for term in exact_terms(token.text):
            yield term, token.start, token.end
        end = token.end


@lru_cache(maxsize=4096)
def _sign(between: str) -> str:
    return "" if between == " " else fold("".join(_SIGN.findall(between)))[:_LONGEST_SIGN]


def exact_words(text: str) -> list[str]:
    """All terms of a text for the exact field, in order."""
    return [term for term, _, _ in exact_places(text)]
