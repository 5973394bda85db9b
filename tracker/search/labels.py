"""How the values of facets are called on the page, and how what people type becomes such a value."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.accounts import queries as accounts
from tracker.accounts.queries import PartyChoice
from tracker.core.db import db
from tracker.core.i18n import fold
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling, Language, Vocabulary
from tracker.followup.signs import Sign
from tracker.followup.vocabulary import Assurance, Implementation, Position
from tracker.outcomes.vocabulary import Kind, Record
from tracker.search.document import FILE_KIND, not_set
from tracker.search.thesaurus import kept_names, names_mark
from tracker.themes import queries as themes
from tracker.themes.models import Theme
from tracker.workshops import queries as workshops
from tracker.workshops.models import Workshop

_VOCABULARIES: dict[str, type[Vocabulary]] = {
    "kind": Kind,
    "position": Position,
    "implementation": Implementation,
    "assurance": Assurance,
    "lang": Language,
    "record": Record,
    "handling": Handling,
}

#: The states of `is:` with the vocabulary that each stands in.
STATES: dict[str, Vocabulary] = {
    str(member): member
    for member in (Sign.OVERDUE, Sign.STALE, Record.DRAFT, Record.PUBLISHED, Record.RETIRED)
}
_MEMBERS = {
    field: {fold(str(member)): member for member in vocabulary} for field, vocabulary in _VOCABULARIES.items()
}


class Labels:
    """Names of facet values for one actor; each list is read from the database once, and only when asked
    for.
    """

    def __init__(self, actor: Actor, mark: object = None) -> None:
        self._actor = actor
        self._given_mark = mark
        self._seen_titles: dict[str, str] = {}

    def know(self, seen: Iterable[Workshop]) -> None:
        """Keep what these workshops are called, which the actor may see, so that not all have to be read."""
        self._seen_titles |= {fold(workshop.code): _titled(workshop) for workshop in seen}

    def of(self, field: str, value: str) -> str:
        """What the page calls this value."""
        if value == not_set(field):
            return str(_("Not stated"))
        if field == "is":
            return str(STATES[value].label) if value in STATES else value
        if field == "kind" and value == FILE_KIND:
            return str(_("File"))
        vocabulary = _VOCABULARIES.get(field)
        if vocabulary is not None:
            known = _MEMBERS[field].get(fold(value))
            return str(known.label) if known is not None else value
        wanted = fold(value)
        if field == "workshop" and wanted in self._seen_titles:
            return self._seen_titles[wanted]
        return self._names.get(field, dict)().get(wanted, value)

    def resolve(self, field: str, typed: str) -> Sequence[str] | None:
        """The indexed values that a typed one stands for, or None when there is no such value."""
        wanted = fold(typed)
        if wanted == not_set(field):
            return (wanted,)
        if field == "kind" and wanted in (FILE_KIND, fold(_("File"))):
            return (FILE_KIND,)
        vocabulary = _VOCABULARIES.get(field)
        if vocabulary is not None:
            return _member(vocabulary, wanted)
        if field in ("country", "body"):
            code = self._party_codes.get(wanted)
            return (code,) if code else None
        if field == "theme":
            slug = self._theme_slugs.get(wanted)
            return (slug,) if slug else None
        if field == "workshop":
            return (typed,) if wanted in self._workshop_titles else None
        return (typed,)

    def spellings(self, field: str, visible: Collection[str]) -> dict[str, str]:
        """Every folded spelling of some values of a field, with the value. Hidden ones must not be among
        them.
        """
        wanted = {fold(value): value for value in visible}
        if field == "is":
            return {spelling: state for state in STATES for spelling in (state, fold(self.of(field, state)))}
        vocabulary = _VOCABULARIES.get(field)
        if vocabulary is not None:
            wanted |= {fold(str(member.label)): str(member) for member in vocabulary if member in visible}
        lookup = self._lookups.get(field, dict)()
        return wanted | {
            spelling: wanted[fold(value)] for spelling, value in lookup.items() if fold(value) in wanted
        }

    @cached_property
    def _names(self) -> dict[str, Callable[[], dict[str, str]]]:
        return {
            "theme": lambda: self._theme_names,
            "country": lambda: self._party_names,
            "body": lambda: self._party_names,
            "workshop": lambda: self._workshop_titles,
        }

    @cached_property
    def _lookups(self) -> dict[str, Callable[[], dict[str, str]]]:
        return {
            "theme": lambda: self._theme_slugs,
            "country": lambda: self._party_codes,
            "body": lambda: self._party_codes,
        }

    @cached_property
    def _mark(self) -> object:
        return self._given_mark or names_mark()

    @cached_property
    def _parties(self) -> list[PartyChoice]:
        return accounts.party_choices()

    @cached_property
    def _party_names(self) -> dict[str, str]:
        return kept_names(
            "party", self._mark, lambda: {fold(party.code): party.short_name for party in self._parties}
        )

    @cached_property
    def _party_codes(self) -> dict[str, str]:
        codes = {party.id: party.code for party in self._parties}
        return {
            spelling: codes[number] for spelling, number in accounts.party_lookup().items() if number in codes
        }

    @cached_property
    def _theme_names(self) -> dict[str, str]:
        return kept_names(
            "theme", self._mark, lambda: {fold(slug): name for slug, name in themes.slug_choices()}
        )

    @cached_property
    def _theme_slugs(self) -> dict[str, str]:
        slugs = {row.id: row.slug for row in db.session.execute(select(Theme.id, Theme.slug))}
        return {spelling: slugs[number] for spelling, number in themes.theme_lookup().items()}

    @cached_property
    def _workshop_titles(self) -> dict[str, str]:
        query = select(Workshop.code, Workshop.title).where(workshops.visible_to(self._actor))
        return {fold(row.code): _titled(row) for row in db.session.execute(query)}


def _titled(row: Any) -> str:
    return f"{row.code} · {row.title}"


def _member(vocabulary: type[Vocabulary], wanted: str) -> Sequence[str] | None:
    for member in vocabulary:
        if wanted in (fold(str(member)), fold(str(member.label)), fold(member.name.replace("_", " "))):
            return (str(member),)
    return None
