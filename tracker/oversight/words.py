"""Acts, kinds of records and fields of the audit log in words."""

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.history import ACTS as ACCOUNT_ACTS
from tracker.accounts.history import WORDING as ACCOUNT_WORDING
from tracker.core.config import SETTINGS
from tracker.core.history import Wording
from tracker.core.vocabulary import Handling, Language
from tracker.outcomes.history import ACTS as OUTCOME_ACTS
from tracker.outcomes.history import FIELDS as OUTCOME_FIELDS
from tracker.outcomes.history import PARTS as OUTCOME_PARTS
from tracker.outcomes.vocabulary import Record
from tracker.search.saved.history import ACTS as SEARCH_ACTS
from tracker.search.saved.history import WORDING as SEARCH_WORDING
from tracker.themes.history import ACTS as THEME_ACTS
from tracker.themes.history import WORDING as THEME_WORDING
from tracker.workshops.history import ACTS as WORKSHOP_ACTS
from tracker.workshops.history import WORDING as WORKSHOP_WORDING

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
    **SEARCH_ACTS,
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
    "saved-search": _l("Saved search"),
    "export": _l("Export"),
    "import": _l("Import"),
    "settings": _l("Settings"),
    "instance": _l("Instance"),
}

_FOLLOW_UP_FIELDS: dict[str, Any] = {
    "due": _l("Due"),
    "position": _l("Position"),
    "implementation": _l("Implementation"),
    "assurance": _l("Assurance"),
    "stage": _l("Stage"),
    "party": _l("Party"),
    "update": _l("Update"),
    "assessment": _l("Assessment"),
    "reason": _l("Reason"),
}
_OTHER_FIELDS: dict[str, Any] = {
    "address": _l("Address"),
    "second": _l("Second factor"),
    "format": _l("Format"),
    "act": _l("What"),
    "kind": _l("Kind of record"),
    "since": _l("From"),
    "until": _l("Until"),
    "text": _l("Text"),
}
_TEXTS: dict[str, Any] = {
    f"{part}.{language}": _l("%(part)s (%(language)s)", part=label, language=language.label)
    for part, label in OUTCOME_PARTS.items()
    for language in Language
}
_FOLLOW_UP = Wording(acts=ACTS, fields=_FOLLOW_UP_FIELDS)

#: How entries about each kind of record read.
WORDINGS: dict[str, Wording] = {
    "person": replace(ACCOUNT_WORDING, fields={**ACCOUNT_WORDING.fields, **_OTHER_FIELDS}),
    "party": ACCOUNT_WORDING,
    "theme": THEME_WORDING,
    "workshop": WORKSHOP_WORDING,
    "outcome": Wording(
        acts=ACTS, fields={**OUTCOME_FIELDS, **_TEXTS}, vocabularies={"handling": Handling, "record": Record}
    ),
    "commitment": _FOLLOW_UP,
    "adoption": _FOLLOW_UP,
    "saved-search": SEARCH_WORDING,
    "settings": Wording(acts=ACTS, fields={setting.name: setting.name for setting in SETTINGS}),
}
OTHER_WORDING = Wording(acts=ACTS, fields=_OTHER_FIELDS)
