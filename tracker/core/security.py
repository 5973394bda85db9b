"""Protection of the whole: forged forms, forged hosts, odd requests, too many requests, headers."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from tracker.core.headers import init_headers
from tracker.core.hosts import init_hosts
from tracker.core.limits import init_limits
from tracker.core.permissions import current_actor

#: How many requests of people who are not signed in count as one: a whole workshop shares one address.
SHARED = 10


def whose() -> str:
    """Who uses something up: the person, or the address of those who are not signed in."""
    actor = current_actor()
    return f"address {get_remote_address()}" if actor.id is None else f"person {actor.id}"


csrf = CSRFProtect()
limiter = Limiter(whose, storage_uri="memory://", headers_enabled=True)


def _bounded(what: str, a_minute: int, *methods: str) -> Callable[[Any], Any]:
    def bound() -> str:
        return f"{a_minute if current_actor().id is not None else a_minute * SHARED} per minute"

    return limiter.shared_limit(bound, scope=what, methods=list(methods) or None)


#: For views that search: nobody reads two pages of results a second.
bounded_search = _bounded("search", 120)
#: For views that give out everything at once.
bounded_export = _bounded("export", 10)
#: For views that take files.
bounded_upload = _bounded("upload", 60, "POST")


class SessionCookie(SecureCookieSessionInterface):
    """The cookie, signed with HMAC-SHA256 where Flask would take SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def init_security(app: Flask) -> None:
    """Refuse what should not get further, in this order, and set the headers of every answer."""
    app.session_interface = SessionCookie()
    init_hosts(app)
    init_limits(app)
    csrf.init_app(app)
    limiter.init_app(app)
    init_headers(app)
