"""Form fields of this room and those above: parties typed in one line."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from wtforms.validators import ValidationError

from tracker.accounts.models import Party
from tracker.accounts.queries import party_lookup, resolve_parties, suggest_parties
from tracker.core.forms import ListField
from tracker.core.i18n import enumerated, fold

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
        advice = _("Did you mean: %(near)s?", near=enumerated(near))
    else:
        advice = _("Write the name of a country or body, its code or its acronym.")
    unknown = _("“%(name)s” is not known.", name=name)
    return f"{unknown} {advice}"
