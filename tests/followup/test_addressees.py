import pytest

from tests.followup.cast import claim, finding
from tracker.core.clock import today
from tracker.core.db import db, unit_of_work
from tracker.core.errors import Denied, InvalidInput
from tracker.core.permissions import OPERATOR
from tracker.core.signals import addressees_changed
from tracker.followup import service
from tracker.followup.vocabulary import Position


def address(make, outcome, *codes):
    parties = [make.party(code) for code in codes]
    with unit_of_work():
        addressees_changed.send(outcome, actor=OPERATOR, parties=parties)
    db.session.rollback()


def codes_of(outcome):
    return [commitment.party.code for commitment in outcome.commitments]


def test_each_addressee_gets_a_commitment_that_awaits_a_reply(make):
    outcome = make.outcome()
    address(make, outcome, "JO", "MA", "JO")
    assert codes_of(outcome) == ["JO", "MA"]
    assert {c.position for c in outcome.commitments} == {Position.AWAITING_REPLY}


def test_who_is_addressed_no_more_is_dropped_and_the_others_stay_as_they_are(make):
    outcome = make.outcome(addressees=("JO", "MA"))
    service.report(make.actor("focal-point", party="JO"), outcome.commitments[0], claim("accepted"))
    kept = outcome.commitments[0].id
    address(make, outcome, "JO", "ES")
    assert codes_of(outcome) == ["JO", "ES"]
    assert (outcome.commitments[0].id, outcome.commitments[0].position) == (kept, Position.ACCEPTED)


def test_a_party_that_has_reported_stays(make):
    outcome = make.outcome(addressees=("JO", "MA"))
    service.report(make.actor("focal-point", party="JO"), outcome.commitments[0], claim("accepted"))
    with pytest.raises(InvalidInput, match="Jordan stays an addressee") as refused:
        address(make, outcome, "MA")
    assert refused.value.field == "addressees"
    assert codes_of(outcome) == ["JO", "MA"]


def test_a_party_that_was_assessed_stays(make):
    outcome = make.outcome(addressees=("JO",))
    closing = finding("closed", "closed-no-longer-relevant", reason="The prison was shut.")
    service.assess(make.actor("reviewer", party="ES"), outcome.commitments[0], closing)
    with pytest.raises(InvalidInput, match="Jordan stays an addressee"):
        address(make, outcome)


def test_a_practice_addresses_nobody(make):
    with pytest.raises(InvalidInput, match="addresses nobody"):
        address(make, make.outcome(kind="practice"), "JO")
    address(make, make.outcome(kind="practice"))


def test_a_coordinator_gives_one_party_a_date_of_its_own(make):
    commitment = make.commitment("JO", due=today())
    day = today().replace(year=today().year + 1, day=1)
    service.set_due(make.actor("coordinator"), commitment, day)
    assert (commitment.own_due, commitment.due) == (day, day)
    service.set_due(make.actor("coordinator"), commitment, None)
    assert commitment.due == today()


def test_nobody_else_changes_a_due_date(make):
    commitment = make.commitment("JO")
    for actor in (make.actor("focal-point", party="JO"), make.actor("reviewer"), make.actor("administrator")):
        with pytest.raises(Denied, match="Only a coordinator"):
            service.set_due(actor, commitment, today())
