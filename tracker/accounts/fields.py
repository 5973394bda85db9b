"""Form fields of this room and those above: parties typed in one line, and what differs between two forms."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import Form, HiddenField, SelectField, SelectMultipleField, SubmitField, TextAreaField
from wtforms.fields.simple import FileField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.accounts.models import Party
from tracker.accounts.queries import party_lookup, resolve_parties, suggest_parties
from tracker.core.forms import ListField
from tracker.core.i18n import fold

#: How many unknown names one message explains.
_EXPLAINED = 5


def spelled(parties: Iterable[Party]) -> list[str]:
    """Each party as somebody would type it: its name, or its code where the name would mislead."""
    known = list(parties)
    if not known:
        return []
    lookup = party_lookup()

    def leads_back(party: Party) -> bool:
        return not set(",;،؛\n") & set(party.name) and lookup.get(fold(party.name)) == party.id

    return [party.name if leads_back(party) else party.code for party in known]


class PartyListField(ListField):
    """Countries and bodies typed in one line: names in any of the languages, codes, acronyms.

    Once checked, `parties` holds those found and `unknown` the other names. A form whose `add_bodies` is
    ticked takes unknown names.
    """

    parties: list[Party]
    unknown: list[str]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.parties, self.unknown = [], []

    @property
    def ids(self) -> list[int]:
        """Numbers of the parties found."""
        return [party.id for party in self.parties]

    def show(self, parties: Iterable[Party]) -> None:
        """Write these parties into the field."""
        self.data = spelled(parties)

    def pre_validate(self, form: Any) -> None:
        """Find the parties; the error names what is unknown and offers what is spelt nearly so."""
        super().pre_validate(form)
        self.parties, self.unknown = resolve_parties(self.data or [])
        adding = "add_bodies" in form and form["add_bodies"].data
        if self.unknown and not adding:
            raise ValidationError(" ".join(_explain(name) for name in self.unknown[:_EXPLAINED]))


def _explain(name: str) -> str:
    near = suggest_parties(name)
    if near:
        advice = _("Did you mean: %(near)s?", near=", ".join(near))
    else:
        advice = _("Write the name of a country or body, its code or its acronym.")
    unknown = _("“%(name)s” is not known.", name=name)
    return f"{unknown} {advice}"


class BoxesField(SelectMultipleField):  # type: ignore[misc]
    """A few choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LinesField(TextAreaField):  # type: ignore[misc]
    """Texts, one in each line; its data is a list of them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Split what was typed."""
        typed = valuelist[0] if valuelist else ""
        self.data = [line.strip() for line in typed.splitlines() if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or [])


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people filled in differently: its label, what stands, what was typed."""

    label: Any
    theirs: str
    yours: str


def differences(theirs: Form, yours: Form) -> list[Difference]:
    """The fields in which the form that shows what stands and the form that was sent say different things."""
    found = []
    for name, field in yours._fields.items():
        if isinstance(field, HiddenField | SubmitField | FileField) or name not in theirs._fields:
            continue
        said, typed = _in_words(theirs[name]), _in_words(field)
        if said != typed:
            found.append(Difference(field.label.text, said, typed))
    return found


def _in_words(field: Any) -> str:
    value = field.data
    if isinstance(field, SelectField | SelectMultipleField):
        chosen = [str(label) for _value, label, selected, *_more in field.iter_choices() if selected]
        return "\n".join(chosen)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value).replace("\r\n", "\n")
