"""A workshop and what belongs to it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Party, Person
from tracker.core.db import Base, now
from tracker.core.files import StoredFile
from tracker.core.vocabulary import Handling, Language, slug_column

if TYPE_CHECKING:
    from tracker.outcomes.models import Outcome


def _link(name: str, other: str) -> Table:
    return Table(
        name,
        Base.metadata,
        Column("workshop_id", ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True),
        Column(f"{other}_id", ForeignKey(f"{other}.id"), primary_key=True, index=True),
    )


workshop_host = _link("workshop_host", "party")
workshop_participant = _link("workshop_participant", "party")
workshop_rapporteur = _link("workshop_rapporteur", "person")


class Workshop(Base):
    """A dated meeting; `code` is its public, stable name."""

    __tablename__ = "workshop"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    language: Mapped[Language] = mapped_column(slug_column(Language), default=Language.EN)
    place: Mapped[str | None] = mapped_column(String(200))
    country_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    starts_on: Mapped[date | None] = mapped_column(index=True)
    ends_on: Mapped[date | None]
    #: Working languages, as codes.
    languages: Mapped[list[str]] = mapped_column(default=list)
    line_of_action: Mapped[str | None] = mapped_column(String(300))
    summary: Mapped[str | None] = mapped_column(Text)
    #: Label of the workshop's page, and default of its outcomes.
    handling: Mapped[Handling] = mapped_column(slug_column(Handling), default=Handling.GREEN)
    illustrative: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    country: Mapped[Party | None] = relationship()
    hosts: Mapped[list[Party]] = relationship(secondary=workshop_host, order_by="Party.id")
    participants: Mapped[list[Party]] = relationship(secondary=workshop_participant, order_by="Party.id")
    rapporteurs: Mapped[list[Person]] = relationship(secondary=workshop_rapporteur, order_by="Person.id")
    files: Mapped[list["WorkshopFile"]] = relationship(
        back_populates="workshop", cascade="all, delete-orphan", order_by="WorkshopFile.id"
    )
    outcomes: Mapped[list["Outcome"]] = relationship(back_populates="workshop", order_by="Outcome.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def parties(self) -> list[Party]:
        """Everyone who took part: hosts, then participants, none twice."""
        return list(dict.fromkeys([*self.hosts, *self.participants]))


class WorkshopFile(Base):
    """A file of a workshop: agenda, list, presentation; open to whoever may open the workshop."""

    __tablename__ = "workshop_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    title: Mapped[str] = mapped_column(String(200))

    workshop: Mapped[Workshop] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()
