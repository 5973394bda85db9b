"""Ending what lets people in: sessions and links of the time before must not come back to life."""

import uuid

from sqlalchemy import select, update

from tracker.accounts.models import OneTimeLink, Person
from tracker.core import audit
from tracker.core.db import now, unit_of_work
from tracker.core.permissions import Actor, Permission, require


def end_everything(actor: Actor) -> None:
    """End every session and use up every one-time link; raises Denied when the actor may not."""
    require(actor, Permission.PERSON_MANAGE)
    with unit_of_work() as session:
        for person in session.scalars(select(Person)):
            person.fs_uniquifier = uuid.uuid4().hex
        session.execute(update(OneTimeLink).where(OneTimeLink.used_at.is_(None)).values(used_at=now()))
        audit.record(actor, "end-everything", "person", None)
