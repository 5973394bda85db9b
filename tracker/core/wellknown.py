"""Addresses that programs expect on every site: security contact, robots, change of password, violations."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Response, current_app, redirect, request, url_for

from tracker.core.addresses import is_web_address
from tracker.core.blueprint import bp
from tracker.core.clock import now
from tracker.core.headers import REPORTS
from tracker.core.hosts import absolute
from tracker.core.limits import plain
from tracker.core.routes import public
from tracker.core.security import csrf, limiter
from tracker.core.vocabulary import Language

log = structlog.get_logger("tracker.security")

#: Largest report of a violation that is read, in bytes.
LARGEST_REPORT = 16_384
#: How long a reader of security.txt may rely on it, in days.
VALID_DAYS = 180

_DIRECTIVE = re.compile(r"[a-z-]{1,40}")


def _contact() -> str:
    """Whom to tell, as RFC 9116 writes it; where nobody is named, the site itself."""
    wish: str = current_app.config["TRACKER_SECURITY_CONTACT"].strip()
    if is_web_address(wish) or wish.startswith(("mailto:", "tel:")):
        return plain(wish).replace("\n", "")
    return f"mailto:{''.join(wish.split())}" if wish else absolute()


@bp.get("/.well-known/security.txt")
@public
def security_contact() -> Response:
    """Whom to tell of a weakness (RFC 9116)."""
    # Midnight, so that the file stays the same for a day.
    expires = (now() + timedelta(days=VALID_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {_contact()}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(Language)}",
        f"Canonical: {absolute('/.well-known/security.txt')}",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """What search engines may visit: nothing, unless the public may read; then not what costs much."""
    closed = ["/"]
    if current_app.config["TRACKER_PUBLIC_READING"]:
        closed = ["/search", "/api/", "/login", "/sign-in/", "/reports/export.csv"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/.well-known/change-password")
@public
def change_password() -> Any:
    """Where password managers send people to change their password."""
    return redirect(url_for("signin.account"))


@bp.post(REPORTS)
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("30 per minute", key_func=lambda: "violations")
def take_csp_report() -> tuple[str, int]:
    """Note what the content security policy stopped in somebody's browser; one line, without addresses."""
    request.max_content_length = LARGEST_REPORT
    found = _report(request.get_data())
    if found is not None:
        log.warning("the content security policy stopped something", **found)
    return "", 204


def _report(body: bytes) -> dict[str, str] | None:
    """What matters of a report, in words that can hold no secret; None when it is none."""
    try:
        report = json.loads(body)["csp-report"]
        directive = str(report.get("effective-directive") or report.get("violated-directive") or "")
        blocked, page = str(report.get("blocked-uri", "")), str(report.get("document-uri", ""))
        known = _DIRECTIVE.match(directive)
        return {
            "directive": known.group() if known else "",
            "blocked": _origin(blocked),
            # Only the room: what follows may be the secret of a one-time link.
            "page": plain("/" + urlsplit(page).path.split("/")[1])[:40] if "/" in page else "",
        }
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return None


def _origin(address: str) -> str:
    """Scheme and host of an address, or the word that stands for one, such as ``inline``."""
    parts = urlsplit(address)
    return plain(f"{parts.scheme}://{parts.hostname}" if parts.netloc else parts.scheme or parts.path)[:100]
