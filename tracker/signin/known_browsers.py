"""Browsers in which somebody has signed in before: a signed cookie that proves nothing else.

OWASP's "device cookie": whoever guesses at an account from elsewhere slows down strangers, not its owner, and
a sign-in from a browser without the cookie is told to the owner by mail. A browser stays known for an account
until the account's sessions are ended as a whole, as a new password does.
"""

import hmac
import secrets
from typing import Any

from flask import Response, current_app, has_request_context, request
from itsdangerous import BadData, URLSafeTimedSerializer

from tracker.accounts import queries
from tracker.accounts.models import Person

#: How long a browser is known after the last sign-in, in seconds: a year.
_LONGEST = 365 * 24 * 3600
#: How many accounts one browser is known for; a browser of several people knows the last ones.
_MOST = 6


def _name() -> str:
    return "__Host-tracker-browser" if current_app.config["TRACKER_SECURE_COOKIES"] else "tracker-browser"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known browser")


def _tag(person: Person | None) -> str:
    said = f"{person.id} {person.fs_uniquifier}" if person is not None else ""
    key = f"known browser {current_app.config['SECRET_KEY']}".encode()
    return hmac.new(key, said.encode(), "sha256").hexdigest()[:32]


def _read() -> tuple[str, list[str]]:
    """The browser's own mark and the tags of the accounts that it is known for; empty when there is none."""
    if not has_request_context():
        return "", []
    try:
        said: Any = _signer().loads(request.cookies.get(_name(), ""), max_age=_LONGEST)
        return str(said["browser"]), [str(tag) for tag in said["accounts"]]
    except (BadData, KeyError, TypeError):
        return "", []


def is_known(person: Person) -> bool:
    """Whether this browser is known for the person."""
    return _tag(person) in _read()[1]


def mark_for(email: str) -> str | None:
    """The mark of this browser when it is known for the account with this address, else None."""
    browser, tags = _read()
    if not tags:
        return None
    person = queries.find_by_email(email)
    # Worked out for an account that does not exist, too, so that the time tells nothing.
    is_listed = _tag(person) in tags
    return browser if person is not None and is_listed else None


def remember(person: Person, response: Response) -> Response:
    """Let the browser that gets this answer be known for the person."""
    browser, tags = _read()
    tag = _tag(person)
    said = {
        "browser": browser or secrets.token_urlsafe(12),
        "accounts": [tag, *(known for known in tags if known != tag)][:_MOST],
    }
    response.set_cookie(
        _name(),
        str(_signer().dumps(said)),
        max_age=_LONGEST,
        secure=bool(current_app.config["TRACKER_SECURE_COOKIES"]),
        httponly=True,
        samesite="Lax",
    )
    return response
