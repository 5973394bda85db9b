"""Fields of this room's forms: people typed in one line, and the reference of another outcome."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from wtforms.validators import ValidationError

from tracker.accounts.models import Person
from tracker.accounts.queries import people_with_role
from tracker.core.forms import ListField
from tracker.core.i18n import fold
from tracker.core.vocabulary import RoleName


class PeopleListField(ListField):
    """People with an account, typed in one line by e-mail address or name.

    Once checked, `ids` holds their numbers.
    """

    ids: list[int]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ids = []

    def show(self, people: Iterable[Person]) -> None:
        """Write these people into the field."""
        self.data = [person.email for person in people]

    def pre_validate(self, form: Any) -> None:
        """Find the people; the error names who is unknown."""
        if not self.data:
            return
        known: dict[str, set[int]] = {}
        for person in people_with_role(*RoleName):
            for spelling in (person.email, person.name):
                known.setdefault(fold(spelling), set()).add(person.id)
        faults = []
        for name in self.data:
            found = known.get(fold(name), set())
            if len(found) == 1:
                self.ids.extend(found)
            elif found:
                faults.append(
                    _("“%(name)s” is the name of several people. Write the e-mail address.", name=name)
                )
            else:
                faults.append(
                    _(
                        "“%(name)s” has no account here. Write the e-mail address of somebody who has.",
                        name=name,
                    )
                )
        if faults:
            raise ValidationError(" ".join(faults))


def reference(_form: Any, field: Any) -> None:
    """Validator: write a reference as all references are written, whatever the case in which it was typed."""
    field.data = (field.data or "").strip().upper()
