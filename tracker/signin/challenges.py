"""Challenges of passkeys: remembered in one browser's session, for one purpose and a few minutes."""

import secrets
from typing import NamedTuple

from flask import session
from flask_babel import gettext as _

from tracker.core.db import now
from tracker.core.errors import InvalidInput

#: How long an answer may take, in seconds.
PATIENCE = 300
_KEY = "challenge"


class Challenge(NamedTuple):
    """A challenge, and what it was issued with; the latter is for adding a passkey only."""

    value: str
    person_id: int | None = None
    name: str = ""
    usage: str = ""


def issue(purpose: str, *, person_id: int | None = None, name: str = "", usage: str = "") -> Challenge:
    """A new challenge; the browser's session remembers it in place of any earlier one."""
    challenge = Challenge(secrets.token_urlsafe(32), person_id, name, usage)
    session[_KEY] = {"for": purpose, "until": now().timestamp() + PATIENCE, "said": list(challenge)}
    return challenge


def take(purpose: str) -> Challenge:
    """This browser's challenge for `purpose`, which the browser then forgets.

    Raises InvalidInput when there is none, it was for something else, or it took too long.
    """
    state = session.pop(_KEY, None)
    if state is None or state["for"] != purpose or state["until"] < now().timestamp():
        raise InvalidInput(_("That took too long, or was answered already. Try again."))
    return Challenge(*state["said"])
