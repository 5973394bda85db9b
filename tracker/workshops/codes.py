"""Short names made of longer ones: the code of a workshop, the code of a body."""

import re
from datetime import date

from flask_babel import gettext as _

from tracker.core.errors import InvalidInput
from tracker.core.slugs import slugify

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,59}")
#: Words that stand in addresses beside the codes.
_TAKEN = {"new"}


def check_code(code: str) -> None:
    """Raise InvalidInput for a code that could not stand in an address."""
    if not _CODE.fullmatch(code) or code.lower() in _TAKEN:
        raise InvalidInput(
            _("Use 2 to 60 letters without accents, digits, dots and dashes, such as WS-2024-LARNACA."),
            "code",
        )


def workshop_code(started: date | None, place: str, country_code: str | None) -> str:
    """A code such as WS-2024-LARNACA.

    The country stands in for a place that is missing or in another script.
    """
    town = slugify(place.split(",")[0], 30)
    parts = ["WS", str(started.year) if started else "", (town or country_code or "").upper()]
    return "-".join(part for part in parts if part)


def body_code(name: str) -> str:
    """A code for a body such as `ministry-of-justice`; `body` where the name has no Latin letter."""
    return slugify(name, 50) or "body"
