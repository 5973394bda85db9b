"""Fields of this room's forms: people typed in one line, who is named, the reference of another outcome."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from tracker.accounts.fields import PartyListField
from tracker.accounts.models import Person
from tracker.accounts.queries import people_with_role
from tracker.core.forms import ListField
from tracker.core.i18n import enumerated, fold
from tracker.core.vocabulary import RoleName

#: Shortest part of a name that looks somebody up, and how many people it offers at most.
_SHORTEST, _MOST = 2, 20
#: Of how many names an error speaks; what is left over stays in the line and is asked for next time.
_EXPLAINED = 5


class PeopleListField(ListField):
    """People whose account is open, of any role, typed in one line by e-mail address or name.

    Once checked, `ids` holds their numbers. Part of a name does for looking somebody up: `found` then holds
    those whose names hold it, as (spelling, name, parties), which the page offers as boxes of this field.
    """

    ids: list[int]
    found: list[tuple[str, str, str]]
    #: People who stand on the record and stay on it, also when their accounts were closed since.
    standing: list[Person]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ids, self.found, self.standing = [], [], []

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take in the line and the boxes ticked below it."""
        super().process_formdata([", ".join(valuelist)])

    def show(self, people: Iterable[Person]) -> None:
        """Write these people into the field."""
        self.standing = list(people)
        if self.standing:
            self.data = [_Spellings(self.standing).of(person) for person in self.standing]

    def pre_validate(self, form: Any) -> None:
        """Find the people; the error names who is unknown, and `found` offers those who may be meant."""
        if not self.data:
            return
        super().pre_validate(form)
        spellings = _Spellings(self.standing)
        faults: list[str] = []
        kept = []
        for name in self.data:
            people = spellings.called(name)
            if len(people) == 1:
                self.ids += [people[0].id]
                kept.append(spellings.of(people[0]))
                continue
            if len(faults) == _EXPLAINED:
                kept.append(name)
                continue
            near = people or spellings.holding(name)
            faults.append(_fault(name, bool(near)))
            self.found += [spellings.offer(person) for person in near]
            if not near:
                kept.append(name)
        # Whom a word stands for is now asked with boxes; the word itself would only stand in the way.
        self.data = list(dict.fromkeys(kept))
        self.found = list(dict.fromkeys(self.found))
        if faults:
            raise ValidationError(" ".join(faults))


def named_parties_field() -> PartyListField:
    """The parties named on a record."""
    return PartyListField(
        _l("Parties named on the record"),
        description=_l("Needed for TLP:AMBER+STRICT: only they may read it."),
    )


def named_people_field() -> PeopleListField:
    """The people named on a record."""
    return PeopleListField(
        _l("People named on the record"),
        description=_l(
            "Needed for TLP:RED: only they may read it. Names or e-mail addresses; "
            "part of a name looks it up."
        ),
    )


def _fault(name: str, near: bool) -> str:
    if near:
        return str(_("“%(name)s”: choose below who is meant.", name=name))
    return str(_("“%(name)s” has no account here. Write the e-mail address of somebody who has.", name=name))


class _Spellings:
    """How people are told apart in one line: by name, or by e-mail address where the name would mislead."""

    def __init__(self, standing: Iterable[Person]) -> None:
        people = {person.id: person for person in [*people_with_role(*RoleName), *standing]}
        self.people = list(people.values())
        self.known: dict[str, dict[int, Person]] = {}
        for person in self.people:
            for spelling in (person.email, person.name):
                self.known.setdefault(fold(spelling), {})[person.id] = person

    def called(self, name: str) -> list[Person]:
        """Everybody with exactly this name or address."""
        return list(self.known.get(fold(name), {}).values())

    def holding(self, part: str) -> list[Person]:
        """The first few whose names hold these words."""
        words = fold(part).split()
        if len(part.strip()) < _SHORTEST:
            return []
        found = [person for person in self.people if all(word in fold(person.name) for word in words)]
        return sorted(found, key=lambda person: fold(person.name))[:_MOST]

    def of(self, person: Person) -> str:
        """What somebody would type for this person."""
        misleads = set(",;،؛\n") & set(person.name) or len(self.called(person.name)) > 1
        return person.email if misleads else person.name

    def offer(self, person: Person) -> tuple[str, str, str]:
        """The person as a box offers them: spelling, name, and for whom they act."""
        return self.of(person), person.name, enumerated(party.short_name for party in person.parties)


def reference(_form: Any, field: Any) -> None:
    """Validator: write a reference as all references are written, whatever the case in which it was typed."""
    field.data = (field.data or "").strip().upper()
