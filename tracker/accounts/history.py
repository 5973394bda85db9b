"""What was done about a person or a party, in readable words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from tracker.accounts.models import LinkPurpose, Party
from tracker.accounts.standing import Standing
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.paging import Page, paginate
from tracker.core.vocabulary import Language, RoleName, Vocabulary

ACTS: dict[str, Any] = {
    "person-added": _l("Person added"),
    "person-invited": _l("Invited"),
    "invited-again": _l("Invited again"),
    "invitation-withdrawn": _l("Invitation withdrawn"),
    "roles-changed": _l("Roles or parties changed"),
    "person-closed": _l("Account closed"),
    "person-reopened": _l("Account reopened"),
    "address-changed": _l("E-mail address changed"),
    "set-up": _l("First administrator"),
    "sign-in": _l("Signed in"),
    "sign-in-failed": _l("Sign-in failed"),
    "sign-out": _l("Signed out"),
    "session-ended": _l("Session ended"),
    "sessions-ended": _l("Sessions ended"),
    "end-everything": _l("All sessions and links ended"),
    "account-edited": _l("Account changed"),
    "password-set": _l("Password set"),
    "link-issued": _l("One-time link made"),
    "link-used": _l("One-time link used"),
    "token-issued": _l("Token made"),
    "token-revoked": _l("Token revoked"),
    "app-set": _l("Code app set up"),
    "app-removed": _l("Code app removed"),
    "passkey-added": _l("Passkey added"),
    "passkey-removed": _l("Passkey removed"),
    "recovery-codes-made": _l("Recovery codes made"),
    "recovery-code-used": _l("Recovery code used"),
    "second-factors-removed": _l("Second factor removed"),
    "body-added": _l("Body added"),
    "party-edited": _l("Party changed"),
    "party-retired": _l("No longer offered in forms"),
    "party-offered": _l("Offered in forms again"),
}

FIELDS: dict[str, Any] = {
    "email": _l("E-mail address"),
    "name": _l("Name"),
    "language": _l("Language"),
    "roles": _l("Roles"),
    "parties": _l("Acts for"),
    "standing": _l("Account"),
    "reason": _l("Reason"),
    "sessions": _l("Open sessions"),
    "agent": _l("Browser"),
    "by": _l("By"),
    "purpose": _l("Purpose"),
    "code": _l("Code"),
    "names": _l("Names"),
    "acronym": _l("Acronym"),
    "aliases": _l("Other spellings"),
    "country": _l("Country"),
    "active": _l("Offered in forms"),
}

_VOCABULARIES: dict[str, type[Vocabulary]] = {
    "roles": RoleName,
    "language": Language,
    "standing": Standing,
    "purpose": LinkPurpose,
}
_PARTY_FIELDS = ("parties", "country")


@dataclass(frozen=True, slots=True)
class Change:
    """A field that changed, in words."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One act: when, who, what, and what changed by it."""

    at: datetime
    who: str
    act: Any
    changes: list[Change] = field(default_factory=list)


def lines_of(kind: str, record_id: int, page: int, size: int = 20) -> Page[Line]:
    """One page of the acts on one person or party, newest first."""
    of_record = (AuditEntry.record_kind == kind, AuditEntry.record_id == record_id)
    entries = paginate(select(AuditEntry).where(*of_record).order_by(AuditEntry.id.desc()), page, size)
    names = _party_names(entries.items)
    lines = [
        Line(entry.at, entry.actor_name, ACTS.get(entry.act, entry.act), _changes(entry, names))
        for entry in entries.items
    ]
    return Page(lines, entries.page, entries.total, size)


def _party_names(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Names of the parties whose codes stand in the entries, by code; one query."""
    codes: set[str] = set()
    for entry in entries:
        for side in (entry.before or {}, entry.after or {}):
            codes.update(code for name in _PARTY_FIELDS for code in _listed(side.get(name)))
    if not codes:
        return {}
    return {p.code: p.name for p in db.session.scalars(select(Party).where(Party.code.in_(codes)))}


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def _changes(entry: AuditEntry, names: dict[str, str]) -> list[Change]:
    found = []
    for name, before, after in entry.changes:
        said = [_in_words(name, value, names) for value in (before, after)]
        if any(said):
            found.append(Change(FIELDS.get(name, name), *said))
    return found


def _in_words(name: str, value: Any, names: dict[str, str]) -> str:
    return ", ".join(_word(name, item, names) for item in _listed(value))


def _word(name: str, item: Any, names: dict[str, str]) -> str:
    if isinstance(item, bool):
        return str(_("Yes") if item else _("No"))
    vocabulary = _VOCABULARIES.get(name)
    if vocabulary is not None and item in [str(member) for member in vocabulary]:
        return str(vocabulary(item).label)
    return names.get(item, str(item)) if name in _PARTY_FIELDS else str(item)
