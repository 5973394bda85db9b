"""What is written into a theme: its labels and notes, checked; and the slug that a new one gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.core.db import db
from tracker.core.errors import InvalidInput
from tracker.core.i18n import fold
from tracker.core.slugs import first_free, slugify
from tracker.core.vocabulary import Language
from tracker.themes import queries
from tracker.themes.models import LabelKind, Theme, ThemeLabel

#: Longest label, in characters.
LONGEST_LABEL = 200
_LONGEST_SLUG = 100


@dataclass(frozen=True, slots=True)
class ThemeData:
    """What a person says about a theme; mappings go by language code."""

    preferred: Mapping[str, str]
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope_notes: Mapping[str, str] = field(default_factory=dict)
    broader: tuple[int, ...] = ()
    related: tuple[int, ...] = ()


def label_field(kind: LabelKind, language: Language) -> str:
    """Name of the form field that holds labels of this kind in this language."""
    return f"{'preferred' if kind is LabelKind.PREFERRED else 'alternatives'}_{language}"


def checked_labels(data: ThemeData, besides: int | None = None) -> list[ThemeLabel]:
    """The labels as rows: trimmed, none twice in one language.

    Raises InvalidInput, naming the field, when there is no label at all, when one cannot be taken, or when
    another theme has it.
    """
    rows: list[ThemeLabel] = []
    for language in Language:
        seen: set[str] = set()
        preferred = (data.preferred.get(str(language)) or "").strip()
        given = [(LabelKind.PREFERRED, preferred)] if preferred else []
        given += [(LabelKind.ALTERNATIVE, text.strip()) for text in data.alternatives.get(str(language), ())]
        if given and not preferred:
            raise InvalidInput(
                _("Give a preferred label in this language before alternative ones."),
                label_field(LabelKind.PREFERRED, language),
            )
        for kind, text in given:
            if not text or fold(text) in seen:
                continue
            _check_text(text, label_field(kind, language))
            seen.add(fold(text))
            rows.append(
                ThemeLabel(language=language, kind=kind, text=text, folded=fold(text)[:LONGEST_LABEL])
            )
    if not rows:
        raise InvalidInput(_("Give the theme a label in at least one language."), "preferred_en")
    _refuse_taken(rows, besides)
    return rows


def _check_text(text: str, field_name: str) -> None:
    if len(text) > LONGEST_LABEL:
        raise InvalidInput(_("A label has at most %(n)d characters.", n=LONGEST_LABEL), field_name)
    if "|" in text:
        # Lists of themes in files are separated by it.
        raise InvalidInput(_("A label cannot contain the sign “|”."), field_name)
    if not fold(text):
        raise InvalidInput(_("A label needs letters or figures."), field_name)


def _refuse_taken(rows: list[ThemeLabel], besides: int | None) -> None:
    for language in Language:
        mine = [row for row in rows if row.language is language]
        owners = queries.label_owners([row.folded for row in mine], language, besides)
        for row in mine:
            owner = owners.get(row.folded)
            if owner is not None:
                message = _(
                    "“%(label)s” already names the theme “%(theme)s”. "
                    "Choose another label, or merge the two themes.",
                    label=row.text,
                    theme=owner.name,
                )
                raise InvalidInput(message, label_field(row.kind, language))


def checked_notes(notes: Mapping[str, str]) -> dict[str, str]:
    """The scope notes that say something, by language."""
    return {str(x): notes[str(x)].strip() for x in Language if (notes.get(str(x)) or "").strip()}


def free_slug(rows: list[ThemeLabel]) -> str:
    """A slug that nobody has, from the English label or else the first that has Latin letters."""
    preferred = [row for row in rows if row.kind is LabelKind.PREFERRED]
    ordered = sorted(preferred, key=lambda row: row.language is not Language.EN)
    stem = next(filter(None, (slugify(row.text, _LONGEST_SLUG) for row in ordered)), "theme")
    taken = set(db.session.scalars(select(Theme.slug).where(Theme.slug.startswith(stem, autoescape=True))))
    taken.add("new")  # the address of the page that adds themes
    return first_free(stem, taken.__contains__)


def snapshot(theme: Theme) -> dict[str, Any]:
    """The theme as the audit log keeps it."""
    return {
        "labels": {str(x): [label.text for label in theme.labels if label.language is x] for x in Language},
        "preferred": dict(theme.preferred),
        "scope_notes": dict(theme.scope_notes or {}),
        "broader": sorted(other.slug for other in theme.broader),
        "related": sorted(other.slug for other in theme.related),
        "merged_into": theme.merged_into.slug if theme.merged_into else None,
    }
