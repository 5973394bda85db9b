"""Saved searches: what was searched for, under a name, and what its owner wants to be told."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.core.db import Base, now
from tracker.core.vocabulary import Vocabulary, slug_column

#: Longest name of a saved search, in characters.
LONGEST_NAME = 120
#: Longest words of one, in characters; a search takes no more.
LONGEST_QUERY = 400


class Alert(Vocabulary):
    """When somebody is told by mail what is new among the results of a saved search."""

    NONE = "none", _l("No mail")
    DAILY = "daily", _l("Mail once a day")
    AT_ONCE = "at-once", _l("Mail at once")


class SavedSearch(Base):
    """A search that somebody keeps under a name; what it finds depends on who asks."""

    __tablename__ = "saved_search"
    # A number never comes back: what was mailed about a deleted search must not be about another one.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY), default="")
    #: Chosen values by the name of their facet, as the address of the search page has them.
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: A `Sort`, or empty for the order that the search page chooses itself.
    sort: Mapped[str] = mapped_column(String(20), default="")
    #: Whether everyone signed in is offered it.
    shared: Mapped[bool] = mapped_column(default=False, index=True)
    alert: Mapped[Alert] = mapped_column(slug_column(Alert), default=Alert.NONE, index=True)
    #: Goes into the secret of the link that ends its mails.
    mail_salt: Mapped[str] = mapped_column(String(32))
    #: Goes into the secret of its feed; None while it has no feed.
    feed_salt: Mapped[str | None] = mapped_column(String(32))
    #: What matched when it was last looked at, packed by `known.pack`; None before the first look.
    known: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    #: Under which circumstances that was, by `matching.mark`: while they are the same, nothing is new.
    mark: Mapped[str] = mapped_column(String(64), default="")
    looked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    #: How often its owner has changed it; looking for what is new does not count.
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Person] = relationship()
