"""The Arabic words Tracker knows: which forms belong to one word.

The rules of :mod:`.arabic` cannot tell that سجون is the plural of سجن, nor that the first
letter of كتاب belongs to it. Two lists beside this module say so: ``arabic_plurals.txt``, a word and its
irregular forms on each line, and ``arabic_words.txt``, words that stand for themselves.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from tracker.search.words.folding import fold

_FOLDER = Path(__file__).parent
_HAMZA = "أإآ"
_BARE = str.maketrans(dict.fromkeys(_HAMZA, "ا"))


def keep_hamza(folded: str, written: str) -> str:
    """A folded word, but for the hamza or madda its alefs were written with: it tells إعلام from أعلام."""
    letters = [c for c in unicodedata.normalize("NFC", written) if c != "\u0640" and c.isalnum()]
    if len(letters) != len(folded):
        return folded
    return "".join(c if c in _HAMZA else plain for c, plain in zip(letters, folded, strict=True))


def _lines(name: str) -> Iterator[list[str]]:
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        words = [keep_hamza(fold(word), word) for word in line.split()]
        if words and not line.startswith("#"):
            yield words


def _read() -> Mapping[str, tuple[str, ...]]:
    """Every known form with the terms of the words it may belong to (mostly one).

    The term of a word is its singular. Where two words share it, the second is named after its first
    plural, so that their plurals do not meet. A form is known with the hamza it is written with, and
    without.
    """
    known: dict[str, dict[str, None]] = {}
    taken: set[str] = set()

    def learn(form: str, term: str) -> None:
        bare = form.translate(_BARE)
        for key in (form, bare, bare if form[0] == "أ" else _below(bare)):
            known.setdefault(key, {})[term] = None

    for forms in _lines("arabic_plurals.txt"):
        term = next((form for form in forms if form not in taken), forms[0])
        taken.add(term)
        for form in forms:
            learn(form, term)
    for words in _lines("arabic_words.txt"):
        for word in words:
            if word not in known:
                learn(word, word)
    return {form: tuple(terms) for form, terms in known.items()}


def _below(bare: str) -> str:
    """The key of a form that may have been written with its hamza below the alef."""
    return f"{bare}\u0655"


_KNOWN = _read()


def lookup(word: str) -> tuple[str, ...]:
    """The terms of the words that a form may belong to, clitics and regular endings off; none when unknown.

    The form is folded, with or without the hamza of its alefs (:func:`keep_hamza`). A hamza in the wrong
    place is forgiven, but for one below the alef where it belongs above: إحكام is no spelling of أحكام.
    """
    if found := _KNOWN.get(word):
        return found
    bare = word.translate(_BARE)
    return _KNOWN.get(_below(bare) if word.startswith("إ") else bare, ())
