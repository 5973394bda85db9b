"""Two people change one outcome: the second is told, and nothing is overwritten."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.core.db import unit_of_work
from tracker.core.errors import EditConflict
from tracker.core.vocabulary import Language
from tracker.outcomes.models import Outcome, OutcomeText

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class OutcomeConflict(EditConflict):
    """Somebody else saved the outcome meanwhile; `outcome` is what stands now."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(_("Somebody else saved this meanwhile. Compare both versions, then save again."))
        self.outcome = outcome


@contextmanager
def changing(outcome: Outcome, seen_version: int | None = None) -> Iterator[Session]:
    """A unit of work on the outcome as it stands now.

    Raises OutcomeConflict when it is not the version that was seen (None asks for none), or when its row
    moves during the unit.
    """
    try:
        with unit_of_work() as session:
            if seen_version is not None and outcome.version != seen_version:
                raise OutcomeConflict(outcome)
            yield session
            session.flush()
    except StaleDataError:
        raise OutcomeConflict(outcome) from None


def text_of(outcome: Outcome, language: Language) -> OutcomeText | None:
    """The outcome's text in exactly this language."""
    return next((text for text in outcome.texts if text.language == language), None)


def text_version(text: OutcomeText | None) -> int:
    """Which state of one language version was seen: microseconds since 1970 of its last change, 0 for none.

    A language version has a mark of its own, so that work on one translation does not get in the way of
    another.
    """
    return 0 if text is None else (text.changed_at - _EPOCH) // timedelta(microseconds=1)
