"""Headers that every answer carries."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

#: Where browsers report what the policy stopped.
REPORTS = "/csp-report"

#: For pages and static files: Tracker's own files and nothing else.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "font-src 'self'; object-src 'none'; frame-src 'none'; worker-src 'none'; base-uri 'none'; "
    f"form-action 'self'; frame-ancestors 'none'; report-uri {REPORTS}"
)

#: For everything that is no page (JSON, CSV, files): nothing may be loaded from it or run in it.
DATA_POLICY = (
    "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox"
)

#: What browsers offer to pages and Tracker never asks for, as Chromium 156 (November 2026) names it; other
#: browsers pass over names that they do not know. Passkeys and writing to the clipboard are left out, and the
#: rules of local networks, in which Tracker may stand itself.
DENIED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "clipboard-read",
    "compute-pressure",
    "digital-credentials-create",
    "digital-credentials-get",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "interest-cohort",
    "keyboard-map",
    "language-detector",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "private-state-token-issuance",
    "private-state-token-redemption",
    "screen-wake-lock",
    "serial",
    "speaker-selection",
    "storage-access",
    "summarizer",
    "sync-xhr",
    "translator",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)

#: Two years, as browsers ask for.
TRANSPORT = "max-age=63072000; includeSubDomains"

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in DENIED_FEATURES),
}

#: Endpoints whose good answers are the same for everybody, so that browsers may keep them.
SAME_FOR_ALL = frozenset({"static", "core.robots", "core.security_contact"})


def _is_same_for_all(response: Response) -> bool:
    return request.endpoint in SAME_FOR_ALL and response.status_code in (200, 206, 304)


def _policy(response: Response) -> str:
    if request.endpoint != "static" and response.mimetype != "text/html":
        return DATA_POLICY
    policy = PAGE_POLICY
    provider = urlsplit(current_app.config["TRACKER_OIDC_ISSUER"])
    if provider.netloc:
        # Browsers hold the redirect that follows a form to the same rule as the form.
        allowed = f"form-action 'self' {provider.scheme}://{provider.netloc}"
        policy = policy.replace("form-action 'self'", allowed)
    return f"{policy}; upgrade-insecure-requests" if current_app.config["TRACKER_SECURE_COOKIES"] else policy


def _headers(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy(response))
    if current_app.config["TRACKER_SECURE_COOKIES"]:
        response.headers["Strict-Transport-Security"] = TRANSPORT
    if not _is_same_for_all(response):
        # What one person may see must never be answered to another from a cache, nor be found on a borrowed
        # machine by whoever comes next.
        response.headers["Cache-Control"] = "private, no-store"
        response.vary.update(("Authorization",) if request.path.startswith("/api/") else ("Cookie",))
    if request.endpoint == "security.logout":
        # Whoever sits down next at a borrowed machine finds nothing by going back.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def init_headers(app: Flask) -> None:
    """Set the headers of every answer: pages, files, redirects and errors."""
    app.after_request(_headers)
