"""An outcome, its texts, themes and links; who is addressed is told by its commitments."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Party, Person
from tracker.core.db import Base, now
from tracker.core.i18n import current_language
from tracker.core.vocabulary import Handling, Language, slug_column
from tracker.outcomes.vocabulary import Kind, LinkKind, Priority, Quality, Record
from tracker.themes.models import Theme
from tracker.workshops.models import Workshop

if TYPE_CHECKING:
    from tracker.followup.models import Adoption, Commitment


def _link(name: str, other: str) -> Table:
    return Table(
        name,
        Base.metadata,
        Column("outcome_id", ForeignKey("outcome.id", ondelete="CASCADE"), primary_key=True),
        Column(f"{other}_id", ForeignKey(f"{other}.id"), primary_key=True, index=True),
    )


outcome_proposer = _link("outcome_proposer", "party")
outcome_named_party = _link("outcome_named_party", "party")
outcome_named_person = _link("outcome_named_person", "person")


class ReferenceCounter(Base):
    """The last number given out for a kind and year; numbers are never given twice."""

    __tablename__ = "reference_counter"

    prefix: Mapped[str] = mapped_column(String(3), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Outcome(Base):
    """A recommendation or a practice; `ref` is its public, stable reference, such as REC-2024-0007."""

    __tablename__ = "outcome"
    __table_args__ = (
        Index("ix_outcome_record_handling", "record", "handling"),
        # A number never comes back: the history of a discarded draft must not become that of another record.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    #: The reference that the source itself uses; a second import finds the record by it.
    external_ref: Mapped[str | None] = mapped_column(String(100), unique=True)
    kind: Mapped[Kind] = mapped_column(slug_column(Kind), index=True)
    record: Mapped[Record] = mapped_column(slug_column(Record), default=Record.DRAFT)
    #: Language of the authentic text.
    language: Mapped[Language] = mapped_column(slug_column(Language), default=Language.EN)
    workshop_id: Mapped[int | None] = mapped_column(ForeignKey("workshop.id"), index=True)
    handling: Mapped[Handling] = mapped_column(slug_column(Handling), default=Handling.GREEN)
    #: Under the Chatham House Rule proposers, and who logged it, are shown nowhere.
    chatham_house: Mapped[bool] = mapped_column(default=False)
    #: Marked on every page that shows it: an example, not a real record.
    illustrative: Mapped[bool] = mapped_column(default=False)
    #: Due date of the commitments that have none of their own.
    due: Mapped[date | None] = mapped_column(index=True)
    priority: Mapped[Priority | None] = mapped_column(slug_column(Priority))
    quality: Mapped[Quality | None] = mapped_column(slug_column(Quality))
    #: Whom to ask about a practice: an institution, never a private person.
    contact: Mapped[str | None] = mapped_column(String(300))
    source_url: Mapped[str | None] = mapped_column(String(2000))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    published_at: Mapped[datetime | None]
    retired_reason: Mapped[str | None] = mapped_column(Text)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("outcome.id"))
    version: Mapped[int] = mapped_column(default=1)

    workshop: Mapped[Workshop | None] = relationship(back_populates="outcomes")
    author: Mapped[Person | None] = relationship()
    successor: Mapped["Outcome | None"] = relationship(remote_side=[id])
    texts: Mapped[list["OutcomeText"]] = relationship(
        back_populates="outcome", cascade="all, delete-orphan", lazy="selectin", order_by="OutcomeText.id"
    )
    theme_links: Mapped[list["OutcomeTheme"]] = relationship(
        back_populates="outcome", cascade="all, delete-orphan", order_by="OutcomeTheme.position"
    )
    proposers: Mapped[list[Party]] = relationship(secondary=outcome_proposer, order_by="Party.id")
    named_parties: Mapped[list[Party]] = relationship(secondary=outcome_named_party, order_by="Party.id")
    named_people: Mapped[list[Person]] = relationship(secondary=outcome_named_person, order_by="Person.id")
    links: Mapped[list["OutcomeLink"]] = relationship(
        back_populates="source", cascade="all, delete-orphan", foreign_keys="OutcomeLink.source_id"
    )
    links_in: Mapped[list["OutcomeLink"]] = relationship(
        back_populates="target", cascade="all, delete-orphan", foreign_keys="OutcomeLink.target_id"
    )
    # The follow-up room owns these; named by strings, so that no room imports a higher one.
    commitments: Mapped[list["Commitment"]] = relationship(
        back_populates="outcome", cascade="all, delete-orphan", order_by="Commitment.id"
    )
    adoptions: Mapped[list["Adoption"]] = relationship(
        back_populates="outcome", cascade="all, delete-orphan", order_by="Adoption.id"
    )
    addressees: Mapped[list[Party]] = relationship(
        secondary="commitment", viewonly=True, order_by="Commitment.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def themes(self) -> list[Theme]:
        """Its themes, in the order in which they were given."""
        return [link.theme for link in self.theme_links]

    def text_in(self, language: str | None = None) -> "OutcomeText | None":
        """The version in this language (by default the page's), else the authentic one, else any."""
        wanted = language or str(current_language())
        by_language = {str(text.language): text for text in self.texts}
        return by_language.get(wanted) or by_language.get(str(self.language)) or next(iter(self.texts), None)

    @property
    def shown(self) -> "OutcomeText":
        """What to show on the page; an empty text when none was written yet."""
        return self.text_in() or OutcomeText(language=self.language, title="", text="")

    @property
    def shown_proposers(self) -> list[Party]:
        """Who proposed it; nobody under the Chatham House Rule."""
        return [] if self.chatham_house else self.proposers

    @property
    def shown_author(self) -> Person | None:
        """Who logged it; nobody under the Chatham House Rule, since who logs may be who proposed."""
        return None if self.chatham_house else self.author


class OutcomeText(Base):
    """One language version of an outcome. A practice's parts follow FAO's template for good practices."""

    __tablename__ = "outcome_text"
    __table_args__ = (UniqueConstraint("outcome_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id", ondelete="CASCADE"), index=True)
    language: Mapped[Language] = mapped_column(slug_column(Language))
    title: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    rationale: Mapped[str] = mapped_column(Text, default="")
    #: What keeps human rights in balance with security.
    safeguards: Mapped[str] = mapped_column(Text, default="")
    context: Mapped[str] = mapped_column(Text, default="")
    actions: Mapped[str] = mapped_column(Text, default="")
    results: Mapped[str] = mapped_column(Text, default="")
    success_factors: Mapped[str] = mapped_column(Text, default="")
    constraints: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    outcome: Mapped[Outcome] = relationship(back_populates="texts")

    @property
    def headline(self) -> str:
        """The title, or the beginning of the text where there is none."""
        if self.title:
            return self.title
        return self.text if len(self.text) <= 140 else self.text[:140].rsplit(" ", 1)[0] + "…"


class OutcomeTheme(Base):
    """A theme of an outcome; `as_given` keeps the word that the source used for it."""

    __tablename__ = "outcome_theme"

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    as_given: Mapped[str | None] = mapped_column(String(400))

    outcome: Mapped[Outcome] = relationship(back_populates="theme_links")
    theme: Mapped[Theme] = relationship()


class OutcomeLink(Base):
    """A typed link from one outcome to another, such as "refines"."""

    __tablename__ = "outcome_link"
    __table_args__ = (UniqueConstraint("source_id", "target_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("outcome.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("outcome.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LinkKind] = mapped_column(slug_column(LinkKind))

    source: Mapped[Outcome] = relationship(back_populates="links", foreign_keys=[source_id])
    target: Mapped[Outcome] = relationship(back_populates="links_in", foreign_keys=[target_id])
