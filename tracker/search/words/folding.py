"""Folding: the one spelling that stands for all the spellings readers treat as equal.

Case, accents, ligatures, ``ß``, Turkish dotless ``ı``, final sigma, Arabic alef, yeh, teh marbuta, hamza
carriers, tatweel and vowel signs, digits of any script, dashes and apostrophes of any form, invisible
joiners, the dots of an acronym.
"""

import re
import unicodedata
from functools import lru_cache

APOSTROPHES = "'’‘‛ʼʻ＇´`ʹ′"
HYPHENS = "-‐‑‒–−﹣－\u00ad"
"""Signs that join the parts of a compound when they stand alone between them."""

# Vowel signs and combining accents are not letters to the expression engine, nor are joiners and marks of
# direction.
MARKS = (
    "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u00ad\u061c\u200c-\u200f\u2060\u2066-\u2069"
)

#: Letters that decomposition leaves as they are.
LETTERS = str.maketrans(
    dict.fromkeys("\u0640\u00ad\u061c\u200c\u200d\u200e\u200f\u2060")
    | dict.fromkeys(APOSTROPHES, "'")
    | dict.fromkeys("‐‑‒–—―−﹣－", "-")
    | {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
    | {"ى": "ي", "ی": "ي", "ة": "ه", "ٱ": "ا", "ک": "ك", "ہ": "ه", "ھ": "ه"}
)

_ACRONYM = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?")
_LEFT_OUT = ("Mn", "Me", "Cf")


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The word in the one spelling that stands for all its spellings. Folding twice changes nothing."""
    if word.isascii():
        plain = word.lower().replace("`", "'")
    else:
        plain = unicodedata.normalize("NFKD", word.casefold().replace("ىء", "ئ")).translate(LETTERS)
        kept = "".join(c for c in plain if unicodedata.category(c) not in _LEFT_OUT)
        plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept).casefold()
    return plain.replace(".", "") if _ACRONYM.fullmatch(plain) else plain
