"""Form fields of this room and those above."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms.validators import ValidationError

from tracker.core.forms import SlugField
from tracker.core.vocabulary import Handling


class HandlingField(SlugField):
    """A handling label; the page explains every label that is offered."""

    #: Who may read under each label, where that is not what it says of a record.
    readers: dict[Handling, Any]

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, Handling, **options)
        self.readers = {}

    @property
    def guide(self) -> list[tuple[Handling, Any]]:
        """The labels that are offered, from least to most restricted, and who may read under each."""
        labels = [Handling(value) for value, *_rest in self.choices or [] if value]
        return [(label, self.readers.get(label, label.meaning)) for label in labels]


def real_year(_form: Any, field: Any) -> None:
    """Validator: the date lies in a year that a workshop or a due date can have."""
    if isinstance(field.data, date) and not 1900 <= field.data.year <= 2200:
        raise ValidationError(_("Check the year: it has four digits, such as 2024."))
