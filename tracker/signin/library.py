"""How the sign-in library is set: as little of it as Tracker uses, and nothing beside."""

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.credentials import SHORTEST_PASSWORD

#: How long a browser in which nobody is signed in remembers the language; signed in, sessions end with it.
LANGUAGE_KEPT_FOR = timedelta(days=7)

#: Settings of Flask-Security.
LIBRARY_SETTINGS: dict[str, Any] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    # Argon2 salts each password itself; with a second, secret salt the loss of one file would void them all.
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (_l("The e-mail address or the password is not right."), "error"),
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "globally_deliverable": False},
    "SECURITY_LOGIN_URL": "/login",
    "SECURITY_LOGOUT_URL": "/logout",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "reports.home",
    "SECURITY_POST_LOGOUT_VIEW": "security.login",
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_CONFIRMABLE": False,
    "SECURITY_CHANGEABLE": False,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CSRF_COOKIE_NAME": None,
    # No page of the library asks for the password a second time.
    "SECURITY_FRESHNESS": timedelta(minutes=-1),
    # The library's own tokens are not used: the API has its own, which can be listed and revoked.
    "SECURITY_API_ENABLED_METHODS": ["session"],
}
