"""Passkeys at the level of HTTP: added, used alone or as the second step, and answers not to be believed."""

import pytest
from sqlalchemy import select

from tests.conftest import SETTINGS, close
from tests.pages import Visitor
from tests.signin.authenticator import ORIGIN, Authenticator
from tests.signin.factors import (
    at_another,
    give_password,
    give_recovery_code,
    is_in,
    later,
    mails_to,
    somebody,
    with_app,
)
from tracker.accounts.models import Passkey
from tracker.app import create_app
from tracker.core import audit
from tracker.core.db import db, unit_of_work
from tracker.signin import second_factor


@pytest.fixture
def app(instance):
    """The application under a name, since passkeys need one."""
    app = create_app({**SETTINGS, "TRACKER_BASE_URL": ORIGIN}, instance=str(instance))
    app.extensions["security"].pwd_context.update(
        argon2__time_cost=1, argon2__memory_cost=64, argon2__parallelism=1
    )
    with app.app_context():
        yield app
        close(app)


@pytest.fixture
def person(app):
    return somebody()


def options_to_add(visitor: Visitor, name: str = "Laptop", **fields):
    return visitor.post("/account/passkeys/options", {"name": name, **fields})


def add(visitor: Visitor, device: Authenticator, name: str = "Laptop", **fields):
    """Add the device as a passkey; gives the answer as it is."""
    made = device.create(options_to_add(visitor, name, **fields).json)
    return visitor.post("/account/passkeys/add", {"name": name, "credential": made})


def sign_in(visitor: Visitor, device: Authenticator, **fields):
    """Sign in by the passkey alone; gives the answer as it is."""
    options = visitor.post("/login/passkey/options").json
    return visitor.post("/login/passkey", {"credential": device.get(options), **fields})


def second_step(visitor: Visitor, device: Authenticator):
    options = visitor.post("/login/passkey/options", {"purpose": "second-step"}).json
    return visitor.post("/login/second-step/passkey", {"credential": device.get(options)})


@pytest.fixture
def device(app, person, visit):
    """A device with a passkey of the person."""
    device = Authenticator()
    assert add(visit(person), device).status_int == 200
    return device


def keys():
    return list(db.session.scalars(select(Passkey)))


# --- adding ----------------------------------------------------------------------------------------------


def test_a_passkey_is_added_and_the_first_brings_recovery_codes(app, person, visit):
    page = add(visit(person), Authenticator())
    assert len(page.html.find(id="codes").find_all("li")) == 10
    assert [(key.name, key.usage, key.user_id) for key in keys()] == [("Laptop", "first", person.id)]
    assert mails_to(person)[-1] == "Tracker: a passkey was added to your account"
    assert audit.history_of("person", person.id)[0].after == {"name": "Laptop"}
    assert options_to_add(visit()).status_int == 403


def test_the_browser_is_asked_for_a_passkey_of_this_site_that_checks_the_person(app, person, visit):
    said = options_to_add(visit(person)).json
    assert said["rp"] == {"id": "tracker.test", "name": "Tracker"}
    assert said["user"]["name"] == person.email
    assert said["authenticatorSelection"]["userVerification"] == "required"
    assert said["authenticatorSelection"]["residentKey"] == "required"


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://tracker.test:8080"},
        {"origin": "https://tracker.test"},
        {"rp_id": "evil.example"},
        {"verifies": False},
    ],
    ids=str,
)
def test_a_passkey_that_was_not_made_for_us_is_not_taken(app, person, visit, wrong):
    answer = add(visit(person), Authenticator(**wrong))
    assert answer.status_int == 422
    assert "That passkey was not accepted here." in answer.text
    assert keys() == []
    assert person.mf_recovery_codes is None


def test_a_challenge_of_adding_is_good_once_and_for_its_person_and_some_minutes(app, person, make, visit):
    visitor, other = visit(person), visit(make.person())
    made = Authenticator().create(options_to_add(visitor).json)
    before = visitor.browser.cookies["tracker"]
    stolen = {"name": "Laptop", "credential": Authenticator().create(options_to_add(other).json)}
    assert visitor.post("/account/passkeys/add", stolen).status_int == 422
    assert visitor.post("/account/passkeys/add", {"name": "Laptop", "credential": made}).status_int == 422
    again = at_another(app, before)
    assert again.post("/account/passkeys/add", {"name": "Laptop", "credential": made}).status_int == 200
    assert at_another(app, before).post(
        "/account/passkeys/add", {"name": "Laptop", "credential": made}
    ).status_int in (403, 422)
    assert len(keys()) == 1
    made = Authenticator().create(options_to_add(visitor, "Late").json)
    with later(minutes=6):
        assert visitor.post("/account/passkeys/add", {"name": "Late", "credential": made}).status_int == 422


@pytest.mark.parametrize("answer", ["", "{}", "[]", "nonsense", '{"id": 1}', "null", "9" * 50_000])
def test_an_answer_that_is_none_is_refused(app, person, visit, answer):
    visitor = visit(person)
    options_to_add(visitor)
    fields = {"name": "Laptop", "credential": answer}
    assert visitor.post("/account/passkeys/add", fields).status_int == 422
    assert Visitor(app).post("/login/passkey", {"credential": answer}).status_int == 302


def test_names_are_needed_and_differ(app, person, visit, device):
    visitor = visit()
    sign_in(visitor, device)
    assert options_to_add(visitor, "Laptop").json["message"] == "You have a passkey of this name already."
    assert options_to_add(visitor, " ").status_int == 422
    assert options_to_add(visitor, "x" * 65).status_int == 422
    assert options_to_add(visitor, "Telephone").status_int == 200


def test_adding_takes_a_recent_proof(app, person, visit):
    visitor = visit(person)
    with later(minutes=11):
        assert visitor.get("/account/passkeys/add").html.h1.text == "Confirm that it is you"
        assert options_to_add(visitor).location.partition("?")[0].endswith("/account/confirm")


def test_a_key_of_another_account_is_not_added_twice(app, person, make, visit, device):
    assert add(visit(make.person()), device).status_int == 422


# --- signing in ------------------------------------------------------------------------------------------


def test_a_passkey_signs_in_alone_and_leads_on(app, person, visit, device):
    visitor = visit()
    assert sign_in(visitor, device, next="/account?a=1").location.endswith("/account?a=1")
    assert is_in(visitor)
    entry = audit.history_of("person", person.id)[0]
    assert entry.act == "sign-in"
    assert "passkey" in str(entry.after)


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example/"])
def test_a_passkey_sends_nobody_elsewhere(app, visit, device, wish):
    assert sign_in(visit(), device, next=wish).location.removeprefix("http://localhost:80") == "/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "https://evil.example"),
        ("origin", "http://tracker.test.evil.example"),
        ("rp_id", "evil.example"),
        ("verifies", False),
        ("handle", b"somebody else"),
        ("id", b"unknown"),
        ("key", Authenticator().key),
    ],
)
def test_an_answer_not_to_be_believed_signs_nobody_in(app, visit, device, name, value):
    setattr(device, name, value)
    visitor = visit()
    answer = sign_in(visitor, device)
    assert answer.location.endswith("/login")
    assert "That passkey was not accepted here." in answer.follow().text
    assert not is_in(visitor)


def test_an_answer_works_once_even_when_the_cookie_is_brought_back(app, visit, device):
    visitor = visit()
    options = visitor.post("/login/passkey/options").json
    cookie, answer = visitor.browser.cookies["tracker"], device.get(options)
    visitor.post("/login/passkey", {"credential": answer})
    assert is_in(visitor)
    again = at_another(app, cookie)
    again.post("/login/passkey", {"credential": answer})
    assert not is_in(again)


def test_an_answer_to_another_browsers_challenge_is_refused(app, visit, device):
    mine, theirs = visit(), visit()
    answer = device.get(mine.post("/login/passkey/options").json)
    theirs.post("/login/passkey/options")
    theirs.post("/login/passkey", {"credential": answer})
    assert not is_in(theirs)


def test_an_answer_that_comes_too_late_is_refused(app, visit, device):
    visitor = visit()
    answer = device.get(visitor.post("/login/passkey/options").json)
    with later(minutes=6):
        visitor.post("/login/passkey", {"credential": answer})
    assert not is_in(visitor)


def test_a_counter_that_stands_still_gives_a_copied_key_away(app, visit, device):
    device.counter = 5
    sign_in(visit(), device)
    visitor = visit()
    sign_in(visitor, device)
    assert not is_in(visitor)
    device.counter = 6
    sign_in(visitor, device)
    assert is_in(visitor)


def test_a_closed_account_is_refused_in_the_same_words(app, person, visit, device):
    with unit_of_work():
        person.active = False
    visitor = visit()
    assert "That passkey was not accepted here." in sign_in(visitor, device).follow().text
    assert not is_in(visitor)


# --- the second step -------------------------------------------------------------------------------------


def test_with_a_passkey_the_password_alone_signs_in_no_more(app, person, visit, device):
    visitor = visit()
    page = give_password(visitor)
    assert page.html.h1.text == "Second step"
    assert "code-form" not in page.forms
    assert not is_in(visitor)
    second_step(visitor, device)
    assert is_in(visitor)


def test_the_passkey_of_the_second_step_is_the_persons_own(app, person, make, visit, device):
    """Whoever knows one password must not come in as the owner of another's key that is only touched."""
    other = somebody("other@example.org")
    theirs = Authenticator(verifies=False)
    assert add(visit(other), theirs, touch_only="y").status_int == 200
    visitor = visit()
    give_password(visitor)
    assert second_step(visitor, theirs).location.endswith("/login/second-step")
    assert not is_in(visitor)


def test_a_key_that_is_only_touched_works_after_the_password_and_never_alone(app, person, visit):
    key = Authenticator(verifies=False)
    add(visit(person), key, touch_only="y")
    visitor = visit()
    sign_in(visitor, key)
    assert not is_in(visitor)
    key.verifies = True
    sign_in(visitor, key)
    assert not is_in(visitor)
    key.verifies = False
    give_password(visitor)
    second_step(visitor, key)
    assert is_in(visitor)


def test_an_answer_to_the_second_step_does_not_sign_in_alone(app, person, visit, device):
    """The second step asks the device to check nobody, so its challenge must not serve the other."""
    visitor = visit()
    give_password(visitor)
    device.verifies = False
    answer = device.get(visitor.post("/login/passkey/options", {"purpose": "second-step"}).json)
    visitor.post("/login/passkey", {"credential": answer})
    assert not is_in(visitor)


def test_somebody_with_passkeys_only_comes_in_by_a_recovery_code(app, person, visit):
    code = add(visit(person), Authenticator()).html.find(id="codes").li.text
    assert give_recovery_code(give_password(visit()), code).status_int == 302


# --- proving anew, removing ------------------------------------------------------------------------------


def test_a_passkey_is_a_recent_proof(app, person, visit, device):
    visitor = visit()
    sign_in(visitor, device)
    with later(minutes=11):
        options = visitor.post("/account/passkeys/options", {"purpose": "prove"}).json
        fields = {"credential": device.get(options), "next": "/account/app"}
        assert visitor.post("/account/confirm/passkey", fields).location.endswith("/account/app")
        assert visitor.get("/account/app").html.h1.text == "Set up an app"


def test_somebody_elses_passkey_proves_nothing(app, person, visit, device):
    other = somebody("other@example.org")
    theirs = Authenticator()
    add(visit(other), theirs)
    visitor = visit()
    sign_in(visitor, device)
    with later(minutes=11):
        options = visitor.post("/account/passkeys/options", {"purpose": "prove"}).json
        visitor.post("/account/confirm/passkey", {"credential": theirs.get(options)})
        assert visitor.get("/account/app").html.h1.text == "Confirm that it is you"


def test_removing_the_last_passkey_takes_the_recovery_codes_along(app, person, visit, device):
    visitor = visit()
    sign_in(visitor, device)
    visitor.post(f"/account/passkeys/{keys()[0].id}/remove")
    assert not second_factor.is_set(person)
    assert person.mf_recovery_codes is None
    assert mails_to(person)[-1] == "Tracker: a passkey of your account was removed"
    sign_in(visitor := visit(), device)
    assert not is_in(visitor)


def test_removing_one_passkey_leaves_the_app_alone(app, person, visit, device):
    with_app(person)
    visitor = visit()
    sign_in(visitor, device)
    visitor.post(f"/account/passkeys/{keys()[0].id}/remove")
    assert second_factor.factors_of(person).app
    assert person.mf_recovery_codes


def test_nobody_removes_the_passkey_of_another(app, person, make, visit, device):
    assert visit(make.person()).post(f"/account/passkeys/{keys()[0].id}/remove").status_int == 404
    assert len(keys()) == 1


def test_an_address_in_numbers_offers_no_passkeys(instance):
    app = create_app({**SETTINGS, "TRACKER_BASE_URL": "http://192.0.2.1:5000"}, instance=str(instance))
    with app.app_context():
        assert "passkey" not in Visitor(app).get("/login").text
        close(app)
