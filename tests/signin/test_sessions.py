"""Sessions stand in the database: listed, ended one by one, and over after a while."""

from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from tests.factories.make import Make
from tests.pages import Visitor
from tests.queries import counted
from tests.signin.hands import NEW, PASSWORD, button, comes_from, is_in, replayed, sign_in
from tracker.accounts import endings, service, sessions
from tracker.accounts.models import Person, PersonSession
from tracker.core import audit
from tracker.core.clock import at
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import NotFound
from tracker.core.permissions import OPERATOR


@pytest.fixture
def person(app) -> Person:
    """Somebody with a password."""
    return service.add_person(OPERATOR, "judge@example.org", "Judge", ["reader"], password=PASSWORD)


def rows() -> list[PersonSession]:
    return list(db.session.scalars(select(PersonSession).order_by(PersonSession.id)))


def said_by_cookie(app, visitor: Visitor) -> dict:
    """What the signed cookie holds."""
    return app.session_interface.get_signing_serializer(app).loads(visitor.browser.cookies["tracker"])


def test_signing_in_makes_a_session_that_is_known_only_by_a_hash(app, person, visit):
    visitor = comes_from(visit(), "192.0.2.7")
    sign_in(visitor)
    (row,) = rows()
    assert (row.person_id, row.method, row.address) == (person.id, "password", "192.0.2.7")
    secret = said_by_cookie(app, visitor)["session"]
    assert secret not in row.token_hash
    assert sessions.find(secret).id == row.id


def test_a_cookie_replayed_after_signing_out_gets_nothing(app, person, visit):
    visitor = visit(person)
    cookie = visitor.browser.cookies["tracker"]
    assert is_in(replayed(visit(), cookie))
    assert "You are signed out." in visitor.submit(button(visitor.get("/account"), "/logout")).text
    assert not is_in(visitor)
    assert not is_in(replayed(visit(), cookie))
    assert audit.history_of("person", person.id)[0].act == "sign-out"


def test_signing_out_here_leaves_other_browsers_signed_in(app, person, visit):
    here, elsewhere = visit(person), visit(person)
    here.submit(button(here.get("/account"), "/logout"))
    assert (is_in(here), is_in(elsewhere)) == (False, True)


def test_a_cookie_that_is_signed_but_names_no_session_opens_nothing(app, person, visit):
    signer = app.session_interface.get_signing_serializer(app)
    assert isinstance(signer, URLSafeTimedSerializer)
    for said in (
        {"_user_id": person.fs_uniquifier, "_fresh": True},
        {"session": "made up", "_user_id": person.fs_uniquifier},
        {"session": None},
        {"session": 5},
        {"session": ["x"]},
    ):
        assert not is_in(replayed(visit(), signer.dumps(said)))


def test_a_session_is_over_some_hours_after_it_was_last_used(app, person, visit):
    visitor, idle = visit(person), timedelta(minutes=app.config["TRACKER_SESSION_IDLE_MINUTES"])
    start = now()
    with at(start + idle - timedelta(minutes=1)):
        assert is_in(visitor)
    with at(start + 2 * idle - timedelta(minutes=2)):
        assert is_in(visitor)
    with at(start + 3 * idle):
        assert not is_in(visitor)
        assert "Your session is over. Sign in again." in visitor.get("/login").text


def test_a_session_is_over_after_a_day_even_if_it_is_in_use(app, person, visit):
    visitor, start = visit(person), now()
    for hour in range(1, app.config["TRACKER_SESSION_HOURS"]):
        with at(start + timedelta(hours=hour)):
            assert is_in(visitor)
    with at(start + timedelta(hours=app.config["TRACKER_SESSION_HOURS"], minutes=1)):
        assert not is_in(visitor)


def test_the_browsers_own_session_is_emptied_with_it_but_for_the_language(app, person, visit):
    visitor = visit(person)
    visitor.post("/language", {"language": "ar"})
    before = said_by_cookie(app, visitor)
    with unit_of_work():
        endings.end_sessions_of(person)
    assert not is_in(visitor)
    after = said_by_cookie(app, visitor)
    assert "session" not in after
    assert after["language"] == "ar"
    assert after.get("csrf_token") != before["csrf_token"]


def test_what_is_over_here_is_over_for_the_librarys_pages_too(app, person, visit):
    visitor = visit(person)
    assert visitor.browser.get("/login", status="*").status_int == 302
    with unit_of_work():
        endings.end_sessions_of(person)
    assert visitor.browser.get("/login", status="*").status_int == 200


def test_who_asks_is_found_in_one_query(app, make: Make, visit):
    person = make.person("focal-point", "reviewer", party="JO")
    visitor = visit(person)
    with unit_of_work() as session:
        session.execute(db.update(PersonSession).values(seen_at=now()))
    secret = said_by_cookie(app, visitor)["session"]
    db.session.expunge_all()
    with counted() as statements:
        row = sessions.find(secret)
        assert [role.name for role in row.person.roles] == ["focal-point", "reviewer"]
        assert [party.code for party in row.person.parties] == ["JO"]
    assert len(statements) == 1


def test_use_is_noted_once_a_minute_and_holds_nobody_up(app, person, visit):
    visitor = visit(person)
    begun = rows()[0].seen_at
    with at(begun + timedelta(seconds=30)):
        assert is_in(visitor)
        assert sessions.of_person(person.id)[0].seen_at == begun
    with at(begun + timedelta(seconds=90)):
        # Somebody else writes meanwhile; the page comes all the same.
        with db.engine.connect().execution_options(tracker_begin="IMMEDIATE") as other:
            other.begin()
            assert is_in(visitor)
        db.session.rollback()
        assert sessions.of_person(person.id)[0].seen_at == begun
        assert is_in(visitor)
        db.session.rollback()
        assert sessions.of_person(person.id)[0].seen_at == begun + timedelta(seconds=90)


def test_the_account_page_lists_where_one_is_signed_in(app, person, visit):
    here, there = comes_from(visit(), "192.0.2.7"), comes_from(visit(), "2001:db8::5", "curl/8")
    sign_in(there)
    sign_in(here)
    text = " ".join(here.get("/account").html.find(attrs={"aria-labelledby": "sessions-title"}).text.split())
    assert "Firefox on Windows · this one" in text
    assert "An unknown browser" in text
    assert "192.0.2.7" in text
    assert "2001:db8::5" in text
    assert "By password" in text


def test_one_session_is_ended_and_the_others_go_on(app, person, visit):
    here, there, third = visit(person), visit(person), visit(person)
    number = rows()[1].id
    page = here.submit(button(here.get("/account"), f"/sessions/{number}/end"))
    assert "That session was ended." in page.text
    assert [is_in(visitor) for visitor in (here, there, third)] == [True, False, True]
    assert audit.history_of("person", person.id)[0].act == "session-ended"


def test_all_other_sessions_are_ended_at_once(app, person, visit):
    here, there, third = visit(person), visit(person), visit(person)
    here.submit(button(here.get("/account"), "/end-others"))
    assert [is_in(visitor) for visitor in (here, there, third)] == [True, False, False]
    entry = audit.history_of("person", person.id)[0]
    assert (entry.act, entry.before) == ("sessions-ended", {"sessions": 3})
    assert "end-others" not in here.get("/account").text


def test_nobody_ends_a_session_of_somebody_else(app, person, make: Make, visit):
    visitor = visit(person)
    number = rows()[0].id
    visit(make.person("administrator")).post(f"/account/sessions/{number}/end", status=404)
    visit(make.person()).post("/account/sessions/999/end", status=404)
    assert is_in(visitor)


def test_a_new_password_gives_this_browser_a_session_with_another_secret(app, person, visit):
    visitor = visit(person)
    cookie, form = visitor.browser.cookies["tracker"], visitor.get("/account").forms["password-form"]
    form["password"] = form["confirm"] = NEW
    visitor.submit(form)
    assert is_in(visitor)
    assert not is_in(replayed(visit(), cookie))


def test_signing_in_as_somebody_else_ends_the_session_before(app, person, make: Make, visit):
    visitor = visit(person)
    cookie = visitor.browser.cookies["tracker"]
    other = make.person(name="Somebody else")
    visitor.submit(visitor.get(f"/sign-in/{service.issue_link(OPERATOR, other)}").forms["sign-in"])
    assert "Somebody else" in visitor.get("/account").html.find("header").text
    assert not is_in(replayed(visit(), cookie))


def test_a_style_sheet_and_the_api_do_not_ask_for_the_session(app, person, visit):
    visitor = visit(person)
    with counted() as statements:
        visitor.browser.get("/static/css/base.css")
    assert statements == []
    assert visitor.browser.get("/api/v1/search", status="*").status_int == 403


def test_sessions_belong_to_an_active_account_only(app, person, visit):
    visitor = visit(person)
    with unit_of_work():
        person.active = False
    assert not is_in(visitor)
    with unit_of_work():
        person.active = True
    # The browser has forgotten what it had.
    assert not is_in(visitor)


def test_an_administrators_actor_ends_no_session_through_the_owners_act(app, make: Make):
    person = make.person()
    with unit_of_work():
        row, _secret = sessions.begin(person, "link", "", "")
    with pytest.raises(NotFound, match="no such session"):
        sessions.end_one(make.actor("administrator"), row.id)
    assert row.ended_at is None
    assert [one.id for one in sessions.of_person(person.id)] == [row.id]


def test_where_somebody_was_signed_in_long_ago_is_forgotten(app, person, visit):
    sign_in(visit())
    with at(now() + timedelta(days=89)):
        sign_in(visit())
        assert len(rows()) == 2
    with at(now() + timedelta(days=91)):
        sign_in(visit())
        assert len(rows()) == 2
