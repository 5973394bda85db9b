"""Guesses at secrets are counted in the database and slowed down, without ever locking anybody out for good.

Three counts stand beside one another, after OWASP's "device cookies":

- an account as guessed at from browsers that are not known for it,
- an account as guessed at from one browser that is (see `known_browsers`), so that whoever guesses from
  elsewhere never slows the owner down at home,
- a network address, widely, because a whole workshop shares one.

`FREE` wrong guesses at an account cost nothing; after that each must wait from the last wrong one, 1 s at
first and twice as long each time, up to `LONGEST`. A right one forgets the wrong ones of its count, and so
does a day. An account that does not exist is counted like one that does.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from flask import current_app, has_request_context, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, func, select

from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import TrackerError
from tracker.signin import known_browsers
from tracker.signin.models import Guess

#: Wrong guesses at an account that cost nothing.
FREE = 5
#: The longest wait for the next guess at an account.
LONGEST = timedelta(minutes=15)
#: When a wrong guess at an account is forgotten.
FORGOTTEN = timedelta(hours=24)
#: Wrong guesses from one network address within `WINDOW`, after which it must wait.
MOST_OF_ADDRESS = 100
WINDOW = timedelta(minutes=15)
#: Mails that one account, and one network address, may ask for within `MAIL_WINDOW`.
MOST_MAILS = 3
MOST_MAILS_OF_ADDRESS = 30
MAIL_WINDOW = timedelta(hours=1)


class TooManyGuesses(TrackerError):
    """The secret was not looked at, because too many wrong ones came before; `wait` says how long."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(_("There were too many tries. Try again in %(time)s.", time=in_words(wait)))

    @property
    def seconds(self) -> int:
        """How long to wait, in whole seconds; what `Retry-After` says."""
        return max(1, ceil(self.wait.total_seconds()))


def in_words(wait: timedelta) -> str:
    """A short time in words, rounded up to whole seconds, past a minute to whole minutes."""
    seconds = max(1, ceil(wait.total_seconds()))
    if seconds < 60:
        return str(ngettext("%(num)s second", "%(num)s seconds", seconds))
    return str(ngettext("%(num)s minute", "%(num)s minutes", ceil(seconds / 60)))


class Trial:
    """One guess under way; it counts as wrong until `right` is called."""

    def __init__(self, keys: list[str], rows: list[int]) -> None:
        self._keys, self._rows = keys, rows
        self.is_right = False

    def right(self) -> None:
        """Take the guess back, and forget the wrong ones at this account that came from where this one did.

        In the current unit of work, or in one of its own.
        """
        self.is_right = True
        with unit_of_work(announce=False) as session:
            own = Guess.id.in_(self._rows)
            session.execute(delete(Guess).where(own if not self._keys else own | Guess.key.in_(self._keys)))


def _key(*parts: str) -> str:
    # Keyed, because people type passwords into the field for the address, too.
    said = "\n".join(parts).encode()
    return hmac.new(f"guess {current_app.config['SECRET_KEY']}".encode(), said, "sha256").hexdigest()


def network() -> str:
    """Where the request comes from: its address; of IPv6 the first 64 bits, which one household holds."""
    raw = (request.remote_addr or "") if has_request_context() else ""
    try:
        found = ip_address(raw)
    except ValueError:
        return raw
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found.ipv4_mapped or found) if isinstance(found, IPv6Address) else str(found)


def account_wait(count: int, last: datetime | None, moment: datetime) -> timedelta:
    """How long the next guess at an account must wait after `count` wrong ones, the last at `last`."""
    if last is None or count < FREE:
        return timedelta(0)
    # Bounded before it is raised to a power: an old count may be large.
    step = min(timedelta(seconds=2 ** min(count - FREE, 16)), LONGEST)
    return max(last + step - moment, timedelta(0))


def _wait_of_account(key: str, moment: datetime) -> timedelta:
    query = select(func.count(), func.max(Guess.at)).where(Guess.key == key, Guess.at > moment - FORGOTTEN)
    count, last = db.session.execute(query).one()
    return account_wait(count, last, moment)


def _wait_of_many(key: str, most: int, window: timedelta, moment: datetime) -> timedelta:
    """Until when the oldest of the last `most` is over, when there are so many."""
    query = (
        select(Guess.at)
        .where(Guess.key == key, Guess.at > moment - window)
        .order_by(Guess.at.desc())
        .offset(most - 1)
        .limit(1)
    )
    oldest = db.session.scalar(query)
    return timedelta(0) if oldest is None else oldest + window - moment


def _write(keys: list[str], moment: datetime) -> list[int]:
    rows = [Guess(key=key, at=moment) for key in keys]
    db.session.add_all(rows)
    db.session.flush()
    db.session.execute(delete(Guess).where(Guess.at <= moment - FORGOTTEN))
    return [row.id for row in rows]


@contextmanager
def guessing(what: str, account: str | None = None) -> Iterator[Trial]:
    """Surround the checking of a secret with this; call `right()` on what it gives when it was right.

    `what` names the kind of secret ("password", "code", "recovery"), `account` the e-mail address it is tried
    for, as typed or known; None where the secret itself names the account (a passkey): then only the network
    address counts.

        with throttle.guessing("code", person.email) as trial:
            if is_right(code):
                trial.right()

    The guess is written down and committed before the block runs, so guesses in parallel cannot slip through
    (with PostgreSQL at most as many as there are worker processes). Hence it must not be opened inside a unit
    of work: RuntimeError. Raises TooManyGuesses, which becomes a page with status 429 and `Retry-After`,
    while one must wait; the block does not run then, and the time of waiting does not grow.
    """
    if db.session().info.get("in_unit"):
        raise RuntimeError("a guess must be committed before its secret is looked at")
    known = known_browsers.mark_for(account) if account is not None else None
    # Of a browser that is known for the account only the browser is asked about, of all others the account
    # and the network address.
    own = [] if account is None else [_key(what, "account", _plain(account), known or "")]
    address = [] if known else [_key("address", network())]
    with unit_of_work(announce=False):
        moment = now()
        wait = max(
            timedelta(0),
            *(_wait_of_account(key, moment) for key in own),
            *(_wait_of_many(key, MOST_OF_ADDRESS, WINDOW, moment) for key in address),
        )
        rows = [] if wait else _write([*own, *address], moment)
    if wait:
        raise TooManyGuesses(wait)
    yield Trial(own, rows)


def count_wrong(what: str) -> None:
    """Count a wrong secret of 256 bits, which nobody guesses, against the network address.

    For tokens, which come with every request: the right ones cost nothing and are never refused. Raises
    TooManyGuesses past the bound.
    """
    _within(_key(what, "address", network()), MOST_OF_ADDRESS, WINDOW)


def count_request(what: str, account: str) -> None:
    """Count a request that costs somebody a mail; raises TooManyGuesses past the bounds.

    The account may be one that does not exist.
    """
    # The address first, so that one who is refused cannot use up what others have.
    _within(_key(what, "address", network()), MOST_MAILS_OF_ADDRESS, MAIL_WINDOW)
    _within(_key(what, "account", _plain(account)), MOST_MAILS, MAIL_WINDOW)


def _within(key: str, most: int, window: timedelta) -> None:
    with unit_of_work(announce=False):
        moment = now()
        wait = _wait_of_many(key, most, window, moment)
        if not wait:
            _write([key], moment)
    if wait:
        raise TooManyGuesses(wait)


def _plain(account: str) -> str:
    return account.strip().lower()
