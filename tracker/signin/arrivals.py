"""Coming in and leaving, as it is written down: the session's row, the audit log, and a mail to its owner.

Each function is one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update

from tracker.accounts import agents, endings, queries, sessions
from tracker.accounts.models import Person, PersonSession, SignInWay
from tracker.core import audit, mail
from tracker.core.db import db, now, unit_of_work
from tracker.core.hosts import absolute
from tracker.core.permissions import ANONYMOUS, Actor

#: How often a failed sign-in to one account is noted at most: more would only fill the log.
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Browser:
    """From where somebody signs in: network address, what it calls itself, whether it was there before."""

    address: str
    agent: str
    is_known: bool


def begin(person: Person, by: Sequence[str], browser: Browser, *, left: PersonSession | None = None) -> str:
    """Begin a session; gives the secret for the cookie.

    `by` is how the person proved who they are, the first proof (a `SignInWay`) and perhaps a second; `left`
    is the session that this browser had until now, which ends. Unless it is the first time, the owner is told
    by mail of a browser that was not there before.
    """
    with unit_of_work() as session:
        _row, secret = sessions.begin(person, by[0], browser.address, browser.agent)
        actor = Actor(id=person.id, name=person.name)
        second = {"second": by[1]} if len(by) > 1 else {}
        audit.record(actor, "sign-in", "person", person.id, after={"by": by[0]} | second)
        if left is not None:
            session.execute(update(PersonSession).where(PersonSession.id == left.id).values(ended_at=now()))
        if person.accepted_at is None:
            person.accepted_at = now()
        elif not browser.is_known and by[0] not in (SignInWay.INVITATION, SignInWay.SET_UP):
            tell(
                person,
                "signin/mail_new_browser.txt",
                at=now(),
                agent=browser.agent,
                address=browser.address,
            )
    return secret


def begin_anew(person: Person, by: str, browser: Browser) -> str:
    """End every session of the person and begin one in their place, in the current unit of work."""
    endings.end_sessions_of(person)
    return sessions.begin(person, by, browser.address, browser.agent)[1]


def end(actor: Actor, session_id: int) -> None:
    """End the session with which the actor came; others in other browsers go on."""
    with unit_of_work() as session:
        row = session.get(PersonSession, session_id)
        if row is not None and row.person_id == actor.id and row.ended_at is None:
            row.ended_at = now()
            audit.record(actor, "sign-out", "person", actor.id)


def note_failure(email: str, address: str) -> None:
    """Note that somebody failed to sign in to the account with this address, if there is one.

    At most once a minute for an account.
    """
    person = queries.find_by_email(email)
    if person is None:
        return
    with unit_of_work(announce=False):
        entry = audit.AuditEntry
        last = db.session.scalar(
            select(func.max(entry.at)).where(
                entry.record_kind == "person", entry.record_id == person.id, entry.act == "sign-in-failed"
            )
        )
        if last is None or now() - last >= _NOTED_EVERY:
            audit.record(ANONYMOUS, "sign-in-failed", "person", person.id, after={"address": address})


def tell(person: Person, template: str, *, to: str = "", **values: Any) -> None:
    """Mail the person, in the current unit of work, in their language; `to` is another address of theirs."""
    language = str(person.language or current_app.config["TRACKER_DEFAULT_LANGUAGE"])
    values |= {"person": person, "browser": agents.in_words, "forgotten": absolute("/sign-in/forgotten")}
    mail.enqueue(to or person.email, language, template, **values)
