"""What the owner of an account is told by mail."""

import pytest

from tests.factories.make import Make
from tests.signin.hands import (
    FIREFOX,
    NEW,
    PASSWORD,
    body,
    button,
    comes_from,
    is_in,
    link_in,
    mails,
    sign_in,
)
from tracker.accounts import agents, queries, service
from tracker.accounts.models import Person
from tracker.core import audit
from tracker.core.db import unit_of_work
from tracker.core.permissions import OPERATOR

EMAIL = "judge@example.org"


@pytest.fixture
def person(app) -> Person:
    """Somebody with a password."""
    return service.add_person(OPERATOR, EMAIL, "Judge", ["reader"], password=PASSWORD)


def subjects(app, to: str = EMAIL) -> list[str]:
    return [mail["Subject"] for mail in mails(app, to)]


def test_a_sign_in_from_a_new_browser_is_told_and_from_a_known_one_not(app, person, visit):
    home = visit()
    sign_in(home)
    assert subjects(app) == []
    sign_in(comes_from(visit(), "203.0.113.9", FIREFOX))
    assert subjects(app) == ["Sign-in to Tracker from a new browser"]
    text = body(mails(app, EMAIL)[0])
    for said in ("Firefox on Windows", "203.0.113.9", "UTC", "/sign-in/forgotten", "set a new password"):
        assert said in text
    home.submit(button(home.get("/account"), "/logout"))
    sign_in(home)
    assert len(subjects(app)) == 1


def test_a_browser_is_not_known_any_more_after_a_new_password_elsewhere(app, person, visit):
    home, elsewhere = visit(), visit()
    sign_in(home)
    sign_in(elsewhere)
    form = elsewhere.get("/account").forms["password-form"]
    form["current"], form["password"], form["confirm"] = PASSWORD, NEW, NEW
    elsewhere.submit(form)
    before = len(subjects(app))
    sign_in(home, password=NEW)
    elsewhere.submit(button(elsewhere.get("/account"), "/logout"))
    sign_in(elsewhere, password=NEW)
    assert subjects(app)[before:] == ["Sign-in to Tracker from a new browser"]


def test_the_cookie_of_a_known_browser_signs_nobody_in_and_cannot_be_made(app, person, visit):
    home = visit()
    sign_in(home)
    cookie = home.browser.cookies["tracker-browser"]
    stranger = visit()
    stranger.browser.set_cookie("tracker-browser", cookie)
    assert not is_in(stranger)
    for made_up in ("nonsense", cookie[:-3] + "abc", ""):
        other = visit()
        other.browser.set_cookie("tracker-browser", made_up)
        before = len(subjects(app))
        assert sign_in(other).status_int == 302
        assert len(subjects(app)) == before + 1


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(app, person, visit):
    answer = sign_in(visit())
    said = next(c for c in answer.headers.getall("Set-Cookie") if c.startswith("tracker-browser"))
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said
    assert EMAIL not in said


def test_a_new_password_is_told(app, person, visit):
    visitor = visit()
    sign_in(visitor)
    form = visitor.get("/account").forms["password-form"]
    form["current"], form["password"], form["confirm"] = PASSWORD, NEW, NEW
    visitor.submit(form)
    assert subjects(app)[-1] == "Your password for Tracker was changed"


def test_mail_is_in_the_language_of_the_person(app, person, visit):
    with unit_of_work():
        person.language = "es"
    sign_in(visit())
    sign_in(visit())
    assert mails(app, EMAIL)[-1]["Content-Language"] == "es"


def ask_for(visitor, email: str, current: str = PASSWORD):
    form = visitor.get("/account").forms["address-form"]
    form["new-email"], form["new-current"] = email, current
    return visitor.submit(form)


def test_a_new_address_is_confirmed_by_a_link_to_it_and_told_to_the_old_one(app, person, visit):
    visitor = visit()
    sign_in(visitor)
    page = ask_for(visitor, "Judge@Amman.example")
    assert "judge@amman.example" in page.text
    assert person.email == EMAIL
    address = link_in(mails(app, "judge@amman.example")[-1])
    assert visit().browser.get(address, status=302).location.startswith("/login")
    page = visitor.get(address)
    assert person.email == EMAIL
    assert "Your e-mail address is now judge@amman.example." in visitor.submit(page.forms["address"]).text
    assert subjects(app)[-1] == "Your e-mail address for Tracker was changed"
    assert sign_in(visit()).status_int == 200
    assert sign_in(visit(), "judge@amman.example").status_int == 302
    entry = next(e for e in audit.history_of("person", person.id) if e.act == "address-changed")
    assert entry.changes == [("email", EMAIL, "judge@amman.example")]
    visitor.get(address, status=404)


def test_a_link_to_a_new_address_is_good_for_the_person_only_who_asked(app, person, make: Make, visit):
    visitor = visit()
    sign_in(visitor)
    ask_for(visitor, "new@example.org")
    address = link_in(mails(app, "new@example.org")[-1])
    other = visit(make.person())
    other.get(address, status=404)
    other.post(address, status=404)
    visitor.get(address[:-2] + "xx", status=404)
    assert queries.find_by_email("new@example.org") is None


def test_a_new_address_takes_the_current_password(app, person, visit):
    visitor = visit()
    sign_in(visitor)
    page = ask_for(visitor, "new@example.org", "wrong password")
    assert "not your current password" in page.html.find(id="new-current-error").text
    assert mails(app, "new@example.org") == []


def test_an_address_that_has_an_account_is_answered_alike_and_gets_no_mail(app, person, make: Make, visit):
    other = make.person()
    visitor = visit()
    sign_in(visitor)
    taken, free = ask_for(visitor, other.email), ask_for(visitor, "free@example.org")

    def said(page, email: str) -> str:
        return page.html.find(id="messages").get_text().replace(email, "…")

    assert said(taken, other.email) == said(free, "free@example.org")
    assert mails(app, other.email) == []


def test_an_address_that_is_taken_meanwhile_is_not_taken_twice(app, person, visit):
    visitor = visit()
    sign_in(visitor)
    ask_for(visitor, "new@example.org")
    address = link_in(mails(app, "new@example.org")[-1])
    service.add_person(OPERATOR, "new@example.org", "New", ["reader"])
    form = visitor.get(address).forms["address"]
    assert "cannot be taken" in form.submit(status=422).text
    assert person.email == EMAIL


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.1 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
            "Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/132.0", "Firefox on Linux"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "An unknown browser on Linux"),
        ("curl/8.5", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_is_named_in_plain_words(app, agent, words):
    assert agents.in_words(agent) == words
