"""Guesses at secrets: counted in the database, so that every worker and every restart knows of them."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base, now


class Guess(Base):
    """One wrong guess at a password, a code or the like."""

    __tablename__ = "guess"
    __table_args__ = (Index("ix_guess_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Hash of what was guessed at (an account, an account from a known device, or an address).
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now, index=True)
