"""What is derived and never typed: overdue, due soon, stale; for one commitment, and in SQL for many.

The clauses are for queries that join `Outcome`; only published recommendations have signs.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, or_

from tracker.core.clock import today
from tracker.core.vocabulary import Vocabulary
from tracker.followup.models import Commitment
from tracker.followup.vocabulary import Assurance, Implementation, Position
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record

#: Positions after which nothing is owed.
DECLINED = tuple(member for member in Position if member.is_declined)
#: Implementations after which something is still owed.
OPEN = tuple(member for member in Implementation if member.is_open)
#: Implementations after which nothing is owed unless a reviewer disputes them.
DONE = tuple(member for member in Implementation if not member.is_open and not member.is_closed)
#: Positions that are an answer and leave something to do.
ANSWERED = (Position.UNDER_CONSIDERATION, Position.ACCEPTED, Position.ACCEPTED_WITH_ALTERNATIVE)


class Sign(Vocabulary):
    """What the date says about an open commitment."""

    OVERDUE = "overdue", _l("Overdue")
    DUE_SOON = "due-soon", _l("Due soon")
    STALE = "stale", _l("Stale")


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _soon(day: date) -> date:
    return day + timedelta(days=current_app.config["TRACKER_DUE_SOON_DAYS"])


def stale_months() -> int:
    """After how many months without a report an open commitment is stale."""
    months: int = current_app.config["TRACKER_STALE_MONTHS"]
    return months


def _silent_since(day: date) -> datetime:
    return datetime.combine(months_before(day, stale_months()), time(), UTC)


def _is_owed(commitment: Commitment) -> bool:
    return commitment.is_open and commitment.outcome.record is Record.PUBLISHED


def is_overdue(commitment: Commitment, day: date) -> bool:
    """Whether something is owed that was due before this day."""
    return _is_owed(commitment) and (due := commitment.due) is not None and due < day


def signs(commitment: Commitment, day: date | None = None) -> list[Sign]:
    """The signs of a commitment on a day, by default today; none where nothing is owed.

    Stale is what was answered once and then not reported on for `TRACKER_STALE_MONTHS`.
    """
    day = day or today()
    if not _is_owed(commitment):
        return []
    found = []
    due = commitment.due
    if is_overdue(commitment, day):
        found.append(Sign.OVERDUE)
    elif due is not None and due <= _soon(day):
        found.append(Sign.DUE_SOON)
    answered = commitment.position in ANSWERED or commitment.implementation is not None
    if answered and (commitment.last_update_at or commitment.opened_at) < _silent_since(day):
        found.append(Sign.STALE)
    return found


def due_column() -> ColumnElement[Any]:
    """When it is due: its own date, else the recommendation's."""
    return func.coalesce(Commitment.own_due, Outcome.due)


def open_clause() -> ColumnElement[bool]:
    """Something is still owed: not declined, not closed, not done undisputed; needs no join."""
    return and_(
        or_(Commitment.position.is_(None), Commitment.position.not_in(DECLINED)),
        or_(
            Commitment.implementation.is_(None),
            Commitment.implementation.in_(OPEN),
            and_(Commitment.assurance == Assurance.DISPUTED, Commitment.implementation.in_(DONE)),
        ),
    )


def _owed() -> ColumnElement[bool]:
    return and_(Outcome.record == Record.PUBLISHED, open_clause())


def overdue_clause(day: date | None = None) -> ColumnElement[bool]:
    """Open and past its due date."""
    return and_(_owed(), due_column() < (day or today()))


def due_soon_clause(day: date | None = None) -> ColumnElement[bool]:
    """Open and due within `TRACKER_DUE_SOON_DAYS`."""
    day = day or today()
    return and_(_owed(), due_column() >= day, due_column() <= _soon(day))


def stale_clause(day: date | None = None) -> ColumnElement[bool]:
    """Open, answered once, and silent for `TRACKER_STALE_MONTHS`."""
    return and_(
        _owed(),
        or_(Commitment.position.in_(ANSWERED), Commitment.implementation.is_not(None)),
        func.coalesce(Commitment.last_update_at, Commitment.opened_at) < _silent_since(day or today()),
    )


def clause_of(sign: Sign) -> ColumnElement[bool]:
    """The clause that says what the sign says."""
    return {Sign.OVERDUE: overdue_clause, Sign.DUE_SOON: due_soon_clause, Sign.STALE: stale_clause}[sign]()
