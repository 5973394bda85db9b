"""What was done about a workshop, in readable words."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.history import party_names
from tracker.core.audit import AuditEntry
from tracker.core.history import Line, Names, Wording, day, lines_of, moment, values_in
from tracker.core.paging import Page
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling, Language
from tracker.workshops.models import Workshop
from tracker.workshops.ways import is_opened

ACTS: dict[str, Any] = {
    "create": _l("Created"),
    "edit": _l("Changed"),
    "relabel": _l("Handling changed"),
    "attach": _l("File attached"),
    "detach": _l("File taken away"),
    "import": _l("Imported"),
    "emergency-opening": _l("Opened in an emergency"),
    "emergency-ended": _l("Emergency opening ended"),
}
FIELDS: dict[str, Any] = {
    "code": _l("Code"),
    "title": _l("Title"),
    "language": _l("Language"),
    "place": _l("Place"),
    "country": _l("Country"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "hosts": _l("Hosts"),
    "participants": _l("Took part"),
    "languages": _l("Working languages"),
    "line_of_action": _l("Line of action"),
    "summary": _l("Summary"),
    "handling": _l("Handling"),
    "rapporteurs": _l("Rapporteurs"),
    "files": _l("Files"),
    "reason": _l("Reason"),
    "until": _l("Until"),
}
_PARTY_FIELDS = ("country", "hosts", "participants")


def _names(entries: Sequence[AuditEntry]) -> Names:
    return dict.fromkeys(_PARTY_FIELDS, party_names(values_in(entries, _PARTY_FIELDS)))


#: How the history of a workshop reads.
WORDING = Wording(
    acts=ACTS,
    fields=FIELDS,
    vocabularies={"language": Language, "languages": Language, "handling": Handling},
    words={"starts_on": day, "ends_on": day, "until": moment},
    people=frozenset({"rapporteurs"}),
    names=_names,
)


def history_of_workshop(actor: Actor, workshop: Workshop, page: int) -> Page[Line]:
    """One page of the acts on a workshop, newest first, as far as the actor may know them."""
    opened = is_opened(actor, "workshop", workshop.id)
    return lines_of(actor, "workshop", workshop.id, page, WORDING, opened=opened)
