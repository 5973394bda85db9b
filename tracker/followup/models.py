"""Commitments and adoptions, and the dated lines of their history."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Party, Person
from tracker.core.db import Base, now
from tracker.core.files import StoredFile
from tracker.core.vocabulary import Handling, Language, slug_column
from tracker.followup.vocabulary import Assurance, EvidenceKind, Finding, Implementation, Position, Stage
from tracker.outcomes.models import Outcome


class Commitment(Base):
    """One recommendation and one addressee: the thing that is followed up.

    `position` and `implementation` are None where nobody has stated them. The three fields are the state
    after the last line of history.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        UniqueConstraint("outcome_id", "party_id"),
        Index("ix_commitment_party_id_implementation", "party_id", "implementation"),
        # A number never comes back: the history of one that was dropped must not become that of another.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id", ondelete="CASCADE"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    position: Mapped[Position | None] = mapped_column(slug_column(Position), index=True)
    implementation: Mapped[Implementation | None] = mapped_column(slug_column(Implementation), index=True)
    assurance: Mapped[Assurance] = mapped_column(slug_column(Assurance), default=Assurance.NONE, index=True)
    #: Overrides the due date of the recommendation.
    own_due: Mapped[date | None]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    last_update_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    outcome: Mapped[Outcome] = relationship(back_populates="commitments")
    party: Mapped[Party] = relationship()
    updates: Mapped[list["Update"]] = relationship(
        back_populates="commitment", cascade="all, delete-orphan", order_by="Update.id"
    )
    assessments: Mapped[list["Assessment"]] = relationship(
        back_populates="commitment", cascade="all, delete-orphan", order_by="Assessment.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def due(self) -> date | None:
        """Its own due date, else the recommendation's."""
        return self.own_due or self.outcome.due

    @property
    def is_open(self) -> bool:
        """Whether something is still owed: not refused, not inapplicable, not closed, not done undisputed."""
        if self.position is not None and self.position.is_declined:
            return False
        if self.implementation is None or self.implementation.is_open:
            return True
        # What is said to be done and was disputed is owed again.
        return self.assurance is Assurance.DISPUTED and not self.implementation.is_closed


class Adoption(Base):
    """One practice and one party that takes it up."""

    __tablename__ = "adoption"
    __table_args__ = (UniqueConstraint("outcome_id", "party_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id", ondelete="CASCADE"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    stage: Mapped[Stage] = mapped_column(slug_column(Stage), default=Stage.INTERESTED, index=True)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    last_update_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    outcome: Mapped[Outcome] = relationship(back_populates="adoptions")
    party: Mapped[Party] = relationship()
    updates: Mapped[list["Update"]] = relationship(
        back_populates="adoption", cascade="all, delete-orphan", order_by="Update.id"
    )

    __mapper_args__ = {"version_id_col": version}


class Update(Base):
    """What a focal point claims about a commitment or an adoption; appended, never changed."""

    __tablename__ = "update"
    __table_args__ = (
        CheckConstraint("(commitment_id IS NULL) <> (adoption_id IS NULL)", name="one_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int | None] = mapped_column(
        ForeignKey("commitment.id", ondelete="CASCADE"), index=True
    )
    adoption_id: Mapped[int | None] = mapped_column(ForeignKey("adoption.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    position: Mapped[Position | None] = mapped_column(slug_column(Position))
    implementation: Mapped[Implementation | None] = mapped_column(slug_column(Implementation))
    stage: Mapped[Stage | None] = mapped_column(slug_column(Stage))
    text: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    obstacles: Mapped[str] = mapped_column(Text, default="")
    adaptations: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[Language] = mapped_column(slug_column(Language), default=Language.EN)
    #: At least as restricted as the outcome's.
    handling: Mapped[Handling] = mapped_column(slug_column(Handling), default=Handling.GREEN)

    commitment: Mapped[Commitment | None] = relationship(back_populates="updates")
    adoption: Mapped[Adoption | None] = relationship(back_populates="updates")
    author: Mapped[Person | None] = relationship()
    evidence: Mapped[list["Evidence"]] = relationship(
        back_populates="update", cascade="all, delete-orphan", order_by="Evidence.id"
    )

    @property
    def subject(self) -> Commitment | Adoption:
        """What it reports on."""
        found = self.commitment or self.adoption
        if found is None:
            raise ValueError("an update reports on a commitment or an adoption")
        return found

    @property
    def shown_handling(self) -> Handling:
        """The label that holds: its own, or that of an outcome that was raised above it since."""
        return self.handling.or_higher(self.subject.outcome.handling)


class Assessment(Base):
    """What a reviewer of another party finds about a commitment; appended, shown beside the claim."""

    __tablename__ = "assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    #: The claim that was looked at, where there is one.
    update_id: Mapped[int | None] = mapped_column(ForeignKey("update.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    finding: Mapped[Finding] = mapped_column(slug_column(Finding))
    #: The state that the reviewer finds, where it differs from the claim.
    implementation: Mapped[Implementation | None] = mapped_column(slug_column(Implementation))
    text: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[Language] = mapped_column(slug_column(Language), default=Language.EN)
    handling: Mapped[Handling] = mapped_column(slug_column(Handling), default=Handling.GREEN)

    commitment: Mapped[Commitment] = relationship(back_populates="assessments")
    update: Mapped[Update | None] = relationship()
    author: Mapped[Person | None] = relationship()

    @property
    def shown_handling(self) -> Handling:
        """The label that holds: its own, or that of an outcome that was raised above it since."""
        return self.handling.or_higher(self.commitment.outcome.handling)


class Evidence(Base):
    """What supports an update: a file, a link, or who has seen what may not be shared."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("update.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(slug_column(EvidenceKind))
    title: Mapped[str] = mapped_column(String(300))
    dated: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    url: Mapped[str | None] = mapped_column(String(2000))
    seen_by: Mapped[str | None] = mapped_column(String(300))
    handling: Mapped[Handling] = mapped_column(slug_column(Handling), default=Handling.GREEN)

    update: Mapped[Update] = relationship(back_populates="evidence")
    file: Mapped[StoredFile | None] = relationship()

    @property
    def shown_handling(self) -> Handling:
        """The label that holds: its own, or that of what it lies in where that is higher."""
        return self.handling.or_higher(self.update.shown_handling)
