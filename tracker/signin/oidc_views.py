"""Signing in at an OpenID Connect provider, and coming back from it."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _

from tracker.core.errors import NotFound
from tracker.core.hosts import absolute
from tracker.core.permissions import current_actor
from tracker.core.routes import public
from tracker.core.views import local_address
from tracker.signin import oidc, second_step
from tracker.signin.blueprint import bp

#: Where the browser's session remembers where the person wanted to go.
_WISH = "provider_next"


def _need_provider() -> None:
    if not oidc.name():
        raise NotFound(_("Nobody signs in here by another provider."))


@bp.post("/login/provider")
@public
def start_at_provider() -> Any:
    """Go to the provider."""
    _need_provider()
    session[_WISH] = local_address(request.form.get("next")) or ""
    return oidc.begin(absolute(url_for("signin.back_from_provider")))


@bp.get("/login/provider/return")
@public
def back_from_provider() -> Any:
    """Take what the provider says, and ask for the second factor if there is one."""
    _need_provider()
    wish = session.pop(_WISH, "")
    if current_actor().is_authenticated:
        return redirect(local_address(wish) or url_for("reports.home"))
    if request.args.get("error") == "access_denied":
        flash(_("You did not sign in at %(name)s.", name=oidc.name()), "info")
        return redirect(url_for("security.login", next=local_address(wish)))
    person = oidc.person_for(oidc.finish())
    return second_step.ask(person, "oidc", wish) or second_step.enter(person, ["oidc"], wish)
