"""What is done once the answer has left, so that the time it takes tells nobody anything."""

from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, current_app

log = structlog.get_logger("tracker")


def after_answer(response: Response, act: Callable[[], Any]) -> Response:
    """Do this when the answer has been sent; what goes wrong then is logged, without what was typed."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the request is over then

    def run() -> None:
        with app.app_context():
            try:
                act()
            except Exception as error:
                log.error("failed after the answer", error=type(error).__name__)

    response.call_on_close(run)
    return response
