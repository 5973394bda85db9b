"""Under which names Tracker answers, and where whole addresses begin."""

import json

import pytest
from flask import url_for

from tests.conftest import SETTINGS
from tracker.app import create_app
from tracker.core.hosts import absolute, is_ours

NAMES = ("tracker.example.org", "localhost", ".example.net")


@pytest.mark.parametrize(
    "host",
    [
        "tracker.example.org",
        "TRACKER.example.org:8443",
        "localhost:5000",
        "a.example.net",
        "127.0.0.1:5000",
        "192.168.1.20:5000",
        "[::1]:5000",
        "[fe80::1]",
    ],
)
def test_own_names_and_numbers_are_ours(host):
    assert is_ours(host, NAMES)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "tracker.example.org.evil.example",
        "eviltracker.example.org",
        "tracker.example.org@evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "2130706433.evil.example",
        "[::1].evil.example",
        "",
        "a b",
        ":80",
        "[",
    ],
)
def test_other_names_are_not(host):
    assert not is_ours(host, NAMES)


@pytest.fixture
def named(instance):
    """The application under a name, with another one allowed."""
    settings = {
        **SETTINGS,
        "TRACKER_BASE_URL": "https://tracker.example.org:8443/",
        "TRACKER_HOSTS": "intranet.example.org, .example.net",
    }
    return create_app(settings, instance=str(instance))


@pytest.mark.parametrize("host", ["tracker.example.org", "intranet.example.org", "a.example.net", "10.0.0.5"])
def test_a_request_under_an_allowed_name_is_answered(named, host):
    assert named.test_client().get("/login", headers={"Host": host}).status_code == 200


def test_a_request_under_another_name_is_refused_with_advice(named):
    answer = named.test_client().get("/login", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "TRACKER_HOSTS" in answer.text
    assert "evil.example" not in answer.text
    api = named.test_client().get("/api/v1/search", headers={"Host": "evil.example"})
    assert "TRACKER_HOSTS" in api.json["error"]


def test_a_forwarded_name_counts_only_behind_a_trusted_proxy(instance):
    headers = {"Host": "localhost", "X-Forwarded-Host": "evil.example"}
    alone = create_app(SETTINGS, instance=str(instance))
    assert alone.test_client().get("/login", headers=headers).status_code == 200
    behind = create_app({**SETTINGS, "TRACKER_TRUSTED_PROXIES": 1}, instance=str(instance))
    assert behind.test_client().get("/login", headers=headers).status_code == 400


def test_whole_addresses_begin_with_the_base_whoever_asks(named):
    with named.test_request_context("/", headers={"Host": "10.0.0.5"}):
        assert url_for("reports.home", _external=True) == "https://tracker.example.org:8443/"
    with named.app_context():
        assert url_for("core.healthz") == "https://tracker.example.org:8443/healthz"
        assert absolute("/healthz") == "https://tracker.example.org:8443/healthz"
        assert absolute() == "https://tracker.example.org:8443/"


def test_a_missing_slash_leads_on_without_leaving_the_host(named):
    answer = named.test_client().get("/workshops?year=2024", headers={"Host": "10.0.0.5"})
    assert (answer.status_code, answer.location) == (308, "/workshops/?year=2024")


def test_two_slashes_do_not_lead_elsewhere(named):
    for path in ("//evil.example/workshops", "//workshops", "///workshops"):
        answer = named.test_client().get("/", environ_overrides={"PATH_INFO": path})
        assert answer.status_code in (404, 308)
        assert answer.headers.get("Location", "/workshops").startswith("/workshops")


@pytest.mark.parametrize(
    "address", ["tracker.example.org", "ftp://x.org", "https://", "http://[", "http://x:a"]
)
def test_a_base_address_that_is_none_is_named(instance, address):
    with pytest.raises(ValueError, match="TRACKER_BASE_URL"):
        create_app({**SETTINGS, "TRACKER_BASE_URL": address}, instance=str(instance))


def test_the_address_of_who_asks_is_believed_from_trusted_proxies_only(instance, capsys):
    forged = {"X-Forwarded-For": "6.6.6.6, 10.0.0.9", "Host": "localhost"}
    for hops, address in ((0, "127.0.0.1"), (1, "10.0.0.9")):
        app = create_app({**SETTINGS, "TRACKER_TRUSTED_PROXIES": hops}, instance=str(instance))
        app.test_client().post("/language", headers=forged)
        assert json.loads(capsys.readouterr().out)["from"] == address
