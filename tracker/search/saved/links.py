"""Addresses that work without signing in: the feed of a saved search, and the link that ends its mails.

Their secrets are worked out from the key of the instance and a salt in the row, so that the page can show a
feed's address at any time and the database alone opens nothing. Another salt is another secret.
"""

import hmac
import secrets

from flask import current_app

from tracker.core.addresses import public_address
from tracker.core.db import db
from tracker.search.saved.models import SavedSearch

#: Characters of a secret: 160 bits.
_LENGTH = 40


def new_salt() -> str:
    """A salt that no other search has."""
    return secrets.token_hex(16)


def _token(purpose: str, search_id: int, salt: str) -> str:
    key = f"saved search {purpose} {current_app.config['SECRET_KEY']}".encode()
    return f"{search_id}-{hmac.new(key, f'{search_id} {salt}'.encode(), 'sha256').hexdigest()[:_LENGTH]}"


def feed_address(search: SavedSearch) -> str | None:
    """The whole address of its feed; None when it has none."""
    if search.feed_salt is None:
        return None
    return public_address("saved.feed", token=_token("feed", search.id, search.feed_salt))


def stop_address(search: SavedSearch) -> str:
    """The whole address that ends its mails."""
    return public_address("saved.stop", token=_token("mail", search.id, search.mail_salt))


def of_feed(token: str) -> SavedSearch | None:
    """The search whose feed has this secret."""
    search = _named(token)
    return search if search and search.feed_salt and _is("feed", search, search.feed_salt, token) else None


def of_mail(token: str) -> SavedSearch | None:
    """The search whose mails this secret ends."""
    search = _named(token)
    return search if search and _is("mail", search, search.mail_salt, token) else None


def _named(token: str) -> SavedSearch | None:
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return db.session.get(SavedSearch, int(number))


def _is(purpose: str, search: SavedSearch, salt: str, token: str) -> bool:
    return hmac.compare_digest(_token(purpose, search.id, salt).encode(), token.encode())
