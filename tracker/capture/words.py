"""What the words of a file mean: themes by any label or slug, parties by any spelling; and the same words
back again.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.accounts.models import Party
from tracker.accounts.queries import party_lookup, suggest_parties
from tracker.accounts.spellings import canonical
from tracker.capture.columns import SEPARATOR
from tracker.core.db import db
from tracker.core.i18n import enumerated, fold
from tracker.core.vocabulary import Vocabulary
from tracker.outcomes.by_theme import from_slots, slots_of
from tracker.themes.models import LabelKind, Theme, ThemeLabel
from tracker.themes.queries import theme_lookup

#: Longest text that keeps the words given for one theme, in characters.
_LONGEST_WORDS = 400

#: A theme of an outcome: the theme's id, its position, and the words that the source used for it.
Link = tuple[int, int, str | None]


class Dictionary:
    """Words to records and back, read once: it knows what was true when it was made."""

    def __init__(self) -> None:
        self.themes = theme_lookup()
        self._parties = party_lookup()
        self._codes: dict[int, str] = {}
        self._acronyms: dict[int, str] = {}
        for party_id, code, acronym in db.session.execute(select(Party.id, Party.code, Party.acronym)):
            self._codes[party_id] = code
            self._acronyms[party_id] = self._word_for(party_id, code, acronym)
        self._slugs: dict[int, str] = {
            row[0]: row[1] for row in db.session.execute(select(Theme.id, Theme.slug))
        }
        self._names = self._preferred_english()
        self._party_cache: dict[str, int | None] = {}

    def _word_for(self, party_id: int, code: str, acronym: str | None) -> str:
        usable = (
            acronym and not set(acronym) & {SEPARATOR, ":"} and self._parties.get(fold(acronym)) == party_id
        )
        return acronym if acronym and usable else code

    def _preferred_english(self) -> dict[int, str]:
        labels = select(ThemeLabel.theme_id, ThemeLabel.text).where(
            ThemeLabel.language == "en", ThemeLabel.kind == LabelKind.PREFERRED
        )
        return {row[0]: row[1] for row in db.session.execute(labels)}

    def theme(self, word: str) -> int | None:
        """Id of the theme that the word names, None when there is none."""
        return self.themes.get(theme_key(word))

    def slug(self, theme_id: int) -> str:
        """Slug of a theme, also of one made since."""
        if theme_id not in self._slugs:
            self._slugs[theme_id] = db.session.scalars(select(Theme.slug).where(Theme.id == theme_id)).one()
        return self._slugs[theme_id]

    def near_themes(self, word: str) -> list[str]:
        """Up to three words that name a theme and are spelt nearly so."""
        return get_close_matches(theme_key(word), self.themes, n=3, cutoff=0.75)

    def party(self, word: str) -> int | None:
        """Id of the party that the word names, None when there is none."""
        if word not in self._party_cache:
            self._party_cache[word] = self._parties.get(fold(word)) or self._parties.get(canonical(word))
        return self._party_cache[word]

    def code(self, party_id: int) -> str:
        """Code of a party."""
        return self._codes[party_id]

    def parties(self, words: Iterable[str]) -> tuple[int, ...]:
        """Ids of the parties that the words name, in order, none twice; raises KeyError for a word that names
        none.
        """
        found: dict[int, None] = {}
        for word in words:
            party_id = self.party(word)
            if party_id is None:
                raise KeyError(word)
            found[party_id] = None
        return tuple(found)

    def links(self, words: Sequence[str]) -> list[Link]:
        """The themes that the words name, each with all the words that name it, so that the same cell can be
        written again.
        """
        slots: dict[int, dict[int, str]] = {}
        for place, word in enumerate(words):
            slots.setdefault(self.themes[theme_key(word)], {})[place] = word
        links: list[Link] = []
        for theme_id, given in slots.items():
            while len(from_slots(given)[1] or "") > _LONGEST_WORDS:
                given.popitem()
            links.append((theme_id, *from_slots(given)))
        return links

    def theme_cell(self, links: Iterable[Link]) -> list[str]:
        """The words of a cell: those given where they still name the theme, else its English label, else its
        slug.
        """
        words: list[tuple[int, str]] = []
        for theme_id, position, as_given in links:
            kept = [
                (place, word)
                for place, word in slots_of(position, as_given).items()
                if self.theme(word) == theme_id
            ]
            words += kept or [(position, self._theme_word(theme_id))]
        return [word for _place, word in sorted(words, key=lambda item: item[0])]

    def _theme_word(self, theme_id: int) -> str:
        name = self._names.get(theme_id, "")
        return name if name and self.theme(name) == theme_id else self.slug(theme_id)

    def party_word(self, party_id: int) -> str:
        """How a cell names a party: the code of a country, the acronym of a body where it has one that is its
        own.
        """
        return self._acronyms[party_id]

    def state_cell(self, states: Mapping[int, Vocabulary | None]) -> str:
        """The cell for the states of all addressees, by party id: one value if all have it, else each party's
        own.
        """
        values = set(states.values())
        if len(values) == 1:
            return str(next(iter(values)) or "")
        return SEPARATOR.join(f"{self.party_word(party)}:{value}" for party, value in states.items() if value)


@lru_cache(maxsize=10_000)
def theme_key(word: str) -> str:
    """What a theme's word is looked up by."""
    return fold(" ".join(word.split()))


def unknown_party(word: str) -> Any:
    """What to tell about a word that names no party, with names that are near."""
    near = suggest_parties(word)
    if near:
        return _(
            "“%(word)s” names no country or body. Did you mean %(near)s?",
            word=word[:60],
            near=enumerated(near),
        )
    return _(
        "“%(word)s” names no country or body. "
        "Write a code such as JO, a country's name, or a body's acronym.",
        word=word[:60],
    )
