"""The last searches of a browser, in a signed cookie of its own; the server keeps none of them.

The cookie belongs to whoever was signed in when it was made and is empty for everybody else, because Tracker
is used on borrowed machines; of visitors who are not signed in nothing is remembered. It goes with the
browser's session, at sign-out, and at the press of a button.
"""

import hashlib
from typing import Any

from flask import Flask, Response, after_this_request, current_app, request
from flask_login import user_logged_out
from itsdangerous import BadData, URLSafeSerializer

from tracker.core.permissions import current_actor

#: How many searches are remembered.
MOST = 8
#: Longest value of the cookie, in bytes; browsers keep 4096 for name, value and attributes.
LONGEST = 3000


def _name() -> str:
    return "__Host-tracker-recent" if current_app.config["TRACKER_SECURE_COOKIES"] else "tracker-recent"


def _signer() -> URLSafeSerializer:
    key = current_app.config["SECRET_KEY"]
    return URLSafeSerializer(key, salt="recent searches", signer_kwargs={"digest_method": hashlib.sha256})


def recent_searches() -> list[str]:
    """What was searched for in this browser by whoever uses it now, the latest first."""
    who = current_actor().id
    try:
        said: Any = _signer().loads(request.cookies.get(_name(), "")[: 2 * LONGEST])
        if who is None or said["who"] != who:
            return []
        return [str(text) for text in said["searches"]][:MOST]
    except (BadData, KeyError, TypeError):
        return []


def remember(text: str) -> None:
    """Put a search that somebody has sent off before the others; one that is made while typing does not
    count, nor does one of somebody who is not signed in.
    """
    if not text or current_actor().id is None or request.headers.get("HX-Request"):
        return
    searches = [text, *(known for known in recent_searches() if known != text)][:MOST]
    value = _signed(searches)
    while len(value) > LONGEST and searches:
        searches.pop()
        value = _signed(searches)

    @after_this_request
    def keep(response: Response) -> Response:
        if response.status_code == 200:
            response.set_cookie(_name(), value, **_attributes())
        return response


def forget() -> None:
    """Take the cookie away with the answer to this request."""

    @after_this_request
    def take_away(response: Response) -> Response:
        if _name() in request.cookies:
            response.delete_cookie(_name(), **_attributes())
        return response


def _signed(searches: list[str]) -> str:
    return str(_signer().dumps({"who": current_actor().id, "searches": searches}))


def _attributes() -> dict[str, Any]:
    secure = bool(current_app.config["TRACKER_SECURE_COOKIES"])
    return {"secure": secure, "httponly": True, "samesite": "Lax", "path": "/"}


def _on_signed_out(_app: Flask, **_more: Any) -> None:
    forget()


def init_recent(app: Flask) -> None:
    """Forget the searches of whoever signs out."""
    user_logged_out.connect(_on_signed_out, app)
