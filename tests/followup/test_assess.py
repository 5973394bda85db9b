import pytest

from tests.followup.cast import a_link, claim, finding, implemented, standing
from tracker.accounts.actors import actor_for
from tracker.accounts.models import Party, PartyKind
from tracker.core.db import unit_of_work
from tracker.core.errors import Denied, EditConflict, InvalidInput
from tracker.followup import service
from tracker.followup.desk import awaiting
from tracker.followup.vocabulary import Finding


@pytest.fixture
def reviewer(make):
    return make.actor("reviewer", party="ES")


def test_a_reviewer_of_another_party_verifies(make, reviewer):
    commitment = implemented(make)
    assessment = service.assess(reviewer, commitment, finding("verified", text="We saw the decree."))
    assert standing(commitment) == ("accepted", "implemented", "verified")
    assert assessment.update is commitment.updates[-1]
    assert (assessment.finding, assessment.author_id) == (Finding.VERIFIED, reviewer.id)


def test_a_focal_point_cannot_verify_their_own_claim(make):
    commitment = implemented(make)
    with pytest.raises(Denied, match="Only a reviewer of another party than Jordan may assess this"):
        service.assess(make.actor("focal-point", "reviewer", party="JO"), commitment, finding("verified"))


def test_a_reviewer_of_a_body_does_not_assess_its_own_country(make):
    with unit_of_work() as session:
        country = make.party("JO")
        session.add(
            Party(
                kind=PartyKind.BODY,
                code="jo-moj",
                names={"en": "Ministry"},
                aliases=[],
                country_id=country.id,
            )
        )
    with pytest.raises(Denied, match="another party than Jordan"):
        service.assess(make.actor("reviewer", party="jo-moj"), implemented(make), finding("verified"))


def test_a_reviewer_of_no_party_assesses_nobody_and_is_told_what_to_do(make, visit):
    commitment, stray = implemented(make), make.person("reviewer")
    with pytest.raises(Denied, match="Ask an administrator to say for which party you review"):
        service.assess(actor_for(stray), commitment, finding("verified"))
    assert standing(commitment)[2] == "evidence-attached"
    address = f"/follow-up/{commitment.outcome.ref}/JO"
    assert "/assess" not in visit(stray).get(address).html.find("main").decode_contents()
    refused = visit(stray).get(address + "/assess", status=403)
    assert "Ask an administrator to say for which party you review" in refused.text
    assert awaiting(actor_for(stray)) == []


@pytest.mark.parametrize(
    "roles", [("focal-point",), ("coordinator",), ("administrator",), ("expert", "rapporteur")]
)
def test_nobody_but_a_reviewer_assesses(make, roles):
    commitment = implemented(make)
    with pytest.raises(Denied, match="Only a reviewer"):
        service.assess(make.actor(*roles, party="ES"), commitment, finding("disputed", reason="No."))


@pytest.mark.parametrize("found", [None, "implemented", "implemented-otherwise"])
def test_implemented_is_verified_only_with_evidence(make, reviewer, found):
    commitment = implemented(make, evidence=False)
    with pytest.raises(InvalidInput, match="verified by evidence that you may see"):
        service.assess(reviewer, commitment, finding("verified", found))
    service.report(make.actor("focal-point", party="JO"), commitment, claim(evidence=[a_link()]))
    service.assess(reviewer, commitment, finding("verified", found))
    assert standing(commitment)[2] == "verified"


def test_evidence_that_the_reviewer_may_not_see_verifies_nothing(make, reviewer):
    commitment = implemented(make, evidence=False)
    hidden = claim(evidence=[a_link()], text="See the decree.", handling="TLP:AMBER+STRICT")
    service.report(make.actor("focal-point", party="JO"), commitment, hidden)
    with pytest.raises(InvalidInput, match="evidence that you may see"):
        service.assess(reviewer, commitment, finding("verified"))


def test_what_is_not_done_yet_is_verified_without_evidence(make, reviewer):
    commitment = make.commitment("JO")
    service.report(make.actor("focal-point", party="JO"), commitment, claim("accepted", "in-progress"))
    service.assess(reviewer, commitment, finding("verified"))
    assert standing(commitment) == ("accepted", "in-progress", "verified")


@pytest.mark.parametrize(
    "found",
    [finding("verified"), finding("partly-verified"), finding("disputed", reason="Nothing was done.")],
)
def test_where_nothing_is_claimed_there_is_nothing_to_assess(make, reviewer, found):
    commitment = make.commitment("JO")
    service.report(make.actor("focal-point", party="JO"), commitment, claim("accepted"))
    with pytest.raises(InvalidInput, match="Ask the focal point first"):
        service.assess(reviewer, commitment, found)


def test_verified_in_part_means_partly_implemented(make, reviewer):
    commitment = implemented(make, evidence=False)
    with pytest.raises(InvalidInput, match="means partly implemented"):
        service.assess(reviewer, commitment, finding("partly-verified", "in-progress"))
    service.assess(reviewer, commitment, finding("partly-verified", text="Two prisons of five."))
    assert standing(commitment) == ("accepted", "partly-implemented", "verified")


def test_what_has_not_begun_is_not_verified_in_part(make, reviewer):
    commitment = make.commitment("JO")
    service.report(make.actor("focal-point", party="JO"), commitment, claim("accepted", "planned"))
    with pytest.raises(InvalidInput, match="under way or implemented"):
        service.assess(reviewer, commitment, finding("partly-verified"))


def test_a_dispute_needs_a_reason_and_leaves_the_claim_standing(make, reviewer):
    commitment = implemented(make)
    with pytest.raises(InvalidInput, match="Give the reason") as refused:
        service.assess(reviewer, commitment, finding("disputed", text="Hardly."))
    assert refused.value.field == "reason"
    service.assess(reviewer, commitment, finding("disputed", "in-progress", reason="The decree is a draft."))
    assert standing(commitment) == ("accepted", "implemented", "disputed")


def test_closing_needs_a_reason_and_says_how(make, reviewer):
    commitment = implemented(make)
    with pytest.raises(InvalidInput, match="Give the reason"):
        service.assess(reviewer, commitment, finding("closed", "closed-superseded"))
    with pytest.raises(InvalidInput, match="Choose how it is closed"):
        service.assess(reviewer, commitment, finding("closed", "implemented", reason="Done."))
    with pytest.raises(InvalidInput, match="choose “Closed” as the finding"):
        service.assess(reviewer, commitment, finding("verified", "closed-superseded"))
    service.assess(
        reviewer, commitment, finding("closed", "closed-superseded", reason="A newer one says more.")
    )
    assert standing(commitment)[1] == "closed-superseded"
    with pytest.raises(InvalidInput, match="Reopen it first"):
        service.assess(reviewer, commitment, finding("verified"))


def test_reopening_needs_a_reason_and_something_to_reopen(make, reviewer):
    commitment = make.commitment("JO")
    service.report(make.actor("focal-point", party="JO"), commitment, claim("accepted", "in-progress"))
    with pytest.raises(InvalidInput, match="open already"):
        service.assess(reviewer, commitment, finding("reopened", reason="Look again."))
    done = implemented(make)
    with pytest.raises(InvalidInput, match="Give the reason"):
        service.assess(reviewer, done, finding("reopened"))
    with pytest.raises(InvalidInput, match="Choose the open state"):
        service.assess(reviewer, done, finding("reopened", "implemented", reason="Look again."))
    service.assess(reviewer, done, finding("reopened", reason="The course has stopped."))
    assert standing(done) == ("accepted", "in-progress", "none")


def test_a_reopened_one_returns_to_the_state_that_the_reviewer_names(make, reviewer):
    commitment = implemented(make)
    service.assess(
        reviewer, commitment, finding("closed", "closed-not-implemented", reason="No course was held.")
    )
    service.assess(reviewer, commitment, finding("reopened", "planned", reason="A course is planned."))
    assert standing(commitment)[1:] == ("planned", "none")


@pytest.mark.parametrize(("record", "message"), [("retired", "was retired"), ("draft", "still a draft")])
def test_only_what_is_published_is_assessed(make, record, message):
    person = make.person("reviewer", party="ES")
    workshop = make.workshop(rapporteur=person)
    commitment = make.commitment("JO", record=record, workshop=workshop)
    actor = actor_for(person)
    with pytest.raises(InvalidInput, match=message):
        service.assess(actor, commitment, finding("closed", "closed-superseded", reason="Old."))


def test_a_claim_that_came_in_between_is_not_assessed_unseen(make, reviewer):
    commitment = implemented(make)
    seen = commitment.version
    service.report(make.actor("focal-point", party="JO"), commitment, claim(implementation="in-progress"))
    with pytest.raises(EditConflict):
        service.assess(reviewer, commitment, finding("verified", seen_version=seen))
    assert commitment.assessments == []


def test_a_finding_on_an_imported_state_stands_without_a_claim(make, reviewer):
    commitment = make.commitment("JO")
    with unit_of_work():
        commitment.implementation = "in-progress"
    assert service.assess(reviewer, commitment, finding("verified")).update is None
    assert standing(commitment)[2] == "verified"
