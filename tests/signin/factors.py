"""What tests of second factors share: people with a password, apps that show codes, and the two steps."""

from contextlib import contextmanager
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from webtest import TestResponse

from tests.pages import Visitor
from tracker.accounts import service
from tracker.accounts.actors import actor_for
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import db, now
from tracker.core.mail import Mail
from tracker.core.permissions import OPERATOR
from tracker.signin import codes, second_factor

PASSWORD = "four plain words together"
_STEP = timedelta(seconds=30)


def somebody(email: str = "judge@example.org", *roles: str, password: str | None = PASSWORD) -> Person:
    return service.add_person(OPERATOR, email, "Judge", roles or ["reader"], password=password)


@contextmanager
def later(**time: int):
    """The clock moved on."""
    with clock.at(now() + timedelta(**time)):
        yield


def shown(person: Person) -> str:
    """What the person's app shows now."""
    return codes.factory().generate_totp_password(person.tf_totp_secret)


def with_app(person: Person) -> list[str]:
    """Set up an app some time ago, so that the code of now is unused; gives the recovery codes."""
    secret = codes.factory().generate_totp_secret()
    with clock.at(now() - timedelta(hours=1)):
        return second_factor.set_up_app(
            actor_for(person), secret, codes.factory().generate_totp_password(secret)
        )


def give_password(visitor: Visitor, email: str = "judge@example.org", next: str = "") -> TestResponse:
    """The first step; gives the page that follows."""
    form = visitor.get("/login" + (f"?next={next}" if next else "")).forms["sign-in"]
    form["email"], form["password"] = email, PASSWORD
    return visitor.submit(form)


def give_code(page: TestResponse, code: str) -> TestResponse:
    """The second step by the app; the answer as it is."""
    form = page.forms["code-form"]
    form["code"] = code
    return form.submit(status="*")


def give_recovery_code(page: TestResponse, code: str) -> TestResponse:
    form = page.forms["recovery-form"]
    form["recovery_code"] = code
    return form.submit(status="*")


def is_in(visitor: Visitor) -> bool:
    return visitor.browser.get("/workshops/", status="*").status_int == 200


def mails_to(person: Person) -> list[str]:
    """Subjects of the mails to the person, oldest first."""
    query = select(Mail.subject).where(Mail.to_address == person.email).order_by(Mail.id)
    return list(db.session.scalars(query))


def at_another(app: Flask, cookie: str) -> Visitor:
    """Another browser that brings a copied cookie."""
    visitor = Visitor(app)
    visitor.browser.set_cookie("tracker", cookie)
    return visitor
