"""What was done, by whom, when, before and after: append-only, and each record's own history."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base, db, now
from tracker.core.permissions import Actor


class AuditEntry(Base):
    """One act on one record; written once, never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_record_kind_record_id", "record_kind", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(200))
    act: Mapped[str] = mapped_column(String(60))
    record_kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """The fields that differ: name, value before, value after."""
        before, after = self.before or {}, self.after or {}
        names = [*before, *(name for name in after if name not in before)]
        return [(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)]


def record(
    actor: Actor,
    act: str,
    kind: str,
    record_id: int | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Append one entry to the current unit of work; `before` and `after` hold JSON values."""
    db.session.add(
        AuditEntry(
            actor_id=actor.id,
            actor_name=actor.name,
            act=act,
            record_kind=kind,
            record_id=record_id,
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
        )
    )


def record_many(
    actor: Actor,
    act: str,
    kind: str,
    entries: Iterable[tuple[int, Mapping[str, Any] | None, Mapping[str, Any] | None]],
) -> None:
    """Append one entry for each (record id, before, after), without an object for each."""
    moment = now()
    rows = [
        {
            "at": moment,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "act": act,
            "record_kind": kind,
            "record_id": record_id,
            "before": before,
            "after": after,
        }
        for record_id, before, after in entries
    ]
    if rows:
        db.session.execute(insert(AuditEntry), rows)


def history_of(kind: str, record_id: int) -> list[AuditEntry]:
    """Every act on one record, newest first."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.record_kind == kind, AuditEntry.record_id == record_id)
        .order_by(AuditEntry.id.desc())
    )
    return list(db.session.scalars(query))
