"""What proves who somebody is: e-mail addresses, passwords, and the secrets in links and tokens."""

import hashlib
import secrets
import uuid
from contextlib import suppress

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from flask import current_app
from flask_babel import gettext as _
from flask_security import hash_password

from tracker.core.errors import InvalidInput

#: Shortest password, in characters (NIST SP 800-63B asks for at least 8, and 15 where it stands alone).
SHORTEST_PASSWORD = 12
#: Longest password; hashing an endless one would keep a processor busy.
LONGEST_PASSWORD = 200
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
    """What a session is recognised by; a new one ends every session of the person."""
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


def check_password(password: str, email: str) -> None:
    """Raise InvalidInput when the password is too short, too long, or can be guessed at once."""
    if len(password) < SHORTEST_PASSWORD:
        message = _("Use at least %(count)s characters. Four random words do well.", count=SHORTEST_PASSWORD)
        raise InvalidInput(message, "password")
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInput(_("Use at most %(count)s characters.", count=LONGEST_PASSWORD), "password")
    if len(set(password)) < 5 or password.lower() in (email.lower(), email.partition("@")[0].lower()):
        raise InvalidInput(_("That would be guessed at once. Four random words do well."), "password")


def password_hash(password: str) -> str:
    """The argon2id hash of the password, normalised as the sign-in page normalises it."""
    normal = current_app.extensions["security"].password_util.normalize(password)
    return str(hash_password(normal))
