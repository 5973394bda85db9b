"""How far the commitments of one recommendation have come, in numbers."""

from datetime import date

from tracker.followup.tally import Tally, tally
from tracker.followup.vocabulary import Assurance, Implementation, Position


def test_what_is_done_verified_and_late_is_counted(make):
    outcome = make.outcome(addressees=("JO", "MA", "ES", "FR", "EG"), due=date(2024, 6, 30))
    done, verified, disputed, refused, waiting = outcome.commitments
    done.implementation = Implementation.IMPLEMENTED
    verified.implementation, verified.assurance = Implementation.IMPLEMENTED_OTHERWISE, Assurance.VERIFIED
    disputed.implementation, disputed.assurance = Implementation.IMPLEMENTED, Assurance.DISPUTED
    refused.position = Position.NOT_ACCEPTED
    waiting.own_due = date(2025, 1, 1)
    before, between, after = date(2024, 6, 30), date(2024, 7, 1), date(2025, 1, 2)
    assert tally(outcome.commitments, before) == Tally(total=5, done=2, verified=1, overdue=0)
    assert tally(outcome.commitments, between).overdue == 1
    assert tally(outcome.commitments, after).overdue == 2


def test_nothing_is_counted_where_nobody_is_addressed():
    assert tally([]) == Tally(0, 0, 0, 0)
