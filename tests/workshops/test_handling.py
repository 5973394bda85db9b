"""Changing the label of a workshop, and what it does to its outcomes."""

import pytest

from tracker.accounts.actors import actor_for
from tracker.core.audit import history_of
from tracker.core.db import db
from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.permissions import Permission, allows
from tracker.core.vocabulary import Handling
from tracker.workshops.effects import Confirm
from tracker.workshops.handling import WorkshopHandlingData, effect_of, relabel_workshop


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop("WS-1", parties=("JO", "MA"), rapporteur=rapporteur)


def relabel(person, workshop, label, **fields):
    data = WorkshopHandlingData(Handling(label), fields.pop("reason", "Asked for."), **fields)
    return relabel_workshop(actor_for(person), workshop, data, workshop.version)


def test_the_label_changes_with_its_reason_and_is_what_new_outcomes_begin_with(
    make, visit, workshop, rapporteur
):
    relabel(rapporteur, workshop, "TLP:AMBER")
    [entry] = history_of("workshop", workshop.id)
    assert (entry.act, entry.before["handling"], entry.after["handling"], entry.after["reason"]) == (
        "relabel",
        "TLP:GREEN",
        "TLP:AMBER",
        "Asked for.",
    )
    form = visit(rapporteur).get("/workshops/WS-1/log/recommendation").forms["outcome-form"]
    assert form["handling"].value == "TLP:AMBER"


def test_who_may(make, workshop, rapporteur):
    def may(person):
        return allows(actor_for(person), Permission.WORKSHOP_RELABEL, workshop)

    others = [make.person("rapporteur"), make.person("expert"), make.person("administrator"), make.person()]
    assert [may(person) for person in (rapporteur, make.person("coordinator"))] == [True, True]
    assert [may(person) for person in others] == [False] * 4


def test_outcomes_stay_as_they_are_unless_they_are_to_be_raised(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop)
    relabel(rapporteur, workshop, "TLP:AMBER")
    assert outcome.handling is Handling.GREEN


def test_outcomes_below_are_raised_and_none_is_lowered(make, workshop, rapporteur):
    clear = make.outcome(workshop=workshop, handling="TLP:CLEAR")
    retired = make.outcome(workshop=workshop, record="retired")
    red = make.outcome(workshop=workshop, handling="TLP:RED", named_people=(rapporteur,), author=rapporteur)
    elsewhere = make.outcome()
    raised = relabel(rapporteur, workshop, "TLP:AMBER", raise_outcomes=True)
    assert (raised.number, raised.left) == (2, ())
    assert [o.handling for o in (clear, retired, red, elsewhere)] == [
        Handling.AMBER,
        Handling.AMBER,
        Handling.RED,
        Handling.GREEN,
    ]
    assert [entry.act for entry in history_of("outcome", clear.id)] == ["relabel"]
    assert history_of("outcome", clear.id)[0].after["reason"] == "Asked for."


def test_whom_a_raised_outcome_names_where_nobody_is_named(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, addressees=("ES", "JO"))
    relabel(rapporteur, workshop, "TLP:AMBER+STRICT", raise_outcomes=True)
    assert sorted(party.code for party in outcome.named_parties) == ["ES", "JO", "MA"]
    draft = make.outcome(workshop=workshop, record="draft")
    relabel(rapporteur, workshop, "TLP:RED", raise_outcomes=True)
    assert draft.named_people == [rapporteur]
    # What the label has closed to them meanwhile is not theirs to change.
    assert outcome.handling is Handling.AMBER_STRICT


def test_an_outcome_that_could_name_nobody_is_left_and_told(make, rapporteur):
    workshop = make.workshop(parties=(), rapporteur=rapporteur)
    outcome = make.outcome(workshop=workshop)
    raised = relabel(rapporteur, workshop, "TLP:AMBER+STRICT", raise_outcomes=True)
    assert (raised.number, raised.left) == (0, (outcome.ref,))
    assert outcome.handling is Handling.GREEN


def test_outcomes_that_one_may_not_read_are_neither_counted_nor_raised(make, workshop):
    hidden = make.outcome(workshop=workshop, handling="TLP:AMBER")
    coordinator = make.person("coordinator")
    data = WorkshopHandlingData(Handling.RED, "So.", raise_outcomes=True, confirmed=frozenset(Confirm))
    said = effect_of(actor_for(coordinator), workshop, data).sentences
    assert not any("outcome" in sentence for sentence in said)
    relabel_workshop(actor_for(coordinator), workshop, data, workshop.version)
    assert hidden.handling is Handling.AMBER


def test_nobody_closes_a_workshop_to_themselves_unknowingly(make, workshop):
    coordinator = make.person("coordinator")
    with pytest.raises(InvalidInput) as refused:
        relabel(coordinator, workshop, "TLP:RED")
    assert refused.value.field == "confirm_close"
    relabel(coordinator, workshop, "TLP:RED", confirmed=frozenset({Confirm.CLOSE}))
    assert workshop.handling is Handling.RED


def test_lowering_needs_to_be_confirmed_and_a_reason(make, rapporteur):
    workshop = make.workshop(handling="TLP:RED", rapporteur=rapporteur)
    for fields, field in (({"reason": " "}, "reason"), ({}, "confirm_lower")):
        with pytest.raises(InvalidInput) as refused:
            relabel(rapporteur, workshop, "TLP:GREEN", **fields)
        assert refused.value.field == field


def test_saving_what_stands_is_refused(workshop, rapporteur):
    with pytest.raises(InvalidInput, match="Nothing would change"):
        relabel(rapporteur, workshop, "TLP:GREEN")


def test_a_second_person_who_saved_meanwhile_is_not_overwritten(workshop, rapporteur):
    data = WorkshopHandlingData(Handling.AMBER, "So.")
    with pytest.raises(EditConflict):
        relabel_workshop(actor_for(rapporteur), workshop, data, workshop.version - 1)


def test_the_page_shows_the_effect_first_and_saves_then(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop)
    walk = visit(rapporteur)
    assert "/workshops/WS-1/handling" in walk.get("/workshops/WS-1")
    form = walk.get("/workshops/WS-1/handling").forms["handling-form"]
    form["handling"], form["reason"], form["raise_outcomes"] = "TLP:AMBER", "Asked for.", True
    page = walk.submit(form, "then", value="show")
    assert "Then 1 outcome that is marked lower is raised to TLP:AMBER." in page
    assert "Jordan; Morocco" in page
    db.session.rollback()
    assert workshop.handling is Handling.GREEN
    page = walk.submit(page.forms["handling-form"], "then", value="save")
    assert "The label was changed." in page
    assert "1 outcome was raised." in page
    db.session.rollback()
    assert (workshop.handling, outcome.handling) == (Handling.AMBER, Handling.AMBER)


def test_a_conflict_on_the_page_shows_both_labels(make, visit, workshop, rapporteur):
    walk = visit(rapporteur)
    form = walk.get("/workshops/WS-1/handling").forms["handling-form"]
    form["handling"], form["reason"] = "TLP:AMBER", "So."
    page = walk.submit(form, "then", value="show")
    relabel(make.person("coordinator"), workshop, "TLP:CLEAR")
    page = walk.submit(page.forms["handling-form"], "then", value="save")
    assert "Two versions" in page
    assert "TLP:CLEAR" in page.html.select_one(".diff-before").text
    assert "The label was changed." in walk.submit(page.forms["handling-form"], "then", value="save")
