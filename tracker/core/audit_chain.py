"""Looking whether the audit log is whole, and sealing what an older version wrote unsealed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update

from tracker.core.audit import FIRST_SEAL, AuditEntry, AuditHead, Sealer
from tracker.core.db import db, unit_of_work

#: How many entries are read at a time.
_BATCH = 1000


class Damage(StrEnum):
    """What was done to the log."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    END = "end"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole chain found: how many entries, and the first that is broken."""

    entries: int
    number: int | None = None
    damage: Damage | None = None
    #: Seal of the last entry; noted elsewhere, it proves later that nothing before it was cut off.
    seal: str = FIRST_SEAL

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.damage is None


def count() -> int:
    """How many entries there are, for a progress bar."""
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def _rows(after: int = 0) -> Iterator[dict[str, Any]]:
    """Every numbered entry in the order of the chain, as column values."""
    columns = AuditEntry.__table__.columns
    while True:
        query = select(*columns).where(AuditEntry.number > after).order_by(AuditEntry.number).limit(_BATCH)
        batch = db.session.execute(query).mappings().all()
        for row in batch:
            yield dict(row)
        if len(batch) < _BATCH:
            return
        after = batch[-1]["number"]


def verify(noted: tuple[int, str] | None = None, progress: Callable[[int], None] | None = None) -> Verdict:
    """Follow the chain from its beginning and name the first entry that was changed, removed or inserted.

    `noted` is number and seal of an entry as they were written down elsewhere; with them a log that was cut
    off, or exchanged as a whole, is found too. `progress` is told of every entry.
    """
    sealer, seal, number = Sealer(), FIRST_SEAL, 0
    unnumbered = db.session.scalar(select(func.count()).where(AuditEntry.number.is_(None))) or 0
    for row in _rows():
        if progress is not None:
            progress(1)
        if row["number"] != number + 1:
            return Verdict(number, number + 1, Damage.MISSING, seal)
        number += 1
        if row["seal"] != sealer.of_entry(seal, row):
            return Verdict(number, number, Damage.CHANGED, seal)
        seal = row["seal"]
        if noted is not None and noted[0] == number and noted[1] != seal:
            return Verdict(number, number, Damage.CHANGED, seal)
    return _at_the_end(sealer, number, seal, unnumbered, noted)


def _at_the_end(
    sealer: Sealer, number: int, seal: str, unnumbered: int, noted: tuple[int, str] | None
) -> Verdict:
    head = db.session.execute(select(AuditHead.number, AuditHead.seal, AuditHead.own_seal)).first()
    known, known_seal = (head.number, head.seal) if head is not None else (0, FIRST_SEAL)
    if head is not None and head.own_seal != sealer.of_head(known, known_seal):
        return Verdict(number, number, Damage.END, seal)
    if number < max(known, noted[0] if noted is not None else 0):
        return Verdict(number, number + 1, Damage.MISSING, seal)
    if number > known:
        return Verdict(number, known + 1, Damage.INSERTED, seal)
    if seal != known_seal:
        return Verdict(number, number, Damage.END, seal)
    if unnumbered:
        return Verdict(number, number + 1, Damage.INSERTED, seal)
    return Verdict(number, seal=seal)


def seal_older() -> int:
    """Seal the entries that a version without seals wrote; gives back how many. Does nothing ever after."""
    with unit_of_work(announce=False) as session:
        if session.execute(select(AuditHead.id)).first() is not None:
            return 0
        sealer, seal, number = Sealer(), FIRST_SEAL, 0
        columns = AuditEntry.__table__.columns
        older = session.execute(select(*columns).order_by(AuditEntry.id)).mappings().all()
        for row in older:
            number += 1
            seal = sealer.of_entry(seal, dict(row) | {"number": number})
            session.execute(
                update(AuditEntry).where(AuditEntry.id == row["id"]).values(number=number, seal=seal)
            )
        session.add(AuditHead(id=1, number=number, seal=seal, own_seal=sealer.of_head(number, seal)))
    return number
