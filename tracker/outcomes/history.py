"""The history of an outcome in readable words, as far as the reader may know it."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from tracker.accounts.history import party_names
from tracker.core.audit import AuditEntry, history_of
from tracker.core.db import db
from tracker.core.history import ACCESS, Change, Line, day, moment, values_in, was_open_to
from tracker.core.i18n import enumerated
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling, Language, Vocabulary
from tracker.outcomes.models import Outcome
from tracker.outcomes.queries import visible_to
from tracker.outcomes.vocabulary import Kind, LinkKind, Priority, Quality, Record
from tracker.themes.models import Theme
from tracker.workshops.models import Workshop
from tracker.workshops.queries import openable_by as openable_workshops
from tracker.workshops.ways import is_opened

#: The act that changes the label, who is named, or the Chatham House Rule.
RELABEL = "relabel"
#: The act that deletes a draft; its entry says under ``ref`` what the reference was.
DISCARD = "discard"
ACTS = {
    "log": _l("Logged"),
    "edit": _l("Changed"),
    RELABEL: _l("Handling changed"),
    "publish": _l("Published"),
    "retire": _l("Retired"),
    "add-version": _l("Language version added"),
    "edit-version": _l("Language version changed"),
    "link": _l("Linked"),
    "unlink": _l("Link taken away"),
    "import": _l("Imported"),
    "merge-theme": _l("Theme merged"),
    "emergency-opening": _l("Opened in an emergency"),
    "emergency-ended": _l("Emergency opening ended"),
    DISCARD: _l("Discarded"),
}
#: The acts that bring an outcome in; whoever does one of them is its author.
FIRST_ACTS = ("log", "import")
FIELDS = {
    "kind": _l("Kind"),
    "record": _l("Record"),
    "language": _l("Language of the authentic text"),
    "workshop": _l("Workshop"),
    "handling": _l("Handling"),
    "chatham_house": _l("Chatham House Rule"),
    "themes": _l("Themes"),
    "addressees": _l("Addressed to"),
    "proposers": _l("Proposed by"),
    "named_parties": _l("Parties named on the record"),
    "named_people": _l("People named on the record"),
    "due": _l("Due"),
    "priority": _l("Priority"),
    "quality": _l("Quality"),
    "contact": _l("Contact"),
    "source_url": _l("Web address of the source"),
    "retired_reason": _l("Reason"),
    "reason": _l("Reason"),
    "until": _l("Until"),
    "successor": _l("Successor"),
    "link": _l("Link"),
}
PARTS = {
    "title": _l("Title"),
    "text": _l("Text"),
    "rationale": _l("Rationale"),
    "safeguards": _l("Safeguards"),
    "context": _l("Context"),
    "actions": _l("What was done"),
    "results": _l("Results"),
    "success_factors": _l("Success factors"),
    "constraints": _l("Constraints"),
    "conditions": _l("Conditions for replication"),
}
_VOCABULARIES: dict[str, type[Vocabulary]] = {
    "kind": Kind,
    "record": Record,
    "language": Language,
    "handling": Handling,
    "priority": Priority,
    "quality": Quality,
}
_LANGUAGES = {str(language) for language in Language}
#: How many numbers one query asks for; SQLite bounds the parameters of a statement.
_CHUNK = 500
_PARTY_FIELDS = ("addressees", "proposers", "named_parties")


def history_of_outcome(actor: Actor, outcome: Outcome) -> list[Line]:
    """Every act on the outcome, newest first.

    What a change said is open to those who could read the record before and after it: what was redacted, or
    stood in a draft, does not come back to light through the history. Under the Chatham House Rule it tells
    nobody who proposed or logged the outcome, also not through entries from before the rule was set.
    """
    entries = history_of("outcome", outcome.id)
    opened = {entry.id: _may_read(actor, outcome, entry) for entry in entries}
    words = _Words(actor, outcome, [entry for entry in entries if opened[entry.id]])
    return [
        Line(
            at=entry.at,
            who=_who(actor, outcome, entry),
            act=ACTS.get(entry.act, entry.act),
            open=opened[entry.id],
            changes=words.changes(entry) if opened[entry.id] else [],
        )
        for entry in entries
    ]


def discarded_refs(outcome_ids: Iterable[int]) -> Iterator[str]:
    """The references that drafts with these numbers had before they were discarded."""
    ids = list(dict.fromkeys(outcome_ids))
    for start in range(0, len(ids), _CHUNK):
        query = select(AuditEntry.before).where(
            AuditEntry.record_kind == "outcome",
            AuditEntry.record_id.in_(ids[start : start + _CHUNK]),
            AuditEntry.act == DISCARD,
        )
        yield from (said["ref"] for said in db.session.scalars(query) if said)


def _who(actor: Actor, outcome: Outcome, entry: AuditEntry) -> str:
    if not actor.is_authenticated or (outcome.chatham_house and tells_author(entry, outcome.author_id)):
        return ""
    return entry.actor_name


def tells_author(entry: AuditEntry, author_id: int | None) -> bool:
    """Whether an entry about an outcome under the Chatham House Rule names its author, in any act."""
    was_logged = entry.act in FIRST_ACTS and entry.before is None
    return was_logged or (entry.actor_id is not None and entry.actor_id == author_id)


def under_chatham_house(outcome_ids: Iterable[int]) -> dict[int, int | None]:
    """Of these outcomes, those under the Chatham House Rule, also discarded ones: id → the author's number.

    Whatever shows entries of the audit log leaves out of theirs the field ``proposers`` on both sides, which
    older entries may still hold, and the name of whoever logged the outcome or has the author's number.
    """
    ids = list(dict.fromkeys(outcome_ids))
    found: dict[int, int | None] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        query = select(Outcome.id, Outcome.author_id).where(Outcome.id.in_(chunk), Outcome.chatham_house)
        found |= {row[0]: row[1] for row in db.session.execute(query)}
        found |= _discarded_under_it(chunk)
    return found


def _discarded_under_it(ids: list[int]) -> dict[int, int | None]:
    about = (AuditEntry.record_kind == "outcome", AuditEntry.record_id.in_(ids))
    query = select(AuditEntry.record_id, AuditEntry.before).where(*about, AuditEntry.act == DISCARD)
    gone = {number for number, said in db.session.execute(query) if said and said.get("chatham_house")}
    if not gone:
        return {}
    first = select(AuditEntry.record_id, AuditEntry.actor_id).where(*about, AuditEntry.act.in_(FIRST_ACTS))
    authors = {row[0]: row[1] for row in db.session.execute(first.order_by(AuditEntry.id.desc()))}
    return {number: authors.get(number) for number in gone if number is not None}


def _may_read(actor: Actor, outcome: Outcome, entry: AuditEntry) -> bool:
    return is_opened(actor, "outcome", outcome.id) or was_open_to(actor, entry)


def _open_workshops(actor: Actor, entries: list[AuditEntry]) -> set[str]:
    """Of the workshops whose codes stand in the entries, those that the actor may open."""
    sides = [side for entry in entries for side in (entry.before, entry.after) if side]
    codes = {side["workshop"] for side in sides if side.get("workshop")}
    query = select(Workshop.code).where(Workshop.code.in_(codes), openable_workshops(actor))
    return set(db.session.scalars(query)) if codes else set()


class _Words:
    """Turns slugs, codes and references into words; everything is looked up at once."""

    def __init__(self, actor: Actor, outcome: Outcome, entries: list[AuditEntry]) -> None:
        self.hidden = {ACCESS}
        if outcome.chatham_house:
            self.hidden.add("proposers")
        if not actor.is_authenticated:
            self.hidden.add("named_people")
        # An outcome may have been at another workshop before; each is named to those who may open it.
        self.workshops = _open_workshops(actor, entries)
        slugs = values_in(entries, ("themes",))
        self.parties = party_names(values_in(entries, _PARTY_FIELDS))
        self.themes = {t.slug: t.name for t in db.session.scalars(select(Theme).where(Theme.slug.in_(slugs)))}
        refs = {ref for entry in entries for side in (entry.before, entry.after) for ref in _refs(side or {})}
        self.refs = set(
            db.session.scalars(select(Outcome.ref).where(Outcome.ref.in_(refs), visible_to(actor)))
        )

    def changes(self, entry: AuditEntry) -> list[Change]:
        """What one act changed, field by field."""
        found = []
        for name, before, after in entry.changes:
            part, _dot, language = name.partition(".")
            if (
                name in self.hidden
                or (name == "workshop" and not {before, after} - {None} <= self.workshops)
                or not (set(_refs({name: before})) | set(_refs({name: after}))) <= self.refs
            ):
                continue
            if part in PARTS and language in _LANGUAGES:
                label = _("%(part)s (%(language)s)", part=PARTS[part], language=Language(language).label)
                found.append(Change(label, before or "", after or "", language))
            elif before or after:
                found.append(Change(FIELDS.get(name, name), self.say(name, before), self.say(name, after)))
        return found

    def say(self, name: str, value: Any) -> str:
        """The value in words."""
        if value is None or value == "":
            return ""
        if name == "link":
            kind = LinkKind(value["kind"])
            return f"{kind.label if value['outgoing'] else kind.reverse_label} {value['ref']}"
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        if isinstance(value, list):
            known = self.themes if name == "themes" else self.parties if name in _PARTY_FIELDS else {}
            return enumerated(known.get(item) or str(item) for item in value)
        if name in _VOCABULARIES:
            return str(_VOCABULARIES[name](value).label)
        if name == "until":
            return moment(value)
        return day(value) if name == "due" else str(value)


def _refs(side: dict[str, Any]) -> list[str]:
    """The references of other outcomes in one side of an entry."""
    found: list[str] = [side["successor"]] if side.get("successor") else []
    return found + ([side["link"]["ref"]] if side.get("link") else [])
