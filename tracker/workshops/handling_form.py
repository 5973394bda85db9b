"""The forms by which a label is changed: first the effect is shown, then it is saved."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from tracker.core.forms import VersionedForm, long_field
from tracker.core.vocabulary import Handling
from tracker.workshops.effects import Confirm, Effect
from tracker.workshops.fields import HandlingField
from tracker.workshops.handling import WorkshopHandlingData
from tracker.workshops.models import Workshop


class RelabelForm(VersionedForm):
    """A label, the reason for it, and what has to be confirmed.

    It remembers for which choice the effect was shown, so that nothing is saved whose effect nobody saw.
    """

    handling = HandlingField(_l("Handling"))
    reason = long_field(
        _l("Reason"),
        required=True,
        description=_l("Whoever may read the record sees it in its history."),
    )
    confirm_lower = BooleanField(_l("Lower it: more people may read then what was closed to them on purpose"))
    confirm_close = BooleanField(_l("Close it to me: I can then no longer read or change it"))
    previewed = HiddenField()
    effect: Effect | None = None

    @property
    def choice(self) -> str:
        """What was chosen, in a form that compares."""
        return str(self.handling.data)

    @property
    def is_to_be_saved(self) -> bool:
        """Whether somebody who has seen the effect of exactly this choice asks to save it."""
        return request.form.get("then") == "save" and self.previewed.data == self.choice

    def show_effect(self, effect: Effect) -> None:
        """Remember the effect, for the page to tell and for `is_to_be_saved` to know that it was told."""
        self.effect = effect
        self.previewed.data = self.choice

    @property
    def confirmed(self) -> frozenset[Confirm]:
        """What was ticked."""
        return frozenset(confirm for confirm in Confirm if confirm in self and self[confirm].data)

    @property
    def asked(self) -> list[Any]:
        """The boxes that the effect asks to tick."""
        needed = self.effect.needed if self.effect is not None else ()
        return [self[confirm] for confirm in Confirm if confirm in needed]


class WorkshopHandlingForm(RelabelForm):
    """The label of a workshop."""

    reason = long_field(
        _l("Reason"),
        required=True,
        description=_l("It is kept in the audit log, and in the history of each outcome that is raised."),
    )
    raise_outcomes = BooleanField(
        _l("Raise the outcomes that are marked lower, too"),
        description=_l(
            "None is lowered. Where nobody is named on one: TLP:AMBER+STRICT then names who took part or is "
            "addressed, TLP:RED the rapporteurs."
        ),
    )

    @property
    def choice(self) -> str:
        """What was chosen, in a form that compares."""
        return f"{self.handling.data} {bool(self.raise_outcomes.data)}"

    def show(self, workshop: Workshop) -> None:
        """Write the workshop into the form."""
        self.handling.data = workshop.handling
        self.version.data = str(workshop.version)

    def as_data(self) -> WorkshopHandlingData:
        """What was filled in, as the service takes it."""
        label: Handling = self.handling.data
        return WorkshopHandlingData(
            label, self.reason.data or "", bool(self.raise_outcomes.data), self.confirmed
        )
