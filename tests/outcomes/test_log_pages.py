"""Logging a session's outcomes, walked without JavaScript."""

import pytest
from sqlalchemy import select

from tracker.core.db import db
from tracker.core.vocabulary import Handling, Language
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Kind, Priority, Quality, Record
from tracker.themes.queries import by_slug

TWELVE = [f"Recommendation number {n}: train, equip and inspect." for n in range(1, 13)]


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop("WS-LARNACA", title="Prison intelligence", hosts=("CY",), rapporteur=rapporteur)


def fill(form, **values):
    for name, value in values.items():
        form[name] = value
    return form


def tick(form, name, *ids):
    """Tick the boxes of a checklist that stand for these records."""
    for box in form.fields[name]:
        if box._value in {str(number) for number in ids}:
            box.checked = True


def ticked(form, name):
    return {box._value for box in form.fields[name] if box.checked}


def outcomes():
    db.session.rollback()
    return list(db.session.scalars(select(Outcome).order_by(Outcome.id)))


def test_twelve_recommendations_are_logged_in_a_row_and_published_at_once(visit, workshop, rapporteur, make):
    walk = visit(rapporteur)
    page = walk.get("/log").click("Log a recommendation", index=0)
    prisons = by_slug("prisons").id
    form = page.forms["outcome-form"]
    tick(form, "themes", prisons)
    tick(form, "addressees", make.party("JO").id)
    form["due"] = "2026-12-31"
    for text in TWELVE[:-1]:
        page = walk.submit(fill(form, text=text), "then", value="another")
        form = page.forms["outcome-form"]
        assert form["text"].value == ""
        assert ticked(form, "themes") == {str(prisons)}
        assert form["due"].value == "2026-12-31"
    assert page.html.select_one("aside .count").text == "11"
    page = walk.submit(fill(form, text=TWELVE[-1]))
    assert "was saved as a draft" in page
    assert page.html.select_one("#messages a")["href"] == "/outcomes/REC-2024-0012"
    saved = outcomes()
    assert [outcome.shown.text for outcome in saved] == TWELVE
    assert {outcome.record for outcome in saved} == {Record.DRAFT}
    assert [c.party.code for c in saved[0].commitments] == ["JO"]
    page = walk.get("/workshops/WS-LARNACA")
    publish = next(f for f in page.forms.values() if f.action.endswith("/publish"))
    assert "Publish 12 drafts" in publish.text
    assert "12 drafts were published." in walk.submit(publish)
    assert {outcome.record for outcome in outcomes()} == {Record.PUBLISHED}


def test_everything_on_the_form_is_saved(visit, workshop, make):
    walk = visit(make.person("expert"))
    form = walk.get("/workshops/WS-LARNACA/log/recommendation").forms["outcome-form"]
    tick(form, "addressees", make.party("MA").id)
    page = walk.submit(
        fill(
            form,
            text="Text.",
            title="Title",
            other_addressees="Francia, TN",
            due="2027-01-31",
            priority="high",
            rationale="Why.",
            safeguards="Rights.",
            language="fr",
            handling="TLP:CLEAR",
            proposers="Spain",
            chatham_house=False,
            source_url="https://example.org/a?b=1",
        )
    )
    assert "was saved as a draft" in page
    (outcome,) = outcomes()
    assert (outcome.kind, outcome.language, outcome.handling) == (
        Kind.RECOMMENDATION,
        Language.FR,
        Handling.CLEAR,
    )
    assert {c.party.code for c in outcome.commitments} == {"MA", "FR", "TN"}
    text = outcome.texts[0]
    assert (text.title, text.rationale, text.safeguards) == ("Title", "Why.", "Rights.")
    assert outcome.priority is Priority.HIGH
    assert [p.code for p in outcome.proposers] == ["ES"]
    for said in ("Title", "Text.", "Why.", "Rights.", "High", "example.org"):
        assert said in page


def test_a_practice_has_its_own_fields(visit, workshop, make):
    walk = visit(make.person("expert"))
    form = walk.get("/workshops/WS-LARNACA/log/practice").forms["outcome-form"]
    assert not {"due", "priority", "addressees"} & set(form.fields)
    fill(form, text="Joint visits.", context="Two prisons.", actions="Visits.", results="Fewer incidents.")
    fill(
        form,
        success_factors="Trust.",
        constraints="Cost.",
        conditions="A law.",
        contact="Prison service",
        quality="documented",
    )
    page = walk.submit(form)
    (outcome,) = outcomes()
    assert outcome.ref == "PRA-2024-0001"
    assert outcome.quality is Quality.DOCUMENTED
    for heading in (
        "Context",
        "What was done",
        "Results",
        "Success factors",
        "Constraints",
        "Conditions for replication",
    ):
        assert page.html.find("h2", string=heading), heading


def test_a_rapporteur_saves_and_publishes_in_one_step_an_expert_is_not_offered_it(
    visit, workshop, rapporteur, make
):
    page = visit(rapporteur).get("/workshops/WS-LARNACA/log/recommendation")
    done = visit(rapporteur).submit(fill(page.forms["outcome-form"], text="Do it."), "then", value="publish")
    assert "was saved and published" in done
    assert outcomes()[0].record is Record.PUBLISHED
    expert = visit(make.person("expert"))
    page = expert.get("/workshops/WS-LARNACA/log/recommendation")
    assert "Save and publish" not in page
    form = fill(page.forms["outcome-form"], text="Do that.")
    sent = form.submit_fields() + [("then", "publish")]
    refused = expert.browser.post(form.action, sent, status=403)
    assert "Only a rapporteur of the workshop may publish" in refused


def test_nothing_typed_is_lost_when_something_needs_another_look(visit, workshop, make):
    walk = visit(make.person("expert"))
    form = walk.get("/workshops/WS-LARNACA/log/recommendation").forms["outcome-form"]
    tick(form, "themes", by_slug("prisons").id)
    page = walk.submit(
        fill(
            form,
            text="",
            rationale="Because.",
            other_addressees="Jordn, XYZ",
            handling="TLP:RED",
            due="2026-02-31",
        )
    )
    assert page.html.title.text.startswith("Error:")
    linked = {a["href"] for a in page.html.select(".error-summary a")}
    assert {"#text", "#other_addressees", "#due"} <= linked
    assert "“Jordn” is not known. Did you mean: Jordan" in page
    kept = page.forms["outcome-form"]
    assert (kept["rationale"].value, kept["other_addressees"].value) == ("Because.", "Jordn, XYZ")
    assert ticked(kept, "themes") == {str(by_slug("prisons").id)}
    page = walk.submit(fill(kept, text="Text.", other_addressees="", due=""))
    assert "TLP:RED opens this only to people named on it" in page
    assert page.html.find("details", class_="more").has_attr("open")
    assert page.forms["outcome-form"]["text"].value == "Text."
    assert outcomes() == []


def test_red_needs_somebody_with_an_account(visit, workshop, make):
    named = make.person(name="Judge, Amman")
    walk = visit(make.person("expert"))
    form = walk.get("/workshops/WS-LARNACA/log/recommendation").forms["outcome-form"]
    page = walk.submit(fill(form, text="Quietly.", handling="TLP:RED", named_people="nobody@example.org"))
    assert "“nobody@example.org” has no account here" in page
    walk.submit(fill(page.forms["outcome-form"], named_people=named.email))
    (outcome,) = outcomes()
    assert [person.id for person in outcome.named_people] == [named.id]


@pytest.mark.parametrize(
    "text",
    ["x" * 20_000, "أوصى المشاركون بتدريب الموظفين.\n\nثم المتابعة.", "<script>alert(1)</script> & “quotes”"],
)
def test_long_arabic_and_odd_texts_come_back_as_they_were(visit, workshop, make, text):
    walk = visit(make.person("expert"))
    form = walk.get("/workshops/WS-LARNACA/log/recommendation").forms["outcome-form"]
    page = walk.submit(fill(form, text=text, language="ar" if "أ" in text else "en"))
    assert outcomes()[0].shown.text == text
    shown = page.html.select_one(".outcome-text")
    assert "".join(shown.text.split()) == "".join(text.split())
    if "أ" in text:
        assert shown.select_one(".prose")["lang"] == "ar"


def test_one_character_too_many_is_refused_with_the_text_kept(visit, workshop, make):
    walk = visit(make.person("expert"))
    form = walk.get("/workshops/WS-LARNACA/log/recommendation").forms["outcome-form"]
    page = walk.submit(fill(form, text="x" * 20_001))
    assert page.html.find(id="text-error")
    assert len(page.forms["outcome-form"]["text"].value) == 20_001


def test_the_form_says_what_must_not_be_written_down(visit, workshop, make):
    page = visit(make.person("expert")).get("/workshops/WS-LARNACA/log/recommendation")
    assert "No personal data on inmates, refugees, suspects or victims; nothing classified." in page


def test_the_workshops_i_report_for_come_first(visit, workshop, rapporteur, make):
    make.workshop("WS-LATER", title="Later one")
    page = visit(rapporteur).get("/log")
    headings = [h.text.strip() for h in page.html.select("main h2")]
    assert headings == ["You report for these", "Other workshops"]
    titles = [a.text.strip() for a in page.html.select("main .register-title a")]
    assert titles == ["Prison intelligence", "Later one"]


def test_with_no_workshop_the_way_to_record_one_is_shown(visit, make):
    assert visit(make.person("coordinator")).get("/log").html.find("a", string="New workshop")
    assert "Ask a coordinator or rapporteur to record it" in visit(make.person("expert")).get("/log")


def test_a_reader_is_told_who_may_log(visit, workshop, make):
    for address in ("/log", "/workshops/WS-LARNACA/log/recommendation"):
        assert "Only experts, rapporteurs and coordinators may log outcomes" in visit(make.person()).get(
            address, status=403
        )


def test_the_public_is_sent_to_sign_in(visit, workshop):
    assert visit().browser.get("/log").status_int == 302


def test_a_session_in_french_begins_with_a_french_text(visit, make):
    make.workshop("WS-RABAT", languages=["fr", "ar"])
    form = visit(make.person("expert")).get("/workshops/WS-RABAT/log/practice").forms["outcome-form"]
    assert form["language"].value == "fr"
    arabic = visit(make.person("expert"), language="ar").get("/workshops/WS-RABAT/log/practice")
    assert arabic.html.html["dir"] == "rtl"
    assert arabic.forms["outcome-form"]["language"].value == "ar"
