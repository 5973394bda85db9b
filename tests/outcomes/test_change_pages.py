"""The pages on which outcomes are changed, walked without JavaScript."""

import pytest

from tracker.core.db import db
from tracker.outcomes.vocabulary import Record


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur", name="Rapporteur, Larnaca")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop("WS-LARNACA", title="Prison intelligence", hosts=("CY",), rapporteur=rapporteur)


def fill(form, **values):
    for name, value in values.items():
        form[name] = value
    return form


def refs(page):
    return [row.select_one(".ref").text.strip() for row in page.html.select("main tbody tr")]


def sending(page, ending):
    """The form of one button."""
    return next(form for form in page.forms.values() if form.action.endswith(ending))


def test_of_two_who_edit_the_second_sees_both_versions_and_nothing_is_overwritten(
    make, visit, workshop, rapporteur
):
    outcome = make.outcome("First wording.", workshop=workshop, addressees=("JO",), themes=("prisons",))
    first, second = visit(rapporteur), visit(make.person("coordinator"))
    mine = first.get(f"/outcomes/{outcome.ref}/edit").forms["outcome-form"]
    yours = second.get(f"/outcomes/{outcome.ref}/edit").forms["outcome-form"]
    first.submit(fill(mine, text="Their wording.", priority="high"))
    page = second.submit(fill(yours, text="Your wording.", rationale="Your reason."))
    assert "Somebody else saved this meanwhile" in page
    shown = {
        s["aria-label"]: " ".join(s.text.split()) for s in page.html.find_all("section", class_="conflict")
    }
    assert set(shown) == {"Text", "Rationale", "Priority"}
    assert "Theirs: saved meanwhile Their wording. Yours: not saved yet Your wording." in shown["Text"]
    assert "High" in shown["Priority"]
    db.session.rollback()
    assert outcome.shown.text == "Their wording."
    again = page.forms["outcome-form"]
    assert again["text"].value == "Your wording."
    assert "was saved" in second.submit(fill(again, priority="high"))
    db.session.rollback()
    assert (outcome.shown.text, outcome.shown.rationale, outcome.priority) == (
        "Your wording.",
        "Your reason.",
        "high",
    )


def test_a_forged_version_is_a_conflict_not_an_overwriting(make, visit, workshop, rapporteur):
    outcome = make.outcome("First wording.", workshop=workshop)
    walk = visit(rapporteur)
    form = walk.get(f"/outcomes/{outcome.ref}/edit").forms["outcome-form"]
    page = walk.submit(fill(form, text="Other.", version="nonsense"))
    assert "Somebody else saved this meanwhile" in page


def test_an_edit_shows_what_stands_and_saves_what_was_changed(make, visit, workshop, rapporteur):
    outcome = make.outcome("Text.", workshop=workshop, addressees=("JO", "FR"), themes=("prisons",))
    walk = visit(rapporteur)
    form = walk.get(f"/outcomes/{outcome.ref}/edit").forms["outcome-form"]
    assert form["text"].value == "Text."
    assert form["other_addressees"].value == "France"
    assert [box._value for box in form.fields["addressees"] if box.checked] == [str(make.party("JO").id)]
    page = walk.submit(fill(form, other_addressees="France, Italy", due="2027-06-30"))
    assert f"{outcome.ref} was saved." in page
    db.session.rollback()
    assert {c.party.code for c in outcome.commitments} == {"JO", "FR", "IT"}
    history = walk.get(f"/outcomes/{outcome.ref}/history")
    said = " ".join(history.html.select_one(".timeline").text.split())
    assert "Changed" in said
    assert "Rapporteur, Larnaca" in said
    assert "Addressed to Jordan, France → Jordan, France, Italy" in said
    assert "30 Jun 2027" in said


def test_opening_and_saving_without_a_change_leaves_no_trace(make, visit, workshop, rapporteur):
    outcome = make.outcome(
        "One.\n\nTwo.",
        workshop=workshop,
        addressees=("MA", "FR", "JO"),
        themes=("victims", "prisons", "asylum-screening"),
    )
    walk, seen = visit(rapporteur), outcome.version
    walk.submit(walk.get(f"/outcomes/{outcome.ref}/edit").forms["outcome-form"])
    db.session.rollback()
    assert outcome.version == seen
    assert "No history" in walk.get(f"/outcomes/{outcome.ref}/history")


def test_an_expert_sees_no_way_to_publish_and_is_told_who_may(make, visit, workshop):
    expert = make.person("expert")
    outcome = make.outcome(workshop=workshop, record="draft", author=expert)
    walk = visit(expert)
    page = walk.get(f"/outcomes/{outcome.ref}")
    assert not [form for form in page.forms.values() if form.action.endswith("/publish")]
    assert "A rapporteur of the workshop publishes it." in page
    refused = walk.post(f"/outcomes/{outcome.ref}/publish", {"version": str(outcome.version)}, status=403)
    assert "Only a rapporteur of the workshop may publish its outcomes" in refused
    assert "Only a rapporteur" in walk.post("/workshops/WS-LARNACA/publish", status=403)


def test_a_draft_changed_meanwhile_is_read_again_before_it_is_published(make, visit, workshop, rapporteur):
    outcome = make.outcome("Old.", workshop=workshop, record="draft")
    walk, other = visit(rapporteur), visit(make.person("coordinator"))
    page = walk.get(f"/outcomes/{outcome.ref}")
    other.submit(fill(other.get(f"/outcomes/{outcome.ref}/edit").forms["outcome-form"], text="New."))
    assert "was changed meanwhile. Read it again" in walk.submit(sending(page, "/publish"))
    db.session.rollback()
    assert outcome.record is Record.DRAFT
    assert "was published." in walk.submit(sending(walk.get(f"/outcomes/{outcome.ref}"), "/publish"))


def test_publishing_what_is_then_hidden_from_the_rapporteur_leads_back_to_the_workshop(
    make, visit, workshop, rapporteur
):
    outcome = make.outcome(
        workshop=workshop, record="draft", handling="TLP:RED", named_people=(make.person(),)
    )
    walk = visit(rapporteur)
    page = walk.submit(sending(walk.get(f"/outcomes/{outcome.ref}"), "/publish"))
    assert page.status_int == 200
    assert page.html.h1.text.strip() == "Prison intelligence"


def test_a_retired_outcome_tells_why_and_leads_to_its_successor(make, visit, workshop, rapporteur):
    old, new = make.outcome("Old way.", workshop=workshop), make.outcome("New way.", workshop=workshop)
    walk = visit(rapporteur)
    form = walk.get(f"/outcomes/{old.ref}").click("Retire").forms["retire-form"]
    page = walk.submit(fill(form, successor="rec-1-1"))
    assert page.html.find(id="reason-error")
    page = walk.submit(
        fill(page.forms["retire-form"], reason="Found a better way.", successor="REC-1999-0001")
    )
    assert "There is no outcome REC-1999-0001" in page
    page = walk.submit(fill(page.forms["retire-form"], successor=f" {new.ref.lower()} "))
    assert f"{old.ref} was retired." in page
    banner = page.html.find(class_="note-warning").text
    assert "Found a better way." in banner
    assert new.ref in banner
    assert "Edit" not in [a.text for a in page.html.select(".page-actions a")]
    assert "Supersedes" in walk.get(f"/outcomes/{new.ref}")
    for ending in ("/edit", "/versions/fr"):
        assert "not changed any more" in walk.get(f"/outcomes/{old.ref}{ending}")


def test_language_versions_stand_side_by_side_and_are_added(make, visit, workshop, rapporteur):
    outcome = make.outcome("Train staff.", title="Training", workshop=workshop, versions={"fr": "Former."})
    walk = visit(rapporteur)
    page = walk.get(f"/outcomes/{outcome.ref}/versions")
    columns = {s.h2.text.strip(): " ".join(s.text.split()) for s in page.html.select("main section")}
    assert list(columns) == ["English", "Français", "Español", "العربية"]
    assert "Authentic text" in columns["English"]
    assert "missing in this language" in columns["Français"]
    assert "Missing" in columns["العربية"]
    page = walk.get(f"/outcomes/{outcome.ref}/versions/ar")
    assert "Train staff." in page
    assert page.html.find("textarea", id="text")["dir"] == "rtl"
    empty = walk.submit(fill(page.forms["version-form"], title="تدريب", text=""))
    assert empty.forms["version-form"]["title"].value == "تدريب"
    saved = walk.submit(fill(empty.forms["version-form"], text="درّبوا الموظفين."))
    assert saved.html.select_one(".outcome-text").text.strip() == "درّبوا الموظفين."
    first = walk.get(f"/outcomes/{outcome.ref}/versions/fr").forms["version-form"]
    second = walk.get(f"/outcomes/{outcome.ref}/versions/fr").forms["version-form"]
    walk.submit(fill(first, text="Former le personnel."))
    page = walk.submit(fill(second, text="Former tout le monde."))
    assert "Former le personnel." in page.html.find("section", class_="conflict").text
    assert "was saved" in walk.submit(page.forms["version-form"])


def test_links_are_added_and_taken_away(make, visit, workshop, rapporteur):
    practice, recommendation = (
        make.outcome(kind="practice", workshop=workshop),
        make.outcome(workshop=workshop),
    )
    walk = visit(rapporteur)
    form = walk.get(f"/outcomes/{practice.ref}/links").forms["link-form"]
    assert "There is no outcome PRA-1" in walk.submit(fill(form, kind="answers", target="PRA-1"))
    page = walk.submit(fill(form, kind="answers", target=recommendation.ref))
    assert "both outcomes show it" in page
    assert "This link is there already." in walk.submit(
        fill(page.forms["link-form"], kind="answers", target=recommendation.ref)
    )
    assert "Answered by" in walk.get(f"/outcomes/{recommendation.ref}")
    offered = walk.get(f"/outcomes/{recommendation.ref}/links").forms["link-form"]["kind"].options
    assert "answers" not in [value for value, *_ in offered]
    page = walk.submit(sending(walk.get(f"/outcomes/{practice.ref}/links"), "/remove"))
    assert "The link was taken away." in page
    assert "No link yet" in page


def test_an_illustrative_outcome_is_marked_on_every_page_that_shows_it(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, illustrative=True)
    walk = visit(rapporteur)
    for address in (
        "/outcomes/",
        "/workshops/WS-LARNACA",
        *(f"/outcomes/{outcome.ref}{e}" for e in ("", "/history", "/versions")),
    ):
        assert "Illustrative example, not a real record" in walk.get(address), address


def test_every_page_is_refused_to_whoever_may_not_change_the_record(make, visit, workshop):
    outcome = make.outcome(workshop=workshop)
    walk = visit(make.person("expert"))
    for ending in ("/edit", "/retire", "/links", "/versions/fr"):
        assert "rapporteur" in walk.get(f"/outcomes/{outcome.ref}{ending}", status=403)
    assert visit().browser.get(f"/outcomes/{outcome.ref}").status_int == 302
