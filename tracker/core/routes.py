"""Every route is classified; one that is not is refused, and fails the tests."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, redirect, request, url_for
from flask_babel import gettext as _

from tracker.core.errors import Denied
from tracker.core.permissions import Permission, current_actor, reason_against

_CLASS = "tracker_classification"

type_view = Callable[..., Any]

#: Endpoints of libraries, which cannot carry a decorator: what each needs.
LIBRARY_ENDPOINTS: dict[str, str] = {
    "static": "public",
    "security.login": "public",
    "security.logout": "public",
}


def public(view: type_view) -> type_view:
    """Mark a view that everybody may open."""
    setattr(view, _CLASS, "public")
    return view


def signed_in(view: type_view) -> type_view:
    """Mark a view that any signed-in person may open."""
    setattr(view, _CLASS, "signed-in")
    return view


def requires(permission: Permission) -> Callable[[type_view], type_view]:
    """Mark a view with the permission it needs; the service asks again, with the record in hand."""

    def mark(view: type_view) -> type_view:
        setattr(view, _CLASS, permission)
        return view

    return mark


def classification(app: Flask, endpoint: str) -> str | Permission | None:
    """What a route needs: ``public``, ``signed-in``, a permission, or None when nobody said."""
    if endpoint in LIBRARY_ENDPOINTS:
        return LIBRARY_ENDPOINTS[endpoint]
    return getattr(app.view_functions.get(endpoint), _CLASS, None)


def _guard() -> Any:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # not found or method not allowed: the error pages answer
    needed = classification(current_app, endpoint)
    if needed == "public":
        return None
    actor = current_actor()
    if isinstance(needed, Permission):
        reason = reason_against(actor, needed)
    elif needed == "signed-in":
        reason = None if actor.is_authenticated else _("Sign in first.")
    else:
        reason = _("This page is closed: nobody has said who may open it.")
    if reason is None:
        return None
    if not actor.is_authenticated and request.blueprint != "api" and request.method in ("GET", "HEAD"):
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    raise Denied(reason)


def init_routes(app: Flask) -> None:
    """Refuse every request to a route that is not classified or that the actor may not open."""
    app.before_request(_guard)
