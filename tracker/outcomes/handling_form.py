"""The form by which the handling of an outcome is changed."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from tracker.outcomes.fields import named_parties_field, named_people_field
from tracker.outcomes.handling import HandlingData
from tracker.outcomes.models import Outcome
from tracker.workshops.handling_form import RelabelForm


class OutcomeHandlingForm(RelabelForm):
    """The label of an outcome, who is named on it, and the Chatham House Rule."""

    named_parties = named_parties_field()
    named_people = named_people_field()
    chatham_house = BooleanField(
        _l("Chatham House Rule: who proposed it is shown nowhere"),
        description=_l("Nor who logged it. Both stay in the database."),
    )
    confirm_proposers = BooleanField(_l("Show who proposed it and who logged it: those concerned agree"))

    @property
    def choice(self) -> str:
        """What was chosen, in a form that compares."""
        parties = ",".join(str(number) for number in sorted(self.named_parties.ids))
        people = ",".join(str(number) for number in sorted(self.named_people.ids))
        return f"{self.handling.data} {bool(self.chatham_house.data)} {parties} {people}"

    def offer(self, outcome: Outcome) -> None:
        """Let who stands on the record stay on it."""
        self.named_people.standing = list(outcome.named_people)

    def show(self, outcome: Outcome) -> None:
        """Write the outcome into the form."""
        self.handling.data = outcome.handling
        self.chatham_house.data = outcome.chatham_house
        self.named_parties.show(outcome.named_parties)
        self.named_people.show(outcome.named_people)
        self.version.data = str(outcome.version)

    def as_data(self) -> HandlingData:
        """What was filled in, as the service takes it; only after the form was found valid."""
        return HandlingData(
            self.handling.data,
            self.reason.data or "",
            named_party_ids=self.named_parties.ids,
            named_person_ids=self.named_people.ids,
            chatham_house=bool(self.chatham_house.data),
            confirmed=self.confirmed,
        )
