"""Ways to write the same source: a resolution of the Security Council, an article of a law.

A text that says *S/RES/2396 (2017)* is found by *resolution 2396* and by *UNSCR 2396*, in the language of the
text, and the other way round; *Art. 5* is found by *article 5*.
"""

import re
from collections.abc import Iterator

_RESOLUTION = re.compile(
    r"(?:\bS/RES/|\b(?:UNSCRs?|RCSNU|r[eé]solutions?|resoluci[oó]n(?:es)?)\s+(?:(?:n[°º.o]|no\.)\s*)?"
    r"|قرار(?:\s+مجلس\s+ال[أا]من)?\s+(?:رقم\s+)?)\d{3,4}(?!\d)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b(?:art(?:\.|icles?|ículos?|iculos?)?|المادة)\s*\d+", re.IGNORECASE)

_RESOLUTION_WORDS = {"en": "resolution", "fr": "résolution", "es": "resolución", "ar": "قرار"}
_ARTICLE_WORDS = {"en": "article", "fr": "article", "es": "artículo", "ar": "مادة"}


def mentions(language: str, text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """The places of a text that name a source, each with the words it may be asked for by."""
    for match in _RESOLUTION.finditer(text):
        yield ("S", "RES", "UNSCR", _RESOLUTION_WORDS[language]), match.start(), match.end()
    for match in _ARTICLE.finditer(text):
        yield ("art", _ARTICLE_WORDS[language]), match.start(), match.end()
