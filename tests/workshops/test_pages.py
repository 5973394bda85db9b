"""The pages of workshops, walked without JavaScript."""

import re
from datetime import date

import pytest
from sqlalchemy import select
from webtest import Upload

from tests import sound_files
from tracker.accounts.models import Party
from tracker.core.audit import history_of
from tracker.core.db import db
from tracker.workshops.models import Workshop


@pytest.fixture
def coordinator(make):
    return make.person("coordinator")


def stored(code):
    return db.session.scalars(select(Workshop).where(Workshop.code == code)).one()


def fill(form, **values):
    for name, value in values.items():
        form[name] = value
    return form


def test_the_first_workshop_is_asked_for_where_there_is_none(make, visit, coordinator):
    page = visit(coordinator).get("/workshops/")
    assert "No workshop yet" in page
    assert page.html.find("a", string="New workshop")["href"] == "/workshops/new"
    assert "None is recorded yet" in visit(make.person()).get("/workshops/")


def test_a_coordinator_records_a_workshop_and_its_code_is_made(visit, coordinator):
    walk = visit(coordinator)
    form = walk.get("/workshops/new").forms["workshop-form"]
    fill(
        form,
        title="Prison intelligence",
        place="Larnaca, hotel",
        starts_on="2024-06-10",
        ends_on="2024-06-13",
    )
    fill(
        form,
        hosts="Chypre",
        participants="jordan, MA; España ، مصر",
        line_of_action="Prisons",
        summary="Three days.",
    )
    form["file"] = Upload("agenda.pdf", sound_files.pdf("Agenda"))
    form["file_title"] = "Agenda"
    page = walk.submit(form)
    assert "The workshop was saved." in page
    workshop = stored("WS-2024-LARNACA")
    assert [party.code for party in workshop.hosts] == ["CY"]
    assert {party.code for party in workshop.participants} == {"JO", "MA", "ES", "EG"}
    assert [person.id for person in workshop.rapporteurs] == [coordinator.id]
    assert workshop.created_by_id == coordinator.id
    assert page.html.h1.text.strip() == "Prison intelligence"
    assert "Agenda" in page
    download = walk.browser.get(f"/workshops/WS-2024-LARNACA/files/{workshop.files[0].file.token}")
    assert download.body == sound_files.pdf("Agenda")
    assert "attachment" in download.headers["Content-Disposition"]
    second = walk.get("/workshops/new").forms["workshop-form"]
    walk.submit(fill(second, title="Again", place="Larnaca", starts_on="2024-09-01"))
    assert stored("WS-2024-LARNACA-2").title == "Again"


def test_an_unknown_name_is_named_and_near_ones_are_suggested(visit, coordinator):
    walk = visit(coordinator)
    form = walk.get("/workshops/new").forms["workshop-form"]
    assert "add_bodies" not in form.fields
    fill(form, title="Borders", starts_on="2024-02-01", participants="Jordania, Morroco, Border Academy")
    page = walk.submit(form)
    assert "“Morroco” is not known. Did you mean: Morocco" in page
    assert "“Border Academy” is not known" in page
    form = page.forms["workshop-form"]
    assert form["participants"].value == "Jordania, Morroco, Border Academy"
    assert form["title"].value == "Borders"
    form["participants"] = "Jordania, Morocco, Border Academy"
    form["add_bodies"] = True
    walk.submit(form)
    added = db.session.scalars(select(Party).where(Party.code == "border-academy")).one()
    assert added.names == {"en": "Border Academy"}
    assert added in stored("WS-2024").participants


def test_a_new_body_gets_a_clean_name_once_and_no_name_of_mere_signs(visit, coordinator):
    walk = visit(coordinator)
    form = fill(walk.get("/workshops/new").forms["workshop-form"], title="Borders", starts_on="2024-02-01")
    form["participants"] = "Border\u202e  Academy; ~"
    page = walk.submit(form)
    form = page.forms["workshop-form"]
    form["add_bodies"] = True
    page = walk.submit(form)
    assert "holds no letter" in page
    form = page.forms["workshop-form"]
    form["participants"] = "Border\u202e  Academy; Border Academy"
    walk.submit(form)
    names = [party.names for party in stored("WS-2024").participants]
    assert names == [{"en": "Border Academy"}]


def test_what_is_missing_is_said_at_once_and_nothing_typed_is_lost(visit, coordinator):
    walk = visit(coordinator)
    form = walk.get("/workshops/new").forms["workshop-form"]
    page = walk.submit(
        fill(form, place="Málaga", starts_on="2024-11-05", ends_on="2024-11-01", summary="x" * 20_001)
    )
    assert "The last day is before the first." in page
    summary = page.html.find(class_="error-summary")
    assert {"#title", "#ends_on", "#summary"} == {a["href"] for a in summary.find_all("a")}
    assert page.forms["workshop-form"]["place"].value == "Málaga"
    assert page.html.title.text.startswith("Error:")


@pytest.mark.parametrize("code", ["new", "a b", "ü", "x" * 61, "../up"])
def test_a_code_that_could_not_stand_in_an_address_is_refused(visit, coordinator, code):
    walk = visit(coordinator)
    form = walk.get("/workshops/new").forms["workshop-form"]
    page = walk.submit(fill(form, title="T", starts_on="2024-11-05", code=code))
    assert page.html.find(id="code-error")


def test_a_taken_code_is_refused_and_a_free_one_offered(make, visit, coordinator):
    make.workshop("WS-1")
    walk = visit(coordinator)
    form = walk.get("/workshops/new").forms["workshop-form"]
    page = walk.submit(fill(form, title="T", starts_on="2024-11-05", code="ws-1"))
    assert "ws-1 is taken. ws-1-2 is free." in page


def test_a_focal_point_cannot_record_a_workshop_and_is_told_who_may(make, visit):
    page = visit(make.person("focal-point", party="JO")).get("/workshops/new", status=403)
    assert "Only coordinators and rapporteurs may record a workshop" in page


def test_only_coordinators_and_its_rapporteurs_change_it(make, visit):
    rapporteur = make.person("rapporteur")
    workshop = make.workshop(rapporteur=rapporteur)
    address = f"/workshops/{workshop.code}/edit"
    assert visit(rapporteur).get(address)
    assert "Only a coordinator or a rapporteur of this workshop" in visit(make.person("rapporteur")).get(
        address, status=403
    )


def test_a_change_keeps_what_was_not_touched_and_is_in_its_history(make, visit, coordinator):
    workshop = make.workshop("WS-OLD", hosts=("CY",), parties=("JO", "MA"), rapporteur=make.person("expert"))
    walk = visit(coordinator)
    form = walk.get("/workshops/WS-OLD/edit").forms["workshop-form"]
    assert "code" not in form.fields
    walk.submit(fill(form, title="New title", participants="MA, Spain"))
    db.session.expire_all()
    assert workshop.title == "New title"
    assert {party.code for party in workshop.participants} == {"MA", "ES"}
    assert [party.code for party in workshop.hosts] == ["CY"]
    assert len(workshop.rapporteurs) == 1
    changes = {
        name: (before, after) for name, before, after in history_of("workshop", workshop.id)[0].changes
    }
    assert set(changes) == {"title", "participants"}


def test_of_two_who_edit_the_second_sees_both_versions(make, visit, coordinator):
    make.workshop("WS-OLD", title="Old title", parties=("JO",))
    first, second = visit(coordinator), visit(make.person("coordinator"))
    mine = first.get("/workshops/WS-OLD/edit").forms["workshop-form"]
    yours = second.get("/workshops/WS-OLD/edit").forms["workshop-form"]
    # Only the parties change: that is a change of the workshop all the same.
    first.submit(fill(mine, participants="JO, Spain"))
    page = second.submit(fill(yours, title="Your title"))
    assert "Somebody else saved this workshop meanwhile" in page
    shown = {s["aria-label"]: s.text for s in page.html.find_all("section", class_="conflict")}
    assert set(shown) == {"Title", "Took part"}
    assert "Old title" in shown["Title"]
    assert "Your title" in shown["Title"]
    assert "Spain" in shown["Took part"]
    assert stored("WS-OLD").title == "Old title"
    again = page.forms["workshop-form"]
    assert again["title"].value == "Your title"
    assert "The workshop was saved." in second.submit(again)
    db.session.expire_all()
    assert stored("WS-OLD").title == "Your title"


def test_a_file_of_the_wrong_type_is_refused(make, visit, coordinator):
    make.workshop("WS-1")
    walk = visit(coordinator)
    form = walk.get("/workshops/WS-1/files/new").forms["file-form"]
    form["file"] = Upload("run.exe", b"MZ")
    assert "This type of file cannot be attached" in walk.submit(form)
    form["file"] = Upload("empty.pdf", b"")
    assert "The file is empty" in walk.submit(form)
    form["file"] = Upload("list.pdf", b"%PDF")
    assert "the content is something else" in walk.submit(form)
    form["file"] = Upload("قائمة.pdf", sound_files.pdf())
    form["file_title"] = "القائمة"
    page = walk.submit(form)
    assert "القائمة" in page
    taken_off = next(f for f in page.forms.values() if f.action.endswith("/remove"))
    assert "No file yet." in walk.submit(taken_off)


def test_files_of_a_hidden_workshop_are_not_given_out(make, visit, coordinator):
    workshop = make.workshop("WS-RED", handling="TLP:RED", rapporteur=coordinator)
    walk = visit(coordinator)
    form = walk.get("/workshops/WS-RED/files/new").forms["file-form"]
    form["file"] = Upload("list.pdf", sound_files.pdf())
    walk.submit(form)
    db.session.expire_all()
    address = f"/workshops/WS-RED/files/{workshop.files[0].file.token}"
    assert walk.browser.get(address).status_int == 200
    stranger = visit(make.person("administrator"))
    assert stranger.get(address, status=404)
    assert stranger.get("/workshops/WS-RED", status=404)
    assert "WS-RED" not in stranger.get("/workshops/")


def test_the_list_is_narrowed_by_words_year_and_country(make, visit):
    make.workshop("WS-A", title="Prisons 100% _safe_", country=make.party("CY"))
    make.workshop("WS-B", title="Borders", starts_on=None, ends_on=None)
    walk = visit(make.person())

    def codes(address):
        return re.findall(
            r"WS-[AB]", " ".join(row.th.text for row in walk.get(address).html.select("tbody tr"))
        )

    assert codes("/workshops/") == ["WS-A", "WS-B"]
    assert codes("/workshops/?text=prisons") == ["WS-A"]
    assert codes("/workshops/?text=100%25+_safe_") == ["WS-A"]
    assert codes("/workshops/?text=%25") == ["WS-A"]
    assert codes("/workshops/?year=2024") == ["WS-A"]
    assert codes("/workshops/?country=CY") == ["WS-A"]
    assert codes("/workshops/?year=nonsense&country=nowhere&page=x") == []
    assert "No workshop matches" in walk.get("/workshops/?text=nothing")


def test_hidden_outcomes_do_not_count(make, visit):
    workshop = make.workshop("WS-A")
    make.outcome(workshop=workshop)
    make.outcome(workshop=workshop, handling="TLP:RED")
    make.outcome(workshop=workshop, record="draft")
    walk = visit(make.person())
    assert walk.get("/workshops/").html.select_one("tbody td.num").text.strip() == "1"
    assert walk.get("/workshops/WS-A").html.select_one("#outcomes .count").text == "1"


def test_arabic_pages_run_from_right_to_left(make, visit, coordinator):
    make.workshop("WS-A", title="ورشة السجون", language="ar")
    walk = visit(coordinator, language="ar")
    for address in ("/workshops/", "/workshops/new", "/workshops/WS-A", "/workshops/WS-A/edit"):
        assert walk.get(address).html.html["dir"] == "rtl"


def test_a_change_of_a_workshop_leaves_its_label_as_it_is(make, visit, coordinator):
    workshop = make.workshop("WS-1", handling="TLP:AMBER", rapporteur=coordinator)
    walk = visit(coordinator)
    form = walk.get("/workshops/WS-1/edit").forms["workshop-form"]
    assert "handling" not in form.fields
    walk.post("/workshops/WS-1/edit", {**dict(form.submit_fields()), "handling": "TLP:CLEAR", "title": "New"})
    db.session.expire_all()
    assert (workshop.title, str(workshop.handling)) == ("New", "TLP:AMBER")


def test_nobody_takes_themselves_off_a_closed_workshop(make, visit, coordinator):
    make.workshop("WS-1", handling="TLP:AMBER", rapporteur=coordinator)
    make.person("rapporteur", name="Rapporteur, other")
    walk = visit(coordinator)
    form = walk.get("/workshops/WS-1/edit").forms["workshop-form"]
    for box in form.fields["rapporteurs"]:
        box.checked = box._value != str(coordinator.id)
    page = walk.submit(form)
    assert "name yourself as a rapporteur" in page.html.find(id="rapporteurs-error").text.lower()


def test_a_workshop_is_not_recorded_twice(make, visit, coordinator):
    make.workshop("WS-RED", title="Prisons", starts_on=date(2024, 6, 12), handling="TLP:RED")
    make.workshop("WS-ONE", title="Prison intelligence")
    walk = visit(coordinator)
    form = walk.get("/workshops/new").forms["workshop-form"]
    page = walk.submit(fill(form, title=" prison Intelligence", starts_on="2024-06-10"))
    assert "WS-ONE has this title and first day already." in page.html.find(id="title-error").text
    page = walk.submit(fill(page.forms["workshop-form"], starts_on="2024-06-11"))
    assert "The workshop was saved." in page
    unseen = walk.get("/workshops/new").forms["workshop-form"]
    assert "The workshop was saved." in walk.submit(fill(unseen, title="Prisons", starts_on="2024-06-12"))
