"""What an outcome says at one moment, as plain values: kept in the audit log before and after each change."""

from typing import Any

from tracker.core.history import ACCESS
from tracker.outcomes.data import PRACTICE_PARTS, TEXT_PARTS
from tracker.outcomes.models import Outcome, OutcomeText
from tracker.outcomes.rules import access_tokens


def of_text(text: OutcomeText) -> dict[str, str]:
    """The parts of one language version that are filled in, by names such as ``title.en``."""
    return {
        f"{part}.{text.language}": getattr(text, part)
        for part in TEXT_PARTS + PRACTICE_PARTS
        if getattr(text, part)
    }


def without_proposers(said: dict[str, Any]) -> dict[str, Any]:
    """The same snapshot, telling of no proposer."""
    return said | {"proposers": []}


def of(outcome: Outcome) -> dict[str, Any]:
    """The public fields by name, as JSON values: slugs, codes, dates as ISO 8601 writes them.

    Proposers are left out under the Chatham House Rule, so that no history can tell them.
    """
    said: dict[str, Any] = {
        "kind": str(outcome.kind),
        "record": str(outcome.record),
        "language": str(outcome.language),
        "workshop": outcome.workshop.code if outcome.workshop is not None else None,
        "handling": str(outcome.handling),
        "chatham_house": outcome.chatham_house,
        "themes": [theme.slug for theme in outcome.themes],
        "addressees": [commitment.party.code for commitment in outcome.commitments],
        "proposers": [party.code for party in outcome.shown_proposers],
        "named_parties": [party.code for party in outcome.named_parties],
        "named_people": [person.name for person in outcome.named_people],
        "due": outcome.due.isoformat() if outcome.due else None,
        "priority": str(outcome.priority) if outcome.priority else None,
        "quality": str(outcome.quality) if outcome.quality else None,
        "contact": outcome.contact,
        "source_url": outcome.source_url,
        "retired_reason": outcome.retired_reason,
        "successor": outcome.successor.ref if outcome.successor is not None else None,
    }
    for text in outcome.texts:
        said |= of_text(text)
    said[ACCESS] = sorted(access_tokens(outcome))
    return said
