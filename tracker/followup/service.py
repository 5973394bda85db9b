"""The acts of follow-up: addressing, reporting, assessing, setting a due date. Each is one transaction."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import exists, or_, select
from sqlalchemy.orm.attributes import flag_modified

from tracker.accounts.models import Party
from tracker.core import audit, outbox
from tracker.core.clock import now
from tracker.core.db import db, unit_of_work
from tracker.core.errors import InvalidInput
from tracker.core.permissions import Actor, Permission, require
from tracker.followup import evidence
from tracker.followup.adoptions import report_adoption, take_up
from tracker.followup.data import AssessData, ReportData
from tracker.followup.models import Assessment, Commitment, Update
from tracker.followup.rules import State, after_assessment, after_report
from tracker.followup.subjects import check_published, check_texts, check_version, fresh, item_handling
from tracker.followup.visibility import item_visible, update_visible
from tracker.followup.vocabulary import Position
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Kind
from tracker.workshops.ways import by_label_alone

__all__ = ["assess", "on_addressees_changed", "report", "report_adoption", "set_due", "take_up"]


def on_addressees_changed(outcome: Outcome, *, actor: Actor, parties: Sequence[Party]) -> None:
    """Make the missing commitments and drop those that nobody has worked on, inside the running unit of work.

    Raises InvalidInput on "addressees" to drop a party that has reported or was assessed, and for a practice.
    """
    if outcome.kind is Kind.PRACTICE and parties:
        raise InvalidInput(
            _("A practice addresses nobody. Parties take it up on its own page."), "addressees"
        )
    wanted = {party.id: party for party in parties}
    dropped = [commitment for commitment in outcome.commitments if commitment.party.id not in wanted]
    kept = _with_history([commitment.id for commitment in dropped if commitment.id is not None])
    for commitment in dropped:
        if commitment.id in kept:
            raise InvalidInput(
                _(
                    "%(party)s stays an addressee: its follow-up has begun. A reviewer can close it instead.",
                    party=commitment.party.name,
                ),
                "addressees",
            )
    for commitment in dropped:
        outcome.commitments.remove(commitment)
    known = {commitment.party.id for commitment in outcome.commitments}
    for party in wanted.values():
        if party.id not in known:
            outcome.commitments.append(Commitment(party=party, position=Position.AWAITING_REPLY))


def _with_history(commitment_ids: list[int]) -> set[int]:
    if not commitment_ids:
        return set()
    reported = exists().where(Update.commitment_id == Commitment.id)
    assessed = exists().where(Assessment.commitment_id == Commitment.id)
    query = select(Commitment.id).where(Commitment.id.in_(commitment_ids), or_(reported, assessed))
    return set(db.session.scalars(query))


def report(actor: Actor, commitment: Commitment, data: ReportData) -> Update:
    """Append a focal point's claim, with its evidence, and bring the commitment to the state claimed.

    Raises NotFound, Denied (saying who may), InvalidInput, and EditConflict when somebody saved after
    `data.seen_version`.
    """
    with unit_of_work() as session:
        commitment = fresh(actor, commitment)
        require(actor, Permission.FOLLOWUP_REPORT, commitment)
        check_version(commitment, data.seen_version)
        check_published(commitment.outcome)
        before = State.of(commitment)
        after = after_report(
            before,
            position=data.position,
            implementation=data.implementation,
            text=data.text,
            reason=data.reason,
            evidence=bool(data.evidence),
        )
        check_texts(data.text, data.reason)
        handling = item_handling(data.handling, commitment.outcome)
        evidence.check(data.evidence)
        update = Update(
            commitment=commitment,
            author_id=actor.id,
            at=now(),
            position=data.position,
            implementation=data.implementation,
            text=data.text,
            reason=data.reason,
            language=data.language,
            handling=handling,
            evidence=evidence.take_in(data.evidence, handling),
        )
        session.add(update)
        session.flush()
        commitment.last_update_at = update.at
        _bring_to(actor, commitment, before, after, act="report", line={"update": update.id})
    return update


def assess(actor: Actor, commitment: Commitment, data: AssessData) -> Assessment:
    """Append a finding beside the latest claim that the reviewer may read, and bring the commitment to it.

    Raises NotFound, Denied (saying who may), InvalidInput, and EditConflict when somebody saved after
    `data.seen_version`.
    """
    with unit_of_work() as session:
        commitment = fresh(actor, commitment)
        require(actor, Permission.FOLLOWUP_ASSESS, commitment)
        check_version(commitment, data.seen_version)
        check_published(commitment.outcome)
        # A finding rests on what the reviewer reads by right, not on what was opened in an emergency.
        reader = by_label_alone(actor)
        claims = [update for update in commitment.updates if update_visible(reader, update)]
        before = State.of(commitment)
        after = after_assessment(
            before,
            finding=data.finding,
            implementation=data.implementation,
            reason=data.reason,
            evidence=any(_shows_evidence(reader, update) for update in claims),
        )
        check_texts(data.text, data.reason)
        assessment = Assessment(
            commitment=commitment,
            update=claims[-1] if claims else None,
            author_id=actor.id,
            at=now(),
            finding=data.finding,
            implementation=data.implementation,
            text=data.text,
            reason=data.reason,
            language=data.language,
            handling=item_handling(data.handling, commitment.outcome),
        )
        session.add(assessment)
        session.flush()
        _bring_to(actor, commitment, before, after, act="assess", line={"assessment": assessment.id})
    return assessment


def _shows_evidence(actor: Actor, update: Update) -> bool:
    commitment = update.commitment
    return commitment is not None and any(
        item_visible(actor, piece.handling, commitment.outcome, commitment.party_id, update.author_id)
        for piece in update.evidence
    )


def set_due(actor: Actor, commitment: Commitment, due: date | None, seen_version: int | None = None) -> None:
    """Give a commitment a due date of its own; None goes back to the recommendation's."""
    with unit_of_work() as session:
        commitment = fresh(actor, commitment)
        require(actor, Permission.FOLLOWUP_SCHEDULE, commitment)
        check_version(commitment, seen_version)
        if commitment.own_due == due:
            return
        before = {"due": commitment.own_due.isoformat() if commitment.own_due else None}
        commitment.own_due = due
        session.flush()
        after = {"due": due.isoformat() if due else None, "version": commitment.version}
        audit.record(actor, "set-due", "commitment", commitment.id, before, after)
        outbox.enqueue("outcome", commitment.outcome_id)


def _bring_to(
    actor: Actor, commitment: Commitment, before: State, after: State, *, act: str, line: dict[str, int]
) -> None:
    commitment.position, commitment.implementation = after.position, after.implementation
    commitment.assurance = after.assurance
    # Every line of history makes a new version, also one that leaves the state as it was: whoever has a form
    # open must see it.
    flag_modified(commitment, "assurance")
    db.session.flush()
    audit.record(
        actor,
        act,
        "commitment",
        commitment.id,
        _plain(before),
        {**_plain(after), **line, "version": commitment.version},
    )
    outbox.enqueue("outcome", commitment.outcome_id)


def _plain(state: State) -> dict[str, str | None]:
    return {
        "position": str(state.position) if state.position else None,
        "implementation": str(state.implementation) if state.implementation else None,
        "assurance": str(state.assurance),
    }
