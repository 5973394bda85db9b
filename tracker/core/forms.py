"""The base of every form, and the fields that several rooms use."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    Field,
    FieldList,
    FileField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.addresses import LONGEST_ADDRESS, is_web_address
from tracker.core.errors import InvalidInput

#: Longest text that one field takes, in characters; a recommendation rarely passes 800.
LONG_TEXT = 20_000


def _takes_file(form: Any, name: str) -> bool:
    """Whether a field of this name takes a file, by itself or in the rows of a list."""
    for field in form:
        if field.name == name:
            return isinstance(field, FileField)
        if isinstance(field, FieldList) and name.startswith(f"{field.name}-"):
            row = field.unbound_field.args[0] if field.unbound_field.args else None
            part = getattr(row, name.rpartition("-")[2], None)
            return isinstance(part, UnboundField) and issubclass(part.field_class, FileField)
    return False


class TrackerForm(FlaskForm):  # type: ignore[misc]
    """A form with CSRF protection whose errors can also come from a service."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Where the form finds what was sent."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What the request sent: texts, and files for the fields that take them.

            A file sent for a field of text, or a JSON document, would reach code that expects text.
            """
            if request and request.is_json:
                return formdata if isinstance(formdata, MultiDict) else None
            sent = super().wrap_formdata(form, formdata)
            if not isinstance(sent, CombinedMultiDict):
                return sent
            files = request.files.items(multi=True)
            taken = MultiDict((name, file) for name, file in files if _takes_file(form, name))
            return CombinedMultiDict((taken, request.form))

    def refuse(self, error: InvalidInput) -> None:
        """Show what a service refused beside the field it names, or above the form."""
        field: Field | None = self._fields.get(error.field) if error.field else None
        if field is None:
            self.form_errors.append(str(error.message))
        else:
            field.errors = [*field.errors, str(error.message)]


class VersionedForm(TrackerForm):
    """A form that changes a record: it remembers which version was shown."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that the person saw; 0 when the field was tampered with, which then conflicts."""
        # Language versions are told apart by microseconds, which take sixteen digits.
        shown = str(self.version.data)
        return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 19 else 0


class SlugField(SelectField):  # type: ignore[misc]
    """A choice from a vocabulary; empty means not stated."""

    def __init__(self, label: Any, vocabulary: Any, *, blank: Any = None, **options: Any) -> None:
        choices = ([("", blank)] if blank is not None else []) + vocabulary.choices()
        super().__init__(label, coerce=lambda v: vocabulary(v) if v else None, **options)
        # Set afterwards: given to the constructor, pairs bring a warning of deprecation.
        self.choices = choices


class PickField(SelectMultipleField):  # type: ignore[misc]
    """Several records by their number; `groups` (heading, choices) may order them for the page."""

    groups: list[tuple[Any, list[tuple[int, str]]]]

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, coerce=int, **options)
        self.groups = []

    def offer(self, choices: Iterable[tuple[int, str]]) -> None:
        """Say what may be picked: number and name of each."""
        self.choices = list(choices)

    def offer_groups(self, groups: list[tuple[Any, list[tuple[int, str]]]]) -> None:
        """Say what may be picked, under headings."""
        self.groups = groups
        self.choices = [choice for _heading, choices in groups for choice in choices]


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


#: Most names in one line, and the longest of them in characters.
MOST_NAMES, LONGEST_NAME = 500, 300


class ListField(StringField):  # type: ignore[misc]
    """Names typed in one line, separated by commas or semicolons; its data is a list of them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Split what was typed."""
        raw = valuelist[0] if valuelist else ""
        for separator in (";", "،", "؛", "\n"):
            raw = raw.replace(separator, ",")
        self.data = [part.strip() for part in raw.split(",") if part.strip()]

    def pre_validate(self, form: Any) -> None:
        """Bound the list before anybody looks its names up."""
        names = self.data or []
        if len(names) > MOST_NAMES:
            told = {"number": len(names), "most": MOST_NAMES}
            raise ValidationError(_("%(number)s names are too many. Write at most %(most)s.", **told))
        if any(len(name) > LONGEST_NAME for name in names):
            raise ValidationError(
                _("Separate names with commas. A name has at most %(count)s characters.", count=LONGEST_NAME)
            )

    def _value(self) -> str:
        return ", ".join(self.data or [])


def text_field(label: Any, *, required: bool = False, longest: int = 200, **options: Any) -> StringField:
    """A line of text with its bound."""
    return StringField(label, [*_presence(required), Length(max=longest)], filters=[_trim], **options)


def long_field(label: Any, *, required: bool = False, **options: Any) -> TextAreaField:
    """A text of several lines with its bound."""
    return TextAreaField(label, [*_presence(required), Length(max=LONG_TEXT)], filters=[_trim], **options)


def _presence(required: bool) -> list[Any]:
    return [InputRequired(_l("Fill in this field."))] if required else [Optional()]


def _trim(value: str | None) -> str | None:
    return value.strip() if value else value


def web_address(_form: Any, field: Any) -> None:
    """Validator: the field holds a whole http or https address, or nothing; its length is another's to
    bound.
    """
    text = field.data or ""
    if text and len(text) <= LONGEST_ADDRESS and not is_web_address(text):
        raise ValidationError(_("Write the whole address, beginning with https://"))


def not_before(other: str, message: Any) -> Callable[[Any, Any], None]:
    """Validator: this date is not before the date in the field named `other`."""

    def check(form: Any, field: Any) -> None:
        start = form[other].data
        if field.data and start and field.data < start:
            raise ValidationError(message)

    return check
