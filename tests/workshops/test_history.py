"""A workshop's page tells who did what about it."""

from datetime import date

from tracker.accounts.actors import actor_for
from tracker.core.db import db
from tracker.core.vocabulary import Handling
from tracker.workshops import service
from tracker.workshops.handling import WorkshopHandlingData, relabel_workshop
from tracker.workshops.service import note, snapshot


def change(person, workshop, **values):
    before = snapshot(workshop)
    for name, value in values.items():
        setattr(workshop, name, value)
    note(actor_for(person), "edit", workshop, before)
    db.session.commit()


def test_each_act_stands_there_with_what_it_changed_in_words(make, visit):
    rapporteur = make.person("rapporteur", name="Rapporteur, prisons")
    workshop = make.workshop("WS-1", parties=("JO",), rapporteur=rapporteur)
    change(rapporteur, workshop, place="Larnaca", participants=[make.party("MA")], ends_on=date(2024, 6, 14))
    page = visit(make.person()).get("/workshops/WS-1/history")
    words = " ".join(page.html.find("main").stripped_strings)
    assert "Changed Rapporteur, prisons" in words
    assert "Place Larnaca" in words
    assert "Took part Jordan → Morocco" in words
    assert "13 Jun 2024 → 14 Jun 2024" in words
    assert "party:" not in words


def test_the_page_of_the_workshop_leads_there(make, visit):
    make.workshop("WS-1")
    page = visit(make.person()).get("/workshops/WS-1").click("History", href="history")
    assert "No history" in page


def test_what_stood_under_a_stricter_label_does_not_come_back_to_light(make, visit):
    rapporteur = make.person("rapporteur")
    workshop = make.workshop("WS-1", parties=("JO",), rapporteur=rapporteur, handling=Handling.AMBER)
    change(rapporteur, workshop, summary="A secret that was taken out.")
    change(rapporteur, workshop, summary="Nothing.")
    data = WorkshopHandlingData(Handling.GREEN, "It may be known.")
    relabel_workshop(actor_for(rapporteur), workshop, data, workshop.version)
    seen = visit(make.person()).get("/workshops/WS-1/history").text
    assert "secret" not in seen
    assert "What changed is not open to you: the record was open to others then." in seen
    assert "secret" in visit(make.person(party="JO")).get("/workshops/WS-1/history").text


def test_a_hidden_workshop_has_no_history(make, visit):
    make.workshop("WS-1", handling=Handling.RED)
    visit(make.person()).browser.get("/workshops/WS-1/history", status=404)


def test_a_workshop_that_says_what_it_said_gains_no_line(make):
    rapporteur = make.person("rapporteur")
    workshop = make.workshop("WS-1", rapporteur=rapporteur)
    note(actor_for(rapporteur), "edit", workshop, service.snapshot(workshop))
    assert workshop.version == 1


def test_the_public_learns_no_name_from_it(app, make, visit):
    rapporteur = make.person("rapporteur", name="Rapporteur, prisons")
    workshop = make.workshop("WS-1", rapporteur=rapporteur, handling=Handling.CLEAR)
    change(rapporteur, workshop, place="Larnaca", rapporteurs=[make.person("rapporteur", name="Another")])
    app.config["TRACKER_PUBLIC_READING"] = True
    words = visit().get("/workshops/WS-1/history").html.find("main").text
    assert "Larnaca" in words
    assert "Rapporteur, prisons" not in words
    assert "Another" not in words
    assert "Another" in visit(make.person()).get("/workshops/WS-1/history")
