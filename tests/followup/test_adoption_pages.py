"""Adoptions as people walk their pages."""

import pytest

from tracker.core.db import db
from tracker.followup import service
from tracker.followup.data import AdoptionData
from tracker.followup.models import Adoption


@pytest.fixture
def focal_point(make):
    return make.person("focal-point", party="JO")


def test_a_party_takes_a_practice_up_and_tells_how_it_goes(make, visit, focal_point):
    practice = make.outcome(kind="practice", text="Mentors for new officers.")
    visitor = visit(focal_point)
    page = visitor.get(f"/outcomes/{practice.ref}").click("Take up for my party")
    form = page.forms["take-up"]
    form["stage"] = "assessing-fit"
    page = visitor.submit(form)
    assert "Noted. Tell here how it goes." in page.text
    form = page.click(href="/report$", index=0).forms["report"]
    form["stage"], form["obstacles"], form["evidence-0-url"] = (
        "piloting",
        "No budget.",
        "https://example.org/pilot",
    )
    page = visitor.submit(form)
    for words in ("Piloting", "No budget.", "https://example.org/pilot"):
        assert words in page.text
    assert "Take up for my party" not in visitor.get(f"/outcomes/{practice.ref}").text


def test_only_focal_points_are_offered_to_take_up(make, visit):
    practice = make.outcome(kind="practice")
    visitor = visit(make.person("expert", party="JO"))
    assert "Take up for my party" not in visitor.get(f"/outcomes/{practice.ref}").text
    assert visitor.browser.get(f"/follow-up/adoptions/{practice.ref}/take-up", status="*").status_int == 403


def test_what_was_taken_up_already_is_said(make, visit, focal_point):
    adoption = make.adoption("JO")
    page = visit(focal_point).get(f"/follow-up/adoptions/{adoption.outcome.ref}/take-up")
    assert "Your party has taken this up already" in page.text


def test_ending_without_a_reason_is_asked_for_it(make, visit, focal_point):
    adoption = make.adoption("JO", "piloting")
    visitor = visit(focal_point)
    form = visitor.get(f"/follow-up/adoptions/{adoption.outcome.ref}/JO/report").forms["report"]
    form["stage"], form["text"] = "stopped", "It did not work."
    page = visitor.submit(form)
    assert "Give the reason for “Stopped”." in page.text
    form = page.forms["report"]
    assert form["text"].value == "It did not work."
    form["reason"] = "No staff."
    assert "Reported." in visitor.submit(form).text


def test_two_reports_at_once_both_stay(make, visit, focal_point):
    adoption = make.adoption("JO")
    visitor = visit(focal_point)
    form = visitor.get(f"/follow-up/adoptions/{adoption.outcome.ref}/JO/report").forms["report"]
    service.report_adoption(
        make.actor("focal-point", party="JO"), adoption, AdoptionData(text="From a colleague.")
    )
    form["text"] = "From me."
    page = visitor.submit(form)
    assert page.status_int == 409
    assert "From a colleague." in page.text
    visitor.submit(page.forms["report"])
    db.session.rollback()
    assert [update.text for update in db.session.query(Adoption).one().updates] == [
        "From a colleague.",
        "From me.",
    ]


def test_who_does_not_belong_to_the_party_is_told_who_may(make, visit):
    adoption = make.adoption("JO")
    visitor = visit(make.person("focal-point", party="MA"))
    page = visitor.get(f"/follow-up/adoptions/{adoption.outcome.ref}/JO")
    assert "Only a focal point of Jordan may report on this." in page.text
    answer = visitor.browser.get(f"/follow-up/adoptions/{adoption.outcome.ref}/JO/report", status="*")
    assert answer.status_int == 403


def test_the_list_is_narrowed_and_hides_what_may_not_be_read(make, visit):
    make.adoption("JO", "piloting", text="Mentors for officers.")
    make.adoption("MA", text="A common desk.")
    make.adoption("FR", handling="TLP:RED", text="Red words.")
    visitor = visit(make.person("focal-point", party="MA"))
    page = visitor.get("/follow-up/adoptions/")
    assert "2 adoptions" in page.text
    assert "Red words." not in page.text
    page = visitor.get("/follow-up/adoptions/?stage=piloting")
    assert "Mentors for officers." in page.text
    assert "A common desk." not in page.text
    assert "A common desk." in visitor.get("/follow-up/adoptions/?mine=1").text
    assert "No adoption matches these filters" in visitor.get("/follow-up/adoptions/?party=ES").text


def test_an_empty_list_says_how_to_begin(visit, make):
    assert "No practice has been taken up yet" in visit(make.person()).get("/follow-up/adoptions/").text
