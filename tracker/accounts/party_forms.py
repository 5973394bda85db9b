"""Forms about parties: the filters of their list, a body, the other spellings of a country."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from tracker.accounts import snapshot
from tracker.accounts.directory import PartyFilters
from tracker.accounts.models import Party, PartyKind
from tracker.accounts.parties import PartyData
from tracker.accounts.queries import party_choices
from tracker.core.filters import AddressForm, offer
from tracker.core.forms import LinesField, VersionedForm, text_field
from tracker.core.vocabulary import Language


class PartyFilterForm(AddressForm):
    """What the list of parties is narrowed to."""

    text = StringField(_l("Name, code or acronym"))
    kind = SelectField(_l("Kind"))
    offered = SelectField(_l("In forms"))

    def offer(self) -> None:
        """Fill the choices."""
        self.kind.choices = offer(_("Any"), PartyKind.choices())
        self.offered.choices = offer(_("Any"), [("yes", _("Offered")), ("no", _("No longer offered"))])

    def filters(self) -> PartyFilters:
        """The filters that make sense; nonsense in the address does not narrow."""
        kind, offered = self.chosen("kind"), self.chosen("offered")
        return PartyFilters(
            text=(self.text.data or "").strip()[:200],
            kind=PartyKind(kind) if kind else None,
            offered=offered == "yes" if offered else None,
        )


class PartyForm(VersionedForm):
    """A party as administrators change it; `version` is the fingerprint of what was seen."""

    name_en = text_field(_l("Name in English"))
    name_fr = text_field(_l("Name in French"))
    name_es = text_field(_l("Name in Spanish"))
    name_ar = text_field(_l("Name in Arabic"))
    acronym = text_field(_l("Acronym"), longest=60)
    country = SelectField(
        _l("Country"), description=_l("Whose body it is; international bodies are of no country.")
    )
    code = text_field(
        _l("Code"),
        longest=60,
        description=_l(
            "Its short, lasting name in addresses and files. "
            "Left empty, it is made of acronym or name, and country."
        ),
    )
    aliases = LinesField(
        _l("Other spellings"),
        description=_l("One in each line. Forms, searches and imports then understand them, too."),
    )

    def offer(self, party: Party | None = None) -> None:
        """Leave what can be changed: of a country its other spellings, of a standing body not its code."""
        if party is not None:
            del self.code
        if party is not None and party.kind is PartyKind.COUNTRY:
            for name in (*(f"name_{language}" for language in Language), "acronym", "country"):
                del self[name]
            return
        standing = party.country_id if party is not None else None
        countries = [
            (choice.code, choice.name)
            for choice in party_choices()
            if choice.kind is PartyKind.COUNTRY and (choice.active or choice.id == standing)
        ]
        self.country.choices = offer(_("Of no country"), countries)

    def show(self, party: Party) -> None:
        """Write the party into the form."""
        for language in map(str, Language):
            if f"name_{language}" in self:
                self[f"name_{language}"].data = party.names.get(language, "")
        if "acronym" in self:
            self.acronym.data = party.acronym
            self.country.data = party.country.code if party.country is not None else ""
        self.aliases.data = list(party.aliases)
        self.saw(party)

    def saw(self, party: Party) -> None:
        """Remember that this is what stands now."""
        self.version.data = str(snapshot.fingerprint(snapshot.of_party(party)))

    def as_data(self) -> PartyData:
        """What was typed, as the service takes it."""
        return PartyData(
            names={language: self._typed(f"name_{language}") for language in map(str, Language)},
            acronym=self._typed("acronym"),
            aliases=self.aliases.data or [],
            country=self._typed("country"),
            code=self._typed("code"),
        )

    def _typed(self, name: str) -> str:
        found: Any = self[name].data if name in self else ""
        return found or ""
