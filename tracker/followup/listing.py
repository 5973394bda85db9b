"""Lists of commitments and of adoptions: what narrows them, in which order they stand, what they count."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Party
from tracker.core.db import db
from tracker.core.paging import PAGE_SIZE, Page, paginate
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Vocabulary
from tracker.followup.models import Adoption, Commitment, Update
from tracker.followup.signs import Sign, clause_of, due_column, open_clause, signs
from tracker.followup.visibility import visible_items
from tracker.followup.vocabulary import Assurance, Implementation, Position, Stage
from tracker.outcomes.models import Outcome, OutcomeTheme
from tracker.outcomes.queries import visible_to
from tracker.outcomes.vocabulary import Record
from tracker.themes import queries as themes
from tracker.workshops.models import Workshop
from tracker.workshops.queries import visible_to as workshop_visible_to

#: In addresses: nobody has stated a value.
NOT_STATED = "none"
_CLOSED = tuple(member for member in Implementation if member.is_closed)


class Show(Vocabulary):
    """Which commitments to show, by what they are waiting for."""

    OPEN = "open", _l("Open")
    OVERDUE = "overdue", _l("Overdue")
    DUE_SOON = "due-soon", _l("Due soon")
    STALE = "stale", _l("Stale")
    TO_ASSESS = "to-assess", _l("Reported, to be assessed")


class Order(Vocabulary):
    """In which order commitments stand."""

    DUE = "due", _l("Due date")
    UPDATED = "updated", _l("Last update")
    REFERENCE = "reference", _l("Reference")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; an empty value does not narrow.

    `NOT_STATED` asks for what nobody has stated. `party`, `theme` and `workshop` are codes and slugs; `mine`
    means the actor's own parties; `stage` is of adoptions only.
    """

    party: str = ""
    position: Position | str | None = None
    implementation: Implementation | str | None = None
    assurance: Assurance | None = None
    sign: Show | None = None
    theme: str = ""
    workshop: str = ""
    stage: Stage | None = None
    mine: bool = False
    sort: Order = Order.DUE

    def arguments(self) -> dict[str, str]:
        """The filters in force as the address of a list carries them."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        if self.sort is Order.DUE:
            del values["sort"]
        return {name: "1" if value is True else str(value) for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Row:
    """A commitment in a list, with its signs and the date of the last update that the actor may read."""

    commitment: Commitment
    signs: list[Sign]
    last_update: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many commitments a list holds, and how many of them stand so."""

    total: int = 0
    open: int = 0
    verified: int = 0
    disputed: int = 0
    overdue: int = 0
    due_soon: int = 0
    stale: int = 0


def _stated(column: Any, value: Any) -> ColumnElement[bool]:
    return column.is_(None) if value == NOT_STATED else column == value  # type: ignore[no-any-return]


def _of_parties(actor: Actor, filters: Filters, model: type[Commitment] | type[Adoption]) -> list[Any]:
    found: list[Any] = []
    if filters.party:
        found.append(model.party_id.in_(select(Party.id).where(Party.code == filters.party)))
    if filters.mine:
        found.append(model.party_id.in_(actor.party_ids))
    if filters.theme:
        ids = [number for number, slugs in themes.closure().items() if filters.theme in slugs]
        found.append(Outcome.id.in_(select(OutcomeTheme.outcome_id).where(OutcomeTheme.theme_id.in_(ids))))
    if filters.workshop:
        # A workshop that the actor may not see answers to no code.
        known = select(Workshop.id).where(Workshop.code == filters.workshop, workshop_visible_to(actor))
        found.append(Outcome.workshop_id.in_(known))
    return found


def _clauses(actor: Actor, filters: Filters) -> list[Any]:
    found = _of_parties(actor, filters, Commitment)
    if filters.position:
        found.append(_stated(Commitment.position, filters.position))
    if filters.implementation:
        found.append(_stated(Commitment.implementation, filters.implementation))
    if filters.assurance:
        found.append(Commitment.assurance == filters.assurance)
    if filters.sign is Show.OPEN:
        found.append(open_clause())
    elif filters.sign is Show.TO_ASSESS:
        found.append(_to_assess(actor))
    elif filters.sign is not None:
        found.append(clause_of(Sign(filters.sign)))
    return found


def _to_assess(actor: Actor) -> ColumnElement[bool]:
    claimed = exists().where(
        Update.commitment_id == Commitment.id, visible_items(actor, Update, Commitment.party_id)
    )
    return and_(
        Commitment.assurance.in_((Assurance.SELF_REPORTED, Assurance.EVIDENCE_ATTACHED)),
        or_(Commitment.implementation.is_(None), Commitment.implementation.not_in(_CLOSED)),
        Commitment.party_id.not_in(actor.side_ids),
        claimed.correlate(Commitment, Outcome),
    )


def _listed(actor: Actor, filters: Filters, *columns: Any) -> Select[Any]:
    """Published recommendations only: a draft owes nothing yet, a retired one nothing any more."""
    return (
        select(*columns)
        .select_from(Commitment)
        .join(Outcome, Outcome.id == Commitment.outcome_id)
        .where(Outcome.record == Record.PUBLISHED, visible_to(actor), *_clauses(actor, filters))
    )


def counts(actor: Actor, filters: Filters) -> Counts:
    """Count what the filters leave, in one pass."""

    def number(clause: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((clause, 1), else_=0)), 0)

    row = db.session.execute(
        _listed(
            actor,
            filters,
            func.count(),
            number(open_clause()),
            number(Commitment.assurance == Assurance.VERIFIED),
            number(Commitment.assurance == Assurance.DISPUTED),
            *(number(clause_of(sign)) for sign in Sign),
        )
    ).one()
    return Counts(*row)


def _visible_updates_of(actor: Actor) -> ColumnElement[bool]:
    return and_(Update.commitment_id == Commitment.id, visible_items(actor, Update, Commitment.party_id))


def _ordered(actor: Actor, query: Select[Any], order: Order) -> Select[Any]:
    if order is Order.UPDATED:
        last = select(func.max(Update.at)).where(_visible_updates_of(actor)).correlate(Commitment, Outcome)
        return query.order_by(last.scalar_subquery().desc().nulls_last(), Commitment.id)
    if order is Order.REFERENCE:
        return query.order_by(Outcome.ref, Commitment.id)
    return query.order_by(due_column().asc().nulls_last(), Commitment.id)


def list_page(
    actor: Actor, filters: Filters, page: int, *, total: int | None = None, size: int = PAGE_SIZE
) -> Page[Row]:
    """One page of the commitments that match; `total` spares the counting where it is known already."""
    if total is None:
        total = db.session.scalar(_listed(actor, filters, func.count())) or 0
    page = max(1, min(page, -(-total // size)))
    # The numbers first: sorting them does not drag the texts along.
    numbers = _ordered(actor, _listed(actor, filters, Commitment.id), filters.sort)
    ids = list(db.session.scalars(numbers.limit(size).offset((page - 1) * size)))
    return Page(items=_rows(actor, ids), page=page, total=total, size=size)


def _rows(actor: Actor, ids: list[int]) -> list[Row]:
    if not ids:
        return []
    query = select(Commitment).where(Commitment.id.in_(ids))
    found = db.session.scalars(query.options(joinedload(Commitment.outcome), joinedload(Commitment.party)))
    by_id = {commitment.id: commitment for commitment in found}
    dates = last_updates(actor, ids)
    return [Row(by_id[number], signs(by_id[number]), dates.get(number)) for number in ids]


def last_updates(actor: Actor, commitment_ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these visible commitments was last reported on, as far as the actor may read."""
    query = (
        select(Commitment.id, func.max(Update.at))
        .join(Outcome, Outcome.id == Commitment.outcome_id)
        .join(Update, _visible_updates_of(actor))
        .where(Commitment.id.in_(list(commitment_ids)))
        .group_by(Commitment.id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_adoptions(actor: Actor, filters: Filters, page: int) -> Page[Adoption]:
    """One page of the adoptions of practices that the actor may see, the latest first."""
    query = (
        select(Adoption)
        .join(Outcome, Outcome.id == Adoption.outcome_id)
        .where(Outcome.record == Record.PUBLISHED, visible_to(actor), *_of_parties(actor, filters, Adoption))
        .order_by(Adoption.id.desc())
    )
    if filters.stage is not None:
        query = query.where(Adoption.stage == filters.stage)
    return paginate(query, page, options=[joinedload(Adoption.outcome), joinedload(Adoption.party)])
