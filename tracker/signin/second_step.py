"""Between the first proof and the second: who is half-way in, and who must set up a second factor first.

`ask` is the one way from a first proof (password, link, OpenID) to a session. A cookie that is half-way in
names nobody to the rest of Tracker: it only remembers, for some minutes, whom the second step is about.
"""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_security import Security
from flask_security import login_user as begin_session
from flask_security.tf_plugin import TfPlugin

from tracker.accounts import queries
from tracker.accounts.models import Person
from tracker.core.db import now
from tracker.core.permissions import current_actor
from tracker.core.views import local_address
from tracker.core.vocabulary import RoleName
from tracker.signin import ceremonies, second_factor

#: How long the second step may take, in seconds.
PATIENCE = 600
#: Where the cookie remembers whom the second step is about.
_KEY = "half_way"
#: What stays of a browser's session when somebody proves themselves: nothing that another may have put there.
_KEPT = ("language", "csrf_token")
#: Open to those who must set up a second factor before anything else.
_OPEN = frozenset(
    {
        "static",
        "security.logout",
        "core.set_language",
        "core.healthz",
        "core.take_csp_report",
        "core.security_contact",
        "core.robots",
        "signin.set_up_app",
        "signin.add_passkey",
        "signin.passkey_options",
        "signin.prove",
        "signin.prove_by_passkey",
        "signin.must_set_up",
    }
)


def ask(person: Person, by: str, wish: str | None = None) -> Response | None:
    """Ask for the second factor of somebody who has proved themselves once: a redirect to the second step.

    None when there is none: then the caller signs the person in. `by` is how they proved themselves
    ("password", "link", "oidc"), `wish` the address that they want to reach.
    """
    if not second_factor.is_set(person):
        return None
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept)
    session[_KEY] = {
        "of": person.fs_uniquifier,
        "by": by,
        "until": now().timestamp() + PATIENCE,
        "next": local_address(wish) or "",
    }
    return redirect(url_for("signin.second_step_page"))  # type: ignore[return-value]


def waiting() -> Person | None:
    """Whom the second step in this browser is about; None when nobody is half-way in, or took too long."""
    state = session.get(_KEY) or {}
    if not state or state["until"] < now().timestamp():
        return None
    # Whatever ends the person's sessions changes this name, and so ends the half-way state, too.
    person = queries.person_for_session(state["of"])
    return person if person is not None and person.active else None


def give_up() -> None:
    """Forget whom the second step was about."""
    session.pop(_KEY, None)


def complete(person: Person, second: str) -> Response:
    """Begin the session of somebody who has taken both steps; `second` is by what they took the second."""
    state = session.pop(_KEY)
    return enter(person, [state["by"], second], state["next"])


def enter(person: Person, by: Iterable[str], wish: str | None) -> Response:
    """Begin the person's session, and lead to where they wanted to go."""
    begin_session(person, authn_via=list(by))
    return redirect(local_address(wish) or url_for("reports.home"))  # type: ignore[return-value]


class _Gate(TfPlugin):
    """Lets the library's own sign-in page ask for the second factor, too, whoever calls it."""

    def tf_enter(
        self, user: Any, remember_me: bool | None, primary_authn_via: str, next_loc: str | None
    ) -> Any:
        """The redirect to the second step, or None."""
        return ask(user, primary_authn_via, next_loc)


def roles_that_must(app: Flask) -> frozenset[RoleName]:
    """The roles that need a second factor; raises ValueError naming the setting for one that is none."""
    named = [name.strip() for name in app.config["TRACKER_SECOND_FACTOR_ROLES"].split(",") if name.strip()]
    try:
        return frozenset(RoleName(name) for name in named)
    except ValueError:
        known = ", ".join(RoleName)
        raise ValueError(f"TRACKER_SECOND_FACTOR_ROLES: write some of {known}, not {named}") from None


def _must_set_up() -> Any:
    actor = current_actor()
    must = roles_that_must(current_app)
    if not must or actor.id is None or not must.intersection(actor.roles):
        return None
    # Programs have tokens of their own, which an administrator gives.
    if request.endpoint in _OPEN or request.path.startswith("/api/"):
        return None
    person = queries.person(actor.id)
    if person is None or second_factor.is_set(person):
        return None
    if request.method not in ("GET", "HEAD"):
        flash(_("Nothing was saved: set up a second factor first."), "error")
    return redirect(url_for("signin.must_set_up"), code=303)


def init_second_step(app: Flask, security: Security) -> None:
    """Stand between the first proof and the session, and before the pages of those who must set one up."""
    security.two_factor_plugins = _Gate()
    # A slip in the setting is told at the start, not by the first page.
    roles_that_must(app)
    app.jinja_env.globals.update(passkeys_work=ceremonies.work_here, passkeys_site=ceremonies.site)
    app.before_request(_must_set_up)
