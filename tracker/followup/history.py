"""The dated history of one commitment or adoption: claims and assessments, as far as the actor may read."""

from dataclasses import dataclass
from datetime import datetime

from tracker.core import audit
from tracker.core.permissions import Actor
from tracker.followup.models import Adoption, Assessment, Commitment, Evidence, Update
from tracker.followup.visibility import item_visible, update_visible


@dataclass(frozen=True, slots=True)
class Line:
    """One line: either a claim with the evidence to be shown, or a finding with the claim it looked at."""

    at: datetime
    claim: Update | None = None
    evidence: tuple[Evidence, ...] = ()
    finding: Assessment | None = None
    looked_at: Update | None = None


def visible_updates(actor: Actor, subject: Commitment | Adoption) -> list[Update]:
    """The claims that the actor may read, oldest first."""
    return [update for update in subject.updates if update_visible(actor, update)]


def visible_assessments(actor: Actor, commitment: Commitment) -> list[Assessment]:
    """The assessments that the actor may read, oldest first."""
    outcome, party_id = commitment.outcome, commitment.party_id
    return [
        found
        for found in commitment.assessments
        if item_visible(actor, found.handling, outcome, party_id, found.author_id)
    ]


def evidence_visible(actor: Actor, piece: Evidence) -> bool:
    """Whether the actor may read the evidence: its claim, and the evidence itself."""
    update = piece.update
    subject = update.commitment or update.adoption
    return (
        subject is not None
        and update_visible(actor, update)
        and item_visible(actor, piece.handling, subject.outcome, subject.party_id, update.author_id)
    )


def history(actor: Actor, subject: Commitment | Adoption) -> list[Line]:
    """Every line that the actor may read, oldest first."""
    claims = visible_updates(actor, subject)
    lines = [
        Line(claim.at, claim=claim, evidence=tuple(x for x in claim.evidence if evidence_visible(actor, x)))
        for claim in claims
    ]
    if isinstance(subject, Commitment):
        readable = {claim.id: claim for claim in claims}
        lines += [
            Line(found.at, finding=found, looked_at=readable.get(found.update_id or 0))
            for found in visible_assessments(actor, subject)
        ]
    return sorted(lines, key=_place)


def _place(line: Line) -> tuple[datetime, int, bool]:
    # Of lines written in the same moment, a finding follows the claim that it looked at.
    claim = line.claim or line.looked_at
    return line.at, claim.id if claim else 0, line.finding is not None


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What came in since a form was opened: readable lines, and whether the due date changed."""

    lines: list[Line]
    due_changed: bool


def since(actor: Actor, subject: Commitment | Adoption, seen_version: int) -> Meanwhile:
    """What came in after the version that the person saw, told by the record's own history."""
    kind = "commitment" if isinstance(subject, Commitment) else "adoption"
    later = [
        (entry.act, entry.after or {})
        for entry in audit.history_of(kind, subject.id)
        if int((entry.after or {}).get("version", 0)) > seen_version
    ]
    updates = {after["update"] for _act, after in later if "update" in after}
    assessments = {after["assessment"] for _act, after in later if "assessment" in after}
    lines = [
        line
        for line in history(actor, subject)
        if (line.claim is not None and line.claim.id in updates)
        or (line.finding is not None and line.finding.id in assessments)
    ]
    return Meanwhile(lines, any(act == "set-due" for act, _after in later))
