"""The filters of the lists, as a form sent by GET: what can be chosen, what was, and how to take it back."""

from typing import Any, TypeVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField

from tracker.core.forms import TrackerForm
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Vocabulary
from tracker.followup.choices import party_choices, theme_choices
from tracker.followup.listing import NOT_STATED, Filters, Order, Show
from tracker.followup.vocabulary import Assurance, Implementation, Position, Stage
from tracker.workshops import queries as workshops

V = TypeVar("V", bound=Vocabulary)


def _member(vocabulary: type[V], value: str | None) -> V | None:
    """The member with this slug, or None: an address typed by hand never makes an error page."""
    return vocabulary(value) if value in [str(member) for member in vocabulary] else None


def _stated(vocabulary: type[V], value: str | None) -> V | str | None:
    return NOT_STATED if value == NOT_STATED else _member(vocabulary, value)


def read_filters(arguments: MultiDict[str, str]) -> Filters:
    """The filters that an address carries; what cannot be read does not narrow."""
    return Filters(
        party=arguments.get("party", ""),
        position=_stated(Position, arguments.get("position")),
        implementation=_stated(Implementation, arguments.get("implementation")),
        assurance=_member(Assurance, arguments.get("assurance")),
        sign=_member(Show, arguments.get("sign")),
        theme=arguments.get("theme", ""),
        workshop=arguments.get("workshop", ""),
        stage=_member(Stage, arguments.get("stage")),
        mine=arguments.get("mine") == "1",
        sort=_member(Order, arguments.get("sort")) or Order.DUE,
    )


def _any(choices: list[tuple[str, Any]], not_stated: bool = False) -> list[tuple[str, Any]]:
    return [("", _("Any")), *choices, *([(NOT_STATED, _("Not stated"))] if not_stated else [])]


class FilterForm(TrackerForm):
    """What the lists can be narrowed to; fields that a list does not have are left out of its page."""

    class Meta:
        """Sent by GET and changes nothing: no token."""

        csrf = False

    sign = SelectField(_l("Waiting for"))
    party = SelectField(_l("Party"))
    position = SelectField(_l("Position"))
    implementation = SelectField(_l("Implementation"))
    assurance = SelectField(_l("Assurance"))
    stage = SelectField(_l("Stage"))
    theme = SelectField(_l("Theme"))
    workshop = SelectField(_l("Workshop"))
    mine = BooleanField(_l("Only my parties"), render_kw={"value": "1"})
    sort = HiddenField()

    def offer(self, actor: Actor, filters: Filters) -> None:
        """Offer what there is to choose from, with the filters in force chosen."""
        self.sign.choices = _any(Show.choices())
        self.party.choices = _any(party_choices())
        self.position.choices = _any(Position.choices(), not_stated=True)
        self.implementation.choices = _any(Implementation.choices(), not_stated=True)
        self.assurance.choices = _any(Assurance.choices())
        self.stage.choices = _any(Stage.choices())
        self.theme.choices = _any(theme_choices())
        self.workshop.choices = _any(list(workshops.choices(actor)))
        for name, value in filters.arguments().items():
            self[name].data = value == "1" if name == "mine" else value

    def shown(self, actor: Actor, names: tuple[str, ...]) -> list[str]:
        """The fields to show: one's own parties are offered only to those who have some."""
        return [name for name in names if name != "mine" or actor.party_ids]

    def chips(self, endpoint: str, filters: Filters, names: tuple[str, ...]) -> list[dict[str, Any]]:
        """The filters in force, each in words and with the address of the list without it."""
        found = []
        for name, value in filters.arguments().items():
            if name not in names:
                continue
            without: dict[str, Any] = {k: v for k, v in filters.arguments().items() if k != name}
            field = self[name]
            shown = _("yes") if name == "mine" else dict(field.choices).get(value, value)
            found.append(
                {"label": field.label.text, "value": shown, "remove_url": url_for(endpoint, **without)}
            )
        return found
