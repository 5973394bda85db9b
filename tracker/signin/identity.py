"""Who is asking: from the session on pages, from the bearer token in the API, and nobody otherwise."""

from dataclasses import replace
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
from flask_login import current_user, user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from flask_security import views as library
from flask_security.utils import set_request_attr
from werkzeug.exceptions import UnsupportedMediaType

from tracker.accounts import queries, sessions
from tracker.accounts.actors import actor_for
from tracker.accounts.models import Person, PersonSession, Role
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import TrackerError
from tracker.core.permissions import ANONYMOUS, PUBLIC, Actor, current_actor
from tracker.core.views import local_address
from tracker.signin import arrivals, known_browsers, oidc, second_step, throttle
from tracker.signin.afterwards import after_answer
from tracker.signin.forms import SignInForm
from tracker.signin.library import LANGUAGE_KEPT_FOR, LIBRARY_SETTINGS
from tracker.signin.refusals import slowed_down

#: For how long after a one-time link the password may be set without the current one, in seconds.
LINK_PROVES_FOR = 3600

#: Where the cookie keeps the secret of the session's row: the only thing in it that proves anything.
_SECRET = "session"  # noqa: S105 - the name of a place, not a secret
#: What of a session outlives signing in; everything else, first of all the token in forms, is made anew.
_KEPT = ("language", "fs_cc", "fs_paa")
#: What the library calls a way of proving who one is, where Tracker has a word of its own.
_WORDS = {"webauthn": "passkey"}


class UnknownToken(TrackerError):
    """A request of a program whose token is unknown, was revoked, or belongs to a closed account."""

    status = 401


class _Datastore(SQLAlchemyUserDatastore):
    """Finds people for the library; a session's person is found by `_load_actor`."""

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
        throttle.count_wrong("token")
        raise UnknownToken(_("This token is unknown or was revoked. Ask an administrator for a new one."))
    # What somebody opens in an emergency they read themselves; none of their programs does.
    return replace(actor_for(person), opened=frozenset())


def this_session() -> PersonSession | None:
    """The session with which the request came, or which began in it; None when nobody is signed in."""
    return g.get("person_session")  # type: ignore[no-any-return]


def _session_row() -> PersonSession | None:
    """The living session whose secret the cookie holds; a cookie of one that is over is emptied."""
    secret = session.get(_SECRET)
    if secret is None:
        return None
    row = sessions.find(str(secret))
    if row is None:
        language = session.get("language")
        session.clear()
        if language:
            session["language"] = language
        flash(_("Your session is over. Sign in again."), "info")
        return None
    sessions.touch(row)
    return row


def _load_actor() -> None:
    g.actor = ANONYMOUS
    # The library asks for its own user through this, and must not look into the cookie for it.
    known = current_app.login_manager._update_request_context_with_user  # type: ignore[attr-defined]
    known(None)
    if request.endpoint == "static":
        return
    if request.path.startswith("/api/"):
        g.actor = _bearer()
        return
    row = _session_row()
    if row is None:
        g.actor = _the_public()
        return
    g.person_session = row
    known(row.person)
    # What the library would note if it had read the cookie itself: by it, it knows how fresh a proof is.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    g.actor = actor_for(row.person)


def sign_in() -> Any:
    """The library's sign-in page; wrong passwords are counted and slowed down, see `throttle`."""
    if request.is_json:
        raise UnsupportedMediaType
    wish = request.form.get("next") or request.args.get("next")
    if current_actor().id is not None:
        # Whoever is in already must not be able to have guesses at others forgotten.
        return redirect(local_address(wish) or url_for("reports.home"))
    if request.method != "POST":
        return make_response(library.login())
    email = request.form.get("email", "")[:254]
    with throttle.guessing("password", email) as trial:
        response = make_response(library.login())
        trial.is_right = 300 <= response.status_code < 400
    if not trial.is_right:
        address = throttle.network()
        return after_answer(response, lambda: arrivals.note_failure(email, address))

    @after_this_request
    def forget(answer: Response) -> Response:
        # After the library's own commit, which a unit of work begun earlier would undo.
        trial.right()
        return answer

    # Whoever has a second factor is not in yet, and is led on to it.
    return (
        redirect(local_address(wish) or url_for("reports.home"))
        if current_user.is_authenticated
        else response
    )


def browser_of(person: Person) -> arrivals.Browser:
    """From where this request comes."""
    agent = request.user_agent.string or ""
    return arrivals.Browser(request.remote_addr or "", agent, known_browsers.is_known(person))


def _on_signed_in(_app: Flask, user: Person, authn_via: list[str] | None = None, **_more: Any) -> None:
    # A session that somebody prepared before must not live on, nor its token against forged forms.
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept)
    g.pop("csrf_token", None)
    by = [_WORDS.get(word, word) for word in authn_via or ["unknown"]]
    left = this_session()

    @after_this_request
    def begin(response: Response) -> Response:
        # After the library's own commit, which a unit of work begun earlier would undo.
        session[_SECRET] = arrivals.begin(user, by, browser_of(user), left=left)
        return known_browsers.remember(user, response)


def _on_signed_out(_app: Flask, user: Any = None, **_more: Any) -> None:
    row = this_session()
    session.pop(_SECRET, None)
    if isinstance(user, Person) and row is not None:
        g.pop("person_session")
        arrivals.end(Actor(id=user.id, name=user.name), row.id)
        flash(_("You are signed out."), "info")


def came_by_link() -> bool:
    """Whether this session began with a one-time link within the last hour."""
    row = this_session()
    proves_for = timedelta(seconds=LINK_PROVES_FOR)
    return row is not None and row.method == "link" and now() - row.began_at < proves_for


def go_on(person: Person, secret: str | None = None) -> None:
    """Keep this browser known after all sessions of the person ended, and signed in with this secret."""
    if secret is not None:
        session[_SECRET] = secret

    @after_this_request
    def remember(response: Response) -> Response:
        return known_browsers.remember(person, response)


def init_identity(app: Flask) -> None:
    """Set up signing in, and find out who is asking before anything else is decided about a request."""
    for name, value in LIBRARY_SETTINGS.items():
        app.config.setdefault(name, value)
    app.config["PERMANENT_SESSION_LIFETIME"] = LANGUAGE_KEPT_FOR
    security = Security(app, _Datastore(db, Person, Role), login_form=SignInForm)
    app.view_functions["security.login"] = sign_in
    # The library's own readers of cookies and tokens are switched off: only `_load_actor` says who asks.
    security.login_manager.request_loader(lambda _request: None)
    security.login_manager.user_loader(lambda _name: None)
    # Nor does it look up who asks for a style sheet.
    security.principal.skip_static = True
    user_authenticated.connect(_on_signed_in, app)
    user_logged_out.connect(_on_signed_out, app)
    app.register_error_handler(throttle.TooManyGuesses, slowed_down)
    second_step.init_second_step(app, security)
    oidc.init_oidc(app)
    # First of all, so that even the page that refuses a forged form knows who is asking.
    app.before_request_funcs.setdefault(None, []).insert(0, _load_actor)
