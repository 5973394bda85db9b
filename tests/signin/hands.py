"""What the tests of signing in do over and over: sign in, replay a cookie, read the mail."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask import Flask
from webtest import TestResponse

from tests.pages import Visitor
from tracker.core.db import db

PASSWORD = "four random words here"
NEW = "another four random words"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"


def is_in(visitor: Visitor) -> bool:
    """Whether the visitor may open a page for which one must be signed in."""
    # A request of its own begins with what stands in the database now; one inside a test's context would not.
    db.session.rollback()
    return visitor.browser.get("/account", status="*").status_int == 200


def sign_in(
    visitor: Visitor, email: str = "judge@example.org", password: str = PASSWORD, query: str = ""
) -> TestResponse:
    """Send the sign-in form; gives the answer as it is."""
    form = visitor.get(f"/login{query}").forms["sign-in"]
    form["email"], form["password"] = email, password
    return form.submit(status="*")


def comes_from(visitor: Visitor, address: str, agent: str = FIREFOX) -> Visitor:
    """Let the visitor come from this network address, with this browser."""
    visitor.browser.extra_environ |= {"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent}
    return visitor


def replayed(visitor: Visitor, cookie: str) -> Visitor:
    """The visitor with nothing but this session's cookie."""
    visitor.browser.reset()
    visitor.browser.set_cookie("tracker", cookie)
    return visitor


def button(page: TestResponse, action: str) -> Any:
    """The form of the page whose address ends so."""
    return next(form for form in page.forms.values() if str(form.action).endswith(action))


def mails(app: Flask, to: str | None = None) -> list[EmailMessage]:
    """The mails that have left, oldest first; those to one address."""
    folder = Path(app.instance_path) / "mail"
    read = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]
    return [mail for mail in read if to is None or mail["To"] == to]


def body(mail: EmailMessage) -> str:
    """What the mail says."""
    return mail.get_content()


def link_in(mail: EmailMessage) -> str:
    """The path of the link in the mail."""
    line = next(line for line in body(mail).splitlines() if "://" in line)
    return "/" + line.split("://", 1)[1].split("/", 1)[1]
