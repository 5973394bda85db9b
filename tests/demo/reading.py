"""Reads the demonstration's file and says where it leads, for the tests of that file."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from tracker.followup.rules import State, after_assessment, after_report
from tracker.followup.vocabulary import Finding, Implementation, Position

SOURCE = files("tracker") / "demo" / "demonstration.json"
DATA: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))
PEOPLE = {person["key"]: person for person in DATA["people"]}
BODIES = {body["code"]: body for body in DATA["bodies"]}
WORKSHOPS = {workshop["code"]: workshop for workshop in DATA["workshops"]}
OUTCOMES = {outcome["key"]: outcome for outcome in DATA["outcomes"]}
COMMITMENTS: list[dict[str, Any]] = DATA["commitments"]
ADOPTIONS: list[dict[str, Any]] = DATA["adoptions"]

#: Days are counted back from the loading; no demonstration is loaded before this day.
FIRST_LOADING = date(2026, 11, 21)


def strings(value: Any) -> Iterator[str]:
    """Every string inside a piece of the file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def narratives() -> Iterator[tuple[str, str]]:
    """Language and words of every text in a named language."""
    for outcome in OUTCOMES.values():
        for language, text in outcome["texts"].items():
            yield language, " ".join(text.values())
    for subject in COMMITMENTS + ADOPTIONS:
        for line in subject["updates"] + subject.get("assessments", []):
            words = [line.get(field) for field in ("text", "reason", "obstacles", "adaptations")]
            yield line["language"], " ".join(word for word in words if word)


def final_state(commitment: dict[str, Any]) -> State:
    """Where the commitment stands after all its lines; raises InvalidInput when the rules refuse one."""
    state, shown = State(position=Position.AWAITING_REPLY), False
    for line in sorted(commitment["updates"] + commitment["assessments"], key=lambda line: -line["days_ago"]):
        implementation = Implementation(line["implementation"]) if line["implementation"] else None
        reason = line.get("reason") or ""
        if "finding" in line:
            finding = Finding(line["finding"])
            state = after_assessment(
                state, finding=finding, implementation=implementation, reason=reason, evidence=shown
            )
        else:
            position, evidence = line["position"] and Position(line["position"]), bool(line["evidence"])
            state = after_report(
                state,
                position=position,
                implementation=implementation,
                text=line["text"],
                reason=reason,
                evidence=evidence,
            )
            shown = shown or evidence
    return state


def due_of(commitment: dict[str, Any]) -> date | None:
    """When it is due, at the first loading."""
    if "due_in_days" in commitment:
        return FIRST_LOADING + timedelta(days=commitment["due_in_days"])
    stated = commitment.get("due") or OUTCOMES[commitment["outcome"]]["due"]
    return date.fromisoformat(stated) if stated else None


def is_open(commitment: dict[str, Any]) -> bool:
    """Whether something is still owed."""
    state = final_state(commitment)
    refused = state.position in (Position.NOT_ACCEPTED, Position.NOT_APPLICABLE)
    return not refused and (state.implementation is None or state.implementation.is_open)
