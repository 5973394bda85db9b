"""The pages on which outcomes are read, walked without JavaScript."""

import pytest
from sqlalchemy import select

from tests.queries import counted
from tracker.core.db import db, unit_of_work
from tracker.core.vocabulary import Handling
from tracker.outcomes.models import Outcome


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


def test_an_outcome_is_shown_in_the_language_of_the_page_and_switched_to_others(make, visit, workshop):
    outcome = make.outcome(
        "Former le personnel.",
        title="Formation",
        language="fr",
        workshop=workshop,
        versions={"en": "Train staff."},
    )
    walk = visit(make.person())
    page = walk.get(f"/outcomes/{outcome.ref}")
    assert page.html.select_one(".outcome-text").text.strip() == "Train staff."
    line = page.html.find(attrs={"aria-label": "Languages of this text"})
    assert " ".join(line.text.split()) == "Français (original) English"
    french = page.click("Français")
    assert french.html.select_one(".outcome-text").text.strip() == "Former le personnel."
    assert french.html.h1.text.strip() == "Formation"
    assert walk.get(f"/outcomes/{outcome.ref}?lang=es", status=404)
    assert "Former le personnel." in visit(make.person(), language="fr").get(f"/outcomes/{outcome.ref}")


def test_arabic_pages_run_from_right_to_left(make, visit, workshop, rapporteur):
    outcome = make.outcome("تدريب الموظفين.", language="ar", workshop=workshop)
    walk = visit(rapporteur, language="ar")
    for ending in ("", "/edit", "/versions", "/versions/fr", "/history", "/links", "/retire"):
        assert walk.get(f"/outcomes/{outcome.ref}{ending}").html.html["dir"] == "rtl"
    assert walk.get("/outcomes/").html.html["dir"] == "rtl"


def test_the_title_of_a_hidden_workshop_is_shown_nowhere(make, visit):
    hidden = make.workshop("WS-SECRET", title="Unspeakable meeting", handling="TLP:RED")
    outcome = make.outcome(workshop=hidden, handling="TLP:GREEN", addressees=("JO",))
    coordinator = make.person("coordinator")
    walk = visit(coordinator)
    for address in (
        "/outcomes/",
        f"/outcomes/{outcome.ref}",
        f"/outcomes/{outcome.ref}/edit",
        f"/outcomes/{outcome.ref}/history",
        f"/outcomes/{outcome.ref}/versions",
        f"/outcomes/{outcome.ref}/links",
        "/log",
        "/workshops/",
    ):
        page = walk.get(address)
        assert "Unspeakable" not in page, address
        assert "WS-SECRET" not in page, address
    assert refs(walk.get("/outcomes/?workshop=WS-SECRET")) == [outcome.ref], (
        "an unknown workshop does not narrow"
    )
    # Who took part stays unknown as well: Morocco did, and is not offered as an addressee.
    offered = [
        box._value
        for box in walk.get(f"/outcomes/{outcome.ref}/edit").forms["outcome-form"].fields["addressees"]
    ]
    assert offered == [str(make.party("JO").id)]


def test_a_hidden_outcome_is_linked_from_nowhere(make, visit, workshop, rapporteur):
    old, new = make.outcome(workshop=workshop), make.outcome(workshop=workshop)
    walk = visit(rapporteur)
    form = walk.get(f"/outcomes/{old.ref}/retire").forms["retire-form"]
    walk.submit(fill(form, reason="Replaced.", successor=new.ref))
    with unit_of_work():
        new.handling = Handling.RED
    reader = visit(make.person())
    for ending in ("", "/history"):
        page = reader.get(f"/outcomes/{old.ref}{ending}")
        assert "Replaced." in page
        assert new.ref not in page


def test_what_was_redacted_does_not_come_back_through_the_history(make, visit, workshop, rapporteur):
    outcome = make.outcome("Name of the informant.", workshop=workshop, record="draft")
    walk = visit(rapporteur)
    form = walk.get(f"/outcomes/{outcome.ref}/edit").forms["outcome-form"]
    walk.submit(fill(form, text="Protect informants."))
    walk.submit(sending(walk.get(f"/outcomes/{outcome.ref}"), "/publish"))
    assert "Name of the informant." in walk.get(f"/outcomes/{outcome.ref}/history")
    page = visit(make.person()).get(f"/outcomes/{outcome.ref}/history")
    assert "Name of the informant." not in page
    assert "What changed is not open to you: the record was open to others then." in page


def test_proposers_are_shown_nowhere_under_the_chatham_house_rule(make, visit, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, proposers=("IT",), chatham_house=True, record="draft")
    walk = visit(rapporteur)
    for ending in ("", "/edit", "/history", "/versions"):
        assert "Italy" not in walk.get(f"/outcomes/{outcome.ref}{ending}").html.main.text
    form = walk.get(f"/outcomes/{outcome.ref}/edit").forms["outcome-form"]
    assert form["proposers"].value == ""
    walk.submit(fill(form, text="Changed."))
    db.session.rollback()
    assert [party.code for party in outcome.proposers] == ["IT"]


def test_who_logged_is_shown_to_nobody_under_the_chatham_house_rule(make, visit, workshop, rapporteur):
    author = make.person("expert", name="Expert, Amman")
    walk = visit(author)
    form = walk.get(f"/workshops/{workshop.code}/log/recommendation").forms["outcome-form"]
    walk.submit(fill(form, text="Share lists."))
    outcome = db.session.scalars(select(Outcome)).one()

    def told(ending):
        return "Expert, Amman" in visit(rapporteur).get(f"/outcomes/{outcome.ref}{ending}")

    assert told("")
    assert told("/history")
    with unit_of_work():
        outcome.chatham_house = True
    assert not told("")
    assert not told("/history")
    assert "Logged" in visit(rapporteur).get(f"/outcomes/{outcome.ref}/history")


# The list


def test_the_list_is_narrowed_and_each_filter_can_be_taken_off(make, visit, workshop):
    narrow = make.outcome(workshop=workshop, themes=("prisons",), addressees=("JO", "MA"))
    practice = make.outcome(kind="practice")
    other = make.outcome(addressees=("MA",))
    walk = visit(make.person("focal-point", party="MA"))

    def found(query):
        return set(refs(walk.get(f"/outcomes/?{query}")))

    everything = {narrow.ref, practice.ref, other.ref}
    assert found("") == everything
    assert found("kind=practice") == {practice.ref}
    assert found("theme=prisons") == {narrow.ref}
    assert found("addressee=JO") == {narrow.ref}
    assert found("addressee=MA") == {narrow.ref, other.ref}
    assert found("workshop=WS-LARNACA") == {narrow.ref}
    assert found("year=2024") == {narrow.ref}
    assert found("record=draft") == set()
    assert found("position=awaiting-reply") == {narrow.ref, other.ref}
    assert found("implementation=implemented") == set()
    assert found("mine=y") == {narrow.ref, other.ref}
    assert found("kind=x&theme=y&addressee=z&year=-1&record=&page=abc") == everything
    page = walk.get("/outcomes/?kind=recommendation&addressee=JO")
    assert [" ".join(c.text.split()) for c in page.html.select(".chip")] == [
        "Remove this filter: Kind Recommendation",
        "Remove this filter: Addressed to Jordan",
    ]
    assert set(refs(page.click("Addressed to"))) == {narrow.ref, other.ref}
    assert "No outcome matches" in walk.get("/outcomes/?record=retired")


def test_a_theme_finds_what_stands_under_narrower_ones(make, visit):
    from_below = make.outcome(themes=("prison-intelligence",))
    assert refs(visit(make.person()).get("/outcomes/?theme=prisons")) == [from_below.ref]


@pytest.mark.parametrize("address", ["/outcomes/", "/workshops/WS-LARNACA", "/workshops/", "/log"])
def test_ten_times_the_rows_take_no_more_queries(make, visit, workshop, rapporteur, address):
    walk = visit(rapporteur)

    def asked():
        walk.get(address)
        with counted() as statements:
            walk.get(address)
        return statements

    def add(number):
        with unit_of_work():
            for i in range(number):
                make.outcome(
                    workshop=workshop, themes=("prisons",), addressees=("JO", "MA"), proposers=("ES",)
                )
                make.workshop(
                    f"WS-{address.count('/')}-{number}-{i}",
                    country=make.party("CY"),
                    handling="TLP:AMBER",
                    rapporteur=rapporteur,
                )

    add(5)
    few = asked()
    add(45)
    many = asked()
    assert len(many) <= len(few), many
    assert len(many) <= 14, "\n".join(many)


def test_an_outcome_with_many_parts_takes_no_more_queries(make, visit, workshop, rapporteur):
    codes = ("JO", "MA", "ES", "FR", "IT", "TN", "EG", "LB", "CY", "DE")
    small = make.outcome(workshop=workshop, addressees=codes[:2], themes=("prisons",), proposers=codes[:2])
    large = make.outcome(
        workshop=workshop,
        addressees=codes,
        themes=("prisons", "fair-trial", "data-protection", "border-management"),
        proposers=codes,
        versions={"fr": "a", "es": "b", "ar": "c"},
    )
    walk = visit(rapporteur)

    def asked(ref):
        walk.get(f"/outcomes/{ref}")
        with counted() as statements:
            walk.get(f"/outcomes/{ref}")
        return statements

    assert len(asked(large.ref)) <= len(asked(small.ref))
    assert len(asked(large.ref)) <= 25, "\n".join(asked(large.ref))


def test_with_public_reading_on_the_public_reads_what_is_clear_and_nothing_about_people(make, visit, app):
    app.config["TRACKER_PUBLIC_READING"] = True
    rapporteur = make.person("rapporteur", name="Rapporteur, Larnaca")
    workshop = make.workshop("WS-OPEN", handling="TLP:CLEAR", rapporteur=rapporteur)
    clear = make.outcome(workshop=workshop, handling="TLP:CLEAR", author=rapporteur)
    green = make.outcome(workshop=workshop)
    public = visit()
    assert refs(public.get("/outcomes/")) == [clear.ref]
    for address in (f"/outcomes/{clear.ref}", f"/outcomes/{clear.ref}/history", "/workshops/WS-OPEN"):
        page = public.get(address)
        assert "Rapporteur, Larnaca" not in page
        assert green.ref not in page
    assert public.get(f"/outcomes/{green.ref}", status=404)
    assert public.browser.get(f"/outcomes/{clear.ref}/edit").status_int == 302
