"""Opening a marked record without the right to read it, for a stated emergency.

The owner is told at once, and so is everybody later: it is in the audit log and on the record's own history.
"""

from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from tracker.accounts.models import EmergencyOpening, Person
from tracker.accounts.queries import people_with_role
from tracker.core import audit, mail
from tracker.core.addresses import public_address
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.history import ACCESS
from tracker.core.permissions import Actor, Permission, require
from tracker.core.vocabulary import RoleName
from tracker.outcomes import rules as outcome_rules
from tracker.outcomes.models import Outcome
from tracker.workshops import rules as workshop_rules
from tracker.workshops.models import Workshop

#: Fewest characters of a reason; less says nothing.
SHORTEST_REASON = 20


def open_record(actor: Actor, name: str, reason: str) -> Outcome | Workshop:
    """Open the outcome with this reference, or the workshop with this code, to the actor for a while.

    Reading only: nothing can be changed that could not be changed before. Raises Denied, and InvalidInput
    naming the field.
    """
    require(actor, Permission.EMERGENCY_OPEN)
    with unit_of_work() as session:
        record = _find(name)
        if actor.id is None:
            raise InvalidInput(_("The operator reads every record already."), "name")
        if len(reason.strip()) < SHORTEST_REASON:
            raise InvalidInput(
                _("Say what the emergency is, in at least %(count)s characters.", count=SHORTEST_REASON),
                "reason",
            )
        kind = "outcome" if isinstance(record, Outcome) else "workshop"
        until = now() + timedelta(minutes=current_app.config["TRACKER_EMERGENCY_MINUTES"])
        # A second opening takes the place of the first, so that what the owner is told is what holds.
        for earlier in _alive(kind, record.id, actor.id):
            earlier.expires_at = now()
        session.add(
            EmergencyOpening(
                person_id=actor.id,
                record_kind=kind,
                record_id=record.id,
                reason=reason.strip(),
                expires_at=until,
            )
        )
        rules = outcome_rules if isinstance(record, Outcome) else workshop_rules
        # The reason may tell of the record, so that it is open to those only who can read that now.
        after = {
            "reason": reason.strip(),
            "until": until.isoformat(),
            ACCESS: sorted(rules.access_ways(record)),
        }
        audit.record(actor, "emergency-opening", kind, record.id, after=after)
        for owner in _owners(record):
            if owner.id != actor.id:
                mail.enqueue(
                    owner.email,
                    str(owner.language or current_app.config["TRACKER_DEFAULT_LANGUAGE"]),
                    "oversight/mail_emergency.txt",
                    handling=record.handling,
                    name=_name(record),
                    who=actor.name,
                    minutes=current_app.config["TRACKER_EMERGENCY_MINUTES"],
                    reason=reason.strip(),
                    address=_address(record),
                )
    return record


def end_opening(actor: Actor, opening_id: int) -> None:
    """End an opening of one's own before its time; raises Denied, NotFound when there is none to end."""
    require(actor, Permission.EMERGENCY_OPEN)
    with unit_of_work() as session:
        opening = session.get(EmergencyOpening, opening_id)
        if opening is None or opening.person_id != actor.id or opening.expires_at <= now():
            raise NotFound(_("There is no such opening of yours, or it has ended."))
        opening.expires_at = now()
        audit.record(actor, "emergency-ended", opening.record_kind, opening.record_id)


def _alive(kind: str, record_id: int, person_id: int | None = None) -> list[EmergencyOpening]:
    """The openings of a record that hold now, of everybody or of one person."""
    query = select(EmergencyOpening).where(
        EmergencyOpening.record_kind == kind,
        EmergencyOpening.record_id == record_id,
        EmergencyOpening.expires_at > now(),
    )
    if person_id is not None:
        query = query.where(EmergencyOpening.person_id == person_id)
    return list(db.session.scalars(query.options(joinedload(EmergencyOpening.person))))


def openings_of(record: Outcome | Workshop) -> list[EmergencyOpening]:
    """Who holds the record open in an emergency now."""
    return _alive("outcome" if isinstance(record, Outcome) else "workshop", record.id)


def _find(name: str) -> Outcome | Workshop:
    wanted = name.strip()
    outcome = db.session.scalar(select(Outcome).where(Outcome.ref == wanted.upper()))
    if outcome is not None:
        return outcome
    workshop = db.session.scalar(select(Workshop).where(func.lower(Workshop.code) == wanted.lower()))
    if workshop is None:
        message = _(
            "There is no outcome and no workshop “%(name)s”. Copy the reference exactly.", name=wanted
        )
        raise InvalidInput(message, "name")
    return workshop


def _name(record: Outcome | Workshop) -> str:
    return record.ref if isinstance(record, Outcome) else record.code


def _address(record: Outcome | Workshop) -> str:
    if isinstance(record, Outcome):
        return public_address("outcomes.history", ref=record.ref)
    return public_address("workshops.history", code=record.code)


def _owners(record: Outcome | Workshop) -> list[Person]:
    """Whom the record belongs to: who wrote it and the workshop's rapporteurs; without any, coordinators."""
    workshop = record.workshop if isinstance(record, Outcome) else record
    author_id = record.author_id if isinstance(record, Outcome) else record.created_by_id
    author = db.session.get(Person, author_id) if author_id is not None else None
    people = [author] if author is not None else []
    people += workshop.rapporteurs if workshop is not None else []
    owners = [person for person in dict.fromkeys(people) if person.active]
    return owners or people_with_role(RoleName.COORDINATOR)


def recent(limit: int = 20) -> list[EmergencyOpening]:
    """The latest openings with who opened them, newest first."""
    query = select(EmergencyOpening).options(joinedload(EmergencyOpening.person))
    return list(db.session.scalars(query.order_by(EmergencyOpening.id.desc()).limit(limit)))


def names_of(openings: list[EmergencyOpening]) -> dict[int, str]:
    """Reference or code of the record of each opening, by the opening's number."""
    refs = _by_id(Outcome.ref, [o.record_id for o in openings if o.record_kind == "outcome"])
    codes = _by_id(Workshop.code, [o.record_id for o in openings if o.record_kind == "workshop"])
    return {
        o.id: (refs if o.record_kind == "outcome" else codes).get(o.record_id, str(o.record_id))
        for o in openings
    }


def _by_id(column: InstrumentedAttribute[str], ids: list[int]) -> dict[int, str]:
    model = column.class_
    rows = db.session.execute(select(model.id, column).where(model.id.in_(ids)))
    return dict(rows.tuples().all())
