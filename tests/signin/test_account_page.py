"""One's own account: name, language, password, tokens."""

import pytest

from tests.factories.make import Make
from tests.signin.hands import NEW, PASSWORD, is_in, sign_in
from tracker.accounts import queries, service
from tracker.accounts.models import Person
from tracker.core import audit
from tracker.core.permissions import OPERATOR


@pytest.fixture
def person(app) -> Person:
    """Somebody with a password, who acts for Jordan."""
    return service.add_person(OPERATOR, "judge@example.org", "Judge", ["focal-point"], ["JO"], PASSWORD)


def fill(form, **values: str):
    for name, value in values.items():
        form[name] = value
    return form


def test_the_page_says_who_one_is(app, person, visit):
    text = visit(person).get("/account").html.find("main").text
    assert "judge@example.org" in text
    assert "Focal point" in text
    assert "Jordan" in text


def test_nobody_else_opens_it(app, visit):
    assert visit().browser.get("/account", status=302).location.endswith("/login?next=/account")


def test_name_and_language_are_changed_and_noted(app, person, visit):
    visitor = visit(person)
    form = visitor.get("/account").forms["account-form"]
    page = visitor.submit(fill(form, name="Judge of Amman", language="fr"))
    assert page.html.find("html")["lang"] == "fr"
    assert "Judge of Amman" in page.html.find("header").text
    entry = audit.history_of("person", person.id)[0]
    assert entry.changes == [("name", "Judge", "Judge of Amman"), ("language", None, "fr")]


def test_saving_without_a_change_leaves_no_trace(app, person, visit):
    visitor = visit(person)
    before = len(audit.history_of("person", person.id))
    visitor.submit(visitor.get("/account").forms["account-form"])
    assert len(audit.history_of("person", person.id)) == before


def test_an_empty_name_is_refused_beside_the_field(app, person, visit):
    visitor = visit(person)
    page = visitor.submit(fill(visitor.get("/account").forms["account-form"], name="  "))
    assert page.status_int == 422
    assert page.html.find(id="name-error")


def test_somebody_who_came_by_link_sets_a_password_without_the_old_one(app, make: Make, visit):
    newcomer = service.add_person(OPERATOR, "new@example.org", "New", ["reader"])
    visitor = visit(newcomer)
    form = visitor.get("/account").forms["password-form"]
    assert "current" not in form.fields
    page = visitor.submit(fill(form, password=NEW, confirm=NEW))
    assert "Your password was set." in page.text
    assert is_in(visitor)
    assert sign_in(visit(), "new@example.org", NEW).status_int == 302
    assert "current" in page.forms["password-form"].fields


def test_a_link_proves_who_one_is_for_an_hour_only(app, person, visit, monkeypatch):
    visitor = visit(person)
    assert "current" not in visitor.get("/account").forms["password-form"].fields
    monkeypatch.setattr("tracker.signin.identity.LINK_PROVES_FOR", 0)
    assert "current" in visitor.get("/account").forms["password-form"].fields


def test_changing_a_password_takes_the_current_one(app, person, visit):
    visitor = visit()
    sign_in(visitor)
    form = fill(visitor.get("/account").forms["password-form"], current="wrong", password=NEW, confirm=NEW)
    page = visitor.submit(form)
    assert "not your current password" in page.html.find(id="current-error").text
    visitor.submit(fill(page.forms["password-form"], current=PASSWORD, password=NEW, confirm=NEW))
    assert is_in(visitor)
    assert sign_in(visit(), password=PASSWORD).status_int == 200
    assert sign_in(visit(), password=NEW).status_int == 302


@pytest.mark.parametrize(
    ("password", "confirm", "said", "field"),
    [
        ("short", "short", "at least 12 characters", "password"),
        (NEW, NEW + "x", "two passwords differ", "confirm"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "guessed at once", "password"),
        ("judge@example.org", "judge@example.org", "your name, your address", "password"),
    ],
)
def test_a_bad_new_password_is_refused_and_says_why(app, person, visit, password, confirm, said, field):
    visitor = visit(person)
    form = visitor.get("/account").forms["password-form"]
    page = visitor.submit(fill(form, password=password, confirm=confirm))
    assert page.status_int == 422
    assert said in page.html.find(id=f"{field}-error").text
    assert sign_in(visit()).status_int == 302


def test_a_new_password_ends_every_other_session_and_keeps_this_one(app, person, visit):
    here, elsewhere = visit(person), visit(person)
    here.submit(fill(here.get("/account").forms["password-form"], password=NEW, confirm=NEW))
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert "password-set" in [entry.act for entry in audit.history_of("person", person.id)]


def test_after_a_new_password_a_link_that_was_sent_before_opens_nothing(app, person, make: Make, visit):
    other = make.person()
    sent, theirs = service.issue_link(OPERATOR, person), service.issue_link(OPERATOR, other)
    visitor = visit(person)
    visitor.submit(fill(visitor.get("/account").forms["password-form"], password=NEW, confirm=NEW))
    visit().get(f"/sign-in/{sent}", status=410)
    visit().get(f"/sign-in/{theirs}", status=200)
    service.redeem_link(service.issue_link(OPERATOR, person))


def test_a_refused_password_leaves_open_links_open(app, person, visit):
    sent = service.issue_link(OPERATOR, person)
    visitor = visit(person)
    visitor.submit(fill(visitor.get("/account").forms["password-form"], password="short", confirm="short"))
    visit().get(f"/sign-in/{sent}", status=200)


def test_a_password_in_another_script_works_however_it_is_composed(app, person, visit):
    visitor = visit(person)
    composed, decomposed = "الأمن والعدالة \u00e9", "الأمن والعدالة e\u0301"
    visitor.submit(fill(visitor.get("/account").forms["password-form"], password=composed, confirm=composed))
    assert sign_in(visit(), password=decomposed).status_int == 302


def test_ones_own_tokens_are_listed_and_revoked(app, person, visit):
    token = service.issue_token(OPERATOR, person, "nightly statistics")
    visitor = visit(person)
    page = visitor.get("/account")
    assert "nightly statistics" in page.text
    assert token not in page.text
    form = next(f for f in page.forms.values() if str(f.action).endswith("/revoke"))
    assert "was revoked" in visitor.submit(form).text
    assert service.person_for_token(token) is None
    assert "You have none." in visitor.get("/account").text


def test_nobody_revokes_a_token_of_somebody_else(app, person, make: Make, visit):
    token = service.issue_token(OPERATOR, person, "nightly")
    number = queries.tokens_of(person.id)[0].id
    assert visit(make.person("coordinator")).post(f"/account/tokens/{number}/revoke", status=403)
    assert visit(person).post("/account/tokens/999/revoke", status=404)
    assert service.person_for_token(token)
