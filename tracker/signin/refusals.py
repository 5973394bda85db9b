"""The answer to too many guesses."""

from typing import Any

import structlog
from flask import jsonify, make_response, render_template, request
from flask_babel import gettext as _

from tracker.core.permissions import current_actor
from tracker.signin.throttle import TooManyGuesses

log = structlog.get_logger("tracker")


def slowed_down(error: TooManyGuesses) -> Any:
    """Status 429 with `Retry-After`, saying how long to wait; the same for accounts that do not exist."""
    rule = request.url_rule
    log.warning("too many tries", actor=current_actor().id, route=rule.rule if rule else None)
    message = str(error.message)
    if request.path.startswith("/api/"):
        answer = make_response(jsonify(error=message, status=429), 429)
    else:
        advice = _(
            "Nothing is locked: after this time you can go on. If you have forgotten your password, "
            "ask for a new one on the sign-in page."
        )
        page = render_template(
            "layout/error.html", status=429, title=_("Too many tries"), message=message, advice=advice
        )
        answer = make_response(page, 429)
    answer.headers["Retry-After"] = str(error.seconds)
    return answer
