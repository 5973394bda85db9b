"""Passkeys in a real browser, with its own authenticator in software."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.server import Server, copy_instance, tracker

pytestmark = pytest.mark.browser

PASSWORD = "four plain words together"
EMAIL = "judge@example.org"


@pytest.fixture(scope="module")
def site(template_instance, tmp_path_factory) -> Iterator[Server]:
    """A server under a name: browsers make passkeys for localhost, not for an address in numbers."""
    server = Server(copy_instance(template_instance, tmp_path_factory.mktemp("passkeys") / "instance"))
    server.base = f"http://localhost:{server.port}"
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page(browser, site) -> Iterator[Page]:
    """A page of a browser that holds an authenticator which checks its owner."""
    context = browser.new_context(base_url=site.base)
    page = context.new_page()
    page.set_default_timeout(15_000)
    chromium = context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    chromium.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield page
    context.close()


def make_person(site: Server, email: str) -> str:
    """Somebody new; gives a link that signs them in."""
    tracker(site.instance, "user", "add", email, "--role", "reader", TRACKER_BASE_URL=site.base)
    return tracker(site.instance, "user", "link", email, TRACKER_BASE_URL=site.base).stdout.split()[-1]


def sign_out(page: Page) -> None:
    page.goto("/account")
    page.locator("form[action='/logout'] button").last.click()


def add_passkey(page: Page, name: str) -> None:
    page.goto("/account/passkeys/add")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")


def test_a_passkey_is_added_signs_in_alone_and_is_removed(page, site):
    page.goto(make_person(site, EMAIL))
    page.locator("form#sign-in button").click()
    add_passkey(page, "This laptop")
    expect(page.locator("#codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them safe").click()
    expect(page.get_by_role("rowheader", name="This laptop")).to_be_visible()
    sign_out(page)
    page.goto("/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(site.base + "/")
    page.goto("/account")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("section[aria-labelledby=passkeys-title]").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("rowheader", name="This laptop")).to_have_count(0)


def test_a_browser_without_a_fitting_passkey_says_so_and_the_password_stays(page, site):
    page.goto("/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-message]")).to_have_text(
        "That did not work, or was called off. Try again, or use another way."
    )
    expect(page.locator("form#sign-in")).to_be_visible()


def test_without_script_the_sign_in_page_shows_the_password_alone(browser, site):
    context = browser.new_context(base_url=site.base, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    expect(page.locator("form#sign-in")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    context.close()


def test_older_browsers_are_helped_with_the_json_form(page, site):
    page.add_init_script(
        "delete PublicKeyCredential.parseCreationOptionsFromJSON;"
        "delete PublicKeyCredential.parseRequestOptionsFromJSON;"
        "delete PublicKeyCredential.prototype.toJSON;"
    )
    page.goto(make_person(site, "older@example.org"))
    page.locator("form#sign-in button").click()
    add_passkey(page, "Old laptop")
    sign_out(page)
    page.goto("/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(site.base + "/")


def test_the_pages_break_no_rule_of_the_content_policy(page, site):
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    page.goto(make_person(site, "policy@example.org"))
    page.locator("form#sign-in button").click()
    for address in ("/account", "/account/app", "/account/passkeys/add", "/account/second-factor"):
        page.goto(address)
    assert broken == []
