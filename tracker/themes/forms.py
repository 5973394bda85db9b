"""The forms of the themes room."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import ValidationError

from tracker.core.forms import LinesField, PickField, TrackerForm, VersionedForm, long_field, text_field
from tracker.core.vocabulary import Language
from tracker.themes import queries
from tracker.themes.labels import LONGEST_LABEL, ThemeData
from tracker.themes.models import Theme


class ThemeForm(VersionedForm):
    """Labels in four languages, notes, and the place in the tree."""

    preferred_en = text_field(_l("Preferred label in English"), longest=LONGEST_LABEL)
    preferred_fr = text_field(_l("Preferred label in French"), longest=LONGEST_LABEL)
    preferred_es = text_field(_l("Preferred label in Spanish"), longest=LONGEST_LABEL)
    preferred_ar = text_field(_l("Preferred label in Arabic"), longest=LONGEST_LABEL)
    alternatives_en = LinesField(_l("Alternative labels in English"))
    alternatives_fr = LinesField(_l("Alternative labels in French"))
    alternatives_es = LinesField(_l("Alternative labels in Spanish"))
    alternatives_ar = LinesField(_l("Alternative labels in Arabic"))
    note_en = long_field(_l("What belongs here, in English"))
    note_fr = long_field(_l("What belongs here, in French"))
    note_es = long_field(_l("What belongs here, in Spanish"))
    note_ar = long_field(_l("What belongs here, in Arabic"))
    broader = PickField(_l("Broader themes"))
    related = PickField(_l("Related themes"))

    def offer_themes(self, besides: Theme | None = None) -> None:
        """Say which themes may be picked: never the theme itself, and nothing under it as a broader one."""
        below = queries.with_narrower([besides.id]) if besides else set()
        groups = queries.choice_groups()
        self.broader.offer_groups(_without(groups, below))
        self.related.offer_groups(_without(groups, {besides.id} if besides else set()))

    def show(self, theme: Theme) -> None:
        """Fill in what the theme holds."""
        for language in map(str, Language):
            self[f"preferred_{language}"].data = theme.preferred.get(language, "")
            self[f"alternatives_{language}"].data = theme.alternatives(language)
            self[f"note_{language}"].data = (theme.scope_notes or {}).get(language, "")
        self.broader.data = [other.id for other in theme.broader]
        self.related.data = [other.id for other in theme.related]
        self.version.data = str(theme.version)

    def as_data(self) -> ThemeData:
        """What was typed, as the service takes it."""
        languages = [str(language) for language in Language]
        return ThemeData(
            preferred={x: self[f"preferred_{x}"].data or "" for x in languages},
            alternatives={x: tuple(self[f"alternatives_{x}"].data or ()) for x in languages},
            scope_notes={x: self[f"note_{x}"].data or "" for x in languages},
            broader=tuple(self.broader.data or ()),
            related=tuple(self.related.data or ()),
        )


class MergeForm(TrackerForm):
    """Into which theme this one is merged."""

    target = SelectField(_l("Merge into"), coerce=int)

    def offer_themes(self, besides: Theme) -> None:
        """Say into which themes it may go."""
        choices = [(theme.id, theme.name) for theme in queries.live_themes() if theme.id != besides.id]
        self.target.choices = [(0, _("Choose a theme")), *choices]

    def validate_target(self, field: Any) -> None:
        """Refuse the empty choice."""
        if not field.data:
            raise ValidationError(_("Choose the theme that everything should move to."))


def _without(groups: list[tuple[str, list[tuple[int, str]]]], left_out: set[int]) -> list[Any]:
    kept = [
        (heading, [choice for choice in choices if choice[0] not in left_out]) for heading, choices in groups
    ]
    return [(heading, choices) for heading, choices in kept if choices]
