"""The clock that everything reads: the real one, or a moment that a demonstration or a test has set."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _set_to.get() or datetime.now(UTC)


def today() -> date:
    """Today's date in UTC; due dates are compared with it."""
    return now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now` be this moment inside the block."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
