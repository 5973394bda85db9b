"""How far commitments had come on a day gone by, told by the lines of history that the actor may read.

A line marked higher than its outcome hides its date from others, so what it changed does not count for them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select

from tracker.core.db import db
from tracker.core.permissions import Actor
from tracker.followup.models import Assessment, Commitment, Update
from tracker.followup.signs import DONE
from tracker.followup.visibility import visible_items
from tracker.followup.vocabulary import Assurance, Finding, Implementation, Position
from tracker.outcomes.earlier import Standing
from tracker.outcomes.models import Outcome


@dataclass(slots=True)
class _State:
    position: Position | None
    implementation: Implementation | None
    disputed: bool = False


def standing_now(commitments: Sequence[Commitment]) -> Standing:
    """How far some commitments have come."""
    return _standing(
        [_State(one.position, one.implementation, one.assurance is Assurance.DISPUTED) for one in commitments]
    )


def standings_on(actor: Actor, outcomes: Iterable[Outcome], day: date) -> dict[int, Standing]:
    """How far the commitments of each outcome, by its number, had come at the end of a day (UTC).

    The outcomes come with their commitments; two queries, however many there are.
    """
    wanted = list(outcomes)
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    states = {
        one.id: _at_first(one) for outcome in wanted for one in outcome.commitments if one.opened_at < end
    }
    for line in _lines(actor, [outcome.id for outcome in wanted], end):
        state = states.get(line.commitment_id)
        if state is not None:
            _follow(state, line)
    return {
        outcome.id: _standing([states[one.id] for one in outcome.commitments if one.id in states])
        for outcome in wanted
    }


def _at_first(commitment: Commitment) -> _State:
    """As it was opened: what was never reported on nor assessed is as it came in."""
    if commitment.last_update_at is None and commitment.assurance is Assurance.NONE:
        return _State(commitment.position, commitment.implementation)
    return _State(Position.AWAITING_REPLY, None)


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    commitment_id: int
    position: Position | None
    implementation: Implementation | None
    finding: Finding | None


def _lines(actor: Actor, outcome_ids: Sequence[int], end: datetime) -> list[_Line]:
    """What was claimed and found before a moment, in order."""
    claims = _before(actor, Update, outcome_ids, end).with_only_columns(
        Update.at, Update.commitment_id, Update.position, Update.implementation
    )
    findings = _before(actor, Assessment, outcome_ids, end).with_only_columns(
        Assessment.at, Assessment.commitment_id, Assessment.implementation, Assessment.finding
    )
    lines = [
        _Line(at, number or 0, position, implementation, None)
        for at, number, position, implementation in db.session.execute(claims)
    ]
    lines += [
        _Line(at, number, None, implementation, finding)
        for at, number, implementation, finding in db.session.execute(findings)
    ]
    # Sorting keeps the order of equals: of the same moment, the claim comes before what was found about it.
    return sorted(lines, key=lambda line: line.at)


def _before(
    actor: Actor, kind: type[Update] | type[Assessment], outcome_ids: Sequence[int], end: datetime
) -> Select[Any]:
    """The lines of one kind about some outcomes that the actor may read, before a moment, in order."""
    return (
        select(kind)
        .join(Commitment, Commitment.id == kind.commitment_id)
        .join(Outcome, Outcome.id == Commitment.outcome_id)
        .where(Outcome.id.in_(outcome_ids), kind.at < end)
        .where(visible_items(actor, kind, Commitment.party_id))
        .order_by(kind.id)
    )


def _follow(state: _State, line: _Line) -> None:
    """Bring a state to what a line said; the rules were kept when it was written."""
    state.position = line.position or state.position
    if line.finding is Finding.DISPUTED:
        # The claim stays as it was made.
        state.disputed = True
        return
    implementation = line.implementation
    if line.finding is Finding.PARTLY_VERIFIED:
        implementation = Implementation.PARTLY_IMPLEMENTED
    elif line.finding is Finding.REOPENED:
        implementation = implementation or Implementation.IN_PROGRESS
    state.implementation = implementation or state.implementation
    if line.finding is not None or line.implementation is not None:
        state.disputed = False


def _standing(states: Sequence[_State]) -> Standing:
    done = sum(state.implementation in DONE and not state.disputed for state in states)
    if len(states) != 1:
        return Standing(len(states), done)
    return Standing(1, done, states[0].position, states[0].implementation)
