"""Forms that hold an outcome's text: logging and changing it, and its language versions."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import Length, Optional

from tracker.accounts.fields import PartyListField
from tracker.accounts.models import Party
from tracker.core.addresses import LONGEST_ADDRESS
from tracker.core.errors import InvalidInput
from tracker.core.forms import (
    PickField,
    SlugField,
    VersionedForm,
    long_field,
    text_field,
    web_address,
)
from tracker.core.vocabulary import Handling, Language
from tracker.outcomes.conflicts import text_version
from tracker.outcomes.data import PRACTICE_PARTS, TEXT_PARTS, OutcomeData, TextData
from tracker.outcomes.fields import named_parties_field, named_people_field
from tracker.outcomes.models import Outcome, OutcomeText
from tracker.outcomes.vocabulary import Kind, Priority, Quality
from tracker.themes.queries import choice_groups
from tracker.workshops.fields import HandlingField, real_year
from tracker.workshops.models import Workshop

_ONLY_PRACTICE = (*PRACTICE_PARTS, "contact", "quality")
_ONLY_RECOMMENDATION = ("addressees", "other_addressees", "due", "priority")


class TextForm(VersionedForm):
    """The parts of one language version."""

    text = long_field(_l("Text"), required=True)
    title = text_field(
        _l("Title"), longest=500, description=_l("Left empty, lists show the beginning of the text.")
    )
    rationale = long_field(_l("Rationale"), description=_l("Why it is needed: the problem, the findings."))
    safeguards = long_field(
        _l("Safeguards"),
        description=_l("What keeps human rights in balance with security when it is carried out."),
    )
    context = long_field(_l("Context"), description=_l("Where and why it began."))
    actions = long_field(_l("What was done"))
    results = long_field(_l("Results"), description=_l("What came of it, and how that is known."))
    success_factors = long_field(_l("Success factors"))
    constraints = long_field(_l("Constraints"), description=_l("What made it hard, and what it cost."))
    conditions = long_field(
        _l("Conditions for replication"), description=_l("What another party needs first.")
    )

    def keep_only(self, kind: Kind) -> None:
        """Drop the fields that the other kind has."""
        for name in _ONLY_PRACTICE if kind is Kind.RECOMMENDATION else _ONLY_RECOMMENDATION:
            if name in self:
                del self[name]

    def show_text(self, text: OutcomeText | None) -> None:
        """Write one language version into the form."""
        for name in TEXT_PARTS + PRACTICE_PARTS:
            if name in self and text is not None:
                self[name].data = getattr(text, name)

    def text_data(self, language: Language) -> TextData:
        """The parts as the services take them."""
        parts = {name: self[name].data or "" for name in TEXT_PARTS + PRACTICE_PARTS if name in self}
        return TextData(language=language, **parts)


class VersionForm(TextForm):
    """One language version of an outcome; it remembers which state of that version was shown."""

    def show(self, text: OutcomeText | None) -> None:
        """Write the version into the form."""
        self.show_text(text)
        self.version.data = str(text_version(text))


class OutcomeForm(TextForm):
    """A recommendation or a practice."""

    language = SlugField(_l("Language of the text"), Language)
    addressees = PickField(_l("Addressed to"))
    other_addressees = PartyListField(
        _l("Also addressed to"), description=_l("Others: names, codes or acronyms, separated by commas.")
    )
    themes = PickField(_l("Themes"))
    due = DateField(_l("Due"), [Optional(), real_year])
    priority = SlugField(_l("Priority"), Priority, blank=_l("Not stated"))
    quality = SlugField(_l("Quality"), Quality)
    contact = text_field(
        _l("Contact"), longest=300, description=_l("An institution, never a private person.")
    )
    handling = HandlingField(_l("Handling"))
    chatham_house = BooleanField(_l("Chatham House Rule: who proposed it is shown nowhere"))
    proposers = PartyListField(
        _l("Proposed by"), description=_l("Countries and bodies, separated by commas.")
    )
    named_parties = named_parties_field()
    named_people = named_people_field()
    source_url = StringField(_l("Web address of the source"), [Length(max=LONGEST_ADDRESS), web_address])

    def offer(self, kind: Kind, parties: Iterable[Party]) -> None:
        """Drop what the kind does not have, and fill the choices; `parties` are offered as addressees, but
        for those that forms no longer offer.
        """
        self.keep_only(kind)
        self.themes.offer_groups(choice_groups())
        if kind is Kind.RECOMMENDATION:
            self.addressees.offer((party.id, party.short_name) for party in parties if party.active)
            if not self.addressees.choices:
                self.other_addressees.label.text = _l("Addressed to")

    def keep_handling_out(self) -> None:
        """Drop what an act of its own changes in a standing record."""
        del self.handling, self.chatham_house, self.named_parties, self.named_people

    def refuse(self, error: InvalidInput) -> None:
        """Show what a service refused; what concerns addressees stands where they were typed."""
        if error.field == "addressees" and not ("addressees" in self and self.addressees.choices):
            error = InvalidInput(error.message, "other_addressees")
        super().refuse(error)

    def begin(self, workshop: Workshop | None, language: Language) -> None:
        """Show an empty form with the workshop's defaults."""
        self.language.data = language
        self.handling.data = workshop.handling if workshop is not None else Handling.GREEN

    def show(self, outcome: Outcome) -> None:
        """Write the outcome into the form; proposers are not shown under the Chatham House Rule."""
        self.show_text(outcome.text_in(str(outcome.language)))
        for name in ("language", "due", "priority", "quality", "contact", "source_url"):
            if name in self:
                self[name].data = getattr(outcome, name)
        self.themes.data = [link.theme_id for link in outcome.theme_links]
        self.proposers.show(outcome.shown_proposers)
        if "addressees" in self:
            offered = dict(self.addressees.choices)
            addressed = [commitment.party for commitment in outcome.commitments]
            self.addressees.data = [party.id for party in addressed if party.id in offered]
            self.other_addressees.show(party for party in addressed if party.id not in offered)
        self.version.data = str(outcome.version)

    def _themes_in_order(self, outcome: Outcome | None) -> list[int]:
        """The themes ticked: those that stand in the order in which they stand, then the others."""
        ticked = self.themes.data or []
        standing = [link.theme_id for link in outcome.theme_links] if outcome is not None else []
        return [number for number in standing if number in ticked] + [n for n in ticked if n not in standing]

    def as_data(
        self, kind: Kind, workshop_id: int | None = None, outcome: Outcome | None = None
    ) -> OutcomeData:
        """What was filled in, as the services take it; only after the form was found valid."""
        data = OutcomeData(
            kind=kind,
            texts=[self.text_data(self.language.data)],
            workshop_id=workshop_id,
            language=self.language.data,
            theme_ids=self._themes_in_order(outcome),
            proposer_ids=self.proposers.ids,
            source_url=self.source_url.data or None,
        )
        if kind is Kind.RECOMMENDATION:
            data.addressee_ids = list(
                dict.fromkeys([*(self.addressees.data or []), *self.other_addressees.ids])
            )
            data.due, data.priority = self.due.data, self.priority.data
        else:
            data.contact, data.quality = self.contact.data or None, self.quality.data
        if outcome is not None and outcome.chatham_house and not data.proposer_ids:
            data.proposer_ids = None
        if "handling" in self:
            data.named_party_ids, data.named_person_ids = self.named_parties.ids, self.named_people.ids
            data.handling, data.chatham_house = self.handling.data, self.chatham_house.data
        return data
