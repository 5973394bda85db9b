"""Reading follow-up: every function answers only with what the actor may see."""

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.accounts.models import Party
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.files import StoredFile
from tracker.core.permissions import Actor
from tracker.followup.desk import Awaiting, awaiting
from tracker.followup.history import Line, Meanwhile, evidence_visible, history, since, visible_updates
from tracker.followup.listing import (
    NOT_STATED,
    Counts,
    Filters,
    Order,
    Row,
    Show,
    counts,
    last_updates,
    list_adoptions,
    list_page,
)
from tracker.followup.models import Adoption, Assessment, Commitment, Evidence, Update
from tracker.followup.signs import Sign, due_soon_clause, open_clause, overdue_clause, signs, stale_clause
from tracker.outcomes.models import Outcome
from tracker.outcomes.queries import openable_by

__all__ = [
    "NOT_STATED",
    "Awaiting",
    "Counts",
    "Filters",
    "Line",
    "Meanwhile",
    "Order",
    "Row",
    "Show",
    "Sign",
    "adoption",
    "awaiting",
    "commitment",
    "counts",
    "due_soon_clause",
    "evidence_file",
    "history",
    "last_updates",
    "list_adoptions",
    "list_page",
    "open_clause",
    "overdue_clause",
    "signs",
    "since",
    "stale_clause",
    "visible_updates",
]


def _named(ref: str, party_code: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The outcome with this reference and the party with this code, in whatever case they were typed."""
    return Outcome.ref == ref.strip().upper(), func.lower(Party.code) == party_code.strip().lower()


def commitment(actor: Actor, ref: str, party_code: str) -> Commitment:
    """The commitment of a party to a recommendation, with all that its page shows; raises NotFound."""
    query = (
        select(Commitment)
        .join(Commitment.outcome)
        .join(Commitment.party)
        .where(*_named(ref, party_code), openable_by(actor))
        .options(
            joinedload(Commitment.outcome),
            joinedload(Commitment.party),
            selectinload(Commitment.updates).joinedload(Update.author),
            selectinload(Commitment.updates).selectinload(Update.evidence).joinedload(Evidence.file),
            selectinload(Commitment.assessments).joinedload(Assessment.author),
        )
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("%(ref)s does not address this party, or it is not open to you.", ref=ref))
    return found


def adoption(actor: Actor, ref: str, party_code: str) -> Adoption:
    """The adoption of a practice by a party, with all that its page shows; raises NotFound."""
    query = (
        select(Adoption)
        .join(Adoption.outcome)
        .join(Adoption.party)
        .where(*_named(ref, party_code), openable_by(actor))
        .options(
            joinedload(Adoption.outcome),
            joinedload(Adoption.party),
            selectinload(Adoption.updates).joinedload(Update.author),
            selectinload(Adoption.updates).selectinload(Update.evidence).joinedload(Evidence.file),
        )
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("This party has not taken up %(ref)s, or it is not open to you.", ref=ref))
    return found


def evidence_file(actor: Actor, token: str) -> StoredFile:
    """The file with this token, of evidence that the actor may read; raises NotFound for any other."""
    query = select(Evidence).join(Evidence.file).where(StoredFile.token == token)
    found = db.session.scalar(query.options(contains_eager(Evidence.file), joinedload(Evidence.update)))
    if found is None or found.file is None or not evidence_visible(actor, found):
        raise NotFound(_("There is no such evidence, or it is not open to you."))
    return found.file
