"""Ending what lets people in: sessions and links of the time before must not come back to life."""

from sqlalchemy import select, update

from tracker.accounts import sessions
from tracker.accounts.credentials import new_uniquifier
from tracker.accounts.models import OneTimeLink, Person
from tracker.core import audit
from tracker.core.db import db, now, unit_of_work
from tracker.core.permissions import Actor, Permission, require


def end_sessions_of(person: Person, *, but: int | None = None) -> int:
    """End the person's sessions in the current unit of work, but for one; gives back how many there were.

    What a session is recognised by changes too, so that a copied cookie opens nothing whatever it holds.
    """
    person.fs_uniquifier = new_uniquifier()
    return sessions.end_all_of(person, but=but)


def void_links_of(person: Person) -> None:
    """Use up the person's open one-time links in the current unit of work."""
    open_links = (OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None))
    db.session.execute(update(OneTimeLink).where(*open_links).values(used_at=now()))


def end_everything(actor: Actor) -> None:
    """End every session and use up every one-time link; raises Denied when the actor may not."""
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work() as session:
        for person in session.scalars(select(Person)):
            end_sessions_of(person)
        session.execute(update(OneTimeLink).where(OneTimeLink.used_at.is_(None)).values(used_at=now()))
        audit.record(actor, "end-everything", "person", None)
