"""A real browser on a real server with the demonstration loaded."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.server import Server, copy_instance, tracker

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; skips without one, fails where one is required."""
    if CHROMIUM is None:
        if os.environ.get("TRACKER_NEEDS_BROWSER"):
            pytest.fail("no Chromium found, and TRACKER_NEEDS_BROWSER is set")
        pytest.skip("no Chromium found: the browser journeys are skipped (install the package chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def site(template_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demonstration."""
    server = Server(copy_instance(template_instance, tmp_path_factory.mktemp("site") / "instance"))
    tracker(server.instance, "demo")
    server.start()
    yield server
    server.stop()


Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, site: Server) -> Iterator[Enter]:
    """Call it with an e-mail address to get a page that is signed in; the context's options may follow."""
    contexts: list[BrowserContext] = []

    def open_door(email: str | None = None, **options: object) -> Page:
        context = browser.new_context(base_url=site.base, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        if email:
            link = tracker(site.instance, "user", "link", email, TRACKER_BASE_URL=site.base).stdout.split()[
                -1
            ]
            page.goto(link)
            page.locator("form#sign-in button").click()
        return page

    yield open_door
    for context in contexts:
        context.close()
