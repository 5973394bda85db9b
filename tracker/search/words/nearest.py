"""Which of some words is meant by a misspelt one.

Distance counts mistakes of the hand (a letter wrong, missing, doubled, or two exchanged: optimal string
alignment, Damerau 1964), between the words as written and as they sound. Letters that slip between languages
and between spellings of one Arabic sound are one letter there (:func:`sound`). So *Mohamed* is near
*Muhammad*, and ضابط near ظابط.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from tracker.search.words.folding import fold

MIN_LETTERS = 4
TWO_MISTAKES = 6
"""Letters a word needs for two mistakes to be thought possible in it."""

MAX_LETTERS = 40
"""Longer words are not corrected."""

_HEARD, _FIRST = 0.5, 0.25

# Written sounds that slip between languages, the longer ones first; then single letters.
_LATIN = (
    ("sch", "s"),
    ("ch", "s"),
    ("sh", "s"),
    ("ph", "f"),
    ("kh", "k"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("qu", "k"),
    ("ou", "u"),
    ("ee", "i"),
    ("ie", "i"),
)
_LETTERS = str.maketrans("qczywoej", "kksiuuig")
_ARABIC = str.maketrans({"ظ": "ض", "ذ": "د", "ث": "ت", "ط": "ت", "ص": "س", "ء": None})
_REPEATED = re.compile(r"(.)\1+")


def sound(folded: str) -> str:
    """A folded word without the differences that people do not hear or that languages do not share."""
    if folded.isascii():
        for written, heard in _LATIN:
            folded = folded.replace(written, heard)
        folded = folded.translate(_LETTERS)
    else:
        folded = folded.translate(_ARABIC)
    return _REPEATED.sub(r"\1", folded)


def mistakes_allowed(word: str) -> int:
    """How many mistakes are thought possible in a word."""
    return 0 if len(word) < MIN_LETTERS else 2 if len(word) >= TWO_MISTAKES else 1


class Lexicon:
    """Folded words among which near ones are looked for. Made once, asked often; about 200 bytes a word."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = _Shelf([(word, word) for word in set(words)])
        self._sounds = _Shelf([(sound(word), word) for word in self._words.meant])

    def __contains__(self, word: str) -> bool:
        """Whether a folded word is one of them."""
        return word in self._words.known

    def near(self, folded: str) -> list[tuple[float, str]]:
        """The words that a folded one may be a slip for, nearest first, each with its distance in mistakes.

        A slip of the ear weighs half a mistake more than the mistakes in the sound; another first letter, a
        quarter.
        """
        limit = mistakes_allowed(folded)
        if not limit or len(folded) > MAX_LETTERS:
            return []
        found: dict[str, float] = {}
        for mistakes, word in self._words.near(folded, limit):
            found[word] = float(mistakes)
        heard = sound(folded)
        for mistakes, word in self._sounds.near(heard, limit - 1):
            found[word] = min(found.get(word, limit), mistakes + _HEARD)
        return sorted(
            (distance + (_FIRST if sound(word)[:1] != heard[:1] else 0), word)
            for word, distance in found.items()
        )


class _Shelf:
    """Spellings ordered by length, each with the set of its letters as bits.

    Only those of about the right length and with about the right letters are compared: one mistake changes
    the length by one at most, and the set of letters by two.
    """

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        pairs.sort(key=lambda pair: (len(pair[0]), pair))
        self.spelled = [spelling for spelling, _ in pairs]
        self.meant = [word for _, word in pairs]
        self.known = frozenset(self.meant)
        self._lengths = np.fromiter(map(len, self.spelled), np.int64, len(pairs))
        self._letters = np.fromiter(map(_letters, self.spelled), np.uint32, len(pairs))

    def near(self, spelling: str, limit: int) -> list[tuple[int, str]]:
        """The words spelled with at most so many mistakes, each with their number."""
        first, last = np.searchsorted(self._lengths, (len(spelling) - limit, len(spelling) + limit + 1))
        changed = np.bitwise_count(self._letters[first:last] ^ np.uint32(_letters(spelling)))
        likely = (np.flatnonzero(changed <= 2 * limit) + first).tolist()
        distances = cdist(
            [spelling],
            [self.spelled[n] for n in likely],
            scorer=OSA.distance,
            score_cutoff=limit,
            dtype=np.uint8,
        )[0]
        return [
            (int(distance), self.meant[n])
            for distance, n in zip(distances, likely, strict=True)
            if distance <= limit
        ]


def _letters(word: str) -> int:
    """The set of letters of a word as 32 bits; some letters share a bit."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a misspelt word most likely stands for; None when none is near.

    Candidates are compared folded, as wholes, and answered as given. Of equally near ones the first counts. A
    word that is only the beginning of candidates stands for the shortest of them.
    """
    folded = fold(word).strip()
    spelled: dict[str, str] = {}
    for candidate in candidates:
        spelled.setdefault(fold(candidate), candidate)
    if folded in spelled:
        return spelled[folded]
    near = Lexicon(spelled).near(folded)
    if near:
        order: Sequence[str] = list(spelled)
        return spelled[min(near, key=lambda pair: (pair[0], order.index(pair[1])))[1]]
    begun = [known for known in spelled if len(folded) >= MIN_LETTERS and known.startswith(folded)]
    return spelled[min(begun, key=len)] if begun else None
