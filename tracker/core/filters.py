"""The filters above lists: a form sent by GET, and chips that take what was chosen off one by one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import SelectField

from tracker.core.addresses import here
from tracker.core.forms import TrackerForm
from tracker.core.i18n import show_date


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: its name, its value in words where it has one, and the list without it."""

    label: Any
    value: str
    remove_url: str


class AddressForm(TrackerForm):
    """A form whose fields are part of the address; give it `formdata=request.args`."""

    class Meta:
        """Filters change nothing and need no protection."""

        csrf = False

    def chosen(self, name: str) -> str:
        """The value of one select, empty when the address holds nonsense."""
        if name not in self:
            return ""
        known = {str(value) for value, *_rest in self[name].iter_choices()}
        value = str(self[name].data or "")
        return value if value in known else ""

    def chips(self, names: Collection[str] | None = None) -> list[Chip]:
        """The filters in force, of these fields or of all."""
        found = []
        for field in self:
            if names is not None and field.name not in names:
                continue
            if field.errors:
                continue
            value = self.chosen(field.name) if isinstance(field, SelectField) else ("1" if field.data else "")
            if value:
                words = self._in_words(field, value)
                found.append(Chip(field.label.text, words, here(**{field.name: None})))
        return found

    def _in_words(self, field: Any, value: str) -> str:
        if isinstance(field.data, date):
            return show_date(field.data)
        if not isinstance(field, SelectField):
            # The label of a box says it all.
            return ""
        return next(str(label) for known, label, *_rest in field.iter_choices() if str(known) == value)


def offer(blank: Any, choices: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The choices of a filter, after the one that does not narrow."""
    return [("", blank), *choices]
