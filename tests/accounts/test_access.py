"""Who somebody is for rules and services, and how few questions to the database that takes."""

import pytest
from flask import jsonify
from sqlalchemy import event

from tests.factories.make import Make
from tracker.accounts import service
from tracker.accounts.actors import actor_for
from tracker.core.db import db, unit_of_work
from tracker.core.permissions import ANONYMOUS, OPERATOR, PUBLIC, Actor, Permission, allows, current_actor
from tracker.core.routes import public
from tracker.core.vocabulary import RoleName


@pytest.fixture
def probes(app):
    """A page and an answer of the API that say who asks."""
    for address in ("/who", "/api/v1/who"):
        app.add_url_rule(
            address,
            address,
            public(lambda: jsonify(name=current_actor().name, tokens=sorted(current_actor().access_tokens))),
        )


def test_somebody_of_a_country_stands_on_its_side_and_its_bodies(app, make: Make):
    ministry = service.add_body(OPERATOR, "moj-jo", {"en": "Ministry of Justice"}, country="JO")
    service.add_body(OPERATOR, "moj-ma", {"en": "Ministry of Justice"}, country="MA")
    jordan = make.party("JO")
    actor = make.actor("focal-point", party="JO")
    assert actor.party_ids == {jordan.id}
    assert actor.side_ids == {jordan.id, ministry.id}


def test_somebody_of_a_jordanian_ministry_stands_on_the_side_of_jordan_and_its_other_bodies(app, make: Make):
    ministry = service.add_body(OPERATOR, "moj-jo", {"en": "Ministry of Justice"}, country="JO")
    prisons = service.add_body(OPERATOR, "prisons-jo", {"en": "Prison service"}, country="JO")
    jordan = make.party("JO")
    actor = make.actor("reviewer", party="moj-jo")
    assert actor.party_ids == {ministry.id}
    assert actor.side_ids == {ministry.id, jordan.id, prisons.id}
    assert f"party:{jordan.id}" not in actor.access_tokens


def test_a_body_of_no_country_stands_alone(app, make: Make):
    eurojust = service.add_body(OPERATOR, "eurojust", {"en": "Eurojust"})
    service.add_body(OPERATOR, "europol", {"en": "Europol"})
    assert make.actor("reviewer", party="eurojust").side_ids == {eurojust.id}


def test_access_tokens_say_what_one_is(app, make: Make):
    person = make.person("coordinator", party="JO")
    expected = {"public", "member", "coordinator", f"person:{person.id}", f"party:{make.party('JO').id}"}
    assert actor_for(person).access_tokens == expected
    assert "coordinator" not in make.actor("administrator").access_tokens


def test_rules_of_pages_that_belong_to_everybody(app, make: Make):
    reader, visitor = make.actor("reader"), Actor(id=None, name="", access_tokens=frozenset({PUBLIC}))
    readable = (Permission.HOME_READ, Permission.SEARCH_FIND, Permission.REPORT_READ, Permission.API_READ)
    for permission in readable:
        assert allows(reader, permission)
        assert allows(visitor, permission)
        assert not allows(ANONYMOUS, permission)
    assert allows(reader, Permission.REPORT_EXPORT)
    assert not allows(visitor, Permission.REPORT_EXPORT)
    for permission in (Permission.PARTY_MANAGE, Permission.PERSON_MANAGE, Permission.TOKEN_MANAGE):
        assert allows(make.actor("administrator"), permission)
        assert not allows(make.actor(*(r for r in RoleName if r != "administrator")), permission)


def test_the_public_reads_only_when_public_reading_is_on(app, probes, visit):
    assert visit().browser.get("/who").json == {"name": "", "tokens": []}
    app.config["TRACKER_PUBLIC_READING"] = True
    assert visit().browser.get("/who").json == {"name": "", "tokens": ["public"]}
    assert visit().browser.get("/api/v1/who").json == {"name": "", "tokens": ["public"]}


def test_a_program_is_known_by_its_token_and_never_by_a_cookie(app, probes, make: Make, visit):
    person = make.person(name="Statistics office")
    token = service.issue_token(OPERATOR, person, "nightly")
    signed_in = visit(person).browser
    assert signed_in.get("/who").json["name"] == "Statistics office"
    assert signed_in.get("/api/v1/who").json["name"] == ""
    stranger, header = visit().browser, {"Authorization": f"Bearer {token}"}
    assert stranger.get("/api/v1/who", headers=header).json["name"] == "Statistics office"
    assert stranger.get("/who", headers=header).json["name"] == ""


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer nonsense", "Basic eDp5", "trk_nonsense"])
def test_a_program_with_an_unknown_token_is_told_so(app, probes, visit, header):
    app.config["TRACKER_PUBLIC_READING"] = True
    answer = visit().browser.get("/api/v1/who", headers={"Authorization": header}, status=401)
    assert "unknown or was revoked" in answer.json["error"]


def test_the_library_reads_no_tokens_of_its_own(app, probes, make: Make, visit):
    person = make.person()
    own = person.get_auth_token()
    assert visit().browser.get(f"/who?auth_token={own}").json["name"] == ""
    assert visit().browser.get("/who", headers={"Authentication-Token": own}).json["name"] == ""


def test_somebody_whose_account_is_closed_is_nobody_at_once(app, probes, make: Make, visit):
    person = make.person(name="Leaver")
    visitor = visit(person)
    assert visitor.browser.get("/who").json["name"] == "Leaver"
    with unit_of_work():
        person.active = False
    assert visitor.browser.get("/who").json == {"name": "", "tokens": []}


def test_two_visitors_are_not_mistaken_for_each_other(app, probes, make: Make, visit):
    first, second, nobody = visit(make.person(name="One")), visit(make.person(name="Two")), visit()
    names = [visitor.browser.get("/who").json["name"] for visitor in (first, second, nobody, first)]
    assert names == ["One", "Two", "", "One"]


@pytest.mark.parametrize(
    ("kind", "address", "most"),
    [
        ("cookie", "/who", 3),
        ("token", "/api/v1/who", 3),
        ("nobody", "/who", 0),
        ("cookie", "/static/css/base.css", 0),
    ],
)
def test_knowing_who_asks_takes_few_queries(app, probes, make: Make, visit, kind, address, most):
    person = make.person("expert", "reviewer", "coordinator", party="JO")
    visitor = visit(person if kind == "cookie" else None)
    token = service.issue_token(OPERATOR, person, "nightly")
    headers = {"Authorization": f"Bearer {token}"} if kind == "token" else {}
    seen: list[str] = []

    def listen(_conn, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        visitor.browser.get(address, headers=headers)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert len(seen) <= most, seen
