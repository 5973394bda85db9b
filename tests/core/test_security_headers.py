"""Headers that every answer carries, whatever it is."""

import pytest

from tests.conftest import SETTINGS
from tests.pages import Visitor
from tracker.app import create_app
from tracker.core.headers import DENIED_FEATURES

#: What is asked, and the status that answers.
EVERY_KIND = {
    "page": ("/login", 200),
    "redirect": ("/", 302),
    "router's redirect": ("/workshops", 308),
    "not found": ("/nowhere", 404),
    "static": ("/static/css/tokens.css", 200),
    "static not found": ("/static/nothing.css", 404),
    "json": ("/healthz", 200),
    "json not found": ("/api/v1/nothing", 404),
    "json refused": ("/api/v1/search", 403),
    "text": ("/robots.txt", 200),
    "too long": ("/search?q=" + "x" * 9000, 414),
}


@pytest.mark.parametrize(("address", "status"), EVERY_KIND.values(), ids=EVERY_KIND)
def test_every_kind_of_answer_carries_the_headers(visit, address, status):
    carries_all(visit().browser.get(address, status=status))


def carries_all(answer) -> None:
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert not any(character.isdigit() for character in answer.headers.get("Server", ""))


def test_methods_that_are_refused_and_errors_carry_them_too(app, visit, make):
    def broken():
        raise RuntimeError

    app.add_url_rule("/broken", "broken", broken)
    broken.tracker_classification = "public"
    carries_all(visit().browser.get("/broken", status=500))
    carries_all(visit().browser.put("/login", status=405))
    carries_all(visit().browser.post("/language", {}, status=400))
    app.config["MAX_CONTENT_LENGTH"] = 10
    carries_all(visit(None).browser.post("/login", {"email": "x" * 100}, status=413))


def test_a_page_may_load_nothing_but_our_own_files_and_reports_what_was_stopped(visit):
    policy = visit().get("/login").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "report-uri /csp-report" in policy
    assert "http" not in policy
    assert "upgrade-insecure-requests" not in policy


def test_data_can_neither_run_nor_load_anything(visit, make):
    visitor = visit(make.person("coordinator"))
    for address in ("/healthz", "/reports/export.csv", "/api/v1/nothing"):
        policy = visitor.browser.get(address, status="*").headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert policy.endswith("sandbox")


def test_what_depends_on_the_person_is_kept_by_nobody(visit, make):
    visitor = visit(make.person("coordinator"))
    for address in (
        "/",
        "/search?q=x",
        "/workshops/",
        "/reports/export.csv",
        "/nowhere",
        "/static/nothing.css",
    ):
        answer = visitor.browser.get(address, status="*")
        assert answer.headers["Cache-Control"] == "private, no-store", address
        assert "Cookie" in answer.headers["Vary"], address
    answer = visitor.browser.get("/api/v1/search", status="*")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer.headers["Vary"]


def test_what_is_the_same_for_all_may_be_kept(visit):
    page = visit().get("/login")
    sheet = page.html.find("link", {"rel": "stylesheet"})["href"]
    assert "immutable" in visit().browser.get(sheet).headers["Cache-Control"]
    assert "no-store" not in visit().browser.get("/robots.txt").headers.get("Cache-Control", "")


def test_no_feature_is_denied_twice_and_passkeys_stay():
    assert len(set(DENIED_FEATURES)) == len(DENIED_FEATURES)
    assert "publickey-credentials-get" not in DENIED_FEATURES


def test_behind_tls_browsers_are_told_to_stay_there(instance):
    app = create_app({**SETTINGS, "TRACKER_SECURE_COOKIES": True}, instance=str(instance))
    answer = app.test_client().get("/login", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["Content-Security-Policy"].endswith("upgrade-insecure-requests")
    assert "Strict-Transport-Security" in app.test_client().get("/nowhere").headers
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-tracker=")
    for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_without_tls_they_are_not(visit):
    answer = visit().browser.get("/login")
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["Set-Cookie"].startswith("tracker=")


def test_a_provider_may_be_where_signing_in_leads(instance):
    app = create_app(
        {**SETTINGS, "TRACKER_OIDC_ISSUER": "https://id.example.org/realm"}, instance=str(instance)
    )
    with app.app_context():
        policy = Visitor(app).get("/login").headers["Content-Security-Policy"]
    assert "form-action 'self' https://id.example.org;" in policy


def test_signing_out_clears_what_the_browser_kept(visit, make):
    visitor = visit(make.person())
    assert visitor.post("/logout").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in visitor.browser.get("/login").headers


def test_every_text_says_in_which_encoding_it_is(visit, make):
    visitor = visit(make.person("coordinator"))
    for address in ("/", "/nowhere", "/robots.txt", "/reports/export.csv", "/static/css/tokens.css"):
        kind = visitor.browser.get(address, status="*").headers["Content-Type"]
        assert kind.startswith("text/"), address
        assert "charset=utf-8" in kind, address
    for address in ("/healthz", "/api/v1/nothing"):
        assert visitor.browser.get(address, status="*").headers["Content-Type"] == "application/json"


def test_no_folder_is_listed_and_nothing_beside_the_static_files_is_given_out(visit):
    for address in (
        "/static/",
        "/static/css",
        "/static/css/",
        "/static/../setup.cfg",
        "/.git/config",
        "/static/.git",
    ):
        assert visit().browser.get(address, status="*").status_int == 404, address


def test_the_cookie_is_signed_with_a_hash_that_is_still_approved(app):
    serializer = app.session_interface.get_signing_serializer(app)
    assert serializer.make_signer(serializer.salt).digest_method().name == "sha256"


def test_fields_for_passwords_hide_what_is_typed_and_let_password_managers_help(visit, make):
    seen = 0
    for visitor, address in ((visit(), "/login"), (visit(make.person()), "/account")):
        page = visitor.get(address)
        for field in page.html.find_all("input", {"name": lambda name: name and "password" in name}):
            assert field["type"] == "password", address
            assert field["autocomplete"] in ("current-password", "new-password"), address
            assert not field.has_attr("onpaste")
            seen += 1
    assert seen


def test_the_way_out_is_on_every_page(visit, make):
    visitor = visit(make.person("administrator"))
    for address in ("/", "/search", "/workshops/", "/account"):
        assert visitor.get(address).html.find("form", {"action": "/logout"}), address
