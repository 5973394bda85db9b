"""Roles that must have a second factor: nothing else is open before one is set up."""

import pytest
from passlib.totp import TOTP

from tests.conftest import SETTINGS, close
from tests.pages import Visitor
from tests.signin.factors import PASSWORD, give_code, give_password, is_in, later, shown, somebody
from tracker.accounts import service
from tracker.app import create_app
from tracker.core.permissions import OPERATOR

RECORDS = ["/", "/outcomes/", "/workshops/", "/search?q=prison", "/account", "/follow-up/", "/reports/"]


@pytest.fixture
def app(instance):
    settings = {**SETTINGS, "TRACKER_SECOND_FACTOR_ROLES": "administrator, coordinator"}
    app = create_app(settings, instance=str(instance))
    app.extensions["security"].pwd_context.update(
        argon2__time_cost=1, argon2__memory_cost=64, argon2__parallelism=1
    )
    with app.app_context():
        yield app
        close(app)


@pytest.mark.parametrize("address", RECORDS)
def test_who_must_have_one_is_sent_to_set_one_up(app, make, visit, address):
    visitor = visit(make.person("coordinator"))
    answer = visitor.browser.get(address, status="*")
    assert answer.status_int == 303
    assert answer.location.endswith("/account/second-factor")


def test_nothing_is_written_before(app, make, visit):
    visitor = visit(make.person("administrator"))
    token = visitor.get("/account/second-factor").html.find("input", {"name": "csrf_token"})["value"]
    answer = visitor.browser.post("/account", {"csrf_token": token, "name": "Other"}, status="*")
    assert answer.status_int == 303
    assert "Nothing was saved" in visitor.get("/account/second-factor").text


def test_others_are_not_asked(app, make, visit):
    visitor = visit(make.person("expert"))
    assert visitor.browser.get("/workshops/").status_int == 200


def test_setting_one_up_opens_everything(app, visit):
    person = somebody("judge@example.org", "coordinator")
    visitor = visit()
    page = give_password(visitor)
    assert page.html.h1.text == "Set up a second factor"
    page = visitor.get("/account/app")
    page.forms["app-form"]["code"] = TOTP(page.html.find("code").text.replace(" ", "")).generate().token
    assert "Your recovery codes" in visitor.submit(page.forms["app-form"]).text
    assert is_in(visitor)
    with later(minutes=1):
        again = Visitor(app)
        assert give_code(give_password(again), shown(person)).status_int == 302
        assert is_in(again)


def test_signing_out_and_the_language_still_work(app, make, visit):
    visitor = visit(make.person("coordinator"))
    page = visitor.get("/account/second-factor")
    token = page.html.find("input", {"name": "csrf_token"})["value"]
    visitor.browser.post(
        "/language", {"csrf_token": token, "language": "ar", "next": "/account/second-factor"}
    )
    assert visitor.get("/account/second-factor").html.find("html")["lang"] == "ar"
    assert visitor.browser.get("/healthz").status_int == 200
    visitor.browser.post("/logout", {"csrf_token": token})
    assert visitor.browser.get("/account", status="*").location.partition("?")[0].endswith("/login")


def test_programs_with_a_token_are_not_asked(app, visit):
    person = somebody("program@example.org", "coordinator", password=PASSWORD)
    token = service.issue_token(OPERATOR, person, "reader")
    answer = visit().browser.get("/api/v1/search?q=x", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_int == 200


def test_a_role_that_is_none_is_refused_at_the_start(instance):
    with pytest.raises(ValueError, match="TRACKER_SECOND_FACTOR_ROLES"):
        create_app({**SETTINGS, "TRACKER_SECOND_FACTOR_ROLES": "king"}, instance=str(instance))
