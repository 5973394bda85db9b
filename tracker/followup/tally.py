"""How far the commitments of one recommendation have come, in a few numbers; counted from what is loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.clock import today
from tracker.followup.models import Commitment
from tracker.followup.signs import DONE, is_overdue
from tracker.followup.vocabulary import Assurance


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of commitments: all, said to be implemented, of these verified, and those past their date."""

    total: int
    done: int
    verified: int
    overdue: int


def tally(commitments: Sequence[Commitment], day: date | None = None) -> Tally:
    """Count some commitments on a day, by default today. What is disputed does not count as done."""
    day = day or today()
    done = [
        one for one in commitments if one.implementation in DONE and one.assurance is not Assurance.DISPUTED
    ]
    return Tally(
        total=len(commitments),
        done=len(done),
        verified=sum(one.assurance is Assurance.VERIFIED for one in done),
        overdue=sum(is_overdue(one, day) for one in commitments),
    )
