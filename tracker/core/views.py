"""Pages that belong to no other room: the language switch, the health answer, and what errors look like."""

import logging
import secrets
import traceback
import unicodedata
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from flask import (
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
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from tracker.core import wellknown  # noqa: F401 - importing it adds its addresses
from tracker.core.addresses import LONGEST_ADDRESS
from tracker.core.blueprint import bp
from tracker.core.db import abandon, is_answering
from tracker.core.errors import TrackerError
from tracker.core.permissions import current_actor
from tracker.core.routes import public
from tracker.core.vocabulary import Language

__all__ = ["bp", "init_errors", "local_address"]

log = structlog.get_logger("tracker")

#: Refusals that say something about somebody trying; the others are everyday.
_NOTED = frozenset({400, 401, 403, 405, 408, 413, 414, 429})
#: Headers of an error that tell the browser or program what to do.
_KEPT = ("Retry-After",)


def local_address(wish: str | None) -> str | None:
    """The address if it points into Tracker itself, else None, so that nobody is sent elsewhere."""
    if not wish or len(wish) > LONGEST_ADDRESS or not wish.isprintable():
        return None
    if not wish.startswith("/") or wish.startswith("//"):
        return None
    try:
        parts = urlsplit(wish)
    except ValueError:
        return None
    # Also as somebody on the way may read it who decodes once more than the browser does.
    path = unicodedata.normalize("NFKC", unquote(parts.path))
    if parts.scheme or parts.netloc or path.startswith("//") or "\\" in path or not path.isprintable():
        return None
    return wish


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
        414: (_("That address is too long"), _("Shorten the search, or take some filters off.")),
        422: (_("Something in the form needs another look"), _("Go back and correct it.")),
        429: (_("Too many tries"), _("Wait a minute, then try again.")),
        500: (
            _("Something went wrong on our side"),
            _("Nothing was saved. Try again; if it happens again, tell an administrator."),
        ),
    }


def _answer(status: int, message: str | None = None) -> Any:
    if status in _NOTED:
        # Who and where, and nothing typed: the route stands for the address, which may hold a secret.
        log.warning("refused", status=status, actor=current_actor().id, **_where())
    titles = _titles()
    title, advice = titles.get(status) or titles[500 if status >= 500 else 400]
    if request.path.startswith("/api/"):
        return jsonify(error=message or title, status=status), status
    page = render_template(
        "layout/error.html", status=status, title=title, message=message, advice=advice, bare=status >= 500
    )
    return page, status


def _where() -> dict[str, Any]:
    rule = request.url_rule
    return {"method": request.method[:10], "route": rule.rule if rule else None, "from": request.remote_addr}


def _frames(error: BaseException | None) -> list[str]:
    """Where an error came from, without its message, which may hold what somebody typed."""
    told = []
    while error is not None:
        trace: TracebackType | None = error.__traceback__
        told.append(type(error).__name__)
        told += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        error = error.__cause__ or error.__context__
    return told


def _place_only(entry: logging.LogRecord) -> bool:
    """Keep of an error in Flask's own log where it came from, not what it said."""
    if entry.exc_info and entry.exc_info[1]:
        entry.msg = f"{entry.getMessage()}: {' < '.join(_frames(entry.exc_info[1]))}"
        entry.args, entry.exc_info, entry.exc_text = (), None, None
    return True


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
        answer = make_response(_answer(error.code or 500))
        answer.headers.update({name: value for name, value in error.get_headers() if name in _KEPT})
        if isinstance(error, MethodNotAllowed):
            answer.allow = [method for method in error.valid_methods or () if method != "OPTIONS"]
        return answer

    @app.errorhandler(Exception)
    def on_unexpected(error: Exception) -> Any:
        abandon()
        mark = secrets.token_hex(4)
        log.error("unexpected error", mark=mark, error=type(error).__name__, trace=_frames(error), **_where())
        return _answer(500, _("If you report it, mention the mark %(mark)s.", mark=mark))

    def on_lost(exc_info: Any) -> None:
        # What goes wrong after the page was made: Flask would write the address and the message.
        log.error("unexpected error", trace=_frames(exc_info[1]), **_where())

    app.log_exception = on_lost  # type: ignore[method-assign]
    app.logger.addFilter(_place_only)
