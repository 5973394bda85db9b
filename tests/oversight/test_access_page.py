"""Who can see a record, and why: for those who look after it."""

import pytest

from tracker.core.db import unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.oversight import access


@pytest.fixture
def people(make):
    return {
        "rapporteur": make.person("rapporteur", name="Rapporteur"),
        "jordan": make.person("focal-point", party="JO", name="Focal point, Jordan"),
        "morocco": make.person("focal-point", party="MA", name="Focal point, Morocco"),
        "france": make.person("reader", party="FR", name="Reader, France"),
        "closed": make.person("reader", party="JO", name="Closed"),
    }


@pytest.fixture
def amber(make, people):
    with unit_of_work():
        people["closed"].active = False
    workshop = make.workshop(parties=("JO",), rapporteur=people["rapporteur"], handling="TLP:GREEN")
    return make.outcome("Kingfisher.", workshop=workshop, handling="TLP:AMBER", addressees=("MA",))


def test_everybody_who_can_see_it_is_listed_with_the_reason(amber, people):
    overview = access.overview_of(OPERATOR, amber)
    found = {str(group.reason): [person.name for person in group.people] for group in overview.groups}
    assert sorted(name for names in found.values() for name in names) == [
        "Focal point, Jordan",
        "Focal point, Morocco",
        "Rapporteur",
    ]
    assert any("Jordan" in reason and "took part" in reason for reason in found)
    assert overview.total == 3


def test_the_list_is_exactly_who_can_open_it(amber, people, visit):
    listed = {person.id for group in access.overview_of(OPERATOR, amber).groups for person in group.people}
    for person in people.values():
        if person.active:
            opens = visit(person).browser.get(f"/outcomes/{amber.ref}", status="*").status_int == 200
            assert opens == (person.id in listed), person.name


def test_a_reason_stands_there_once_with_everybody_it_lets_in(make, people):
    workshop = make.workshop(parties=("JO",), handling="TLP:AMBER")
    with unit_of_work():
        workshop.rapporteurs = [people["rapporteur"], make.person("rapporteur", name="Second")]
    overview = access.overview_of(OPERATOR, make.outcome(workshop=workshop, handling="TLP:AMBER"))
    reasons = [group.reason for group in overview.groups]
    assert len(reasons) == len(set(reasons))
    rapporteurs = next(group for group in overview.groups if "Rapporteur of" in group.reason)
    assert [person.name for person in rapporteurs.people] == ["Rapporteur", "Second"]


def test_who_logged_under_the_chatham_house_rule_has_no_heading_of_their_own(make, people):
    author = make.person("expert", name="Author")
    workshop = make.workshop(parties=("JO",), rapporteur=people["rapporteur"])
    outcome = make.outcome(workshop=workshop, handling="TLP:AMBER", author=author, chatham_house=True)
    group = next(group for group in access.overview_of(OPERATOR, outcome).groups if author in group.people)
    assert [person.name for person in group.people] == ["Author", "Rapporteur"]


def test_a_closed_workshop_does_not_come_to_light_through_its_outcome(make, visit, people):
    author = make.person("expert", party="MA", name="Author")
    workshop = make.workshop(parties=("JO",), rapporteur=people["rapporteur"], handling="TLP:RED")
    outcome = make.outcome(workshop=workshop, handling="TLP:AMBER", author=author, record="draft")
    page = visit(author).get(f"/outcomes/{outcome.ref}/access")
    assert "Author" in page
    assert "Rapporteur" not in page.html.find("main").text
    assert "Jordan" not in page.html.find("main").text
    assert "which is not open to you, is not listed here" in page


@pytest.mark.parametrize("handling", ["TLP:CLEAR", "TLP:GREEN"])
def test_open_records_say_so_instead_of_listing_everybody(make, visit, people, handling):
    outcome = make.outcome(handling=handling)
    page = visit(make.person("coordinator")).get(f"/outcomes/{outcome.ref}/access")
    assert "Everyone signed in" in page
    assert "Focal point, Jordan" not in page


def test_an_administrator_sees_who_can_read_a_record_but_not_what_it_says(amber, visit, make):
    page = visit(make.person("administrator")).get(f"/outcomes/{amber.ref}/access")
    assert "Focal point, Jordan" in page
    assert "Kingfisher" not in page


def test_the_rapporteur_sees_it_too_and_readers_do_not(amber, visit, people):
    address = f"/outcomes/{amber.ref}/access"
    assert "Focal point, Morocco" in visit(people["rapporteur"]).get(address)
    assert visit(people["jordan"]).browser.get(address, status="*").status_int == 403


def test_a_record_that_is_hidden_is_as_if_it_were_not(amber, visit, make):
    visitor = visit(make.person("expert", party="FR"))
    hidden = visitor.browser.get(f"/outcomes/{amber.ref}/access", status="*")
    missing = visitor.browser.get("/outcomes/REC-1999-0001/access", status="*")
    assert hidden.status_int == missing.status_int == 404


def test_workshops_have_the_page_as_well(make, visit, people):
    workshop = make.workshop(
        "CLOSED-1", parties=("JO",), handling="TLP:AMBER", rapporteur=people["rapporteur"]
    )
    page = visit(people["rapporteur"]).get(f"/workshops/{workshop.code}/access")
    assert "Focal point, Jordan" in page
    assert "Reader, France" not in page
