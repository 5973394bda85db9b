"""What people and parties do at workshops, as the accounts room asks for it (`accounts.duties.Keeper`)."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, select

from tracker.accounts.duties import Bereft
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.permissions import Actor
from tracker.workshops import queries
from tracker.workshops.models import Workshop, workshop_host, workshop_participant, workshop_rapporteur


def _visible(actor: Actor, clause: ColumnElement[bool]) -> list[Workshop]:
    query = select(Workshop).where(queries.visible_to(actor), clause)
    return list(db.session.scalars(queries.newest_first(query)))


def reported_by(actor: Actor, person_id: int) -> Sequence[Workshop]:
    """The workshops of which the person is a rapporteur and which the actor may see, newest first."""
    return _visible(actor, Workshop.id.in_(queries.reported_by([person_id])))


def bereft_without(actor: Actor, person_id: int) -> Bereft:
    """The workshops that have no other rapporteur whose account is open.

    Of those that the actor may not see only the number is told, so that somebody can be asked to see to them.
    """
    others = (
        select(workshop_rapporteur.c.workshop_id)
        .join(Person, Person.id == workshop_rapporteur.c.person_id)
        .where(Person.active, Person.id != person_id)
    )
    alone = and_(Workshop.id.in_(queries.reported_by([person_id])), Workshop.id.not_in(others))
    seen = _visible(actor, alone)
    total = db.session.scalar(select(func.count()).select_from(Workshop).where(alone)) or 0
    return Bereft(seen, total - len(seen))


def counts_of_parties(actor: Actor, party_ids: Iterable[int]) -> Mapping[int, int]:
    """At how many workshops that the actor may see each party took part; parties without any left out."""
    ids = list(party_ids)
    took_part = (
        select(workshop_host.c.workshop_id, workshop_host.c.party_id)
        .union(select(workshop_participant.c.workshop_id, workshop_participant.c.party_id))
        .subquery()
    )
    query = (
        select(took_part.c.party_id, func.count())
        .join(Workshop, Workshop.id == took_part.c.workshop_id)
        .where(took_part.c.party_id.in_(ids), queries.visible_to(actor))
        .group_by(took_part.c.party_id)
    )
    return dict(db.session.execute(query).tuples().all())


def attended_by(actor: Actor, party_id: int) -> Sequence[Workshop]:
    """The workshops at which the party took part and which the actor may see, newest first."""
    return _visible(actor, Workshop.id.in_(queries.attended_by([party_id])))
