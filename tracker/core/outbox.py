"""The outbox: which records the index has still to take in, written in the transaction that changed them."""

from collections.abc import Iterable

from sqlalchemy import Index, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base, db, unit_of_work

LATER = "later:"
"""Begins the kind of a row that no request takes in, because people would wait too long for it."""


class OutboxRow(Base):
    """One record that changed; `kind` says what it is, `record_id` which."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_kind_record_id", "kind", "record_id"),
        # A number never comes back: who removes a row that another process has removed already must not hit
        # a newer one.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int]


def enqueue(kind: str, record_id: int) -> None:
    """Note in the current unit of work that the record changed."""
    db.session.add(OutboxRow(kind=kind, record_id=record_id))


def enqueue_many(kind: str, record_ids: list[int]) -> None:
    """Note many records at once, without an object for each."""
    if record_ids:
        db.session.execute(insert(OutboxRow), [{"kind": kind, "record_id": record} for record in record_ids])


_FOR_LATER = OutboxRow.kind.startswith(LATER)


def waiting(limit: int, *, later: bool = False) -> list[tuple[int, str, int]]:
    """The oldest rows that wait, at most `limit`: row id, kind, record id; `later` those for later, too."""
    query = select(OutboxRow.id, OutboxRow.kind, OutboxRow.record_id).order_by(OutboxRow.id).limit(limit)
    rows = db.session.execute(query if later else query.where(~_FOR_LATER))
    return [(row.id, row.kind, row.record_id) for row in rows]


_ANY = select(OutboxRow.id).where(~_FOR_LATER).limit(1)
_ANY_LATER = select(OutboxRow.id).where(_FOR_LATER).limit(1)


def is_empty() -> bool:
    """Whether nothing waits that a request takes in; every search asks."""
    return db.session.execute(_ANY).first() is None


def has_later() -> bool:
    """Whether something waits that is left to the worker."""
    return db.session.execute(_ANY_LATER).first() is not None


def newest() -> int:
    """Number of the newest row that waits, 0 when none does."""
    return db.session.scalar(select(func.max(OutboxRow.id))) or 0


def remove_up_to(row_id: int) -> None:
    """Take out this row and all older ones, after the index was written anew with what they stand for."""
    with unit_of_work(announce=False) as session:
        session.execute(delete(OutboxRow).where(OutboxRow.id <= row_id))


def remove(row_ids: list[int], *, later: str = "", left: Iterable[int] = ()) -> None:
    """Take rows out, after the index has committed them; records `left` of a kind wait on, for later."""
    with unit_of_work(announce=False) as session:
        enqueue_many(LATER + later, list(left))
        for start in range(0, len(row_ids), 500):
            session.execute(delete(OutboxRow).where(OutboxRow.id.in_(row_ids[start : start + 500])))
