"""Forms about people: the filters of their list, invitations, roles, closing, a new address."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextArea

from tracker.accounts import directory, snapshot
from tracker.accounts.directory import PeopleFilters
from tracker.accounts.fields import PartyListField
from tracker.accounts.models import Person
from tracker.accounts.people import LONGEST_REASON
from tracker.accounts.standing import Standing
from tracker.core.filters import AddressForm, offer
from tracker.core.forms import LONG_TEXT, BoxesField, SlugField, TrackerForm, VersionedForm, text_field
from tracker.core.i18n import current_language
from tracker.core.vocabulary import Language, RoleName

_PARTIES_HINT = _l(
    "Countries and bodies, separated by commas: names in any of the four languages, codes or acronyms. "
    "A focal point and a reviewer need one."
)


class RolesField(BoxesField):
    """Roles as check boxes."""

    def __init__(self, label: Any, **options: Any) -> None:
        needed = InputRequired(_l("Choose at least one role; a reader only reads."))
        super().__init__(label, [needed], **options)
        # Set afterwards: given to the constructor, pairs bring a warning of deprecation.
        self.choices = RoleName.choices()


class PeopleFilterForm(AddressForm):
    """What the list of people is narrowed to."""

    text = StringField(_l("Name or e-mail address"))
    role = SelectField(_l("Role"))
    party = SelectField(_l("Acts for"))
    standing = SelectField(_l("Account"))

    def offer(self) -> None:
        """Offer every role, and the parties that somebody acts for."""
        self.role.choices = offer(_("Any"), RoleName.choices())
        self.party.choices = offer(_("Any"), directory.parties_with_people())
        self.standing.choices = offer(_("Any"), Standing.choices())

    def filters(self) -> PeopleFilters:
        """The filters that make sense; nonsense in the address does not narrow."""
        role, standing = self.chosen("role"), self.chosen("standing")
        return PeopleFilters(
            text=(self.text.data or "").strip()[:200],
            role=RoleName(role) if role else None,
            party=self.chosen("party"),
            standing=Standing(standing) if standing else None,
        )


class InviteForm(TrackerForm):
    """Whom to invite, and what they may do; the same for everybody on the list."""

    people = TextAreaField(
        _l("People"),
        [InputRequired(_l("Write at least one e-mail address.")), Length(max=LONG_TEXT)],
    )
    roles = RolesField(_l("Roles"))
    parties = PartyListField(_l("Acts for"), description=_PARTIES_HINT, widget=TextArea())
    language = SlugField(
        _l("Language"),
        Language,
        description=_l("Of the invitation, and of their pages until they choose another."),
    )

    def begin(self) -> None:
        """Show an empty form with sensible beginnings."""
        self.roles.data = [str(RoleName.READER)]
        self.language.data = current_language()


class RolesForm(VersionedForm):
    """What somebody may do, and for whom they act; `version` is the fingerprint of what was seen."""

    roles = RolesField(_l("Roles"))
    parties = PartyListField(_l("Acts for"), description=_PARTIES_HINT, widget=TextArea())
    reason = text_field(
        _l("Reason"), longest=LONGEST_REASON, description=_l("For those who look it up later.")
    )

    def show(self, person: Person) -> None:
        """Write what the person has into the form."""
        self.roles.data = [str(role.name) for role in person.roles]
        self.parties.show(person.parties)
        self.saw(person)

    def saw(self, person: Person) -> None:
        """Remember that this is what stands now."""
        self.version.data = str(snapshot.fingerprint(snapshot.of_person(person)))


class CloseForm(TrackerForm):
    """Why an account is closed."""

    reason = text_field(
        _l("Reason"),
        required=True,
        longest=LONGEST_REASON,
        description=_l("Such as: left the ministry. It stands in the history of the account."),
    )


class AddressChangeForm(TrackerForm):
    """Another e-mail address for somebody."""

    email = EmailField(_l("New e-mail address"), [InputRequired(_l("Fill in this field.")), Length(max=254)])
