"""Requests that are too long, too deep, too many, of another method, from another site."""

import io
import json
import socket
import struct

import pytest

from tests.conftest import SETTINGS
from tests.factories.make import Make
from tests.pages import Visitor
from tracker.app import create_app
from tracker.core import limits, security
from tracker.core.limits import plain
from tracker.serving import SEND_PATIENCE, TAKE_PATIENCE, hurry, refusal


@pytest.fixture
def echo(app):
    """A public address that answers with the fields it understood; forms need no token there."""

    def take():
        from_form, in_json = limits.request.form, limits.request.get_json(silent=False)
        return {"form": from_form.to_dict(flat=False), "json": in_json}

    def form():
        return {
            "form": limits.request.form.to_dict(flat=False),
            "query": limits.request.args.to_dict(flat=False),
        }

    for name, view in (("json", take), ("form", form)):
        view.tracker_classification = "public"
        app.add_url_rule(f"/echo/{name}", f"echo_{name}", security.csrf.exempt(view), methods=["POST"])
    return app.test_client()


def test_an_address_may_be_long_but_not_endless(visit, make):
    visitor = visit(make.person())
    assert visitor.browser.get("/search", {"q": "😀" * 400}).status_int == 200
    answer = visitor.browser.get("/search", {"q": "x" * 9000}, status=414)
    assert "Shorten the search" in answer.text


def test_a_form_that_is_too_large_says_what_to_do(app, echo):
    app.config["MAX_FORM_MEMORY_SIZE"] = 1000
    answer = echo.post("/echo/form", data={"text": "x" * 2000})
    assert answer.status_code == 413
    assert "smaller" in answer.text
    parts = {"text": "x" * 2000, "file": (io.BytesIO(b""), "a.txt")}
    assert echo.post("/echo/form", data=parts).status_code == 413


def test_a_form_of_endless_fields_is_refused_however_it_is_sent(app, echo):
    app.config["MAX_FORM_PARTS"] = 50
    body = "&".join(f"a{i}=1" for i in range(60))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert echo.post("/echo/form", data=body, headers=kind).status_code == 413
    many = {f"a{i}": "1" for i in range(60)} | {"file": (io.BytesIO(b""), "a.txt")}
    assert echo.post("/echo/form", data=many).status_code == 413


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"a":' * 40 + "1" + "}" * 40, '["' + "[" * 50, "{", "", "1" * 5000, "\xff", '{"a": NaN'],
)
def test_json_that_is_too_deep_or_none_is_a_mistake_of_the_sender(echo, body):
    answer = echo.post("/echo/json", data=body.encode("latin1"), headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_json_that_is_too_long_is_refused(echo):
    body = '"' + "x" * 1_000_001 + '"'
    answer = echo.post("/echo/json", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_brackets_within_a_text_are_no_depth(app):
    assert app.json.loads('{"a": "' + "[" * 100 + '\\"["}') == {"a": "[" * 100 + '"['}


def test_what_no_text_holds_is_taken_out_in_one_place(echo):
    odd = "a\x00b\x1bc\td\ne\x7f\uffff"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for answer in (
        echo.post("/echo/form", query_string={"q": odd}, data={"text": odd}),
        echo.post("/echo/form?q=a%00b%1Bc%09d%0Ae%7F", data="text=a%00b%1Bc%09d%0Ae%7F", headers=kind),
    ):
        assert answer.json == {"form": {"text": ["abc\td\ne"]}, "query": {"q": ["abc\td\ne"]}}
    answer = echo.post("/echo/json", json={"a\x00": ["x\ud800y", {"b": "\x00"}]})
    assert answer.json["json"] == {"a": ["xy", {"b": ""}]}


def test_a_password_is_taken_exactly_as_it_was_sent(echo):
    sent = {"password": " a\x00b\x1b ", "current": "\x7f", "new_password": "\x01"}
    answer = json.loads(echo.post("/echo/form", data=sent).data)
    assert answer["form"] == {name: [value] for name, value in sent.items()}


@pytest.mark.parametrize(
    "query", ["q=\xff\xfe", "q=%ED%A0%80", "q=%C0%AF", "q=%", "%00=%00", "q=a&q=b&q", "&&=&"]
)
def test_no_query_breaks_a_page(visit, query):
    answer = visit().browser.get("/login", extra_environ={"QUERY_STRING": query}, status="*")
    assert answer.status_int == 200


@pytest.mark.parametrize(
    "path", ["/outcomes/\x00", "/themes/a\x1bb", "/sign-in/\x00", "/\x7f", "/static/\x00"]
)
def test_an_address_with_signs_that_no_text_has_names_nothing(app, path):
    answer = app.test_client().get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404
    assert "\x00" not in answer.text


def test_a_number_that_no_database_holds_names_nothing(visit, make):
    visitor = visit(make.person())
    for number in ("9" * 30, str(2**63)):
        assert visitor.post(f"/account/tokens/{number}/revoke").status_int == 404


def test_plain_keeps_what_people_write():
    text = "Señor, محاربون إرهابيون — 中文 😀\u200f\u00ad\r\n\tx"
    assert plain(text) == text


@pytest.mark.parametrize(
    "method", ["OPTIONS", "TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "FOO"]
)
def test_only_methods_that_a_route_declares_are_answered(app, visit, method):
    for address in ("/login", "/static/css/tokens.css", "/api/v1/search", "/healthz", "/csp-report"):
        answer = app.test_client().open(address, method=method)
        assert answer.status_code == 405, address
        assert "OPTIONS" not in answer.headers["Allow"]
        assert "GET" in answer.headers["Allow"] or "POST" in answer.headers["Allow"]


def test_a_head_says_what_a_get_would_and_nothing_else(visit, make):
    visitor = visit(make.person())
    answer = visitor.browser.head("/workshops/")
    assert (answer.status_int, answer.body) == (200, b"")
    assert visit().browser.head("/workshops/", status="*").status_int == 302


@pytest.mark.parametrize(
    ("origin", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 302)]
)
def test_a_form_sent_from_another_site_is_refused(visit, origin, status):
    visitor = visit()
    token = visitor.get("/login").html.find("input", {"name": "csrf_token"})["value"]
    fields = {"csrf_token": token, "language": "fr"}
    answer = visitor.browser.post("/language", fields, headers={"Sec-Fetch-Site": origin}, status=status)
    assert ("another site" in answer.text) is (status == 403)


def test_reading_from_another_site_s_link_is_no_offence(visit):
    assert visit().browser.get("/login", headers={"Sec-Fetch-Site": "cross-site"}).status_int == 200


@pytest.fixture
def bounded(instance):
    """An application that counts requests."""
    app = create_app({**SETTINGS, "RATELIMIT_ENABLED": True}, instance=str(instance))
    with app.app_context():
        security.limiter.reset()
        yield app
        security.limiter.reset()


def test_one_person_s_haste_is_bounded_and_nobody_else_s_on_the_same_wifi(bounded):
    make = Make()
    hasty, calm = Visitor(bounded, make.person("coordinator")), Visitor(bounded, make.person("coordinator"))
    statuses = [hasty.browser.get("/reports/export.csv", status="*").status_int for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    late = hasty.browser.get("/reports/export.csv", status=429)
    assert "Wait a minute" in late.text
    assert int(late.headers["Retry-After"]) <= 60
    assert calm.browser.get("/reports/export.csv").status_int == 200
    assert hasty.browser.get("/search?q=x").status_int == 200


def test_a_client_that_stands_still_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hurry([listener])
        with socket.create_connection(listener.getsockname()):
            connection, _address = listener.accept()
            with connection:
                for option, seconds in (
                    (socket.SO_RCVTIMEO, SEND_PATIENCE),
                    (socket.SO_SNDTIMEO, TAKE_PATIENCE),
                ):
                    value = connection.getsockopt(socket.SOL_SOCKET, option, 16)
                    assert struct.unpack("ll", value)[0] == seconds


@pytest.mark.parametrize("status", [400, 414, 431, 500])
def test_what_no_page_can_be_made_for_is_answered_with_a_sentence_and_all_headers(status):
    head, _, body = refusal(status).decode().partition("\r\n\r\n")
    assert f"Content-Length: {len(body)}" in head
    assert body.endswith(".")
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Permissions-Policy", "Cache-Control"):
        assert f"\r\n{name}: " in head
