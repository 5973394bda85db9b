"""Codes of an app (TOTP, RFC 6238) that work once, the picture an app reads, and codes for a lost app."""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from flask_security import Totp
from passlib.exc import TokenError
from passlib.totp import TOTP
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from tracker.accounts.models import Person
from tracker.core.db import now

#: What an app calls Tracker.
ISSUER = "Tracker"
#: How far the clock of a telephone may be off, in seconds: one code before or after.
LEEWAY = 30
#: How many recovery codes a person gets; each holds 48 bits.
RECOVERY_CODES = 10


class OneUseCodes(Totp):
    """The library's codes, by Tracker's clock, of which none works twice.

    The number of the last one taken stands with the person, who must have been read in the transaction in
    which a code is checked. `key` encrypts the secrets that are kept.
    """

    def __init__(self, key: str) -> None:
        # The library's own beginning takes no clock.
        self._totp = TOTP.using(issuer=ISSUER, secrets={"1": key}, now=lambda: now().timestamp())

    def get_last_counter(self, user: Any) -> int | None:
        """The number of the last code that the person used."""
        number: int | None = user.tf_totp_counter
        return number

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Note that the person used this code."""
        user.tf_totp_counter = tmatch.counter


@lru_cache(maxsize=8)
def _factory(key: str) -> OneUseCodes:
    return OneUseCodes(key)


def _derived(label: str) -> bytes:
    """A key of its own for each use, so that what one reveals says nothing about another."""
    return hmac.new(current_app.config["SECRET_KEY"].encode(), label.encode(), hashlib.sha256).digest()


def factory() -> OneUseCodes:
    """The codes of this instance: their secrets are encrypted with a key derived from the instance's."""
    return _factory(_derived("tracker second factor app").hex())


def typed(code: str | None) -> str:
    """A code as it was meant: any script's digits, any case, with or without spaces and dashes."""
    plain = unicodedata.normalize("NFKC", code or "").lower()
    digits = (str(unicodedata.digit(char)) if char.isdigit() else char for char in plain)
    return "".join(char for char in digits if char.isalnum())


def is_right(person: Person, secret: str | None, code: str) -> bool:
    """Whether the app that holds `secret` shows this code now, and it was not used before.

    Notes its use with the person, in the current unit of work. A secret that this instance cannot read, since
    its secret key was replaced, has no right code.
    """
    if not secret:
        return False
    try:
        return bool(factory().verify_totp(typed(code), secret, person, window=LEEWAY))
    except (TokenError, ValueError, KeyError):
        return False


class AppDetails(NamedTuple):
    """What an app must know: the key in groups of four, and a picture as the outline of its dark squares."""

    key: str
    outline: str
    #: Width and height of the picture, in squares.
    size: int


def app_details(person: Person, secret: str) -> AppDetails:
    """The secret as a key to type and as a picture to scan."""
    picture = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    picture.add_data(factory().get_totp_uri(person.email, secret))
    rows = picture.get_matrix()
    return AppDetails(factory().get_totp_pretty_key(secret).replace("-", " "), _outline(rows), len(rows))


def _outline(rows: Iterable[Iterable[bool]]) -> str:
    """The dark squares as one SVG path."""
    return "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )


def new_recovery_codes() -> list[str]:
    """New recovery codes, such as "0a1b-2c3d-4e5f"."""
    return list(factory().generate_recovery_codes(RECOVERY_CODES))


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code: a hash that needs the instance's key, so that it cannot be guessed at
    with a copy of the database alone.
    """
    return hmac.new(_derived("tracker recovery codes"), typed(code).encode(), hashlib.sha256).hexdigest()
