"""What lists of outcomes can be narrowed to."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from tracker.accounts.models import PartyKind
from tracker.accounts.queries import party_choices
from tracker.core.filters import AddressForm, offer
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Vocabulary
from tracker.outcomes.access import commitments
from tracker.outcomes.filters import OutcomeFilters
from tracker.outcomes.vocabulary import Kind, Record
from tracker.themes.queries import slug_choices
from tracker.workshops import queries as workshops


def vocabulary_of(column: str) -> type[Vocabulary]:
    """The fixed list of a column of the commitments, ``position`` or ``implementation``."""
    found: type[Vocabulary] = commitments().c[column].type.enum_class  # type: ignore[attr-defined]
    return found


class OutcomeFilterForm(AddressForm):
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
        self.kind.choices = offer(_("Both kinds"), Kind.choices())
        self.theme.choices = offer(_("All themes"), slug_choices())
        parties = sorted(party_choices(), key=lambda party: party.kind is not PartyKind.COUNTRY)
        self.addressee.choices = offer(_("Anybody"), [(party.code, party.name) for party in parties])
        self.workshop.choices = offer(_("All workshops"), workshops.choices(actor))
        self.year.choices = offer(_("All years"), [(str(year), str(year)) for year in workshops.years(actor)])
        self.record.choices = offer(_("Any"), Record.choices())
        self.position.choices = offer(_("Any"), vocabulary_of("position").choices())
        self.implementation.choices = offer(_("Any"), vocabulary_of("implementation").choices())
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


class PanelFilterForm(AddressForm):
    """What the outcomes on a workshop's page are narrowed to."""

    kind = SelectField(_l("Kind"))
    record = SelectField(_l("Record"))

    def offer(self) -> None:
        """Fill the choices."""
        self.kind.choices = offer(_("Both kinds"), Kind.choices())
        self.record.choices = offer(_("Any"), Record.choices())

    def filters(self, workshop: str) -> OutcomeFilters:
        """The filters, within one workshop."""
        kind, record = self.chosen("kind"), self.chosen("record")
        return OutcomeFilters(
            kind=Kind(kind) if kind else None, record=Record(record) if record else None, workshop=workshop
        )
