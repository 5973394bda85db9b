"""Sessions in the database, to be listed and ended: the cookie holds a secret, the row its hash."""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select, update
from sqlalchemy.orm import contains_eager

from tracker.accounts.credentials import new_secret, secret_hash
from tracker.accounts.models import Person, PersonSession
from tracker.core import audit
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import NotFound
from tracker.core.permissions import Actor

#: How exactly it is known when a session was last used; writing at every request would be for nothing.
_EXACT_TO = timedelta(minutes=1)


def begin(person: Person, method: str, address: str, agent: str) -> tuple[PersonSession, str]:
    """Begin a session in the current unit of work; gives its row, and the secret for the cookie."""
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


def _alive(query: Select[tuple[PersonSession]], moment: datetime) -> Select[tuple[PersonSession]]:
    config = current_app.config
    return query.where(
        PersonSession.ended_at.is_(None),
        PersonSession.seen_at > moment - timedelta(minutes=config["TRACKER_SESSION_IDLE_MINUTES"]),
        PersonSession.began_at > moment - timedelta(hours=config["TRACKER_SESSION_HOURS"]),
    )


def find(secret: str) -> PersonSession | None:
    """The session with this secret and its active person, roles and parties included; None when it ended."""
    query = (
        select(PersonSession)
        .join(PersonSession.person)
        .where(PersonSession.token_hash == secret_hash(secret), Person.active)
        .options(
            contains_eager(PersonSession.person).joinedload(Person.roles),
            contains_eager(PersonSession.person).joinedload(Person.parties),
        )
    )
    return db.session.scalars(_alive(query, now())).unique().one_or_none()


def touch(row: PersonSession) -> None:
    """Note that the session is in use; at most once a minute, and without waking anybody."""
    moment = now()
    if moment - row.seen_at < _EXACT_TO:
        return
    with unit_of_work(announce=False) as session:
        session.execute(update(PersonSession).where(PersonSession.id == row.id).values(seen_at=moment))


def of_person(person_id: int | None) -> list[PersonSession]:
    """The person's sessions that have not ended, the last used first."""
    query = select(PersonSession).where(PersonSession.person_id == person_id)
    return list(db.session.scalars(_alive(query, now()).order_by(PersonSession.seen_at.desc())))


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
