"""What was done about a theme, in readable words."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.history import Line, Names, Wording, lines_of, values_in
from tracker.core.paging import Page
from tracker.core.permissions import Actor
from tracker.themes.models import Theme

ACTS: dict[str, Any] = {
    "create": _l("Created"),
    "edit": _l("Changed"),
    "merge": _l("Merged"),
    "load": _l("Thesaurus loaded"),
}
FIELDS: dict[str, Any] = {
    "preferred": _l("Preferred label"),
    "labels": _l("All labels"),
    "scope_notes": _l("Scope note"),
    "broader": _l("Broader"),
    "related": _l("Related"),
    "merged_into": _l("Merged into"),
}
_THEME_FIELDS = ("broader", "related", "merged_into")


def _names(entries: Sequence[AuditEntry]) -> Names:
    slugs = values_in(entries, _THEME_FIELDS)
    found = db.session.scalars(select(Theme).where(Theme.slug.in_(slugs))) if slugs else ()
    return dict.fromkeys(_THEME_FIELDS, {theme.slug: theme.name for theme in found})


#: How the history of a theme reads.
WORDING = Wording(acts=ACTS, fields=FIELDS, names=_names)


def history_of_theme(actor: Actor, theme: Theme, page: int) -> Page[Line]:
    """One page of the acts on a theme, newest first."""
    return lines_of(actor, "theme", theme.id, page, WORDING)
