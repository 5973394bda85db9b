"""What the filters offer, read as plain columns: 250 parties and 100 themes on every page must be cheap."""

from collections import defaultdict

from sqlalchemy import select

from tracker.accounts.models import Party
from tracker.core.db import db
from tracker.core.i18n import fold, in_language
from tracker.themes.models import LabelKind, Theme, ThemeLabel


def _sorted(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: fold(choice[1]))


def party_choices() -> list[tuple[str, str]]:
    """Code and name of every party, sorted by its name in the page's language."""
    rows = db.session.execute(select(Party.code, Party.names))
    return _sorted([(code, in_language(names)) for code, names in rows])


def theme_choices() -> list[tuple[str, str]]:
    """Slug and preferred label of every theme, sorted by that label in the page's language."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    query = (
        select(Theme.slug, ThemeLabel.language, ThemeLabel.text)
        .join(ThemeLabel, ThemeLabel.theme_id == Theme.id)
        .where(Theme.merged_into_id.is_(None), ThemeLabel.kind == LabelKind.PREFERRED)
    )
    for slug, language, text in db.session.execute(query):
        names[slug][str(language)] = text
    return _sorted([(slug, in_language(labels)) for slug, labels in names.items()])
