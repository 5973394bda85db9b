"""A commitment as people walk its pages, without JavaScript."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app
from webtest import Upload

from tests.followup.cast import DECREE, a_link, claim, finding, implemented, standing
from tracker.accounts.actors import actor_for
from tracker.core.clock import today
from tracker.core.db import db
from tracker.followup import service
from tracker.followup.models import Commitment, Evidence, Update


def address(commitment: Commitment, page: str = "") -> str:
    return f"/follow-up/{commitment.outcome.ref}/{commitment.party.code}{page}"


@pytest.fixture
def focal_point(make):
    return make.person("focal-point", party="JO", name="Focal point, Jordan")


@pytest.fixture
def reviewer(make):
    return make.person("reviewer", party="ES", name="Reviewer, Spain")


def test_from_a_report_with_evidence_to_its_verification(make, visit, focal_point, reviewer):
    commitment = make.commitment("JO")
    page = visit(focal_point).get(address(commitment)).click(href="/report$", index=0)
    form = page.forms["report"]
    form["position"], form["implementation"] = "accepted", "implemented"
    form["text"] = "The decree is in force."
    form["evidence-0-title"] = "Decree 12"
    form["evidence-0-file"] = Upload("decree.pdf", DECREE, "application/pdf")
    form["evidence-1-url"] = "https://example.org/gazette"
    form["evidence-2-seen_by"] = "Prison service"
    page = visit(focal_point).submit(form)
    assert "Reported. A reviewer of another party can now look at it." in page.text
    for words in ("The decree is in force.", "Decree 12", "https://example.org/gazette", "Prison service"):
        assert words in page.text
    assert standing(commitment) == ("accepted", "implemented", "evidence-attached")

    page = visit(reviewer).get(address(commitment)).click(href="/assess$", index=0)
    assert "The decree is in force." in page.text
    form = page.forms["assess"]
    form["finding"], form["text"] = "verified", "We read the decree."
    page = visit(reviewer).submit(form)
    assert standing(commitment) == ("accepted", "implemented", "verified")
    rows = page.html.find("table").tbody.find_all("tr")
    assert "The decree is in force." in rows[0].find_all("td")[0].text
    assert "We read the decree." in rows[1].find_all("td")[1].text
    assert rows[1].find_all("td")[0].text.strip() == ""


def test_buttons_stand_only_where_they_work_and_others_are_told_who_may(make, visit, focal_point, reviewer):
    commitment = implemented(make)
    page = visit(focal_point).get(address(commitment))
    assert page.html.find("a", href=address(commitment, "/report"))
    assert (
        "Only a reviewer may assess" in page.text
        or "Only a reviewer of another party than Jordan" in page.text
    )
    page = visit(reviewer).get(address(commitment))
    assert not page.html.find("a", href=address(commitment, "/report"))
    assert "Only a focal point of Jordan may report on this." in page.text
    own = visit(make.person("reviewer", party="JO"))
    assert not own.get(address(commitment)).html.find("a", href=address(commitment, "/assess"))
    refused = own.browser.get(address(commitment, "/assess"), status="*")
    assert refused.status_int == 403
    assert "Only a reviewer of another party than Jordan may assess this." in refused.text


def test_what_was_typed_stays_when_something_is_missing(make, visit, focal_point):
    commitment = make.commitment("JO")
    visitor = visit(focal_point)
    form = visitor.get(address(commitment, "/report")).forms["report"]
    form["position"], form["text"] = "not-accepted", "نص عربي with English"
    form["evidence-0-title"], form["evidence-0-url"] = "Law", "www.example.org"
    page = visitor.submit(form)
    assert page.status_int == 422
    assert page.html.title.text.startswith("Error:")
    form = page.forms["report"]
    assert (form["position"].value, form["text"].value) == ("not-accepted", "نص عربي with English")
    assert form["evidence-0-url"].value == "www.example.org"
    assert "Write the whole address, beginning with https://" in page.text
    form["evidence-0-url"] = "https://www.example.org"
    page = visitor.submit(form)
    assert "Give the reason for “Not accepted”." in page.text
    form = page.forms["report"]
    form["reason"] = "The law does not allow it."
    assert "Reported." in visitor.submit(form).text
    assert standing(commitment)[0] == "not-accepted"


def test_a_file_that_was_not_saved_is_named_so_that_it_is_chosen_again(make, visit, focal_point):
    commitment = make.commitment("JO")
    visitor = visit(focal_point)
    form = visitor.get(address(commitment, "/report")).forms["report"]
    form["position"] = "not-applicable"
    form["evidence-0-file"] = Upload("decree.pdf", DECREE, "application/pdf")
    page = visitor.submit(form)
    assert "Choose the file again" in page.text
    assert "decree.pdf" in page.text


def test_a_file_that_is_something_else_is_refused_beside_its_own_field(make, visit, focal_point):
    commitment = make.commitment("JO")
    visitor = visit(focal_point)
    form = visitor.get(address(commitment, "/report")).forms["report"]
    form["position"], form["text"] = "accepted", "The decree is in force."
    form["evidence-0-file"] = Upload("decree.pdf", DECREE, "application/pdf")
    form["evidence-1-file"] = Upload("decree.pdf", b"<html>", "application/pdf")
    page = visitor.submit(form)
    assert page.status_int == 422
    [line] = summary(page)
    assert line.startswith("Evidence 2 – File: The name ends in .pdf, but the file is a web page")
    assert page.forms["report"]["text"].value == "The decree is in force."
    assert db.session.query(Evidence).count() == 0
    folder = Path(current_app.instance_path) / "uploads"
    assert not folder.exists() or not list(folder.iterdir())


def summary(page):
    """The lines of the error summary, each with the place to which it leads."""
    links = page.html.find(class_="error-summary").find_all("a")
    return {" ".join(link.text.split()): link["href"] for link in links}


def test_the_error_summary_says_what_is_wrong_with_which_evidence_and_leads_there(make, visit, focal_point):
    commitment = make.commitment("JO")
    visitor = visit(focal_point)
    form = visitor.get(address(commitment, "/report")).forms["report"]
    form["position"] = "accepted"
    form["evidence-0-title"] = "Only a title"
    form["evidence-1-file"] = Upload("run.exe", b"MZ", "application/octet-stream")
    form["evidence-2-url"], form["evidence-2-seen_by"] = "https://example.org", "Ministry"
    form["evidence-2-dated"] = (today() + timedelta(days=1)).isoformat()
    page = visitor.submit(form)
    assert page.status_int == 422
    lines = summary(page)
    assert set(lines.values()) == {
        "#evidence-0-file",
        "#evidence-1-file",
        "#evidence-2-seen_by",
        "#evidence-2-dated",
    }
    missing = "Evidence 1 – File: Add the file, the link or the office that has seen it."
    assert lines[missing] == "#evidence-0-file"
    assert any(said.startswith("Evidence 2 – File: This type of file cannot be attached.") for said in lines)
    assert any(
        said.startswith("Evidence 3 – Date of the document: This date is in the future.") for said in lines
    )
    for place in lines.values():
        assert page.html.find(id=f"{place[1:]}-error")
    assert db.session.query(Evidence).count() == 0


def test_a_file_and_a_link_in_one_row_are_two_pieces_of_the_same_title_and_date(make, visit, focal_point):
    commitment = make.commitment("JO")
    visitor = visit(focal_point)
    form = visitor.get(address(commitment, "/report")).forms["report"]
    form["position"] = "accepted"
    form["evidence-0-title"], form["evidence-0-dated"] = "Decree 12", "2025-03-01"
    form["evidence-0-file"] = Upload("decree.pdf", DECREE, "application/pdf")
    form["evidence-0-url"] = "https://example.org/decree"
    assert "Reported." in visitor.submit(form).text
    file, link = db.session.query(Evidence).order_by(Evidence.id)
    assert (file.kind, file.file.name, file.url) == ("file", "decree.pdf", None)
    assert (link.kind, link.file, link.url) == ("link", None, "https://example.org/decree")
    assert {(piece.title, str(piece.dated)) for piece in (file, link)} == {("Decree 12", "2025-03-01")}


def test_each_further_row_of_evidence_has_a_name_of_its_own(make, visit, focal_point):
    page = visit(focal_point).get(address(make.commitment("JO"), "/report"))
    rows = page.html.find(id="evidence").find_all("summary")
    assert [row.text for row in rows] == ["Evidence 2", "Evidence 3"]


def test_a_reviewer_is_told_when_nobody_has_reported_an_implementation(make, visit, reviewer):
    commitment = make.commitment("JO")
    page = visit(reviewer).get(address(commitment))
    assert "Nobody has reported an implementation yet" in page.text
    button = page.html.find("a", href=address(commitment, "/assess"))
    assert button.text == "Close"
    assert "there is nothing to assess" in visit(reviewer).get(address(commitment, "/assess")).text
    done = implemented(make)
    page = visit(reviewer).get(address(done))
    assert "Nobody has reported" not in page.text
    assert page.html.find("a", href=address(done, "/assess")).text == "Assess"


def test_two_people_at_once_both_keep_what_they_wrote(make, visit, focal_point):
    commitment = make.commitment("JO")
    visitor = visit(focal_point)
    form = visitor.get(address(commitment, "/report")).forms["report"]
    colleague = make.actor("focal-point", party="JO")
    service.report(colleague, commitment, claim("accepted", "planned", text="Written by a colleague."))
    form["implementation"], form["text"] = "in-progress", "Written by me."
    page = visitor.submit(form)
    assert page.status_int == 409
    assert "What came in between" in page.text
    assert "Written by a colleague." in page.text
    form = page.forms["report"]
    assert form["text"].value == "Written by me."
    assert "Reported." in visitor.submit(form).text
    texts = [update.text for update in db.session.query(Update).order_by(Update.id)]
    assert texts == ["Written by a colleague.", "Written by me."]


def test_a_finding_on_a_claim_that_has_changed_is_shown_again(make, visit, reviewer):
    commitment = implemented(make)
    visitor = visit(reviewer)
    form = visitor.get(address(commitment, "/assess")).forms["assess"]
    focal_point = make.actor("focal-point", party="JO")
    service.report(focal_point, commitment, claim(implementation="in-progress", text="We were too fast."))
    form["finding"], form["text"] = "verified", "All done."
    page = visitor.submit(form)
    assert page.status_int == 409
    assert "We were too fast." in page.text
    assert page.forms["assess"]["text"].value == "All done."
    assert standing(commitment) == ("accepted", "in-progress", "self-reported")


def test_what_came_in_between_keeps_hidden_words_hidden(make, visit, reviewer):
    commitment = implemented(make)
    visitor = visit(reviewer)
    form = visitor.get(address(commitment, "/assess")).forms["assess"]
    hidden = claim(text="Words for ourselves.", handling="TLP:AMBER+STRICT")
    service.report(make.actor("focal-point", party="JO"), commitment, hidden)
    form["finding"] = "verified"
    page = visitor.submit(form)
    assert page.status_int == 409
    assert "Words for ourselves." not in page.text
    assert "Something that you may not read." in page.text


def test_hidden_words_are_absent_for_who_may_not_read_them(make, visit, focal_point, reviewer):
    commitment = make.commitment("JO")
    hidden = claim(
        "accepted",
        "in-progress",
        text="Words for ourselves.",
        handling="TLP:AMBER+STRICT",
        evidence=[a_link("https://example.org/own")],
    )
    service.report(actor_for(focal_point), commitment, hidden)
    mine = visit(focal_point).get(address(commitment)).text
    assert "Words for ourselves." in mine
    for page in (address(commitment), address(commitment, "/assess"), "/follow-up/", "/"):
        theirs = visit(reviewer).get(page).text
        assert "Words for ourselves." not in theirs
        assert "example.org/own" not in theirs
        assert "Focal point, Jordan" not in theirs


def test_a_refused_finding_says_what_to_do(make, visit, reviewer):
    commitment = implemented(make, evidence=False)
    visitor = visit(reviewer)
    form = visitor.get(address(commitment, "/assess")).forms["assess"]
    page = visitor.submit(form)
    assert page.status_int == 422
    assert "Choose a finding." in page.text
    form = page.forms["assess"]
    form["finding"] = "verified"
    page = visitor.submit(form)
    assert "Ask the focal point to attach some." in page.text


def test_nobody_sees_a_commitment_of_what_they_may_not_read(make, visit, reviewer):
    commitment = make.commitment("JO", handling="TLP:RED", text="Red words.")
    for person in (reviewer, make.person("administrator"), None):
        answer = visit(person).browser.get(address(commitment), status="*")
        assert answer.status_int in (302, 404)
        assert "Red words." not in answer.text


def test_the_workshop_is_named_only_to_those_who_may_see_it(make, visit, reviewer):
    workshop = make.workshop(title="A hidden meeting", handling="TLP:RED", parties=())
    commitment = make.commitment("JO", workshop=workshop)
    assert "A hidden meeting" not in visit(reviewer).get(address(commitment)).text


def test_drafts_and_retired_ones_say_why_nothing_can_be_reported(make, visit, focal_point):
    for record, words in (("draft", "still a draft"), ("retired", "was retired")):
        commitment = make.commitment("JO", record=record, author=focal_point)
        page = visit(focal_point).get(address(commitment))
        assert words in page.text
        assert not page.html.find("a", href=address(commitment, "/report"))


def test_a_coordinator_sets_a_due_date_and_others_are_not_offered_it(make, visit, reviewer):
    commitment = make.commitment("JO", due=today() - timedelta(days=3))
    assert "Change the due date" not in visit(reviewer).get(address(commitment)).text
    visitor = visit(make.person("coordinator"))
    page = visitor.get(address(commitment))
    assert "Overdue" in page.text
    [form] = [form for form in page.forms.values() if form.action.endswith("/due")]
    form["due"] = (today() + timedelta(days=300)).isoformat()
    page = visitor.submit(form)
    assert "The due date was saved." in page.text
    assert "Overdue" not in page.text
    form["due"] = today().isoformat()
    assert "Somebody else has written here" in visitor.submit(form).text


def test_the_page_reads_from_right_to_left_in_arabic(make, visit, focal_point):
    commitment = make.commitment("JO", text="تدريب موظفي السجون", language="ar")
    page = visit(focal_point, language="ar").get(address(commitment, "/report"))
    assert page.html.html["dir"] == "rtl"
    assert page.forms["report"]["language"].value == "ar"


def test_a_body_reports_like_a_country(make, visit):
    commitment = make.commitment("eurojust")
    visitor = visit(make.person("focal-point", party="eurojust"))
    form = visitor.get(address(commitment, "/report")).forms["report"]
    form["position"] = "accepted"
    assert "Reported." in visitor.submit(form).text


def test_a_closed_one_tells_the_focal_point_whom_to_ask(make, visit, focal_point, reviewer):
    commitment = implemented(make)
    service.assess(
        actor_for(reviewer), commitment, finding("closed", "closed-superseded", reason="Newer one.")
    )
    visitor = visit(focal_point)
    form = visitor.get(address(commitment, "/report")).forms["report"]
    form["text"] = "More."
    assert "Ask a reviewer of another party to reopen it" in visitor.submit(form).text
