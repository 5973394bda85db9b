"""Figures: counted in the database, over what the actor may see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from tracker.core.db import db
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Vocabulary
from tracker.followup import queries as followup
from tracker.followup.models import Commitment
from tracker.followup.vocabulary import Assurance, Implementation, Position
from tracker.outcomes.models import Outcome
from tracker.outcomes.queries import visible_to
from tracker.outcomes.vocabulary import Kind, Record
from tracker.workshops import queries as workshops
from tracker.workshops.models import Workshop


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a value occurs; `value` is None where nobody has stated one."""

    value: Any
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the reports page, all over published outcomes that the actor may see."""

    workshops: int
    recommendations: int
    practices: int
    commitments: int
    overdue: int
    positions: Sequence[Tally]
    implementations: Sequence[Tally]
    assurances: Sequence[Tally]


def overview(actor: Actor) -> Overview:
    """Count everything for one actor."""
    shown = (visible_to(actor), Outcome.record == Record.PUBLISHED)
    kinds = {
        row[0]: row[1]
        for row in db.session.execute(select(Outcome.kind, func.count()).where(*shown).group_by(Outcome.kind))
    }
    states: list[Counter[Any]] = [Counter(), Counter(), Counter()]
    total = late = 0
    columns = (Commitment.position, Commitment.implementation, Commitment.assurance)
    overdue = func.coalesce(func.sum(case((followup.overdue_clause(), 1), else_=0)), 0)
    # One pass over the commitments, grouped by every combination of the three states.
    query = (
        select(*columns, func.count(), overdue)
        .select_from(Commitment)
        .join(Outcome)
        .where(*shown)
        .group_by(*columns)
    )
    for *values, count, overdue_here in db.session.execute(query):
        for state, value in zip(states, values, strict=True):
            state[value] += count
        total, late = total + count, late + overdue_here
    return Overview(
        workshops=db.session.scalar(
            select(func.count()).select_from(Workshop).where(workshops.visible_to(actor))
        )
        or 0,
        recommendations=kinds.get(Kind.RECOMMENDATION, 0),
        practices=kinds.get(Kind.PRACTICE, 0),
        commitments=total,
        overdue=late,
        positions=_in_order(Position, states[0]),
        implementations=_in_order(Implementation, states[1]),
        assurances=_in_order(Assurance, states[2]),
    )


def _in_order(vocabulary: type[Vocabulary], counts: Counter[Any]) -> list[Tally]:
    """Counts in the order of the vocabulary; what nobody stated comes last."""
    order: list[Vocabulary | None] = [*vocabulary, None]
    return [Tally(value, counts[value]) for value in order if counts[value]]
