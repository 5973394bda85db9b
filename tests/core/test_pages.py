"""What every page does: language, direction, headers, errors."""

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import RequestEntityTooLarge

from tracker.core.db import db
from tracker.core.views import local_address


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("es", "ltr"), ("ar", "rtl")]
)
def test_a_page_speaks_the_language_of_the_browser(visit, language, direction):
    page = visit(language=language).get("/login")
    assert (page.html.html["lang"], page.html.html["dir"]) == (language, direction)


def test_the_language_switch_is_remembered_and_leads_back(visit):
    visitor = visit()
    answer = visitor.post("/language", {"language": "ar", "next": "/login?next=/search"})
    assert answer.location.endswith("/login?next=/search")
    assert visitor.get("/login").html.html["dir"] == "rtl"


@pytest.mark.parametrize(
    "wish", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", None, "/a\nb"]
)
def test_nobody_is_sent_to_another_site(wish):
    assert local_address(wish) is None


def test_an_address_within_the_site_is_kept():
    assert local_address("/search?q=a%20b#c") == "/search?q=a%20b#c"


def test_every_answer_carries_the_headers(visit):
    page = visit().get("/login")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in page.headers["Cache-Control"]


def test_an_unknown_address_says_so_and_offers_a_way_on(visit, make):
    page = visit(make.person()).get("/nowhere", status=404)
    assert "Nothing to show here" in page.text


def test_an_error_page_reveals_nothing(app, visit, make):
    def broken():
        raise RuntimeError("secret detail")

    app.add_url_rule("/broken", "broken", broken)
    broken.tracker_classification = "public"
    page = visit(make.person()).get("/broken", status=500)
    assert "secret detail" not in page.text
    assert "Nothing was saved" in page.text


def test_too_large_a_request_says_what_to_do(app, visit, make):
    def large():
        raise RequestEntityTooLarge

    large.tracker_classification = "public"
    app.add_url_rule("/large", "large", large)
    assert "smaller file" in visit(make.person()).get("/large", status=413).text


def test_a_form_without_its_token_is_refused_with_advice(visit, make):
    answer = visit(make.person()).browser.post("/language", {"language": "ar"}, status="*")
    assert answer.status_int == 400
    assert "reload" in answer.text


def test_somebody_not_signed_in_is_taken_to_the_sign_in_page_and_back(visit):
    page = visit().browser.get("/workshops/?year=2024", status="*")
    assert page.status_int == 302
    assert "/login?next=/workshops/?year%3D2024" in page.location.replace("%2F", "/").replace("%3F", "?")


def test_the_health_answer_needs_nobody(visit):
    assert visit().browser.get("/healthz").json == {"status": "ok"}


def test_the_health_answer_says_when_the_database_does_not_answer(app, visit):
    def refuse(*_anything: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        answer = visit().browser.get("/healthz", status=503)
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)
    assert answer.json == {"status": "unavailable"}
    assert visit().browser.get("/healthz").json == {"status": "ok"}
