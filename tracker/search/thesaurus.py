"""The names that a search knows: those of the themes and of the parties, kept until one of them changes."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from tracker.accounts.models import Party, PartyKind
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.i18n import current_language
from tracker.core.vocabulary import Language
from tracker.search.asking.concepts import Concept, concept
from tracker.search.asking.expansion import Thesaurus
from tracker.themes.models import Theme, ThemeLabel

_SHORTEST_ALIAS = 3
"""Letters of another spelling of a party; shorter ones are codes."""


_NEWEST = select(
    *(
        select(func.max(AuditEntry.id)).where(AuditEntry.record_kind == kind).scalar_subquery()
        for kind in ("theme", "party")
    )
)
"""The newest entries about themes and parties: every search asks for them."""


def thesaurus(mark: object = None) -> Thesaurus:
    """All names as they are now, at the present `mark` (:func:`names_mark`), asked for when it is not given.

    Whoever changes one leaves an entry in the audit log, so its newest entry about themes and parties says
    whether what this process remembers still holds.
    """
    mark = mark or names_mark()
    known: tuple[Any, Thesaurus] | None = current_app.extensions.get("tracker_thesaurus")
    if known is None or known[0] != mark:
        known = (mark, Thesaurus([*_themes(), *_parties()]))
        current_app.extensions["tracker_thesaurus"] = known
    return known[1]


def kept_names(kind: str, mark: object, read: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What themes or parties are called in the page's language, by what stands for them, read from the
    database only when `mark` (:func:`names_mark`) is another than before. Everybody may see these names. Not
    to be written to.
    """
    kept: dict[tuple[str, str], tuple[Any, dict[str, str]]]
    kept = current_app.extensions.setdefault("tracker_labels", {})
    key = (kind, str(current_language()))
    known = kept.get(key)
    if known is None or known[0] != mark:
        known = kept[key] = (mark, read())
    return known[1]


def names_mark() -> tuple[int | None, ...]:
    """What is another as soon as the name of any theme or party is."""
    return tuple(db.session.execute(_NEWEST).one())


def _themes() -> Iterator[Concept]:
    query = (
        select(Theme.slug, ThemeLabel.text, ThemeLabel.language)
        .join(ThemeLabel.theme)
        .where(Theme.merged_into_id.is_(None))
        .order_by(Theme.id, ThemeLabel.id)
    )
    names: dict[str, list[tuple[str, str]]] = {}
    for slug, text, language in db.session.execute(query):
        names.setdefault(f"theme:{slug}", []).append((text, str(language)))
    return (concept(key, labels) for key, labels in names.items())


def _parties() -> Iterator[Concept]:
    for party in db.session.scalars(select(Party).order_by(Party.id)):
        names = [(name, language) for language, name in party.names.items()]
        # Other spellings are written down without their language.
        others = [alias for alias in party.aliases if len(alias) >= _SHORTEST_ALIAS]
        if party.kind is PartyKind.BODY and party.acronym:
            others.append(party.acronym)
        names += [(other, str(language)) for other in others for language in Language]
        yield concept(f"party:{party.code}", names)
