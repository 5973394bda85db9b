"""A visitor who walks the pages as a browser without JavaScript would, and checks the HTML of each."""

from typing import Any

import html5lib
from flask import Flask, g, has_app_context
from webtest import TestApp, TestResponse

from tracker.accounts import service as accounts
from tracker.accounts.models import Person
from tracker.core.permissions import OPERATOR


def _forgetful(app: Flask) -> Any:
    """The application without what an earlier request left in the context that a test keeps open: who was
    asking.
    """

    def answer(environ: Any, start_response: Any) -> Any:
        if has_app_context():
            for name in list(g):
                g.pop(name)
        return app(environ, start_response)

    return answer


class Visitor:
    """Signed in as a person through a real one-time link, or the public; raises AssertionError on broken
    HTML.
    """

    def __init__(self, app: Flask, person: Person | None = None, language: str = "en") -> None:
        self.app = app
        self.browser = TestApp(_forgetful(app), extra_environ={"REMOTE_ADDR": "127.0.0.1"})
        self.browser.extra_environ["HTTP_ACCEPT_LANGUAGE"] = language
        if person is not None:
            token = accounts.issue_link(OPERATOR, person)
            page = self.get(f"/sign-in/{token}")
            page.forms["sign-in"].submit()

    def get(self, address: str, *, status: int | None = None, **options: Any) -> TestResponse:
        """Open a page, follow redirects, and check its HTML."""
        page = self.browser.get(address, status=status or "*", **options)
        while page.status_int in (301, 302, 303, 307, 308) and status is None:
            page = page.follow(status="*")
        if status is None:
            assert page.status_int == 200, f"{address}: {page.status}\n{page.text[:800]}"
        return check(page)

    def post(
        self, address: str, fields: dict[str, Any] | None = None, *, status: int | None = None
    ) -> TestResponse:
        """Send a form that no page offers, with a valid CSRF token; gives the answer as it is."""
        page = self.browser.get("/", status="*")
        if "csrf_token" not in page.text:
            page = self.browser.get("/login")
        token = page.html.find("input", {"name": "csrf_token"})["value"]
        return self.browser.post(address, {"csrf_token": token, **(fields or {})}, status=status or "*")

    def submit(self, form: Any, *arguments: Any, **options: Any) -> TestResponse:
        """Send a form of a page, follow the redirect, and check the HTML of what comes."""
        page = form.submit(*arguments, status="*", **options)
        while page.status_int in (301, 302, 303):
            page = page.follow(status="*")
        return check(page)


def check(page: TestResponse) -> TestResponse:
    """Pass the page on if its HTML parses strictly and names its language, direction and title."""
    if page.content_type == "text/html" and page.text:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(page.text)
        faults = [f for f in parser.errors if f[1] != "expected-doctype-but-got-chars"]
        lines = page.text.splitlines()
        assert not faults, [
            (code, lines[min(line, len(lines)) - 1].strip()[:160]) for (line, _), code, _d in faults[:5]
        ]
        root = page.html.find("html")
        assert root["lang"]
        assert root["dir"] in ("ltr", "rtl")
        assert page.html.title.text.strip()
        identifiers = [tag["id"] for tag in page.html.find_all(id=True)]
        doubles = {i for i in identifiers if identifiers.count(i) > 1}
        assert not doubles, f"the same id twice: {doubles}"
    return page
