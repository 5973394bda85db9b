"""The filters of the lists: what can be chosen, and what was."""

from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField

from tracker.accounts.queries import party_choices
from tracker.core.filters import AddressForm, offer
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Vocabulary
from tracker.followup.listing import NOT_STATED, Filters, Order, Show
from tracker.followup.vocabulary import Assurance, Implementation, Position, Stage
from tracker.themes.queries import slug_choices
from tracker.workshops import queries as workshops

V = TypeVar("V", bound=Vocabulary)


def _member(vocabulary: type[V], value: str | None) -> V | None:
    """The member with this slug, or None: an address typed by hand never makes an error page."""
    return vocabulary(value) if value in [str(member) for member in vocabulary] else None


def _stated(vocabulary: type[V], value: str) -> V | str | None:
    return NOT_STATED if value == NOT_STATED else _member(vocabulary, value)


def _or_not_stated(vocabulary: type[Vocabulary]) -> list[tuple[str, Any]]:
    return offer(_("Any"), [*vocabulary.choices(), (NOT_STATED, _("Not stated"))])


class FilterForm(AddressForm):
    """What the lists can be narrowed to; fields that a list does not have are left out of its page."""

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

    def offer(self, actor: Actor) -> None:
        """Offer what there is to choose from."""
        self.sign.choices = offer(_("Any"), Show.choices())
        self.party.choices = offer(_("Any"), [(party.code, party.name) for party in party_choices()])
        self.position.choices = _or_not_stated(Position)
        self.implementation.choices = _or_not_stated(Implementation)
        self.assurance.choices = offer(_("Any"), Assurance.choices())
        self.stage.choices = offer(_("Any"), Stage.choices())
        self.theme.choices = offer(_("Any"), slug_choices())
        self.workshop.choices = offer(_("Any"), workshops.choices(actor))
        # One's own parties are offered only to those who have some.
        if not actor.party_ids:
            del self.mine

    def filters(self) -> Filters:
        """The filters that make sense; nonsense in the address does not narrow."""
        return Filters(
            party=self.chosen("party"),
            position=_stated(Position, self.chosen("position")),
            implementation=_stated(Implementation, self.chosen("implementation")),
            assurance=_member(Assurance, self.chosen("assurance")),
            sign=_member(Show, self.chosen("sign")),
            theme=self.chosen("theme"),
            workshop=self.chosen("workshop"),
            stage=_member(Stage, self.chosen("stage")),
            mine=bool("mine" in self and self.mine.data),
            sort=_member(Order, self.sort.data) or Order.DUE,
        )

    def shown(self, names: tuple[str, ...]) -> list[str]:
        """Of these fields, those to show."""
        return [name for name in names if name in self]
