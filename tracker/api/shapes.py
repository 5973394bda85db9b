"""Records as JSON values."""

from datetime import date, datetime
from typing import Any

from flask import url_for

from tracker.core.permissions import Actor, Permission, allows
from tracker.followup import queries as followup
from tracker.outcomes import queries as outcomes
from tracker.outcomes.data import PRACTICE_PARTS, TEXT_PARTS
from tracker.outcomes.models import Outcome, OutcomeText
from tracker.search.document import FILE_KIND
from tracker.search.file_hits import FoundFile
from tracker.search.file_links import download_of, record_of
from tracker.search.service import Found
from tracker.search.similar import Similar
from tracker.workshops.models import Workshop


def hit_shape(item: Found | FoundFile) -> dict[str, Any]:
    """One result of a search; `title` and `snippet` are HTML with `<mark>` around what matched."""
    if isinstance(item, FoundFile):
        return _file_shape(item)
    outcome = item.outcome
    return {
        "ref": outcome.ref,
        "external_ref": outcome.external_ref,
        "kind": outcome.kind,
        "handling": outcome.handling,
        "title": str(item.hit.title),
        "snippet": str(item.hit.snippet),
        "language": item.hit.language,
        "workshop": item.workshop.code if item.workshop is not None else None,
        "themes": [theme.slug for theme in outcome.themes],
        "score": round(item.hit.score, 4),
        "matched": list(item.hit.matched),
        "via": list(item.hit.via),
        "url": url_for("outcomes.detail", ref=outcome.ref, _external=True),
    }


def similar_shape(item: Similar) -> dict[str, Any]:
    """A similar outcome: a result, whose `score` is its closeness from 0 to 1, and why it is here."""
    reason = item.reason
    return hit_shape(item) | {
        "reason": {"words": list(reason.words), "names": list(reason.names), "themes": list(reason.themes)}
    }


def _file_shape(item: FoundFile) -> dict[str, Any]:
    """A file with its best page; `ref` and `url` are those of the record that it belongs to."""
    outcome = item.outcome
    return {
        "ref": item.ref,
        "external_ref": outcome.external_ref if outcome else None,
        "kind": FILE_KIND,
        "handling": item.handling,
        "title": str(item.hit.title),
        "snippet": str(item.hit.snippet),
        "language": item.hit.language,
        "workshop": item.workshop.code if item.workshop is not None else None,
        "themes": [theme.slug for theme in outcome.themes] if outcome else [],
        "score": round(item.hit.score, 4),
        "matched": list(item.hit.matched),
        "file": {
            "name": item.file.name,
            "page": item.page,
            "place": item.place,
            "url": url_for(**download_of(item), _external=True),
        },
        "url": url_for(**record_of(item), _external=True),
    }


def outcome_shape(actor: Actor, outcome: Outcome) -> dict[str, Any]:
    """One outcome, as far as the actor may see it."""
    return {
        "ref": outcome.ref,
        "external_ref": outcome.external_ref,
        "kind": outcome.kind,
        "record": outcome.record,
        "language": outcome.language,
        "handling": outcome.handling,
        "illustrative": outcome.illustrative,
        "workshop": _workshop_code(actor, outcome),
        "texts": {str(text.language): _parts(text) for text in outcome.texts},
        "themes": [{"slug": theme.slug, "labels": theme.preferred} for theme in outcome.themes],
        "proposers": [party.code for party in outcome.shown_proposers],
        "due": _day(outcome.due),
        "priority": outcome.priority,
        "quality": outcome.quality,
        "contact": outcome.contact,
        "source_url": outcome.source_url,
        "published_at": _moment(outcome.published_at),
        "retired_reason": outcome.retired_reason,
        "links": [
            {"kind": link.kind, "source": link.source.ref, "target": link.target.ref}
            for link in outcomes.visible_links(actor, outcome)
        ],
        "commitments": [
            {
                "party": commitment.party.code,
                "position": commitment.position,
                "implementation": commitment.implementation,
                "assurance": commitment.assurance,
                "due": _day(commitment.due),
                "updates": len(followup.visible_updates(actor, commitment)),
            }
            for commitment in outcome.commitments
        ],
        "adoptions": [
            {"party": adoption.party.code, "stage": adoption.stage} for adoption in outcome.adoptions
        ],
        "url": url_for("outcomes.detail", ref=outcome.ref, _external=True),
    }


def workshop_shape(workshop: Workshop) -> dict[str, Any]:
    """One workshop without its outcomes."""
    return {
        "code": workshop.code,
        "title": workshop.title,
        "language": workshop.language,
        "place": workshop.place,
        "country": workshop.country.code if workshop.country else None,
        "starts_on": _day(workshop.starts_on),
        "ends_on": _day(workshop.ends_on),
        "hosts": [party.code for party in workshop.hosts],
        "participants": [party.code for party in workshop.participants],
        "languages": workshop.languages,
        "line_of_action": workshop.line_of_action,
        "summary": workshop.summary,
        "handling": workshop.handling,
        "illustrative": workshop.illustrative,
        "url": url_for("workshops.detail", code=workshop.code, _external=True),
    }


def _workshop_code(actor: Actor, outcome: Outcome) -> str | None:
    """The code of its workshop, unless the actor may see the outcome but not the workshop."""
    workshop = outcome.workshop
    return workshop.code if workshop and allows(actor, Permission.WORKSHOP_READ, workshop) else None


def _parts(text: OutcomeText) -> dict[str, str]:
    return {name: getattr(text, name) for name in TEXT_PARTS + PRACTICE_PARTS if getattr(text, name)}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
