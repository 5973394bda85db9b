"""The page on which the handling of an outcome is changed, walked without JavaScript."""

import pytest

from tracker.core.audit import history_of
from tracker.core.db import db, unit_of_work
from tracker.core.vocabulary import Handling


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop("WS-1", parties=("JO", "MA"), rapporteur=rapporteur)


def open_form(walk, outcome, **values):
    form = walk.get(f"/outcomes/{outcome.ref}/handling").forms["handling-form"]
    return fill(form, **values)


def fill(form, **values):
    for name, value in values.items():
        form[name] = value
    return form


def test_the_effect_is_shown_before_anything_is_saved(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop)
    walk = visit(rapporteur)
    assert f"/outcomes/{outcome.ref}/handling" in walk.get(f"/outcomes/{outcome.ref}")
    form = open_form(walk, outcome, handling="TLP:AMBER", reason="Asked by Jordan.")
    page = walk.submit(form, "then", value="show")
    assert "not everyone signed in can read this any more" in page
    assert "Jordan; Morocco" in page
    db.session.rollback()
    assert outcome.handling is Handling.GREEN
    page = walk.submit(page.forms["handling-form"], "then", value="save")
    assert "was changed." in page
    db.session.rollback()
    assert outcome.handling is Handling.AMBER
    assert "Asked by Jordan." in walk.get(f"/outcomes/{outcome.ref}/history")


def test_a_choice_whose_effect_nobody_saw_is_not_saved(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop)
    walk = visit(rapporteur)
    page = walk.submit(open_form(walk, outcome, handling="TLP:AMBER", reason="So."), "then", value="show")
    form = fill(page.forms["handling-form"], handling="TLP:CLEAR")
    page = walk.submit(form, "then", value="save")
    assert "What this does" in page
    db.session.rollback()
    assert outcome.handling is Handling.GREEN
    walk.submit(page.forms["handling-form"], "then", value="save")
    db.session.rollback()
    assert outcome.handling is Handling.CLEAR


def test_what_has_to_be_confirmed_is_asked_with_a_box_and_nothing_typed_is_lost(
    make, visit, workshop, rapporteur
):
    other = make.person("reader", name="Reader, Nicosia")
    outcome = make.outcome(workshop=workshop, proposers=("IT",), chatham_house=True)
    walk = visit(rapporteur)
    form = open_form(walk, outcome, handling="TLP:RED", reason="Delicate.", named_people="Reader, Nicosia")
    # A comma in the name misleads the line, so the address stands for the person.
    form["named_people"] = other.email
    form["chatham_house"] = False
    page = walk.submit(form, "then", value="show")
    form = page.forms["handling-form"]
    assert {"confirm_close", "confirm_proposers"} <= set(form.fields)
    assert "confirm_lower" not in form.fields
    page = walk.submit(form, "then", value="save")
    assert "Tick this to save the change." in page
    form = page.forms["handling-form"]
    assert (form["reason"].value, form["named_people"].value) == ("Delicate.", other.email)
    form["confirm_close"] = True
    form["confirm_proposers"] = True
    page = walk.submit(form, "then", value="save")
    assert page.html.h1.text.strip() == workshop.title
    db.session.rollback()
    assert (outcome.handling, outcome.named_people, outcome.chatham_house) == (Handling.RED, [other], False)


def test_part_of_a_name_looks_people_up_and_a_box_names_them(make, visit, workshop, rapporteur):
    amal = make.person("reader", name="Amal Haddad", party="JO")
    make.person("reader", name="Omar Haddad")
    closed = make.person("reader", name="Huda Haddad")
    with unit_of_work():
        closed.active = False
    outcome = make.outcome(workshop=workshop, record="draft")
    walk = visit(rapporteur)
    form = open_form(walk, outcome, handling="TLP:RED", reason="Delicate.", named_people="haddad")
    page = walk.submit(form, "then", value="show")
    names = page.html.find(id="named_people-found-1").parent.parent.text
    assert "Amal Haddad" in names
    assert "Omar Haddad" in names
    assert "Huda Haddad" not in names
    assert amal.email not in page
    form = page.forms["handling-form"]
    [box] = [field for field in form.fields["named_people"] if getattr(field, "_value", "") == "Amal Haddad"]
    box.checked = True
    page = walk.submit(form, "then", value="show")
    walk.submit(page.forms["handling-form"], "then", value="save")
    db.session.rollback()
    assert outcome.named_people == [amal]


def test_nobody_of_that_name_is_told(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, record="draft")
    walk = visit(rapporteur)
    form = open_form(walk, outcome, handling="TLP:RED", reason="So.", named_people="nobody@example.org")
    page = walk.submit(form, "then", value="show")
    assert "has no account here" in page.html.find(id="named_people-error").text
    assert page.forms["handling-form"]["named_people"].value == "nobody@example.org"


def test_a_conflict_shows_both(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop)
    walk, other = visit(rapporteur), visit(make.person("coordinator"))
    page = walk.submit(open_form(walk, outcome, handling="TLP:AMBER", reason="So."), "then", value="show")
    theirs = open_form(other, outcome, handling="TLP:CLEAR", reason="Open it.")
    other.submit(other.submit(theirs, "then", value="show").forms["handling-form"], "then", value="save")
    page = walk.submit(page.forms["handling-form"], "then", value="save")
    assert "Two versions" in page
    assert "TLP:CLEAR" in page.html.select_one(".diff-before").text
    assert page.forms["handling-form"]["reason"].value == "So."
    walk.submit(page.forms["handling-form"], "then", value="save")
    db.session.rollback()
    assert outcome.handling is Handling.AMBER
    assert [entry.act for entry in history_of("outcome", outcome.id)] == ["relabel", "relabel"]


def test_a_standing_record_is_edited_without_its_handling(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, record="draft")
    walk = visit(rapporteur)
    page = walk.get(f"/outcomes/{outcome.ref}/edit")
    fields = set(page.forms["outcome-form"].fields)
    assert not fields & {"handling", "named_parties", "named_people", "chatham_house"}
    assert f"/outcomes/{outcome.ref}/handling" in page
    new = set(walk.get("/workshops/WS-1/log/recommendation").forms["outcome-form"].fields)
    assert {"handling", "named_parties", "named_people", "chatham_house"} <= new


def test_whoever_may_not_is_told_who_may(make, visit, workshop):
    author = make.person("expert")
    outcome = make.outcome(workshop=workshop, author=author)
    walk = visit(author)
    assert f"/outcomes/{outcome.ref}/handling" not in walk.get(f"/outcomes/{outcome.ref}")
    assert "rapporteur of its workshop" in walk.get(f"/outcomes/{outcome.ref}/handling", status=403)
    assert visit(make.person("reader")).get(f"/outcomes/{outcome.ref}/handling", status=403)
    hidden = make.outcome(handling="TLP:RED")
    assert visit(make.person("coordinator")).get(f"/outcomes/{hidden.ref}/handling", status=404)


def test_where_a_label_is_chosen_it_says_what_it_is_and_what_it_is_not(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop)
    walk = visit(rapporteur)
    for address in (
        f"/outcomes/{outcome.ref}/handling",
        "/workshops/WS-1/handling",
        "/workshops/WS-1/log/practice",
        "/workshops/new",
    ):
        page = walk.get(address)
        assert "It is not a security classification; nothing classified belongs in Tracker." in page, address
        assert "For the eyes and ears of individual recipients only, no further disclosure." in page, address


def test_a_record_shows_the_wording_of_its_label_and_why_it_is_shown(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, handling="TLP:AMBER")
    page = visit(make.person("reader", party="JO")).get(f"/outcomes/{outcome.ref}")
    note = page.html.select_one(".handling-note").text
    assert "Shown to you because Jordan took part in the workshop." in note
    assert "need-to-know basis within their organization and its clients" in note
    assert "you are a rapporteur of its workshop" in visit(rapporteur).get(f"/outcomes/{outcome.ref}")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_is_sound_in_both_directions(make, visit, workshop, rapporteur, language):
    outcome = make.outcome(workshop=workshop)
    page = visit(rapporteur, language).get(f"/outcomes/{outcome.ref}/handling")
    assert page.html.html["dir"] == ("rtl" if language == "ar" else "ltr")


def test_a_long_list_of_made_up_names_is_refused_in_few_words_and_stays_in_the_line(
    make, visit, workshop, rapporteur
):
    outcome = make.outcome(workshop=workshop)
    walk = visit(rapporteur)
    for count, said in ((40, "has no account here"), (20_000, "20000 names are too many")):
        typed = ", ".join(f"somebody {number}" for number in range(count))
        form = open_form(walk, outcome, handling="TLP:RED", reason="So.", named_people=typed)
        page = walk.submit(form, "then", value="save")
        assert page.text.count("somebody") < count + 30
        assert said in page
        assert page.forms["handling-form"]["named_people"].value == typed
    long_one = open_form(walk, outcome, handling="TLP:RED", reason="So.", named_people="x" * 9_000)
    assert "Separate names with commas" in walk.submit(long_one, "then", value="save")
