"""Two people change one record: in what the form that was sent differs from what stands."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import Form, HiddenField, SelectField, SelectMultipleField, SubmitField
from wtforms.fields.simple import FileField


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
