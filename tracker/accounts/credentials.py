"""What proves who somebody is: e-mail addresses, passwords, and the secrets in links and tokens."""

import hashlib
import secrets
import uuid
from contextlib import suppress

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from flask import current_app
from flask_babel import gettext as _
from flask_security import hash_password, verify_password

from tracker.accounts.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, check_password
from tracker.core.errors import InvalidInput

__all__ = [
    "LONGEST_PASSWORD",
    "SHORTEST_PASSWORD",
    "TOKEN_PREFIX",
    "check_password",
    "clean_email",
    "is_right",
    "new_secret",
    "new_uniquifier",
    "password_hash",
    "secret_hash",
]

#: How API tokens begin, so that people and scanners of leaked secrets recognise them.
TOKEN_PREFIX = "trk_"  # noqa: S105 - the public beginning of every token

# Tracker may run inside a network whose names end so; the library lets its list be changed for that.
for _name in ("local", "localhost", "test"):
    with suppress(ValueError):
        SPECIAL_USE_DOMAIN_NAMES.remove(_name)


def new_secret() -> str:
    """A secret of 256 bits that fits into an address."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What is kept of a secret: SHA-256 in hexadecimal; unsalted, because the secret itself is random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_uniquifier() -> str:
    """A person's name for the sign-in library; a new one makes every browser unknown for the account."""
    return uuid.uuid4().hex


def clean_email(address: str) -> str:
    """The address in the form in which it is kept; raises InvalidInput when it is none."""
    try:
        found = validate_email(address.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        found = None
    if found is None or ("." not in found.domain and found.domain != "localhost"):
        message = _("“%(email)s” is not an e-mail address. Write it like name@example.org.", email=address)
        raise InvalidInput(message, "email")
    return found.normalized.lower()


def _normal(password: str) -> str:
    """The password as the sign-in page reads it: the same however its accents were composed."""
    return str(current_app.extensions["security"].password_util.normalize(password))


def password_hash(password: str) -> str:
    """The argon2id hash of the password."""
    return str(hash_password(_normal(password)))


def is_right(password: str, kept: str | None) -> bool:
    """Whether this is the password whose hash is kept."""
    return kept is not None and bool(verify_password(_normal(password), kept))
