"""What is typed into the forms of the matrix, beyond what a form begins with."""

from collections.abc import Iterator
from typing import Any

from tests.access.statement import Account, Outcome, Record, Subject, Who, Workshop
from tests.access.world import World
from tests.server import defaults

#: Added to running text, so that saving changes something.
_MORE = " Said again."
#: Forms that first show what they would do.
TWO_STEPS = ("outcomes.handling", "workshops.handling")
_CHANGED = ("text", "summary", "note_en")
_NOTE = (b"Agenda of the second day.", "second-day.txt")

_FIXED: dict[str, dict[str, Any]] = {
    "accounts.invite": {"people": "somebody.new@example.org", "roles": "reader"},
    "accounts.roles": {"roles": "expert", "reason": "Other duties."},
    "accounts.close": {"reason": "Left the ministry."},
    "accounts.address": {"email": "another.address@example.org"},
    "accounts.new_party": {"name_en": "Office of the Matrix", "code": "matrix-office"},
    "accounts.edit_party": {"aliases": "Another spelling"},
    "oversight.change_settings": {"TRACKER_STALE_MONTHS": "7"},
    "outcomes.handling": {"chatham_house": "y", "reason": "Asked for by the workshop."},
    "core.set_language": {"language": "fr", "next": "/"},
    "signin.account": {"name": "Another name", "language": "fr"},
    "saved.save": {"name": "Prisons", "query": "prison", "alert": "none"},
    "saved.change": {"name": "Another name", "shared": "y"},
    "themes.new": {"preferred_en": "Consular visits"},
    "themes.merge": {},
    "workshops.new": {
        "title": "A new workshop",
        "language": "en",
        "starts_on": "2024-05-02",
        "handling": "TLP:GREEN",
        "languages": "en",
    },
    "workshops.attach": {"file": _NOTE, "file_title": "Second day"},
    "outcomes.new": {"text": "Visit the detained within two days."},
    "outcomes.retire": {"reason": "Carried out."},
    "outcomes.version": {"text": "Said again in full, for the matrix."},
    "followup.report": {"text": "The decree is in force."},
    "followup.report_adoption": {"text": "The pilot has begun."},
    "followup.assess": {
        "finding": "disputed",
        "reason": "Nothing was shown.",
        "text": "Looked at the decree.",
    },
    "followup.due": {"due": "2030-01-31"},
}


def confirmed(form: Any) -> Iterator[tuple[str, str]]:
    """A form that shows what would happen, sent again with every confirmation that it asks for."""
    yield from (pair for pair in defaults(form) if not pair[0].startswith("confirm_"))
    yield from (
        (box["name"], "y") for box in form.find_all("input", type="checkbox") if "confirm_" in box["name"]
    )
    yield "then", "save"


def explicit(endpoint: str, record: Record | None, who: Who, world: World) -> dict[str, Any]:
    """The fields that somebody fills in on this form."""
    fields = dict(_FIXED.get(endpoint, {}))
    if endpoint == "outcomes.links":
        fields |= {"kind": "refines", "target": world.hub}
    if endpoint == "outcomes.unlink":
        fields |= {"kind": "reiterates", "target": world.hub}
    if endpoint == "workshops.handling" and isinstance(record, Workshop):
        fields |= {
            "handling": "TLP:AMBER" if record.label != "TLP:AMBER" else "TLP:GREEN",
            "reason": "Agreed.",
        }
    if endpoint == "oversight.open_in_emergency":
        reason = "Somebody in danger has to be warned today."
        fields |= {"name": world.emergency, "reason": reason, "understood": "y"}
    if endpoint == "signin.set_password" and who.name == "reader, neither":
        # Hashing takes its time, so that one person does it for all; an empty form is let in and not taken.
        fields |= {"password": "a long enough sentence 71", "confirm": "a long enough sentence 71"}
    if endpoint == "followup.take_up":
        fields |= {"party": next(iter(who.parties), "FR"), "stage": "interested"}
    if endpoint == "followup.due" and isinstance(record, Subject):
        fields |= {"version": str(world.versions[record.outcome.name, record.party])}
    if endpoint == "themes.merge":
        fields |= {"target": str(world.values["another theme"]["id"])}
    return fields


def tweaked(name: str, value: str) -> str:
    """A value of a form that stands filled in, changed where it is running text."""
    return value + _MORE if name in _CHANGED and value else value


#: Of these acts: the state in which an outcome must be for them to change something.
_NEEDS = {"outcomes.publish": "draft", "outcomes.discard": "draft", "outcomes.retire": "published"}


def fits(endpoint: str, record: Record | None, who: Who) -> bool:
    """Whether the act makes sense on this record, so that it can be expected to change something."""
    if endpoint == "followup.take_up":
        # Those for whom the practices of the world were taken up already cannot do so again.
        free = bool(who.parties) and not who.parties & {"JO", "MA"}
        return (
            free and isinstance(record, Outcome) and (record.kind, record.state) == ("practice", "published")
        )
    if isinstance(record, Account):
        return ("closed" in record.name) == (endpoint == "accounts.reopen")
    if isinstance(record, Subject):
        return record.outcome.state == "published"
    if isinstance(record, Outcome):
        return record.state == _NEEDS.get(endpoint, record.state) and record.state != "retired"
    return True
