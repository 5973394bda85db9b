"""Signing in and out, by link and by password, as a visitor meets it."""

from datetime import timedelta

import pytest

from tests.signin.hands import PASSWORD, is_in, replayed, sign_in
from tracker.accounts import queries, service
from tracker.accounts.models import Person
from tracker.core import audit
from tracker.core.clock import at
from tracker.core.db import now, unit_of_work
from tracker.core.permissions import OPERATOR

GENERIC = "The e-mail address or the password is not right."


@pytest.fixture
def person(app) -> Person:
    """Somebody with a password."""
    return service.add_person(OPERATOR, "judge@example.org", "Judge", ["reader"], password=PASSWORD)


def test_a_link_signs_in_once_and_says_whose_it_is(app, person, visit):
    address = f"/sign-in/{service.issue_link(OPERATOR, person)}"
    visitor = visit()
    page = visitor.get(address)
    assert "Judge" in page.text
    assert not is_in(visitor)
    visitor.submit(page.forms["sign-in"])
    assert is_in(visitor)
    stranger = visit()
    assert "does not work any more" in stranger.get(address, status=410).text
    assert not is_in(stranger)


def test_a_mail_scanner_that_opens_a_link_does_not_use_it_up(app, person, visit):
    address = f"/sign-in/{service.issue_link(OPERATOR, person)}"
    for _time in range(3):
        visit().get(address)
        visit().browser.head(address)
    visitor = visit()
    visitor.submit(visitor.get(address).forms["sign-in"])
    assert is_in(visitor)


def test_two_who_open_the_same_link_are_not_both_let_in(app, person, visit):
    address = f"/sign-in/{service.issue_link(OPERATOR, person)}"
    first, second = visit(), visit()
    forms = [v.get(address).forms["sign-in"] for v in (first, second)]
    assert [form.submit(status="*").status_int for form in forms] == [302, 410]
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_used_an_expired_and_an_unknown_link_show_the_same_page(app, person, visit):
    used, old = service.issue_link(OPERATOR, person), service.issue_link(OPERATOR, person)
    service.redeem_link(used)

    def seen(token: str) -> str:
        return visit().get(f"/sign-in/{token}", status=410).html.find("main").get_text()

    with at(now() + timedelta(days=30)):
        expired = seen(old)
    assert seen(used) == seen("nonsense") == expired


def test_a_link_without_the_forms_token_is_refused_on_a_clear_page_and_still_works(app, person, visit):
    address = f"/sign-in/{service.issue_link(OPERATOR, person)}"
    answer = visit().browser.post(address, status=400)
    assert "open for too long" in answer.text
    visit().get(address)


def test_a_form_without_its_token_is_refused_even_with_the_right_password(app, person, visit):
    visitor = visit()
    answer = visitor.browser.post("/login", {"email": "judge@example.org", "password": PASSWORD}, status=400)
    assert "reload it and send it again" in answer.text
    assert not is_in(visitor)


def test_the_page_that_refuses_a_form_still_knows_who_one_is(app, person, visit):
    answer = visit(person).browser.post("/account", {"name": "Other"}, status=400)
    assert "Judge" in answer.html.find("header").text


def test_the_right_password_signs_in_whatever_the_case_of_the_address(app, person, visit):
    visitor = visit()
    assert sign_in(visitor, "Judge@Example.org").status_int == 302
    assert is_in(visitor)
    entry = audit.history_of("person", person.id)[0]
    assert (entry.act, entry.after, entry.actor_name) == ("sign-in", {"by": "password"}, "Judge")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("judge@example.org", "not the password at all"),
        ("nobody@example.org", PASSWORD),
        ("bylink@example.org", PASSWORD),
        ("closed@example.org", PASSWORD),
        ("not an address", PASSWORD),
        ("judge@example.org", ""),
        ("", ""),
    ],
    ids=["wrong password", "no account", "no password yet", "closed", "no address", "no password", "nothing"],
)
def test_every_failure_says_the_same(app, person, visit, email, password):
    service.add_person(OPERATOR, "bylink@example.org", "By link", ["reader"])
    closed = service.add_person(OPERATOR, "closed@example.org", "Closed", ["reader"], password=PASSWORD)
    with unit_of_work():
        closed.active = False
    visitor = visit()
    page = sign_in(visitor, email, password)
    alerts = [tag.get_text(" ", strip=True) for tag in page.html.find_all(attrs={"role": "alert"})]
    assert [text for text in alerts if text] == [GENERIC]
    assert page.forms["sign-in"]["email"].value == email
    assert not is_in(visitor)


def test_an_account_that_was_closed_is_out_at_once(app, person, visit):
    visitor = visit(person)
    assert is_in(visitor)
    with unit_of_work():
        person.active = False
    assert not is_in(visitor)


def test_signing_out_takes_a_button_not_an_address(app, person, visit):
    visitor = visit(person)
    assert visitor.browser.get("/logout", status="*").status_int == 405
    assert is_in(visitor)


def test_a_session_that_somebody_prepared_is_not_carried_into_the_signed_in_one(app, person, visit):
    visitor = visit()
    token_before = visitor.get("/login").forms["sign-in"]["csrf_token"].value
    prepared = visitor.browser.cookies["tracker"]
    sign_in(visitor)
    assert not is_in(replayed(visit(), prepared))
    forged = visitor.browser.post("/account", {"csrf_token": token_before, "name": "Forged"}, status="*")
    assert forged.status_int == 400


def test_the_language_chosen_before_signing_in_is_kept(app, person, visit):
    visitor = visit()
    visitor.post("/language", {"language": "ar"})
    sign_in(visitor)
    assert visitor.get("/account").html.find("html")["lang"] == "ar"


def test_after_signing_in_one_lands_where_one_was_going(app, person, visit):
    visitor = visit()
    answer = visitor.browser.get("/account?a=1", status=302)
    page = answer.follow()
    form = page.forms["sign-in"]
    form["email"], form["password"] = "judge@example.org", PASSWORD
    assert form.submit().location.endswith("/account?a=1")


@pytest.mark.parametrize(
    "wish",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0a/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "evil.example",
        "https://localhost@evil.example/",
        "/login/../..//evil.example",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(app, person, visit, wish):
    for visitor, via_query in ((visit(), True), (visit(), False)):
        form = visitor.browser.get("/login", {"next": wish} if via_query else {}).forms["sign-in"]
        form["email"], form["password"] = "judge@example.org", PASSWORD
        if not via_query:
            form["next"].force_value(wish)
        location = form.submit(status=302).location
        path = location.removeprefix("http://localhost:80")
        assert path.startswith("/")
        assert not path.startswith(("//", "/\\", "/\t"))
        assert path == "/" or path == wish


def test_somebody_who_is_in_already_is_not_sent_elsewhere_either(app, person, visit):
    answer = visit(person).browser.get("/login?next=https://evil.example/", status=302)
    assert "evil" not in answer.location


def test_there_is_no_page_to_register_or_to_recover_a_password(app, visit):
    for address in ("/register", "/reset", "/confirm", "/verify", "/change", "/us-signin"):
        assert visit().browser.get(address, status="*").status_int == 404


def test_programs_do_not_sign_in_by_password(app, person, visit):
    visitor = visit()
    token = visitor.get("/login").forms["sign-in"]["csrf_token"].value
    answer = visitor.browser.post_json(
        "/login",
        {"email": "judge@example.org", "password": PASSWORD},
        headers={"X-CSRFToken": token},
        status="*",
    )
    assert answer.status_int == 415
    assert not is_in(visitor)


def test_the_set_up_link_makes_the_first_administrator_and_says_which_roles(app, visit):
    address = f"/sign-in/{service.issue_setup_link(OPERATOR)}"
    visitor = visit()
    page = visitor.get(address)
    assert "Administrator, Coordinator, Expert, Rapporteur." in " ".join(page.html.find("main").text.split())
    form = page.forms["set-up"]
    form["email"], form["name"] = "first@example.org", "First"
    form["password"] = form["confirm"] = PASSWORD
    assert "You are the administrator." in visitor.submit(form).text
    assert is_in(visitor)
    assert queries.has_administrator()
    assert visit().get(address, status=410)


def test_what_is_wrong_in_setting_up_is_said_beside_the_field_and_nothing_typed_is_lost(app, visit):
    visitor = visit()
    form = visitor.get(f"/sign-in/{service.issue_setup_link(OPERATOR)}").forms["set-up"]
    form["email"], form["name"], form["password"], form["confirm"] = "first", "First", "short", "shorter"
    page = visitor.submit(form)
    assert "The two passwords differ." in page.text
    form = page.forms["set-up"]
    assert (form["email"].value, form["name"].value) == ("first", "First")
    form["password"] = form["confirm"] = PASSWORD
    page = visitor.submit(form)
    assert page.html.find(id="email-error").text.strip().endswith("Write it like name@example.org.")
    form = page.forms["set-up"]
    form["email"], form["password"], form["confirm"] = "first@example.org", "short", "short"
    page = visitor.submit(form)
    assert "at least 12 characters" in page.html.find(id="password-error").text.lower()
    assert page.html.title.text.startswith("Error:")
    assert not queries.has_administrator()


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_the_pages_stand_in_every_language(app, person, visit, language):
    visitor = visit(language=language)
    visitor.get("/login")
    visitor.get(f"/sign-in/{service.issue_link(OPERATOR, person)}")
    visitor.get(f"/sign-in/{service.issue_setup_link(OPERATOR)}")
    visitor.get("/sign-in/nonsense", status=410)
    visit(person, language).get("/account")
