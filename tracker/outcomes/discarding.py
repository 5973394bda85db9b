"""Throwing a draft away: nothing of it stays but the audit entry, and its reference is never given again."""

from flask_babel import gettext as _

from tracker.core import audit, outbox
from tracker.core.errors import InvalidInput
from tracker.core.permissions import Actor, Permission, require
from tracker.outcomes import snapshot
from tracker.outcomes.conflicts import changing
from tracker.outcomes.history import DISCARD
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record


def check_discardable(outcome: Outcome) -> None:
    """Raise InvalidInput unless it is a draft that was never published."""
    if outcome.record is not Record.DRAFT or outcome.published_at is not None:
        raise InvalidInput(
            _("%(ref)s has been published, so it cannot be discarded. Retire it instead.", ref=outcome.ref)
        )


def discard_draft(actor: Actor, outcome: Outcome, seen_version: int | None = None) -> str:
    """Delete a draft as it was seen, with its texts, links and commitments; gives back its reference.

    The audit log keeps what it said, and by its reference the index loses it. Raises Denied, OutcomeConflict,
    and InvalidInput for what was ever published.
    """
    with changing(outcome, seen_version) as session:
        require(actor, Permission.OUTCOME_EDIT, outcome)
        check_discardable(outcome)
        ref = outcome.ref
        said = {"ref": ref, **snapshot.of(outcome)}
        audit.record(actor, DISCARD, "outcome", outcome.id, said)
        outbox.enqueue("outcome", outcome.id)
        session.delete(outcome)
    return ref
