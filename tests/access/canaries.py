"""A world with canaries: made-up words, each in one hidden place, and who may come upon it there.

The world stands twice, as two instances. Both hold the open records and those that are open in part; the
second holds the hidden records too. Whoever may read none of them must get the same answers from both.
"""

import random
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tracker.core.db import now
from tracker.core.vocabulary import Handling

CLEAR, GREEN, AMBER, STRICT, RED = (str(label) for label in Handling)
#: Those who ask: roles, and the party for which they act. The first seven stand in no relation to what is
#: hidden; the others to some of it.
PEOPLE: dict[str, tuple[tuple[str, ...], str | None]] = {
    "reader": (("reader",), "FR"),
    "expert": (("expert",), "FR"),
    "focal point": (("focal-point",), "FR"),
    "reviewer": (("reviewer",), "FR"),
    "rapporteur": (("rapporteur",), "FR"),
    "coordinator": (("coordinator",), "FR"),
    "administrator": (("administrator",), "FR"),
    "addressed": (("focal-point",), "MA"),
    "took part": (("reader",), "JO"),
    "named party": (("reader",), "ES"),
    "named": (("expert",), "IT"),
    "author": (("expert",), "DE"),
    "own rapporteur": (("rapporteur",), "PT"),
}
#: A year, a theme and a country that nothing but hidden records has.
YEAR, THEME, COUNTRY = 2091, "asset-recovery", "IS"
OPEN_CODE = "WS-OPEN"

_LATIN = re.compile(r"cana\w{6,}", re.IGNORECASE)
_ARABIC = re.compile(r"كنار\w{4,}")
_YEAR = re.compile(rf"(?<![\w.-]){YEAR}(?![\w.])")
_REF = re.compile(r"\b(?:REC|PRA)-\d{4}-\d{4}\b")
_OFFERED = re.compile(r"<option\b.*?</option>", re.DOTALL)
_TOKENS = re.compile(r'(name="csrf_token"[^>]*value|name="csrf-token" content|"csrf_token")="[^"]*"')


def key_of(word: str) -> str:
    """What tells a canary from the others: its beginning, which a stemmed or folded form still has."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))[
        : 10 if word.isascii() else 9
    ]


@dataclass(frozen=True)
class Canary:
    """A word, in which place it stands, what hides it, whom its record lets read it, and where they do."""

    word: str
    place: str
    hidden_by: str
    right: frozenset[str]
    at: str
    #: Whether the index holds it, so that those who may read it find it.
    found: bool = False
    #: Addresses at which its name alone is public by design, such as that of a body in the list of bodies.
    public_at: str = ""

    def __str__(self) -> str:
        return f"{self.place}, hidden by {self.hidden_by} ({self.word})"


@dataclass
class Words:
    """Makes canaries, far enough from each other that none can be taken for another's misspelling."""

    chance: random.Random = field(default_factory=lambda: random.Random(17))
    made: dict[str, Canary] = field(default_factory=dict)
    _used: list[str] = field(default_factory=list)

    def _new(self, alphabet: tuple[str, ...], count: int) -> str:
        while True:
            stem = "".join(self.chance.choice(alphabet) for _ in range(count))
            far = all(
                sum(a != b for a, b in zip(stem[:6], used[:6], strict=False)) >= 3 for used in self._used
            )
            if far:
                self._used.append(stem)
                return stem

    def plant(self, place: str, by: str, right: str, at: str, **more: Any) -> str:
        """A new word for this place; `right` names those who may read it, separated by commas."""
        script = more.pop("script", "en")
        if script == "ar":
            word = "كنار" + self._new(tuple("بتجدرسشطعفقلمنه"), 6)
        else:
            syllables = tuple(a + b for a in "bdfgjklmnprtvz" for b in "aeiou")
            word = "cana" + self._new(syllables, 5) + {"en": "", "fr": "té", "es": "ño"}[script]
        self.made[key_of(word)] = Canary(word, place, by, frozenset(right.split(", ")), at, **more)
        return word


def plain(text: str) -> str:
    """An answer without the tokens against forged forms, which are random."""
    return _TOKENS.sub("", text)


@dataclass
class World:
    """What the channels ask about."""

    words: Words = field(default_factory=Words)
    people: dict[str, int] = field(default_factory=dict)
    #: By person: the cookies and the API token of a request.
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    csrf: dict[str, str] = field(default_factory=dict)
    #: References of records that everybody signed in may open; of hidden ones, with those who may open them.
    open_refs: list[str] = field(default_factory=list)
    hidden_refs: dict[str, frozenset[str]] = field(default_factory=dict)
    hidden_codes: dict[str, frozenset[str]] = field(default_factory=dict)
    followed: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    #: By person: the addresses of their feed, and of a saved search that lists everything.
    feeds: dict[str, str] = field(default_factory=dict)
    searches: dict[str, int] = field(default_factory=dict)
    workshop_files: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""
    quiet: int = 0
    moment: datetime = field(default_factory=now)

    @property
    def canaries(self) -> list[Canary]:
        """Every canary that was planted."""
        return list(self.words.made.values())

    def seen_in(self, text: str, who: str, address: str = "", *, typed: str = "") -> Iterator[str]:
        """What stands in a text that this person must not see; `typed` is what the request said itself.

        Administrators are told by the log and the lists of readers which records there are.
        """
        text, said = plain(text), _keys(typed)
        forms = [text]
        forms += [unescape(text)] if "&#" in text else []
        forms += [unquote(text)] if "%" in text else []
        for form in forms:
            # What forms offer for choosing is the list of parties, which is open to all who read.
            shown = _keys(_OFFERED.sub("", form))
            for key in (_keys(form) - said) & self.words.made.keys():
                canary = self.words.made[key]
                listed = canary.public_at and (key not in shown or re.search(canary.public_at, address))
                if who not in canary.right and not listed:
                    yield str(canary)
            allowed = who == "administrator" and re.match(
                r"/audit|/emergency|/(outcomes|workshops)/.*/access", address
            )
            for ref in _REF.findall(form):
                known = allowed or ref in unquote(address) or ref in typed
                if not known and who not in self.hidden_refs.get(ref, (who,)):
                    yield f"the reference of a hidden record ({ref})"
            if _YEAR.search(form) and str(YEAR) not in typed + address and who not in _READ_YEAR:
                yield f"the year of hidden records ({YEAR})"


#: Who may read a record of that year.
_READ_YEAR = ("addressed", "took part", "author", "own rapporteur", "named", "named party")


def _keys(text: str) -> set[str]:
    return {key_of(word) for word in (*_LATIN.findall(text), *_ARABIC.findall(text))}


def replaced(canary: Canary, **changes: Any) -> Canary:
    """The canary with something about it changed."""
    values = {name: getattr(canary, name) for name in canary.__dataclass_fields__}
    return Canary(**(values | changes))


def copy_of(folder: Path, target: Path) -> Path:
    """The instance in another folder."""
    shutil.copytree(folder, target)
    return target
