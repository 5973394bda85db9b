"""The filters above lists of outcomes: read from the address, shown as chips that come off one by one."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import BooleanField, SelectField

from tracker.accounts.models import PartyKind
from tracker.accounts.queries import all_parties
from tracker.core.db import db
from tracker.core.forms import TrackerForm
from tracker.core.i18n import fold, in_language
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Vocabulary
from tracker.outcomes.access import commitments
from tracker.outcomes.filters import OutcomeFilters
from tracker.outcomes.vocabulary import Kind, Record
from tracker.themes.models import LabelKind, Theme, ThemeLabel
from tracker.workshops import queries as workshops


def vocabulary_of(column: str) -> type[Vocabulary]:
    """The fixed list of a column of the commitments, ``position`` or ``implementation``."""
    found: type[Vocabulary] = commitments().c[column].type.enum_class  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: what it is called, its value in words, the address of the list without it."""

    label: Any
    value: str
    remove_url: str


class _AddressForm(TrackerForm):
    """A form whose fields are part of the address; it changes nothing and needs no protection."""

    class Meta:
        """Filters change nothing."""

        csrf = False

    def chosen(self, name: str) -> str:
        """The value of one select, empty when the address holds nonsense."""
        if name not in self:
            return ""
        known = {str(value) for value, *_rest in self[name].iter_choices()}
        value = str(self[name].data or "")
        return value if value in known else ""

    def chips(self) -> list[Chip]:
        """The filters in force."""
        found = []
        for field in self:
            value = self.chosen(field.name) if isinstance(field, SelectField) else ("1" if field.data else "")
            if value:
                found.append(Chip(field.label.text, self._in_words(field, value), self._without(field.name)))
        return found

    def _in_words(self, field: Any, value: str) -> str:
        if not isinstance(field, SelectField):
            return str(_("Yes"))
        return next(str(label) for known, label, *_rest in field.iter_choices() if str(known) == value)

    def _without(self, name: str) -> str:
        kept = {
            key: values
            for key, values in request.args.to_dict(flat=False).items()
            if key not in (name, "page")
        }
        return url_for(request.endpoint or "outcomes.index", **{**kept, **(request.view_args or {})})


def _offer(blank: Any, choices: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", blank), *choices]


def _theme_choices() -> list[tuple[str, str]]:
    """Slug and name of every theme, sorted by name.

    Bare rows, since a list page needs nothing else of them.
    """
    query = (
        select(Theme.slug, ThemeLabel.language, ThemeLabel.text)
        .join(ThemeLabel, ThemeLabel.theme_id == Theme.id)
        .where(Theme.merged_into_id.is_(None), ThemeLabel.kind == LabelKind.PREFERRED)
    )
    names: dict[str, dict[str, str]] = {}
    for slug, language, text in db.session.execute(query):
        names.setdefault(slug, {})[str(language)] = text
    return sorted(((slug, in_language(said)) for slug, said in names.items()), key=lambda pair: fold(pair[1]))


class OutcomeFilterForm(_AddressForm):
    """What the list of all outcomes is narrowed to."""

    kind = SelectField(_l("Kind"))
    theme = SelectField(_l("Theme"))
    addressee = SelectField(_l("Addressed to"))
    workshop = SelectField(_l("Workshop"))
    year = SelectField(_l("Year"))
    record = SelectField(_l("Record"))
    position = SelectField(_l("Position"))
    implementation = SelectField(_l("Implementation"))
    mine = BooleanField(
        _l("Mine"), description=_l("Logged by me, at a workshop I report for, or addressed to my party.")
    )

    def offer(self, actor: Actor) -> None:
        """Offer what occurs."""
        held = workshops.dated_choices(actor)
        years = sorted({day.year for _code, _title, day in held if day is not None}, reverse=True)
        self.kind.choices = _offer(_("Both kinds"), Kind.choices())
        self.theme.choices = _offer(_("All themes"), _theme_choices())
        parties = sorted(all_parties(), key=lambda party: party.kind is not PartyKind.COUNTRY)
        self.addressee.choices = _offer(_("Anybody"), [(party.code, party.name) for party in parties])
        self.workshop.choices = _offer(
            _("All workshops"), [(code, f"{code}: {title}") for code, title, _day in held]
        )
        self.year.choices = _offer(_("All years"), [(str(year), str(year)) for year in years])
        self.record.choices = _offer(_("Any"), Record.choices())
        self.position.choices = _offer(_("Any"), vocabulary_of("position").choices())
        self.implementation.choices = _offer(_("Any"), vocabulary_of("implementation").choices())
        if actor.id is None:
            del self.mine

    def filters(self) -> OutcomeFilters:
        """The filters that make sense; nonsense in the address does not narrow."""
        kind, record, year = self.chosen("kind"), self.chosen("record"), self.chosen("year")
        return OutcomeFilters(
            kind=Kind(kind) if kind else None,
            record=Record(record) if record else None,
            theme=self.chosen("theme"),
            addressee=self.chosen("addressee"),
            workshop=self.chosen("workshop"),
            year=int(year) if year else None,
            position=self.chosen("position"),
            implementation=self.chosen("implementation"),
            mine=bool("mine" in self and self.mine.data),
        )


class PanelFilterForm(_AddressForm):
    """What the outcomes on a workshop's page are narrowed to."""

    kind = SelectField(_l("Kind"))
    record = SelectField(_l("Record"))

    def offer(self) -> None:
        """Fill the choices."""
        self.kind.choices = _offer(_("Both kinds"), Kind.choices())
        self.record.choices = _offer(_("Any"), Record.choices())

    def filters(self, workshop: str) -> OutcomeFilters:
        """The filters, within one workshop."""
        kind, record = self.chosen("kind"), self.chosen("record")
        return OutcomeFilters(
            kind=Kind(kind) if kind else None, record=Record(record) if record else None, workshop=workshop
        )
