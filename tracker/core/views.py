"""Pages that belong to no other room: the language switch, the health answer, and what errors look like."""

import secrets
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from tracker.core.db import abandon, is_answering
from tracker.core.errors import TrackerError
from tracker.core.permissions import current_actor
from tracker.core.routes import public
from tracker.core.vocabulary import Language

log = structlog.get_logger("tracker")
bp = Blueprint("core", __name__)


def local_address(wish: str | None) -> str | None:
    """The address if it points into Tracker itself, else None, so that nobody is sent elsewhere."""
    if not wish or not wish.startswith("/") or wish.startswith(("//", "/\\")) or "\n" in wish or "\r" in wish:
        return None
    parts = urlsplit(wish)
    return None if parts.scheme or parts.netloc else wish


@bp.post("/language")
@public
def set_language() -> Any:
    """Remember the language chosen and go back to the page."""
    wish = request.form.get("language", "")
    if wish in {str(language) for language in Language}:
        session["language"] = wish
        # Signed in, the session ends with the browser, because Tracker is used on borrowed machines.
        session.permanent = not current_actor().is_authenticated
    return redirect(local_address(request.form.get("next")) or url_for("reports.home"))


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Whether the site and its database answer."""
    if is_answering():
        return jsonify(status="ok")
    log.error("the database does not answer")
    return make_response(jsonify(status="unavailable"), 503)


def _titles() -> dict[int, tuple[str, str]]:
    return {
        400: (
            _("That request could not be read"),
            _("Go back, reload the page and try again. What you typed is still in the form."),
        ),
        403: (_("This is not open to you"), _("If you need it, ask the coordinator of the workshop.")),
        404: (_("Nothing to show here"), _("It does not exist, or it is not open to you. Try the search.")),
        405: (_("That request could not be read"), _("Go back, reload the page and try again.")),
        409: (_("Somebody else saved this meanwhile"), _("Open the record again and compare.")),
        413: (_("That is too large"), _("Send a smaller file, or split it.")),
        422: (_("Something in the form needs another look"), _("Go back and correct it.")),
        429: (_("Too many tries"), _("Wait a minute, then try again.")),
        500: (
            _("Something went wrong on our side"),
            _("Nothing was saved. Try again; if it happens again, tell an administrator."),
        ),
    }


def _answer(status: int, message: str | None = None) -> Any:
    titles = _titles()
    title, advice = titles.get(status) or titles[500 if status >= 500 else 400]
    if request.path.startswith("/api/"):
        return jsonify(error=message or title, status=status), status
    page = render_template(
        "layout/error.html", status=status, title=title, message=message, advice=advice, bare=status >= 500
    )
    return page, status


def init_errors(app: Flask) -> None:
    """Turn every failure into a page that says what happened and what to do, and reveals nothing else."""

    @app.errorhandler(TrackerError)
    def on_tracker_error(error: TrackerError) -> Any:
        return _answer(error.status, str(error.message))

    @app.errorhandler(CSRFError)
    def on_csrf_error(_error: CSRFError) -> Any:
        return _answer(
            400,
            _(
                "The page had been open for too long, or in another sign-in. "
                "Go back, reload it and send it again."
            ),
        )

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> Any:
        if error.response is not None or (error.code is not None and error.code < 400):
            return error
        return _answer(error.code or 500)

    @app.errorhandler(Exception)
    def on_unexpected(error: Exception) -> Any:
        abandon()
        mark = secrets.token_hex(4)
        log.exception("unexpected error", mark=mark, path=request.path, error=type(error).__name__)
        return _answer(500, _("If you report it, mention the mark %(mark)s.", mark=mark))
