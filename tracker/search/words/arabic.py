"""Stems of Arabic words: clitics and endings off, broken plurals to their singular.

A word is taken apart as little as possible until what is left is a word of the lexicon
(:mod:`.arabic_lexicon`): first the word as it stands, then without one clitic *or* one
ending, then without one of each. So the first letter of كتاب or of لجنة is never mistaken for a
preposition, and وفد is a delegation. Where two ways are equally short, the word has the stems of both.

A word that leads to none of the lexicon is stemmed lightly, in the manner of "light10" (Larkey,
Ballesteros, Connell 2002), with these changes: the article after the preposition *li-* is resolved both
ways, because للأمم is *li* + *al-umam* and للاجئين is *li* + *al-lāji'īn* written with one letter less; a
single preposition is removed before a long word only, and the word as written stays findable beside the
shorter one; and the patterns that hardly ever are anything but a broken plural (أفعال with its hamza,
مفاعيل, فعائل and others) yield their singular.
"""

from collections.abc import Callable, Iterator

from tracker.search.words.arabic_lexicon import keep_hamza, lookup
from tracker.search.words.arabic_patterns import singulars

_ARTICLES = ("وبال", "فبال", "وكال", "فكال", "وال", "فال", "بال", "كال", "ال")
_LI_ARTICLES = ("ولل", "فلل", "لل")
_SINGLE = ("وب", "ول", "وك", "فب", "فل", "و", "ف", "ب", "ل", "ك")
_SHORT_NOUNS = frozenset(("حق", "حد", "نص", "فن", "خط", "سر", "رد", "شك", "دم", "سم", "حل", "حي", "صف"))
"""Nouns of two letters that a preposition is looked for before; others would be found in too many words."""

_PRONOUNS = ("هما", "كما", "ها", "هم", "هن", "كم", "كن", "نا", "ه", "ك", "ي")
_NUMBERS = ("ات", "ون", "ين", "ان", "وا", "ا", "و")
_NISBA = ("يتين", "يتان", "يات", "يون", "يين", "يان", "يا", "يه", "ي")

_LIGHT_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_SHORTEST = 3
_LONG = 5


def is_arabic(word: str) -> bool:
    """True when the word is written in Arabic script (its first letter decides)."""
    return bool(word) and "\u0600" <= word[0] <= "\u06ff"


def stem_arabic(folded: str, written: str = "") -> tuple[str, ...]:
    """The stems of a folded Arabic word: one, or a few where the spelling is ambiguous.

    ``written`` is the word before folding. Its hamza tells some words apart, and so does its last letter:
    with a heh, عمله is a spelling of "currency" and is "his work".
    """
    word = keep_hamza(folded, written or folded)
    his = written.endswith("ه")
    known = _article_off(word) or _entry(word, his=his) or _known(word, his=his)
    if known:
        return known
    found = dict.fromkeys(_without_ending(body) for body in _bodies(folded))
    found |= dict.fromkeys(singulars(word))
    return tuple(found)


def _article_off(word: str) -> tuple[str, ...]:
    """The terms of a known word behind an article. So السنة is the year, though ألسنة are tongues."""
    return lookup(word[2:]) if word.startswith("ال") else ()


def _entry(word: str, *, his: bool) -> tuple[str, ...]:
    """The lexicon's terms for a word as it stands, and without a last letter that may be a pronoun."""
    found = lookup(word)
    return tuple(dict.fromkeys((*found, *lookup(word[:-1])))) if his and found else found


def _known(word: str, *, his: bool) -> tuple[str, ...]:
    """The lexicon's terms for a word that is not in it as it stands; none when no way leads there."""
    split = list(_without_clitics(word))
    found: dict[str, None] = {}
    for definite, body in split:
        if definite and not found:
            found |= dict.fromkeys(lookup(body))
    if found:
        return tuple(found)
    likely = [body for definite, body in split if not definite and word[0] not in "فك"]
    for body in likely:
        found |= dict.fromkeys(_entry(body, his=his))
    whole = _inflected(word, definite=False, deep=False)
    if not word.startswith("ال"):
        found |= dict.fromkeys(whole)
    else:
        # What looks like an article belongs to the word only if it is written so in the lexicon: التزامات.
        found |= dict.fromkeys(term for term in whole if term.startswith("ال"))
    if found:
        return tuple(found)
    for definite, body in split:
        found |= dict.fromkeys(() if definite else _entry(body, his=his))
    if not found:
        for definite, body in split:
            found |= dict.fromkeys(_inflected(body, definite=definite, deep=False))
    if not found:
        for definite, body in (*split, (False, word)):
            found |= dict.fromkeys(() if definite else _inflected(body, definite=False, deep=True))
    return tuple(found)


def _without_clitics(word: str) -> Iterator[tuple[bool, str]]:
    """The ways to take conjunction, preposition and article off, and whether there was an article."""
    for prefix in _LI_ARTICLES:
        if word.startswith(prefix):
            rest = word[len(prefix) :]
            # للجنة is li + lajna far oftener than li + al-janna: what is known with its lam is taken so.
            with_lam = f"ل{rest}"
            if lookup(with_lam) or _inflected(with_lam, definite=True, deep=False):
                yield True, with_lam
            else:
                yield True, rest
                yield True, f"ال{rest}"
            return
    for prefix in _ARTICLES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 2:
            yield True, word[len(prefix) :]
            break
    for prefix in _SINGLE:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and (len(rest) >= _SHORTEST or rest in _SHORT_NOUNS):
            yield False, rest


def _inflected(body: str, *, definite: bool, deep: bool) -> tuple[str, ...]:
    """The terms of the first known word that a body is a regular form of. Nouns with an article have no
    pronoun. ``deep`` looks for another ending before the pronoun.
    """
    ways: list[Callable[[str], Iterator[str]]] = [_singular_of, _noun_of]
    if not definite:
        ways.append(_without_pronoun)
        if deep:
            ways.append(_without_two_endings)
    for way in ways:
        for base in way(body):
            if known := lookup(base):
                return known
    return ()


def _singular_of(body: str) -> Iterator[str]:
    """Candidates for the singular of a sound plural, a dual or a word with the ending of an accusative."""
    for ending in _NUMBERS:
        rest = body[: -len(ending)]
        if not body.endswith(ending) or len(rest) < 2:
            continue
        if ending == "ات":
            yield f"{rest}ه"
            yield rest
            yield f"{rest}ا"
            if rest.endswith("و"):
                yield f"{rest[:-1]}ا"
        elif ending in ("ون", "ين", "ان"):
            if rest.endswith("ت"):
                yield f"{rest[:-1]}ه"
            yield rest
            if len(rest) >= _SHORTEST:
                yield f"{rest}ي"
            yield from _with_hamza(rest)
        elif len(rest) >= _SHORTEST and not body.endswith(("ها", "هما", "كما")):
            yield rest
    if body.endswith("ه"):
        yield body[:-1]


def _noun_of(body: str) -> Iterator[str]:
    """Candidates for the noun that a relative adjective (nisba) is made of."""
    for ending in _NISBA:
        rest = body[: -len(ending)]
        if body.endswith(ending) and len(rest) >= 2:
            yield f"{rest}ي"
            yield rest
            yield from _with_hamza(rest)
            yield f"{rest}ه"
            yield f"{rest}ا"
            yield f"{rest}يه"
            return


def _without_pronoun(body: str) -> Iterator[str]:
    """Candidates for a word with a possessive ending."""
    for rest in _before_pronoun(body):
        if rest.endswith("ت"):
            yield f"{rest[:-1]}ه"
        yield rest
        yield from _with_hamza(rest)
        if len(rest) > _SHORTEST and rest[-1] in "يو":
            # A plural or dual in -ūn, -īn or -ayn loses its last letter before a pronoun.
            yield rest[:-1]


def _without_two_endings(body: str) -> Iterator[str]:
    for rest in _before_pronoun(body):
        yield from _singular_of(rest)
        yield from _noun_of(rest)


def _before_pronoun(body: str) -> Iterator[str]:
    for ending in _PRONOUNS:
        rest = body[: -len(ending)]
        if body.endswith(ending) and len(rest) >= (_SHORTEST if ending[0] in "كن" else 2):
            yield rest


def _with_hamza(rest: str) -> Iterator[str]:
    """The hamza at the end of a word is written on another letter once an ending follows."""
    if len(rest) > 2 and rest[-1] in "يو" and rest[-2] == "ا":
        yield f"{rest[:-1]}ء"


def _bodies(word: str) -> tuple[str, ...]:
    """An unknown word without conjunction, preposition and article."""
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
    for ending in _LIGHT_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            if ending in ("ان", "ين", "ها") and word.endswith("ت") and len(word) > _SHORTEST:
                word = word[:-1]
    if len(word) > _SHORTEST and word[-1] in "يو" and word[-2] == "ا":
        word = f"{word[:-1]}ء"
    return word
