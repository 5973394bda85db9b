"""Settings that administrators change while the site runs."""

import json
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, close
from tracker.accounts.actors import actor_for
from tracker.app import create_app
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import Denied, InvalidInput
from tracker.oversight import settings


@pytest.fixture
def administrator(make):
    return make.person("administrator")


def last_entry():
    return db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()


def test_a_change_holds_at_once_and_is_in_the_log(app, visit, administrator):
    visitor = visit(administrator)
    page = visitor.get("/settings")
    form = next(f for f in page.forms.values() if "TRACKER_STALE_MONTHS" in f.fields)
    form["TRACKER_STALE_MONTHS"] = "9"
    assert "The settings were saved." in visitor.submit(form)
    assert app.config["TRACKER_STALE_MONTHS"] == 9
    entry = last_entry()
    assert (entry.act, entry.before, entry.after) == (
        "settings",
        {"TRACKER_STALE_MONTHS": 6},
        {"TRACKER_STALE_MONTHS": 9},
    )


def own_form(visitor):
    page = visitor.get("/settings")
    return next(form for form in page.forms.values() if "TRACKER_STALE_MONTHS" in form.fields)


def test_public_reading_is_turned_on_and_off_again(app, visit, make, administrator):
    outcome = make.outcome(handling="TLP:CLEAR")
    visitor, stranger = visit(administrator), visit()
    address = f"/outcomes/{outcome.ref}"
    assert stranger.browser.get(address).status_int == 302
    for expected in (200, 302):
        page = visitor.get("/settings")
        form = next(f for f in page.forms.values() if "TRACKER_PUBLIC_READING" in f.fields)
        form["TRACKER_PUBLIC_READING"] = expected == 200
        visitor.submit(form)
        assert stranger.browser.get(address).status_int == expected


def test_every_other_worker_takes_it_over_and_it_outlives_a_restart(app, instance, administrator):
    other = create_app(SETTINGS, instance=str(instance))
    settings.change_settings(actor_for(administrator), {"TRACKER_DUE_SOON_DAYS": 14})
    other.test_client().get("/healthz")
    assert other.config["TRACKER_DUE_SOON_DAYS"] == 14
    with other.app_context():
        close(other)
    assert create_app(SETTINGS, instance=str(instance)).config["TRACKER_DUE_SOON_DAYS"] == 14


def test_roles_that_need_a_second_factor_need_it_from_the_next_page_on(visit, make, administrator):
    expert = visit(make.person("expert"))
    assert expert.browser.get("/workshops/").status_int == 200
    visitor = visit(administrator)
    form = own_form(visitor)
    form["TRACKER_SECOND_FACTOR_ROLES"] = "expert"
    visitor.submit(form)
    assert expert.browser.get("/workshops/").status_int == 303


def test_of_two_administrators_the_second_undoes_nothing_of_the_first(app, visit, make, administrator):
    first, second = visit(administrator), visit(make.person("administrator"))
    forms = [own_form(visitor) for visitor in (first, second)]
    forms[0]["TRACKER_STALE_MONTHS"] = "9"
    forms[1]["TRACKER_DUE_SOON_DAYS"] = "14"
    first.submit(forms[0])
    answer = forms[1].submit(status=422)
    assert "Somebody else changed the settings meanwhile" in answer
    assert (app.config["TRACKER_STALE_MONTHS"], app.config["TRACKER_DUE_SOON_DAYS"]) == (9, 30)
    form = own_form(second)
    form["TRACKER_DUE_SOON_DAYS"] = "14"
    second.submit(form)
    assert (app.config["TRACKER_STALE_MONTHS"], app.config["TRACKER_DUE_SOON_DAYS"]) == (9, 14)


def test_what_the_operator_decided_stands_and_is_not_offered(instance, monkeypatch):
    (Path(instance) / "settings.json").write_text(json.dumps({"TRACKER_STALE_MONTHS": 2}))
    monkeypatch.setenv("TRACKER_STALE_MONTHS", "4")
    app = create_app(SETTINGS, instance=str(instance))
    assert app.config["TRACKER_STALE_MONTHS"] == 4
    with app.app_context():
        assert "TRACKER_STALE_MONTHS" not in [setting.name for setting in settings.changeable()]
        assert "TRACKER_STALE_MONTHS" in [setting.name for setting, _value in settings.fixed()]
        close(app)


def test_secrets_are_never_shown(app, visit, administrator):
    app.config["TRACKER_MAIL_PASSWORD"] = "open sesame"
    app.config["TRACKER_OIDC_CLIENT_SECRET"] = "open sesame"
    page = visit(administrator).get("/settings")
    assert "open sesame" not in page
    assert app.config["SECRET_KEY"] not in page


@pytest.mark.parametrize(
    ("name", "value"),
    [("TRACKER_STALE_MONTHS", "0"), ("TRACKER_STALE_MONTHS", "six"), ("TRACKER_SESSION_HOURS", "-5")],
)
def test_a_number_that_makes_no_sense_is_refused_beside_its_field(visit, administrator, app, name, value):
    visitor = visit(administrator)
    page = visitor.get("/settings")
    form = next(f for f in page.forms.values() if name in f.fields)
    form[name] = value
    before = app.config[name]
    answer = form.submit(status=422)
    assert "whole number" in answer or "Not a valid integer" in answer
    assert app.config[name] == before


def test_an_unknown_role_is_refused(app, administrator):
    with pytest.raises(InvalidInput, match="emperor"):
        settings.change_settings(
            actor_for(administrator), {"TRACKER_SECOND_FACTOR_ROLES": "administrator, emperor"}
        )


def test_what_may_not_be_changed_here_is_left_alone(app, administrator):
    before = app.config["SECRET_KEY"], app.config["TRACKER_DATABASE_URL"]
    assert not settings.change_settings(
        actor_for(administrator), {"SECRET_KEY": "x", "TRACKER_DATABASE_URL": "sqlite:///x"}
    )
    assert (app.config["SECRET_KEY"], app.config["TRACKER_DATABASE_URL"]) == before


@pytest.mark.parametrize("role", ["reader", "coordinator"])
def test_nobody_else_changes_settings(app, visit, make, role):
    person = make.person(role)
    assert visit(person).browser.get("/settings", status="*").status_int == 403
    with pytest.raises(Denied):
        settings.change_settings(actor_for(person), {"TRACKER_STALE_MONTHS": 1})
