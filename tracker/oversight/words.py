"""Acts, kinds of records and fields of the audit log in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.history import ACTS as ACCOUNT_ACTS
from tracker.accounts.history import FIELDS as ACCOUNT_FIELDS
from tracker.outcomes.history import ACTS as OUTCOME_ACTS
from tracker.outcomes.history import FIELDS as OUTCOME_FIELDS
from tracker.themes.history import ACTS as THEME_ACTS
from tracker.themes.history import FIELDS as THEME_FIELDS
from tracker.workshops.history import ACTS as WORKSHOP_ACTS
from tracker.workshops.history import FIELDS as WORKSHOP_FIELDS

ACTS: dict[str, Any] = {
    **THEME_ACTS,
    **WORKSHOP_ACTS,
    **OUTCOME_ACTS,
    "report": _l("Reported"),
    "assess": _l("Assessed"),
    "set-due": _l("Due date changed"),
    "take-up": _l("Practice taken up"),
    "export": _l("Exported"),
    "settings": _l("Settings changed"),
    "invitation-accepted": _l("Invitation accepted"),
    "address-asked": _l("New e-mail address asked for"),
    "provider-bound": _l("Bound to another service"),
    **ACCOUNT_ACTS,
}

#: Kinds of records, as entries name them.
KINDS: dict[str, Any] = {
    "outcome": _l("Outcome"),
    "commitment": _l("Commitment"),
    "adoption": _l("Adoption"),
    "workshop": _l("Workshop"),
    "theme": _l("Theme"),
    "party": _l("Party"),
    "person": _l("Person"),
    "export": _l("Export"),
    "import": _l("Import"),
    "settings": _l("Settings"),
    "instance": _l("Instance"),
}

FIELDS: dict[str, Any] = {
    **THEME_FIELDS,
    **WORKSHOP_FIELDS,
    **ACCOUNT_FIELDS,
    **OUTCOME_FIELDS,
    "address": _l("Address"),
    "second": _l("Second factor"),
    "format": _l("Format"),
    "text": _l("Text"),
    "position": _l("Position"),
    "implementation": _l("Implementation"),
    "assurance": _l("Assurance"),
    "stage": _l("Stage"),
    "party": _l("Party"),
    "update": _l("Update"),
    "assessment": _l("Assessment"),
}
