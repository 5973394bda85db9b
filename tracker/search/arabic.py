"""Light stemming of Arabic: clitics and endings that can be told from the word without a dictionary.

The method is that of light stemming (Larkey, Ballesteros, Connell 2002, "light10"), with two changes: the
article after the preposition *li-* is resolved both ways, because للأمم is *li* + *al-umam* and للاجئين is
*li* + *al-lāji'īn* written with one letter less; and a single preposition before a long word is removed too.
Broken plurals are out of reach of this method.
"""

_ARTICLES = ("وبال", "فبال", "وكال", "فكال", "وال", "فال", "بال", "كال", "ال")
_LI_ARTICLES = ("ولل", "فلل", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_SHORTEST = 3
_LONG = 5


def is_arabic(word: str) -> bool:
    """True when the word is written in Arabic script (its first letter decides)."""
    return bool(word) and "\u0600" <= word[0] <= "\u06ff"


def light_stems(word: str) -> tuple[str, ...]:
    """The stems of a normalised Arabic word: one, or two where the spelling is ambiguous."""
    return tuple(dict.fromkeys(_without_ending(body) for body in _bodies(word)))


def _bodies(word: str) -> tuple[str, ...]:
    """The word without conjunction, preposition and article."""
    for prefix in _LI_ARTICLES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST:
            rest = _without_article(word[len(prefix) :])
            return (rest, f"ل{rest}") if rest.startswith("ا") else (rest,)
    for prefix in _ARTICLES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST:
            return (_without_article(word[len(prefix) :]),)
    if word.startswith("و") and len(word) > _SHORTEST:
        # Many nouns begin with this letter, so the word as written stays findable beside the shorter one.
        return (word, word[1:]) if len(word) <= _LONG else (word[1:],)
    if word[0] in "بلكف" and len(word) > _LONG:
        return (word, word[1:])
    return (word,)


def _without_article(word: str) -> str:
    """The word without what looks like an article.

    A word such as إلكترونية begins with the letters of the article itself. They are taken off whether the
    true article stood before them or not, so that both spellings meet.
    """
    return word[2:] if word.startswith("ال") and len(word) - 2 >= _SHORTEST else word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
    return word
