"""How good a password must be: long, and not among those that are tried first.

After OWASP ASVS 5.0, V6.2, and NIST SP 800-63B: length decides; no rules about kinds of characters, no
regular change, no hints. Refused is what stands in the lists of common and breached passwords that `zxcvbn`
brings (Wheeler, 2016), what is made of the person's own name and address, and what zxcvbn finds easy to
guess.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

from flask_babel import gettext as _
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from tracker.core.errors import InvalidInput

#: Shortest password, in characters (NIST SP 800-63B asks for at least 8, and 15 where it stands alone).
SHORTEST_PASSWORD = 12
#: Longest password; hashing an endless one would keep a processor busy.
LONGEST_PASSWORD = 200
#: How much of a password zxcvbn sees, in characters: its time grows with the square.
_SEEN = 72
#: The least score of zxcvbn, from 0 to 4, that is taken: 3 is "safely unguessable", more than 10⁸ guesses.
_LEAST_SCORE = 3
#: How many different characters there must be, whatever else.
_LEAST_VARIETY = 5
#: How many letters or figures there must be beside the person's own words.
_LEAST_OWN = 6

_ENDING = re.compile(r"[\W\d_]+$")
_NO_WORD = re.compile(r"[\W_]+")


@cache
def _common() -> frozenset[str]:
    return frozenset(word.casefold() for words in FREQUENCY_LISTS.values() for word in words)


def _spellings(folded: str) -> Iterable[str]:
    """What must not stand in the lists: all of it, without what was added behind, half of it when doubled."""
    for text in (folded, _ENDING.sub("", folded), _NO_WORD.sub("", folded)):
        yield text
        for times in (2, 3, 4):
            part, rest = divmod(len(text), times)
            if not rest and text == text[:part] * times:
                yield text[:part]


def _words(texts: Iterable[str]) -> list[str]:
    """Words of at least three characters, the longest first."""
    found = {word for text in texts for word in [text, *_NO_WORD.split(text)] if len(word) >= 3}
    return sorted(found, key=len, reverse=True)


def _beside(folded: str, own: list[str]) -> str:
    """What is left of the password without the person's own words, figures and signs."""
    for word in own:
        folded = folded.replace(word, " ")
    return re.sub(r"[\W\d_]", "", folded)


def _reason(patterns: list[dict[str, Any]]) -> str:
    """Why zxcvbn found it easy: what most of it is made of."""
    largest = max(patterns, key=lambda match: len(match["token"]), default={"pattern": ""})
    reasons = {
        "spatial": _("That is a row of keys on the keyboard. Four random words do well."),
        "repeat": _("That repeats itself. Four random words do well."),
        "sequence": _("That goes up or down in order, such as abc or 123. Four random words do well."),
        "date": _("That is mostly a date. Four random words do well."),
        "regex": _("That is mostly a year. Four random words do well."),
    }
    plain = _("That would be guessed soon: it is mostly one word. Use more words.")
    return str(reasons.get(largest["pattern"], plain))


def check_password(password: str, email: str, name: str = "") -> None:
    """Raise InvalidInput, saying why, when the password is too short, too long, or soon guessed.

    `email` and `name` are those of the account. Characters count as they are after Unicode's NFKC.
    """
    text = unicodedata.normalize("NFKC", password)
    if len(text) < SHORTEST_PASSWORD:
        raise _bad(
            _("Use at least %(count)s characters. Four random words do well.", count=SHORTEST_PASSWORD)
        )
    if len(text) > LONGEST_PASSWORD:
        raise _bad(_("Use at most %(count)s characters.", count=LONGEST_PASSWORD))
    folded = text.casefold()
    if len(set(folded)) < _LEAST_VARIETY or any(word in _common() for word in _spellings(folded)):
        raise _bad(_("That would be guessed at once. Four random words do well."))
    own = _words([email.casefold(), name.casefold(), "tracker"])
    if len(_beside(folded, own)) < _LEAST_OWN and len(_beside(folded, [])) >= _LEAST_OWN:
        raise _bad(_("That is your name, your address or the name of this site. Four random words do well."))
    found = zxcvbn(text[:_SEEN], user_inputs=own)
    if found["score"] < _LEAST_SCORE:
        raise _bad(_reason(found["sequence"]))


def _bad(message: str) -> InvalidInput:
    return InvalidInput(message, "password")
