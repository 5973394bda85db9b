"""What was done, by whom, when, before and after: append-only, chained, and each record's history.

Each entry carries a seal: HMAC-SHA256, under a key of the instance, of the seal before it and of what the
entry says. Whoever changes, removes or inserts an entry without that key breaks the chain at that place,
which `audit_chain.verify` finds. The scheme is that of forward-linked logs (Schneier and Kelsey, 1999),
without key evolution.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Index, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base, db, now
from tracker.core.permissions import Actor

#: The seal that stands before the first entry.
FIRST_SEAL = "0" * 64


class AuditEntry(Base):
    """One act on one record; written once, never changed (the database refuses it, too)."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_record_kind_record_id", "record_kind", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Its place in the chain, from 1 without a gap; None only between an upgrade and the start after it.
    number: Mapped[int | None] = mapped_column(unique=True, index=True)
    seal: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
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


class AuditHead(Base):
    """The end of the chain, one row: number and seal of the last entry, and a seal of these two."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    seal: Mapped[str] = mapped_column(String(64))
    own_seal: Mapped[str] = mapped_column(String(64))


def _key() -> bytes:
    return hashlib.sha256(b"tracker audit chain " + current_app.config["SECRET_KEY"].encode()).digest()


def _sealed(key: bytes, *parts: Any) -> str:
    said = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


class Sealer:
    """Makes the seals of one chain; reads the instance's key once."""

    def __init__(self) -> None:
        self._chain_key = _key()

    def of_entry(self, before: str, row: Mapping[str, Any]) -> str:
        """The seal of an entry with these column values that stands after the seal `before`."""
        at = row["at"].isoformat()
        rest = [row[name] for name in ("number", "actor_id", "actor_name", "act", "record_kind", "record_id")]
        return _sealed(self._chain_key, before, at, *rest, row["before"], row["after"])

    def of_head(self, number: int, seal: str) -> str:
        """The seal of the end of the chain."""
        return _sealed(self._chain_key, "head", number, seal)


def append(rows: Iterable[dict[str, Any]]) -> None:
    """Number, seal and append entries, given as column values, to the current unit of work."""
    sealer, session = Sealer(), db.session()
    # The lock lets one transaction at a time lengthen the chain, on databases that allow several writers.
    head = session.execute(select(AuditHead.number, AuditHead.seal).with_for_update()).first()
    number, seal = (head.number, head.seal) if head is not None else (0, FIRST_SEAL)
    sealed = []
    for row in rows:
        number += 1
        # As they will be read again: JSON knows neither tuples nor numbers as keys.
        row = row | {name: json.loads(json.dumps(row[name])) for name in ("before", "after")}
        seal = sealer.of_entry(seal, row | {"number": number})
        sealed.append(row | {"number": number, "seal": seal})
    if not sealed:
        return
    session.execute(insert(AuditEntry), sealed)
    end = {"number": number, "seal": seal, "own_seal": sealer.of_head(number, seal)}
    session.execute(
        insert(AuditHead).values(id=1, **end) if head is None else update(AuditHead).values(**end)
    )


def record(
    actor: Actor,
    act: str,
    kind: str,
    record_id: int | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Append one entry to the current unit of work; `before` and `after` hold JSON values."""
    append([_row(actor, act, kind, (record_id, before, after), now())])


def record_many(
    actor: Actor,
    act: str,
    kind: str,
    entries: Iterable[tuple[int, Mapping[str, Any] | None, Mapping[str, Any] | None]],
) -> None:
    """Append one entry for each (record id, before, after), without an object for each."""
    moment = now()
    append(_row(actor, act, kind, entry, moment) for entry in entries)


def _row(
    actor: Actor,
    act: str,
    kind: str,
    entry: tuple[int | None, Mapping[str, Any] | None, Mapping[str, Any] | None],
    moment: datetime,
) -> dict[str, Any]:
    record_id, before, after = entry
    return {
        "at": moment,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "act": act,
        "record_kind": kind,
        "record_id": record_id,
        "before": before,
        "after": after,
    }


def history_of(kind: str, record_id: int) -> list[AuditEntry]:
    """Every act on one record, newest first."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.record_kind == kind, AuditEntry.record_id == record_id)
        .order_by(AuditEntry.id.desc())
    )
    return list(db.session.scalars(query))
