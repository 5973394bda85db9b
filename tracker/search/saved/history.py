"""What was done about saved searches, in readable words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.history import Wording
from tracker.search.saved.models import Alert

ACTS: dict[str, Any] = {
    "search-saved": _l("Search saved"),
    "search-changed": _l("Saved search changed"),
    "search-deleted": _l("Saved search deleted"),
    "feed-renewed": _l("Feed given a new address"),
    "feed-closed": _l("Feed closed"),
    "mails-stopped": _l("Mails stopped"),
}

#: How entries about saved searches read.
WORDING = Wording(
    acts=ACTS,
    fields={"shared": _l("Shared"), "alert": _l("Mail"), "feed": _l("Feed")},
    vocabularies={"alert": Alert},
)
