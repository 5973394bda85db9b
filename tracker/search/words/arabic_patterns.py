"""Broken plurals that their pattern gives away, for words the lexicon does not know.

Only patterns that are seldom anything else are here. The pattern of فعول, for one, is left out: سجون is a
plural, but دخول is a singular of the same shape. Patterns that begin with a hamza are only seen where it is
written: أحكام are judgments, إحكام is something else, and احكام may be either.
"""

from collections.abc import Iterator

_CLITICS = ("وبال", "فبال", "وكال", "وال", "فال", "بال", "كال", "ولل", "فلل", "ال", "لل", "و")


def singulars(word: str) -> Iterator[str]:
    """The singulars that a word may be the broken plural of; none when it has no such pattern.

    The word is folded but for the hamza of its alefs, the singulars are folded.
    """
    for prefix in _CLITICS:
        if word.startswith(prefix) and len(word) - len(prefix) >= 5:
            word = word[len(prefix) :]
            break
    yield from _with_hamza(word) if word.startswith("أ") else _without_hamza(word)


def _with_hamza(word: str) -> Iterator[str]:
    if len(word) == 5 and word[3] == "ا" and word[2] != "ا" and word[4] != "ء":
        # أفعال: أقلام, قلم.
        yield word[1:3] + word[4]
    elif len(word) == 5 and word[4] == "ه" and "ا" not in word[1:4]:
        # أفعلة: أحزمة, حزام; أرغفة, رغيف.
        yield f"{word[1:3]}ا{word[3]}"
        yield f"{word[1:3]}ي{word[3]}"
    elif len(word) == 6 and word.endswith("اء"):
        # أفعلاء: أصدقاء, صديق.
        yield f"{word[1:3]}ي{word[3]}"


def _without_hamza(word: str) -> Iterator[str]:
    if len(word) == 6 and word[2] == "ا" and word[4] == "ي" and word[5] not in "نته":
        # فعاليل, مفاعيل, تفاعيل. Words in -in are left out: most of them are sound plurals.
        first, last = word[:2] + word[3], word[5]
        yield from (f"{first}{long}{last}" for long in "ويا")
    elif len(word) == 5 and word[1:3] == "وا":
        # فواعل: شواهد, شاهد.
        yield f"{word[0]}ا{word[3:]}"
    elif len(word) == 5 and word[2:4] == "اي" and word[0] not in "مت":
        # فعائل: قلائد, قلادة; حدائق, حديقة. Folding has turned the hamza into yeh.
        yield f"{word[:2]}ا{word[4]}"
        yield f"{word[:2]}ي{word[4]}"
    elif len(word) == 5 and word.endswith("اء") and word[0] not in "اإآ":
        # فعلاء: خبراء, خبير.
        yield f"{word[:2]}ي{word[2]}"
