import pytest

from tests.followup.cast import a_link
from tracker.core import audit
from tracker.core.errors import Denied, EditConflict, InvalidInput, NotFound
from tracker.followup import service
from tracker.followup.data import AdoptionData
from tracker.followup.vocabulary import Stage


def test_a_focal_point_takes_a_practice_up_for_its_party(make):
    practice, party = make.outcome(kind="practice"), make.party("JO")
    adoption = service.take_up(make.actor("focal-point", party="JO"), practice, party)
    assert (adoption.party.code, adoption.stage) == ("JO", Stage.INTERESTED)
    assert audit.history_of("adoption", adoption.id)[0].act == "take-up"


def test_nobody_takes_up_for_another_party(make):
    practice, party = make.outcome(kind="practice"), make.party("JO")
    for actor in (
        make.actor("focal-point", party="MA"),
        make.actor("coordinator"),
        make.actor("reader", party="JO"),
    ):
        with pytest.raises(Denied, match="Only a focal point of Jordan"):
            service.take_up(actor, practice, party)


def test_a_practice_is_taken_up_once(make):
    adoption = make.adoption("JO")
    with pytest.raises(InvalidInput, match="Jordan has taken this up already"):
        service.take_up(make.actor("focal-point", party="JO"), adoption.outcome, adoption.party)


def test_only_published_practices_are_taken_up(make):
    actor, party = make.actor("focal-point", party="JO"), make.party("JO")
    with pytest.raises(InvalidInput, match="Only a practice"):
        service.take_up(actor, make.outcome(), party)
    with pytest.raises(InvalidInput, match="was retired"):
        service.take_up(actor, make.outcome(kind="practice", record="retired"), party)
    with pytest.raises(NotFound):
        service.take_up(actor, make.outcome(kind="practice", record="draft"), party)
    with pytest.raises(NotFound):
        service.take_up(actor, make.outcome(kind="practice", handling="TLP:RED"), party)


def test_a_party_tells_how_it_goes(make):
    adoption, actor = make.adoption("JO"), make.actor("focal-point", party="JO")
    told = AdoptionData(
        stage=Stage.PILOTING, obstacles="No budget.", adaptations="Shorter.", evidence=[a_link()]
    )
    update = service.report_adoption(actor, adoption, told)
    assert (adoption.stage, adoption.last_update_at) == (Stage.PILOTING, update.at)
    assert (update.stage, update.obstacles, update.evidence[0].url) == (
        Stage.PILOTING,
        "No budget.",
        "https://example.org/decree",
    )
    service.report_adoption(actor, adoption, AdoptionData(text="It goes on."))
    assert adoption.stage is Stage.PILOTING


@pytest.mark.parametrize("stage", [Stage.STOPPED, Stage.NOT_TRANSFERABLE])
def test_ending_needs_a_reason(make, stage):
    adoption, actor = make.adoption("JO"), make.actor("focal-point", party="JO")
    with pytest.raises(InvalidInput, match="Give the reason"):
        service.report_adoption(actor, adoption, AdoptionData(stage=stage, text="No."))
    service.report_adoption(actor, adoption, AdoptionData(stage=stage, reason="The law differs."))
    assert adoption.stage is stage


def test_a_report_on_an_adoption_says_something(make):
    adoption = make.adoption("JO")
    with pytest.raises(InvalidInput, match="Say something"):
        service.report_adoption(make.actor("focal-point", party="JO"), adoption, AdoptionData())


def test_only_the_party_reports_on_its_adoption(make):
    adoption = make.adoption("JO")
    with pytest.raises(Denied, match="Only a focal point of Jordan"):
        service.report_adoption(make.actor("focal-point", party="MA"), adoption, AdoptionData(text="Theirs."))


def test_two_reports_from_the_same_state_do_not_overwrite_each_other(make):
    adoption, actor = make.adoption("JO"), make.actor("focal-point", party="JO")
    seen = adoption.version
    service.report_adoption(actor, adoption, AdoptionData(stage=Stage.ADOPTED, seen_version=seen))
    with pytest.raises(EditConflict):
        service.report_adoption(actor, adoption, AdoptionData(stage=Stage.PILOTING, seen_version=seen))
    assert adoption.stage is Stage.ADOPTED
