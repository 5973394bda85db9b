"""Labels of what is written about commitments: raised with the outcome, shown, chosen, and what they keep."""

import pytest

from tests.followup.cast import a_link, claim, finding
from tracker.accounts.actors import actor_for
from tracker.core.db import unit_of_work
from tracker.core.vocabulary import Handling
from tracker.followup import queries, service
from tracker.outcomes.handling import HandlingData, relabel_outcome


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop(parties=("MA",), rapporteur=rapporteur)


def labels_on(page):
    return [mark.text for mark in page.html.main.select(".stacking .tlp")]


def test_what_was_marked_lower_counts_as_raised_with_its_outcome(make, visit, workshop, rapporteur):
    commitment = make.commitment("JO", workshop=workshop)
    focal_point, reader = make.person("focal-point", party="JO"), make.person()
    service.report(actor_for(focal_point), commitment, claim("accepted", text="Words.", evidence=[a_link()]))
    assert len(queries.visible_updates(actor_for(reader), commitment)) == 1
    data = HandlingData(Handling.AMBER, "Asked for.")
    relabel_outcome(actor_for(rapporteur), commitment.outcome, data, commitment.outcome.version)
    assert queries.visible_updates(actor_for(reader), commitment) == []
    assert len(queries.visible_updates(actor_for(focal_point), commitment)) == 1
    page = visit(focal_point).get(f"/follow-up/{commitment.outcome.ref}/JO")
    assert set(labels_on(page)) == {"TLP:AMBER"}


def test_evidence_below_its_report_is_shown_with_the_label_of_the_report(make, visit, workshop):
    commitment = make.commitment("JO", workshop=workshop)
    focal_point = make.person("focal-point", party="JO")
    service.report(
        actor_for(focal_point),
        commitment,
        claim(text="Words.", handling="TLP:AMBER+STRICT", evidence=[a_link(handling=Handling.GREEN)]),
    )
    page = visit(focal_point).get(f"/follow-up/{commitment.outcome.ref}/JO")
    assert labels_on(page) == ["TLP:AMBER+STRICT", "TLP:AMBER+STRICT"]


def test_a_party_goes_on_seeing_what_its_focal_points_wrote(make, workshop):
    commitment = make.commitment("JO", workshop=workshop)
    author, colleague = make.person("focal-point", party="JO"), make.person("focal-point", party="JO")
    for label in ("TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"):
        service.report(actor_for(author), commitment, claim(text=f"Marked {label}", handling=label))
    assert len(queries.visible_updates(actor_for(author), commitment)) == 4
    # RED is for people, not for parties: a colleague reads it when named on the recommendation.
    assert len(queries.visible_updates(actor_for(colleague), commitment)) == 3
    with unit_of_work():
        commitment.outcome.named_people = [colleague]
    assert len(queries.visible_updates(actor_for(colleague), commitment)) == 4


def test_the_forms_offer_labels_from_that_of_the_outcome_with_their_wording(make, visit, workshop):
    commitment = make.commitment("JO", workshop=workshop, handling="TLP:AMBER")
    walk = visit(make.person("focal-point", party="JO"))
    page = walk.get(f"/follow-up/{commitment.outcome.ref}/JO/report")
    form = page.forms["report"]
    offered = ["TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
    assert [value for value, *_rest in form["handling"].options] == offered
    assert [value for value, *_rest in form["evidence-0-handling"].options] == ["", *offered]
    assert "Everyone who may read the outcome may read it." in page
    assert "Only the people named on the outcome, and its author, may read it." in page
    assert "For the eyes and ears of individual recipients only, no further disclosure." in page


def test_the_state_is_told_and_what_a_closed_report_says_is_not(make, visit, workshop):
    """The three fields are the answer of the party; its words, their date, author and evidence are kept."""
    commitment = make.commitment("JO", workshop=workshop)
    author = make.person("focal-point", party="JO", name="Focal point, Amman")
    service.report(
        actor_for(author),
        commitment,
        claim("accepted", "implemented", text="Quiet words.", handling="TLP:RED", evidence=[a_link()]),
    )
    walk = visit(make.person())
    pages = [
        walk.get(f"/follow-up/{commitment.outcome.ref}/JO"),
        walk.get(f"/outcomes/{commitment.outcome.ref}"),
        walk.get("/follow-up/"),
        walk.get("/search?q=quiet"),
    ]
    for page in pages:
        for kept in ("Quiet words.", "Focal point, Amman", "example.org/decree"):
            assert kept not in page
    for page in pages[:3]:
        assert "Implemented" in page
        assert "Evidence attached" in page
    assert "Last report" in pages[0]
    assert pages[0].html.select(".stacking") == []


def test_a_report_can_keep_the_state_back_by_leaving_it(make, visit, workshop):
    commitment = make.commitment("JO", workshop=workshop)
    author = make.person("focal-point", party="JO")
    service.report(actor_for(author), commitment, claim(text="In confidence: done.", handling="TLP:RED"))
    page = visit(make.person()).get(f"/follow-up/{commitment.outcome.ref}/JO")
    assert "Awaiting reply" in page
    assert "Self-reported" not in page


def test_a_finding_may_be_marked_higher_than_its_outcome(make, workshop):
    commitment = make.commitment("JO", workshop=workshop)
    focal_point = make.actor("focal-point", party="JO")
    service.report(focal_point, commitment, claim("accepted", "planned", text="Planned."))
    reviewer = make.actor("reviewer", party="ES")
    service.assess(
        reviewer, commitment, finding("verified", text="Seen at the site.", handling="TLP:AMBER+STRICT")
    )
    readers = {
        "reviewer": reviewer,
        "party": focal_point,
        "other": make.actor("reader"),
        "coordinator": make.actor("coordinator"),
    }

    def reads(actor):
        return any(line.finding for line in queries.history(actor, commitment))

    assert {name for name, actor in readers.items() if reads(actor)} == {"reviewer", "party"}


def test_lists_of_follow_up_carry_the_label_of_each_outcome(make, visit):
    make.commitment("JO", handling="TLP:CLEAR")
    make.adoption("JO", handling="TLP:GREEN")
    focal_point = make.person("focal-point", party="JO")
    walk = visit(focal_point)
    for address, label in (
        ("/follow-up/", "TLP:CLEAR"),
        ("/", "TLP:CLEAR"),
        ("/follow-up/adoptions/", "TLP:GREEN"),
    ):
        assert [mark.text for mark in walk.get(address).html.main.select(".tlp")] == [label], address
