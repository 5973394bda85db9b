"""Forms of the workshops."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import TextArea

from tracker.accounts.fields import PartyListField
from tracker.accounts.models import PartyKind, Person
from tracker.accounts.queries import party_choices, people_with_role
from tracker.core.errors import InvalidInput
from tracker.core.files import check_upload
from tracker.core.filters import AddressForm, offer
from tracker.core.forms import (
    BoxesField,
    PickField,
    SlugField,
    TrackerForm,
    VersionedForm,
    long_field,
    not_before,
    text_field,
)
from tracker.core.i18n import current_language
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling, Language, RoleName
from tracker.workshops import queries
from tracker.workshops.data import NewFile, WorkshopData
from tracker.workshops.fields import HandlingField, real_year
from tracker.workshops.models import Workshop
from tracker.workshops.queries import WorkshopFilters

_PARTIES_HINT = _l(
    "Countries and bodies, separated by commas: names in any of the four languages, codes or acronyms. "
    "For example: Jordan, MA, Eurojust"
)


def attachable(_form: Any, field: Any) -> None:
    """Validator: the file, if there is one, can be attached."""
    upload = field.data
    if upload and upload.filename:
        try:
            check_upload(upload)
        except InvalidInput as error:
            raise ValidationError(error.message) from error


class WorkshopForm(VersionedForm):
    """Everything about a workshop."""

    title = text_field(_l("Title"), required=True, longest=300)
    language = SlugField(_l("Language of title and summary"), Language)
    code = text_field(
        _l("Code"),
        longest=60,
        description=_l("Its short, lasting name in addresses. Left empty, it is made of year and place."),
    )
    place = text_field(_l("Place"), description=_l("Town or venue."))
    country = SelectField(_l("Country"))
    starts_on = DateField(_l("First day"), [InputRequired(_l("Say when it began.")), real_year])
    ends_on = DateField(
        _l("Last day"),
        [Optional(), real_year, not_before("starts_on", _l("The last day is before the first."))],
    )
    hosts = PartyListField(_l("Hosts"), description=_PARTIES_HINT, widget=TextArea())
    participants = PartyListField(_l("Took part"), description=_PARTIES_HINT, widget=TextArea())
    add_bodies = BooleanField(_l("Add the names that are not known as new bodies"))
    languages = BoxesField(_l("Working languages"))
    line_of_action = text_field(
        _l("Line of action"), longest=300, description=_l("The part of the project it belongs to.")
    )
    summary = long_field(_l("Summary"))
    handling = HandlingField(
        _l("Handling"),
        description=_l("Who may see this page; its outcomes begin with the same label."),
    )
    rapporteurs = PickField(
        _l("Rapporteurs"),
        description=_l("They publish the outcomes. Nobody chosen means: whoever records the workshop."),
    )
    file = FileField(
        _l("Attach a file"),
        [attachable],
        description=_l("Agenda, list, presentation: PDF, office files, pictures."),
    )
    file_title = text_field(_l("Title of the file"))

    def offer(self, workshop: Workshop | None = None) -> None:
        """Fill the choices; rapporteurs already named stay on offer whatever their roles are now."""
        standing = workshop.country_id if workshop is not None else None
        countries = [
            (str(party.id), party.name)
            for party in party_choices()
            if party.kind is PartyKind.COUNTRY and (party.active or party.id == standing)
        ]
        self.country.choices = offer(_("Not stated"), countries)
        self.languages.choices = Language.choices()
        people: dict[int, Person] = {
            p.id: p for p in people_with_role(RoleName.RAPPORTEUR, RoleName.COORDINATOR)
        }
        if workshop is not None:
            people = {person.id: person for person in workshop.rapporteurs} | people
            # The code is the workshop's lasting name, chosen once; the label has an act of its own.
            del self.code
            del self.handling
        self.rapporteurs.offer((person.id, _with_standing(person)) for person in people.values())

    def begin(self, actor: Actor) -> None:
        """Show an empty form with sensible beginnings."""
        self.language.data = current_language()
        self.languages.data = [str(current_language())]
        self.handling.data = Handling.GREEN
        if actor.id in dict(self.rapporteurs.choices):
            self.rapporteurs.data = [actor.id]

    def show(self, workshop: Workshop) -> None:
        """Write the workshop into the form."""
        for name in (
            "title",
            "language",
            "place",
            "starts_on",
            "ends_on",
            "line_of_action",
            "summary",
        ):
            self[name].data = getattr(workshop, name)
        self.country.data = str(workshop.country_id or "")
        self.hosts.show(workshop.hosts)
        self.participants.show(workshop.participants)
        self.languages.data = list(workshop.languages)
        self.rapporteurs.data = [person.id for person in workshop.rapporteurs]
        self.version.data = str(workshop.version)

    def as_data(self) -> WorkshopData:
        """What was filled in, as the services take it; only after the form was found valid."""
        return WorkshopData(
            title=self.title.data,
            code=self.code.data or "" if "code" in self else "",
            language=self.language.data,
            place=self.place.data or "",
            country_id=int(self.country.data) if self.country.data else None,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            host_ids=self.hosts.ids,
            participant_ids=self.participants.ids,
            new_hosts=self.hosts.unknown,
            new_participants=self.participants.unknown,
            languages=self.languages.data or [],
            line_of_action=self.line_of_action.data or "",
            summary=self.summary.data or "",
            handling=self.handling.data if "handling" in self else Handling.GREEN,
            rapporteur_ids=self.rapporteurs.data or [],
            files=new_files(self.file, self.file_title),
        )


def _with_standing(person: Person) -> str:
    return person.name if person.active else str(_("%(name)s (account closed)", name=person.name))


class FileForm(TrackerForm):
    """One more file for a workshop."""

    file = FileField(_l("File"), [InputRequired(_l("Choose a file.")), attachable])
    file_title = text_field(
        _l("Title"), description=_l("What people see. Left empty, it is the name of the file.")
    )


def new_files(file: Any, title: Any) -> list[NewFile]:
    """The file that a form sent, if it sent one."""
    upload = file.data
    if not upload or not upload.filename:
        return []
    return [NewFile(title=title.data or "", name=upload.filename, content=upload.stream.read())]


class WorkshopFilterForm(AddressForm):
    """What the list of workshops is narrowed to."""

    text = StringField(_l("Words"))
    year = SelectField(_l("Year"))
    country = SelectField(_l("Country"))

    def offer(self, actor: Actor) -> None:
        """Offer the years and countries that occur."""
        self.year.choices = offer(_("All years"), [(str(year), str(year)) for year in queries.years(actor)])
        countries = queries.countries_of(actor)
        self.country.choices = offer(_("All countries"), [(c.code, c.name) for c in countries])

    def filters(self) -> WorkshopFilters:
        """The filters that make sense; nonsense in the address does not narrow."""
        year = self.year.data or ""
        return WorkshopFilters(
            text=(self.text.data or "").strip()[:200],
            year=int(year) if year.isascii() and year.isdigit() and 1 <= int(year) <= 9999 else None,
            country=self.country.data or "",
        )
