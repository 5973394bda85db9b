"""A new password by mail: it tells nobody who has an account, works once, and ends what was open."""

from datetime import timedelta

import pytest

from tests.signin.hands import NEW, PASSWORD, body, is_in, link_in, mails, sign_in
from tracker.accounts import links, service
from tracker.accounts.models import LinkPurpose, Person
from tracker.core import audit
from tracker.core.clock import at
from tracker.core.db import now, unit_of_work
from tracker.core.permissions import OPERATOR

EMAIL = "judge@example.org"


@pytest.fixture
def person(app) -> Person:
    """Somebody with a password."""
    return service.add_person(OPERATOR, EMAIL, "Judge", ["reader"], password=PASSWORD)


def ask(visitor, email: str = EMAIL):
    form = visitor.get("/sign-in/forgotten").forms["forgotten"]
    form["email"] = email
    return visitor.submit(form)


def asked(app, visit, email: str = EMAIL) -> str:
    """The path of the link that was mailed."""
    ask(visit(), email)
    return link_in(mails(app, email)[-1])


def set_new(visitor, address: str, password: str = NEW, confirm: str = ""):
    form = visitor.get(address).forms["reset"]
    form["password"], form["confirm"] = password, confirm or password
    return visitor.submit(form)


def test_the_link_sets_a_new_password_once_and_leads_to_sign_in(app, person, visit):
    address, visitor = asked(app, visit), visit()
    page = set_new(visitor, address)
    assert "Your new password is set. Sign in with it." in page.text
    assert page.forms["sign-in"]
    assert not is_in(visitor)
    assert sign_in(visit(), password=PASSWORD).status_int == 200
    assert sign_in(visitor, password=NEW).status_int == 302
    visit().get(address, status=410)


def test_every_session_and_every_other_link_ends(app, person, visit):
    inside = visit(person)
    sent = links.issue(OPERATOR, person)
    first, second = asked(app, visit), asked(app, visit)
    set_new(visit(), second)
    assert not is_in(inside)
    visit().get(first, status=410)
    visit().get(f"/sign-in/{sent}", status=410)


def test_opening_the_link_uses_nothing_up_and_neither_does_a_bad_password(app, person, visit):
    address = asked(app, visit)
    for _time in range(3):
        visit().get(address)
        visit().browser.head(address)
    page = set_new(visit(), address, "short")
    assert page.status_int == 422
    assert "at least 12 characters" in page.html.find(id="password-error").text
    assert "differ" in set_new(visit(), address, NEW, NEW + "x").text
    assert "is set" in set_new(visit(), address).text


def test_the_link_is_good_for_as_long_as_the_setting_says(app, person, visit):
    address, good = asked(app, visit), timedelta(minutes=app.config["TRACKER_RESET_MINUTES"])
    with at(now() + good - timedelta(seconds=5)):
        visit().get(address, status=200)
    with at(now() + good + timedelta(seconds=5)):
        visit().get(address, status=410)


def test_the_answer_is_the_same_whether_there_is_an_account(app, person, visit):
    service.add_person(OPERATOR, "closed@example.org", "Closed", ["reader"], password=PASSWORD)
    with unit_of_work():
        links.queries.find_by_email("closed@example.org").active = False
    pages = [
        ask(visit(), email).html.find("main").get_text()
        for email in (EMAIL, "nobody@example.org", "closed@example.org", "not an address")
    ]
    assert len(set(pages)) == 1
    assert "If there is an account with this address, a mail is on its way." in pages[0]
    assert [mail["To"] for mail in mails(app)] == [EMAIL]


def test_the_mail_is_in_the_persons_language_and_says_what_to_do(app, person, visit):
    ask(visit(language="fr"))
    ask(visit(), EMAIL)
    first, second = mails(app, EMAIL)
    assert (first["Content-Language"], second["Content-Language"]) == ("fr", "en")
    assert second["Subject"] == "New password for Tracker"
    assert "http://127.0.0.1:5000/sign-in/" in body(second)
    assert "It works once, until" in body(second)
    assert "Judge" not in body(second)
    with unit_of_work():
        person.language = "ar"
    ask(visit(language="fr"))
    assert mails(app, EMAIL)[-1]["Content-Language"] == "ar"


def test_whoever_has_not_accepted_an_invitation_gets_it_again(app, visit):
    newcomer = service.add_person(OPERATOR, "new@example.org", "New", ["reader"])
    assert ask(visit(), "new@example.org")
    assert mails(app, "new@example.org") == []
    with unit_of_work():
        newcomer.invited_at = now()
    address = asked(app, visit, "new@example.org")
    assert "Welcome to Tracker" in visit().get(address).text


def test_somebody_who_signs_in_by_link_only_may_set_a_password_so(app, visit):
    newcomer = service.add_person(OPERATOR, "new@example.org", "New", ["reader"])
    visit(newcomer)
    set_new(visit(), asked(app, visit, "new@example.org"))
    assert sign_in(visit(), "new@example.org", NEW).status_int == 302


def test_the_owner_is_told_and_it_is_in_the_audit_log(app, person, visit):
    set_new(visit(), asked(app, visit))
    assert mails(app, EMAIL)[-1]["Subject"] == "Your password for Tracker was changed"
    acts = [(entry.act, entry.actor_name) for entry in audit.history_of("person", person.id)]
    assert acts[:3] == [("password-set", "Judge"), ("link-used", "Judge"), ("link-issued", "")]


def test_a_link_for_one_thing_does_not_do_another(app, person, visit):
    token = links.issue(OPERATOR, person, LinkPurpose.RESET)
    with pytest.raises(Exception, match="does not work"):
        links.redeem(token)
    with pytest.raises(Exception, match="does not work"):
        links.redeem(token, LinkPurpose.INVITATION)
    assert links.redeem(token, LinkPurpose.RESET).id == person.id


def test_two_who_post_the_same_link_do_not_both_set_a_password(app, person, visit):
    address, one, other = asked(app, visit), visit(), visit()
    forms = [visitor.get(address).forms["reset"] for visitor in (one, other)]
    for form in forms:
        form["password"] = form["confirm"] = NEW
    assert [form.submit(status="*").status_int for form in forms] == [302, 410]


def test_an_empty_address_is_refused_beside_the_field(app, visit):
    assert ask(visit(), "").html.find(id="email-error")


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_the_pages_and_mails_stand_in_every_language(app, person, visit, language):
    visitor = visit(language=language)
    ask(visitor)
    visitor.get(link_in(mails(app, EMAIL)[-1]))
