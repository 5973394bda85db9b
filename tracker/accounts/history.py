"""What was done about a person or a party, in readable words."""

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from tracker.accounts.agents import in_words
from tracker.accounts.models import LinkPurpose, Party, SignInWay
from tracker.accounts.standing import Standing
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.history import Names, Wording, values_in
from tracker.core.vocabulary import Language, RoleName

ACTS: dict[str, Any] = {
    "person-added": _l("Person added"),
    "person-invited": _l("Invited"),
    "invitation-accepted": _l("Invitation accepted"),
    "address-asked": _l("New e-mail address asked for"),
    "provider-bound": _l("Bound to another service"),
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
    "by": _l("How"),
    "purpose": _l("Purpose"),
    "code": _l("Code"),
    "names": _l("Names"),
    "acronym": _l("Acronym"),
    "aliases": _l("Other spellings"),
    "country": _l("Country"),
    "active": _l("Offered in forms"),
}

_PARTY_FIELDS = ("parties", "country")


def _party_names(entries: Sequence[AuditEntry]) -> Names:
    names = party_names(values_in(entries, _PARTY_FIELDS))
    return dict.fromkeys(_PARTY_FIELDS, names)


#: How the history of a person or a party reads.
WORDING = Wording(
    acts=ACTS,
    fields=FIELDS,
    vocabularies={
        "roles": RoleName,
        "language": Language,
        "standing": Standing,
        "purpose": LinkPurpose,
        "by": SignInWay,
    },
    words={"agent": in_words},
    names=_party_names,
)


def party_names(codes: Collection[str]) -> dict[str, str]:
    """Names of the parties with these codes, by code; one query."""
    if not codes:
        return {}
    return {p.code: p.name for p in db.session.scalars(select(Party).where(Party.code.in_(codes)))}
