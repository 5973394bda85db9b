"""Writing what a file changes in outcomes that are here already."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.capture.changes import Change
from tracker.capture.plan import CHUNK, Plan
from tracker.capture.workshops import IMPORTED
from tracker.core import audit
from tracker.core.db import db
from tracker.core.history import ACCESS
from tracker.core.permissions import Actor
from tracker.followup.models import Commitment
from tracker.outcomes import snapshot
from tracker.outcomes.history import RELABEL
from tracker.outcomes.models import Outcome, OutcomeText, OutcomeTheme
from tracker.outcomes.queries import page_options
from tracker.outcomes.writing import note, touch


def write_changes(
    actor: Actor, plan: Plan, new_workshops: dict[str, int], progress: Callable[[int], None] | None = None
) -> None:
    """Carry out every change of the plan, each with its entry in the record's history."""
    for start in range(0, len(plan.changes), CHUNK):
        changes = plan.changes[start : start + CHUNK]
        wanted = Outcome.id.in_([change.outcome_id for change in changes])
        options = [*page_options(), selectinload(Outcome.successor)]
        outcomes = {
            row.id: row
            for row in db.session.scalars(select(Outcome).where(wanted).options(*options)).unique()
        }
        for change in changes:
            _write(actor, plan, change, outcomes[change.outcome_id], new_workshops)
        if progress:
            progress(len(changes))


def _write(actor: Actor, plan: Plan, change: Change, outcome: Outcome, new_workshops: dict[str, int]) -> None:
    before = snapshot.of(outcome)
    for name, value in change.values.items():
        setattr(outcome, name, value)
    if change.workshop is not None:
        outcome.workshop_id = plan.workshops.id(change.workshop) or new_workshops.get(change.workshop)
    if change.language is not None:
        outcome.language = change.language
    if change.text:
        _write_text(outcome, change.text)
    if change.themes is not None:
        outcome.theme_links = _links(outcome, plan, change.themes)
    _write_commitments(actor, outcome, change)
    touch(outcome)
    db.session.flush()
    db.session.expire(outcome, ["workshop", "commitments", "theme_links"])
    if change.names_addressees:
        outcome.named_parties = [commitment.party for commitment in outcome.commitments]
    _note(actor, outcome, before)


def _note(actor: Actor, outcome: Outcome, before: dict[str, Any]) -> None:
    """Note the change; one of the label stands in the history as an act of its own."""
    db.session.flush()
    after = snapshot.of(outcome)
    relabelled = after["handling"] != before["handling"]
    if relabelled:
        names = ("handling", "named_parties", ACCESS)
        between = before | {name: after[name] for name in names}
        note(actor, RELABEL, outcome, before, between | {"reason": IMPORTED})
        before = between
    if after != before or not relabelled:
        note(actor, IMPORTED, outcome, before, after)


def _write_commitments(actor: Actor, outcome: Outcome, change: Change) -> None:
    for commitment in list(outcome.commitments):
        if commitment.party_id in change.dropped:
            outcome.commitments.remove(commitment)
            continue
        states = change.states.get(commitment.party_id, {})
        if states:
            said = {name: str(getattr(commitment, name) or "") or None for name in states}
            for name, value in states.items():
                setattr(commitment, name, value)
            db.session.flush()
            after = {name: str(value) for name, value in states.items()} | {"version": commitment.version}
            audit.record(actor, IMPORTED, "commitment", commitment.id, said, after)
    for party_id, given in change.added.items():
        outcome.commitments.append(Commitment(party_id=party_id, **given))


def _write_text(outcome: Outcome, parts: dict[str, str]) -> None:
    text = next((text for text in outcome.texts if text.language == outcome.language), None)
    if text is None:
        text = OutcomeText(language=outcome.language)
        outcome.texts.append(text)
    for name, value in parts.items():
        setattr(text, name, value)
    touch(text)


def _links(outcome: Outcome, plan: Plan, words: tuple[str, ...]) -> list[OutcomeTheme]:
    standing = {link.theme_id: link for link in outcome.theme_links}
    links = []
    for theme_id, position, as_given in plan.words.links(words):
        link = standing.get(theme_id) or OutcomeTheme(theme_id=theme_id)
        link.position, link.as_given = position, as_given
        links.append(link)
    return links
