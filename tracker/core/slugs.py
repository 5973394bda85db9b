"""Short words made of longer texts, for slugs and codes, and the first of them that is free."""

import re
from collections.abc import Callable

from tracker.core.i18n import fold


def slugify(text: str, longest: int) -> str:
    """The text as a kebab-case word of lower-case ASCII letters and digits, of at most `longest` characters.

    Words of other scripts drop out; it is empty when nothing is left.
    """
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", fold(text)))
    return "-".join(words)[:longest].strip("-")


def first_free(wish: str, is_taken: Callable[[str], bool]) -> str:
    """The wish, or the wish with the first number from 2 that makes it free."""
    word, number = wish, 1
    while is_taken(word):
        number += 1
        word = f"{wish}-{number}"
    return word
