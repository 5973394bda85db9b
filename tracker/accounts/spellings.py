"""Comparing the spellings of parties: what people type against what is known."""

from collections.abc import Mapping
from difflib import get_close_matches

from tracker.core.i18n import fold

_APOSTROPHES = "’‘ʼʹ`´"
_DASHES = "‐‑‒–—-"
#: Shorter keys are codes and acronyms, which are near to everything.
_SHORTEST = 4


def _plain_marks(text: str) -> str:
    for mark in _APOSTROPHES:
        text = text.replace(mark, "'")
    return text


def canonical(text: str) -> str:
    """The spelling without what people leave out: case, accents, kinds of dash and apostrophe, "the"."""
    plain = _plain_marks(fold(text)).replace("&", " and ").replace(".", " ").replace("*", " ")
    for dash in _DASHES:
        plain = plain.replace(dash, " ")
    words = plain.split()
    # "St. Lucia" is as good as "Saint Lucia".
    words = ["saint" if word == "st" else word for word in words]
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def keys(text: str) -> set[str]:
    """Every key under which a known spelling is found: folded, with either apostrophe, and canonical."""
    folded = fold(text)
    straight = _plain_marks(folded)
    return {folded, straight, straight.replace("'", "’"), canonical(text)}


def near(name: str, lookup: Mapping[str, int], limit: int = 3) -> list[int]:
    """Ids of the entries whose spelling contains `name` as a word or is nearly the same, best first."""
    wanted = canonical(name)
    known = [key for key in lookup if len(key) >= _SHORTEST]
    within = [key for key in known if f" {wanted} " in f" {key} "] if wanted else []
    found = sorted(within, key=len) + get_close_matches(wanted, known, n=3 * limit, cutoff=0.75)
    return list(dict.fromkeys(lookup[key] for key in found))[:limit]
