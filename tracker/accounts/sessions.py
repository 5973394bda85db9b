"""Sessions in the database, to be listed and ended: the cookie holds a secret, the row its hash."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Connection, Select, bindparam, delete, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import contains_eager

from tracker.accounts.credentials import new_secret, secret_hash
from tracker.accounts.models import Person, PersonSession
from tracker.core import audit
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import NotFound
from tracker.core.permissions import Actor

#: How exactly it is known when a session was last used; writing at every request would be for nothing.
_EXACT_TO = timedelta(minutes=1)
#: For how long it is kept where and when somebody was signed in, after a session was last used.
_KEPT_FOR = timedelta(days=90)
#: How long noting it may wait for a lock, in milliseconds.
_PATIENCE = 50


def begin(person: Person, method: str, address: str, agent: str) -> tuple[PersonSession, str]:
    """Begin a session in the current unit of work; gives its row, and the secret for the cookie.

    What is known of the person's sessions of long ago is deleted: where somebody was is not kept for ever.
    """
    long_ago = (PersonSession.person_id == person.id, PersonSession.seen_at < now() - _KEPT_FOR)
    db.session.execute(delete(PersonSession).where(*long_ago))
    secret = new_secret()
    row = PersonSession(
        person_id=person.id,
        token_hash=secret_hash(secret),
        method=method[:20],
        address=address[:64],
        agent=agent[:300],
    )
    db.session.add(row)
    return row, secret


def _alive(query: Select[tuple[PersonSession]]) -> Select[tuple[PersonSession]]:
    return query.where(
        PersonSession.ended_at.is_(None),
        PersonSession.seen_at > bindparam("seen_after"),
        PersonSession.began_at > bindparam("began_after"),
    )


def _earliest(moment: datetime) -> dict[str, datetime]:
    """Since when a living session was seen and began, as `_alive` takes it."""
    config = current_app.config
    return {
        "seen_after": moment - timedelta(minutes=config["TRACKER_SESSION_IDLE_MINUTES"]),
        "began_after": moment - timedelta(hours=config["TRACKER_SESSION_HOURS"]),
    }


def find(secret: str) -> PersonSession | None:
    """The session with this secret and its active person, roles and parties included; None when it ended."""
    values = {"hash": secret_hash(secret), **_earliest(now())}
    return db.session.scalars(_by_secret(), values).unique().one_or_none()


@cache
def _by_secret() -> Select[tuple[PersonSession]]:
    # Every request asks this, and to write it down takes longer than to have it answered.
    query = (
        select(PersonSession)
        .join(PersonSession.person)
        .where(PersonSession.token_hash == bindparam("hash"), Person.active)
        .options(
            contains_eager(PersonSession.person).joinedload(Person.roles),
            contains_eager(PersonSession.person).joinedload(Person.parties),
        )
    )
    return _alive(query)


def touch(row: PersonSession) -> None:
    """Note that the session is in use, at most once a minute.

    On a connection of its own, which waits for nobody: reading goes on while an import holds the lock, and
    the next request notes it.
    """
    moment = now()
    if moment - row.seen_at < _EXACT_TO:
        return
    seen = update(PersonSession).where(PersonSession.id == row.id).values(seen_at=moment)
    with suppress(OperationalError), db.engine.connect() as connection, _impatient(connection):
        connection.execute(seen)
        connection.commit()


@contextmanager
def _impatient(connection: Connection) -> Iterator[None]:
    """Let SQLite give up soon when somebody else holds the lock; other databases lock single rows."""
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE}")
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"PRAGMA busy_timeout={usual}")


def of_person(person_id: int | None) -> list[PersonSession]:
    """The person's sessions that have not ended, the last used first."""
    query = select(PersonSession).where(PersonSession.person_id == person_id)
    living = _alive(query).order_by(PersonSession.seen_at.desc())
    return list(db.session.scalars(living, _earliest(now())))


def end_one(actor: Actor, session_id: int) -> None:
    """End one of one's own sessions; raises NotFound for any other."""
    with unit_of_work() as session:
        row = session.get(PersonSession, session_id)
        if row is None or actor.id is None or row.person_id != actor.id:
            raise NotFound(_("There is no such session."))
        if row.ended_at is None:
            row.ended_at = now()
            audit.record(actor, "session-ended", "person", row.person_id, before={"agent": row.agent})


def end_all_of(person: Person, *, but: int | None = None) -> int:
    """End the person's sessions in the current unit of work, but for one; gives back how many there were."""
    query = (
        update(PersonSession)
        .where(PersonSession.person_id == person.id, PersonSession.ended_at.is_(None))
        .values(ended_at=now())
    )
    if but is not None:
        query = query.where(PersonSession.id != but)
    return db.session.execute(query).rowcount  # type: ignore[attr-defined, no-any-return]
