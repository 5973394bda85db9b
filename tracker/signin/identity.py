"""Who is asking: from the session on pages, from the bearer token in the API, and nobody otherwise."""

import time
from datetime import timedelta
from typing import Any

from flask import (
    Flask,
    Response,
    after_this_request,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from flask_login import current_user, user_logged_out
from flask_login import login_user as begin_session
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from flask_security import login_user as authenticate
from flask_security import views as library
from werkzeug.exceptions import UnsupportedMediaType

from tracker.accounts import queries
from tracker.accounts.actors import actor_for
from tracker.accounts.credentials import SHORTEST_PASSWORD
from tracker.accounts.models import Person, Role
from tracker.core.db import db
from tracker.core.errors import TrackerError
from tracker.core.permissions import ANONYMOUS, PUBLIC, Actor
from tracker.core.security import limiter
from tracker.core.views import local_address
from tracker.signin import account, models  # noqa: F401 - the tables must be known
from tracker.signin.forms import SignInForm

#: For how long after a one-time link the password may be set without the current one, in seconds.
LINK_PROVES_FOR = 3600

#: What of a session outlives signing in; everything else, first of all the token in forms, is made anew.
_KEPT = ("language", "_user_id", "_fresh", "_id", "fs_cc", "fs_paa")

_SETTINGS: dict[str, Any] = {
    "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    # Argon2 salts each password itself; with a second, secret salt the loss of one file would void them all.
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (_l("The e-mail address or the password is not right."), "error"),
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "globally_deliverable": False},
    "SECURITY_LOGIN_URL": "/login",
    "SECURITY_LOGOUT_URL": "/logout",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "reports.home",
    "SECURITY_POST_LOGOUT_VIEW": "security.login",
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_CONFIRMABLE": False,
    "SECURITY_CHANGEABLE": False,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CSRF_COOKIE_NAME": None,
    # No page of the library asks for the password a second time.
    "SECURITY_FRESHNESS": timedelta(minutes=-1),
    # The library's own tokens are not used: the API has its own, which can be listed and revoked.
    "SECURITY_API_ENABLED_METHODS": ["session"],
}


class UnknownToken(TrackerError):
    """A request of a program whose token is unknown, was revoked, or belongs to a closed account."""

    status = 401


class _Datastore(SQLAlchemyUserDatastore):
    """Reads a session's person in one query, roles and parties included."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Person | None:
        if "fs_uniquifier" in kwargs:
            return queries.person_for_session(kwargs["fs_uniquifier"])
        return queries.find_by_email(kwargs["email"]) if "email" in kwargs else None


def _the_public() -> Actor:
    if current_app.config["TRACKER_PUBLIC_READING"]:
        return Actor(id=None, name="", access_tokens=frozenset({PUBLIC}))
    return ANONYMOUS


def _bearer() -> Actor:
    """Whoever the bearer token names, the public without one; a cookie does not count."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return _the_public()
    person = queries.person_for_token(token.strip()) if scheme.lower() == "bearer" else None
    if person is None:
        raise UnknownToken(_("This token is unknown or was revoked. Ask an administrator for a new one."))
    return actor_for(person)


def _load_actor() -> None:
    g.actor = ANONYMOUS
    if request.endpoint == "static":
        return
    if request.path.startswith("/api/"):
        g.actor = _bearer()
    else:
        g.actor = actor_for(current_user) if current_user.is_authenticated else _the_public()


def _account_key() -> str:
    return f"{get_remote_address()} {request.form.get('email', '').strip().lower()}"


def _failed(response: Response) -> bool:
    return response.status_code < 300


@limiter.limit("8 per minute; 40 per hour", key_func=_account_key, methods=["POST"], deduct_when=_failed)
@limiter.limit("60 per minute", methods=["POST"], deduct_when=_failed)
def sign_in() -> Any:
    """The library's sign-in page, throttled: failures count per account and address, and per address.

    An address is shared by a whole workshop on one wifi, so its own bound is wide.
    """
    if request.is_json:
        raise UnsupportedMediaType
    response = make_response(library.login())
    if 300 <= response.status_code < 400:
        wish = request.form.get("next") or request.args.get("next")
        return redirect(local_address(wish) or url_for("reports.home"))
    return response


def _on_signed_in(_app: Flask, user: Person, authn_via: list[str] | None = None, **_more: Any) -> None:
    # A session that somebody prepared before must not live on, nor its token against forged forms.
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept)
    g.pop("csrf_token", None)
    actor, how = Actor(id=user.id, name=user.name), (authn_via or ["unknown"])[0]

    @after_this_request
    def note(response: Response) -> Response:
        # After the library's own commit, which a unit of work begun earlier would undo.
        account.note_sign_in(actor, how)
        return response


def _on_signed_out(_app: Flask, user: Any = None, **_more: Any) -> None:
    if isinstance(user, Person):
        account.end_sessions(Actor(id=user.id, name=user.name))
        flash(_("You are signed out."), "info")


def sign_in_by_link(person: Person) -> None:
    """Begin a session for the person whom a one-time link has proved."""
    authenticate(person, authn_via=["link"])
    session["by_link"] = True


def came_by_link() -> bool:
    """Whether this session began with a one-time link within the last hour."""
    return bool(session.get("by_link")) and time.time() - session.get("fs_paa", 0) < LINK_PROVES_FOR


def renew_session(person: Person) -> None:
    """Keep this browser signed in after all sessions of the person were ended; a link proves nothing now."""
    session.pop("by_link", None)
    begin_session(person)


def init_identity(app: Flask) -> None:
    """Set up signing in, and find out who is asking before anything else is decided about a request."""
    for name, value in _SETTINGS.items():
        app.config.setdefault(name, value)
    app.config["PERMANENT_SESSION_LIFETIME"] = _SETTINGS["PERMANENT_SESSION_LIFETIME"]
    security = Security(app, _Datastore(db, Person, Role), login_form=SignInForm)
    app.view_functions["security.login"] = sign_in
    # The library's own token reader is switched off: only `/api/` reads tokens, and only ours.
    security.login_manager.request_loader(lambda _request: None)
    # Nor does it look up who asks for a style sheet.
    security.principal.skip_static = True
    user_authenticated.connect(_on_signed_in, app)
    user_logged_out.connect(_on_signed_out, app)
    # First of all, so that even the page that refuses a forged form knows who is asking.
    app.before_request_funcs.setdefault(None, []).insert(0, _load_actor)
