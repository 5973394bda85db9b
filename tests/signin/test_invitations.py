"""Accepting an invitation: the account becomes one's own."""

from datetime import timedelta

import pytest

from tests.signin.hands import PASSWORD, is_in, mails, sign_in
from tracker.accounts import links, service
from tracker.accounts.models import LinkPurpose, Person
from tracker.core import audit
from tracker.core.clock import at
from tracker.core.db import now, unit_of_work
from tracker.core.permissions import OPERATOR

EMAIL = "focal@example.org"


@pytest.fixture
def person(app) -> Person:
    """Somebody who was invited."""
    person = service.add_person(OPERATOR, EMAIL, "Focal point", ["focal-point"], ["JO"])
    with unit_of_work():
        person.invited_at = now()
    return person


def invitation(person: Person) -> str:
    return f"/sign-in/{links.issue(OPERATOR, person, LinkPurpose.INVITATION)}"


def accept(visitor, address: str, **values: str):
    form = visitor.get(address).forms["invitation"]
    for name, value in {"password": PASSWORD, "confirm": PASSWORD, **values}.items():
        form[name] = value
    return visitor.submit(form)


def test_the_page_says_what_awaits_one(app, person, visit):
    text = visit().get(invitation(person)).html.find("main").text
    for said in ("Welcome to Tracker", EMAIL, "Focal point", "Jordan"):
        assert said in text


def test_accepting_sets_name_language_and_password_and_signs_in(app, person, visit):
    address, visitor = invitation(person), visit()
    page = accept(visitor, address, name="Focal point of Jordan", language="fr")
    assert page.html.find("html")["lang"] == "fr"
    assert is_in(visitor)
    assert person.accepted_at is not None
    assert "Focal point of Jordan" in visitor.get("/account").html.find("header").text
    assert sign_in(visit(), EMAIL).status_int == 302
    visit().get(address, status=410)
    acts = [entry.act for entry in audit.history_of("person", person.id)]
    assert "invitation-accepted" in acts


def test_the_first_sign_in_is_not_told_by_mail(app, person, visit):
    accept(visit(), invitation(person))
    assert mails(app) == []


def test_what_is_wrong_is_said_beside_the_field_and_the_invitation_stays_good(app, person, visit):
    address, visitor = invitation(person), visit()
    page = accept(visitor, address, password="short", confirm="short", name="Somebody")
    assert page.status_int == 422
    assert "at least 12 characters" in page.html.find(id="password-error").text
    assert page.forms["invitation"]["name"].value == "Somebody"
    page = accept(visitor, address, password="focal@example.org", confirm="focal@example.org")
    assert "your name, your address" in page.html.find(id="password-error").text
    page = accept(visitor, address, name="   ")
    assert page.html.find(id="name-error")
    accept(visitor, address)
    assert is_in(visitor)


def test_an_invitation_is_good_for_as_many_days_as_the_setting_says(app, person, visit):
    address, days = invitation(person), app.config["TRACKER_INVITATION_DAYS"]
    with at(now() + timedelta(days=days, seconds=-5)):
        visit().get(address, status=200)
    with at(now() + timedelta(days=days, seconds=5)):
        visit().get(address, status=410)


def test_other_links_of_the_person_end_with_it(app, person, visit):
    first, second, sign_in_link = invitation(person), invitation(person), links.issue(OPERATOR, person)
    accept(visit(), first)
    visit().get(second, status=410)
    visit().get(f"/sign-in/{sign_in_link}", status=410)


def test_an_invitation_is_spent_once_the_account_is_in_use(app, person, visit):
    address = invitation(person)
    visit(person)
    visit().get(address, status=410)


def test_an_invitation_of_a_closed_account_is_dead(app, person, visit):
    address = invitation(person)
    with unit_of_work():
        person.active = False
    visit().get(address, status=410)


def test_a_dead_invitation_looks_like_a_link_that_never_was(app, person, visit):
    address = invitation(person)
    accept(visit(), address)

    def seen(path: str) -> str:
        return visit().get(path, status=410).html.find("main").get_text()

    assert seen(address) == seen("/sign-in/nonsense")


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_the_page_stands_in_every_language(app, person, visit, language):
    visit(language=language).get(invitation(person))
