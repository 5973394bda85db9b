"""What awaits a person, on the home page."""

from datetime import date, timedelta

from tests.followup.cast import claim, finding, implemented
from tracker.accounts.actors import actor_for
from tracker.core.clock import today
from tracker.core.permissions import ANONYMOUS, OPERATOR
from tracker.followup import queries, service


def desks(actor):
    return {str(item.label): [row.commitment.id for row in item.rows] for item in queries.awaiting(actor)}


def test_a_focal_point_sees_what_its_party_owes_the_overdue_first(make):
    later = make.commitment("JO", due=today() + timedelta(days=90))
    overdue = make.commitment("JO", due=today() - timedelta(days=1))
    make.commitment("MA", due=today() - timedelta(days=1))
    make.commitment("JO", record="draft")
    implemented(make)
    assert desks(make.actor("focal-point", party="JO")) == {"To report on": [overdue.id, later.id]}


def test_a_dispute_comes_back_to_the_focal_point(make):
    commitment = implemented(make)
    service.assess(make.actor("reviewer", party="ES"), commitment, finding("disputed", reason="No."))
    found = desks(make.actor("focal-point", party="JO"))
    assert found == {"Disputed by a reviewer": [commitment.id], "To report on": [commitment.id]}
    assert list(found)[0] == "Disputed by a reviewer"


def test_a_dispute_that_was_closed_awaits_nobody(make):
    commitment, reviewer = implemented(make), make.actor("reviewer", party="ES")
    service.assess(reviewer, commitment, finding("disputed", reason="No."))
    service.assess(reviewer, commitment, finding("closed", "closed-superseded", reason="Old."))
    assert desks(make.actor("focal-point", party="JO")) == desks(make.actor("coordinator")) == {}


def test_a_coordinator_sees_what_is_overdue_and_what_is_disputed(make):
    late = make.commitment("JO", due=today() - timedelta(days=1))
    make.commitment("MA", due=today() + timedelta(days=1))
    disputed = implemented(make)
    service.assess(make.actor("reviewer", party="ES"), disputed, finding("disputed", reason="No."))
    assert desks(make.actor("coordinator")) == {"Overdue": [late.id], "Disputed": [disputed.id]}


def test_the_home_of_a_coordinator_says_since_when_and_leads_to_the_list(make, visit):
    for number in range(6):
        make.commitment("JO", due=date(2025, 12, 31), title=f"Recommendation number {number}")
    page = visit(make.person("coordinator")).get("/")
    assert "Nothing awaits you." not in page.text
    assert page.text.count("since 31 Dec 2025") == 5
    page = page.click(href="sign=overdue", index=0)
    assert "Recommendation number 5" in page.text
    assert "since 31 Dec 2025" in page.text


def test_a_reviewer_sees_the_claims_of_others(make):
    theirs = implemented(make, "JO")
    implemented(make, "ES")
    make.commitment("JO")
    reviewer = make.actor("reviewer", party="ES")
    assert desks(reviewer) == {"To assess": [theirs.id]}
    service.assess(reviewer, theirs, finding("verified"))
    assert desks(reviewer) == {}


def test_a_claim_that_the_reviewer_may_not_read_does_not_await_it(make):
    commitment = make.commitment("JO")
    own = claim("accepted", "planned", handling="TLP:AMBER+STRICT")
    service.report(make.actor("focal-point", party="JO"), commitment, own)
    assert desks(make.actor("reviewer", party="ES")) == {}


def test_nothing_awaits_those_who_do_not_report_assess_or_chase(make):
    make.commitment("JO", due=today() - timedelta(days=1))
    for actor in (make.actor("reader"), make.actor("administrator"), ANONYMOUS, OPERATOR):
        assert queries.awaiting(actor) == []


def test_the_home_page_leads_to_all_of_it(make, visit):
    for number in range(7):
        make.commitment("JO", title=f"Recommendation number {number}")
    person = make.person("focal-point", party="JO")
    [item] = queries.awaiting(actor_for(person))
    assert (item.count, len(item.rows)) == (7, 5)
    page = visit(person).get("/")
    assert "Recommendation number 4" in page.text
    page = page.click("To report on")
    assert "Recommendation number 6" in page.text


def test_the_home_page_says_when_nothing_awaits(make, visit):
    assert "Nothing awaits you." in visit(make.person()).get("/").text
