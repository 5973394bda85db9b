"""From the shapes of the demonstration's file to the values that services take."""

from collections.abc import Callable
from datetime import date
from typing import Any

from werkzeug.datastructures import FileStorage

from tracker.accounts.models import Party, Person
from tracker.core.vocabulary import Handling, Language
from tracker.followup.data import AdoptionData, AssessData, EvidenceData, ReportData
from tracker.followup.vocabulary import EvidenceKind, Finding, Implementation, Position, Stage
from tracker.outcomes.data import OutcomeData, TextData
from tracker.outcomes.vocabulary import Kind, Priority, Quality
from tracker.themes.queries import theme_lookup


def outcome_data(
    given: dict[str, Any],
    workshop_id: int,
    parties: Callable[[list[str]], list[Party]],
    people: dict[str, Person],
) -> OutcomeData:
    """An outcome to log; always illustrative."""
    themes = theme_lookup()
    original = given["language"]
    # The authentic text comes first.
    texts = sorted(given["texts"].items(), key=lambda item: item[0] != original)
    return OutcomeData(
        kind=Kind(given["kind"]),
        texts=[TextData(language=Language(language), **parts) for language, parts in texts],
        workshop_id=workshop_id,
        language=Language(original),
        theme_ids=[themes[slug] for slug in given["themes"]],
        addressee_ids=[party.id for party in parties(given.get("addressees") or [])],
        proposer_ids=[party.id for party in parties(given.get("proposers") or [])],
        named_party_ids=[party.id for party in parties(given.get("named_parties") or [])],
        named_person_ids=[people[key].id for key in given.get("named_people") or []],
        due=date.fromisoformat(given["due"]) if given.get("due") else None,
        priority=Priority(given["priority"]) if given.get("priority") else None,
        quality=Quality(given["quality"]) if given.get("quality") else None,
        contact=given.get("contact"),
        handling=Handling(given["handling"]),
        chatham_house=given["chatham_house"],
        illustrative=True,
    )


def report_data(given: dict[str, Any], attach: Callable[[str, str], FileStorage]) -> ReportData:
    """What a focal point reported."""
    return ReportData(
        position=Position(given["position"]) if given.get("position") else None,
        implementation=Implementation(given["implementation"]) if given.get("implementation") else None,
        text=given["text"],
        reason=given.get("reason") or "",
        language=Language(given["language"]),
        evidence=[_evidence(piece, attach) for piece in given.get("evidence") or []],
    )


def _evidence(given: dict[str, Any], attach: Callable[[str, str], FileStorage]) -> EvidenceData:
    return EvidenceData(
        kind=EvidenceKind(given["kind"]),
        title=given["title"],
        dated=date.fromisoformat(given["date"]) if given.get("date") else None,
        file=attach(given["file_text"], given["title"]) if given["kind"] == "file" else None,
        url=given.get("url") or "",
        seen_by=given.get("seen_by") or "",
    )


def assess_data(given: dict[str, Any]) -> AssessData:
    """What a reviewer found."""
    return AssessData(
        finding=Finding(given["finding"]),
        implementation=Implementation(given["implementation"]) if given.get("implementation") else None,
        text=given.get("text") or "",
        reason=given.get("reason") or "",
        language=Language(given["language"]),
    )


def adoption_data(given: dict[str, Any], adoption: dict[str, Any]) -> AdoptionData:
    """What a party told about taking up a practice; the reason belongs to its last stage."""
    stage = Stage(given["stage"])
    ends = stage in (Stage.NOT_TRANSFERABLE, Stage.STOPPED)
    return AdoptionData(
        stage=stage,
        text=given.get("text") or "",
        obstacles=given.get("obstacles") or "",
        adaptations=given.get("adaptations") or "",
        reason=(adoption.get("reason") or "") if ends else "",
        language=Language(given["language"]),
    )
