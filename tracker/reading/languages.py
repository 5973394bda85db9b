"""In which language a page is, told by its most common words; enough to choose between four languages."""

import re
from collections import Counter

#: Characters that are looked at, and words that must speak for a language.
_LOOKED_AT, _ENOUGH = 4_000, 3

_WORDS = {
    "en": "the of and to in is for that on with as are by be this from at or it was which have shall their",
    "fr": "le la les de des du et un une dans pour que qui sur est par au aux avec ce cette ou sont plus",
    "es": "el la los las de del y en un una que por con para se su es al lo como más o sus este esta",
    "ar": "في من على إلى التي الذي هذا هذه أن إن مع عن ما لا كل بين قد كما أو ذلك تم وفي ومن",
}
_LANGUAGES: dict[str, list[str]] = {}
for _language, _listed in _WORDS.items():
    for _word in _listed.split():
        _LANGUAGES.setdefault(_word, []).append(_language)
_ARABIC = re.compile("[\u0620-\u064a]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str | None:
    """The code of the language, or None when the words speak for none of the four."""
    start = text[:_LOOKED_AT]
    if len(_ARABIC.findall(start)) * 2 > len(_LETTER.findall(start)):
        return "ar"
    counts: Counter[str] = Counter()
    for word in _WORD.findall(start.lower()):
        counts.update(_LANGUAGES.get(word, ()))
    best = counts.most_common(2)
    if not best or best[0][1] < _ENOUGH or (len(best) > 1 and best[0][1] == best[1][1]):
        return None
    return best[0][0]
