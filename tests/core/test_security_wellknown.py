"""Addresses that programs expect: security contact, robots, change of password, reports of violations."""

import json
from datetime import timedelta

import pytest

from tests.conftest import SETTINGS
from tracker.app import create_app
from tracker.core import clock, security


def fields(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_whom_to_tell_of_a_weakness_is_always_said(visit):
    answer = visit().browser.get("/.well-known/security.txt")
    said = fields(answer.text)
    assert answer.content_type == "text/plain"
    assert answer.charset.lower() == "utf-8"
    assert said["Contact"] == "http://127.0.0.1:5000/"
    assert said["Canonical"] == "http://127.0.0.1:5000/.well-known/security.txt"
    assert said["Preferred-Languages"] == "en, fr, es, ar"
    assert clock.now() + timedelta(days=100) < moment(said["Expires"]) < clock.now() + timedelta(days=365)


def moment(text: str):
    return clock.datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.mark.parametrize(
    ("setting", "contact"),
    [
        ("security@example.org", "mailto:security@example.org"),
        ("https://example.org/report", "https://example.org/report"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("tel:+34-1", "tel:+34-1"),
        ("a@example.org\nContact: evil", "mailto:a@example.orgContact:evil"),
    ],
)
def test_the_contact_is_the_one_that_was_set(instance, setting, contact):
    app = create_app({**SETTINGS, "TRACKER_SECURITY_CONTACT": setting}, instance=str(instance))
    assert fields(app.test_client().get("/.well-known/security.txt").text)["Contact"] == contact


def test_search_engines_stay_out_unless_the_public_reads(instance):
    closed = create_app(SETTINGS, instance=str(instance)).test_client().get("/robots.txt").text
    assert closed == "User-agent: *\nDisallow: /\n"
    app = create_app({**SETTINGS, "TRACKER_PUBLIC_READING": True}, instance=str(instance))
    public = app.test_client().get("/robots.txt").text
    assert "Disallow: /\n" not in public
    assert "Disallow: /search\n" in public


def test_password_managers_find_where_to_change_it(visit):
    assert visit().browser.get("/.well-known/change-password", status=302).location == "/account"


@pytest.fixture
def reporting(instance):
    """A client of an application that counts requests."""
    app = create_app({**SETTINGS, "RATELIMIT_ENABLED": True}, instance=str(instance))
    with app.app_context():
        security.limiter.reset()
        yield app.test_client()
        security.limiter.reset()


REPORT = {
    "csp-report": {
        "document-uri": "https://tracker.example.org/sign-in/a-secret-token?q=a-private-question",
        "referrer": "https://tracker.example.org/search?q=another-question",
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/steal.js?cookie=abc",
        "script-sample": "alert('typed')",
    }
}


def send(client, body, kind="application/csp-report"):
    # Browsers send no token with a report, and may send it without a word of where it comes from.
    return client.post(
        "/csp-report", data=body, headers={"Content-Type": kind, "Sec-Fetch-Site": "cross-site"}
    )


def test_what_the_policy_stopped_is_noted_in_one_line_without_what_is_secret(reporting, capsys):
    answer = send(reporting, json.dumps(REPORT))
    assert (answer.status_code, answer.data) == (204, b"")
    (line,) = capsys.readouterr().out.splitlines()
    noted = json.loads(line)
    assert noted["directive"] == "script-src-elem"
    assert noted["blocked"] == "https://evil.example"
    assert noted["page"] == "/sign-in"
    for secret in ("a-secret-token", "question", "cookie", "typed"):
        assert secret not in line


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"\xff",
        b'{"csp-report": 1}',
        b'{"csp-report": null}',
        b"[" * 10_000,
        b'{"csp-report": {"blocked-uri": "http://["}}',
    ],
)
def test_a_report_that_is_none_is_taken_without_a_word(reporting, capsys, body):
    assert send(reporting, body).status_code == 204
    assert capsys.readouterr().out == ""


def test_a_report_cannot_write_lines_of_its_own_into_the_log(reporting, capsys):
    odd = {
        "csp-report": {
            "blocked-uri": 'x\n{"event": "forged"}',
            "effective-directive": "a\nb",
            "document-uri": "/\n",
        }
    }
    assert send(reporting, json.dumps(odd)).status_code == 204
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_long_report_is_refused(reporting):
    assert send(reporting, b" " * 20_000).status_code == 413


def test_reports_cannot_flood_the_log(reporting, capsys):
    statuses = [send(reporting, json.dumps(REPORT)).status_code for _ in range(40)]
    assert statuses == [204] * 30 + [429] * 10
    assert capsys.readouterr().out.count("stopped something") == 30
