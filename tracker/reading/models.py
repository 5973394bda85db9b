"""What was read of an attached file. It can be read again from the file, and goes when the file goes."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Base, now
from tracker.core.files import StoredFile
from tracker.core.vocabulary import slug_column
from tracker.reading.vocabulary import ReadingState, Unit


class FileReading(Base):
    """How far the reading of one file has come; a file without a row waits to be read."""

    __tablename__ = "file_reading"

    file_id: Mapped[int] = mapped_column(
        ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[ReadingState] = mapped_column(slug_column(ReadingState), default=ReadingState.READING)
    unit: Mapped[Unit] = mapped_column(slug_column(Unit), default=Unit.WHOLE)
    #: Not all was read: the file is longer than the limits allow, some of its pages are damaged, or the
    #: process that read it ended early.
    is_cut: Mapped[bool] = mapped_column(default=False)
    #: Version of the reader; files that an older one has read are read again.
    version: Mapped[int]
    tries: Mapped[int] = mapped_column(default=0)
    #: When another process may take the file on, because whoever did must have died.
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]

    file: Mapped[StoredFile] = relationship(back_populates="reading")
    pages: Mapped[list["FilePage"]] = relationship(
        back_populates="reading", passive_deletes="all", order_by="FilePage.position"
    )


class FilePage(Base):
    """The text of one page of a file, or of a piece of a page that is very long."""

    __tablename__ = "file_page"
    __table_args__ = (UniqueConstraint("file_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file_reading.file_id", ondelete="CASCADE"))
    #: Place among the pieces of the file, from 1.
    position: Mapped[int]
    #: Number of the page, slide, sheet or section, from 1, as people count.
    number: Mapped[int]
    #: Name of the sheet, or heading of the section.
    label: Mapped[str] = mapped_column(String(200), default="")
    #: Code of the language that its words speak for; None when they speak for none.
    language: Mapped[str | None] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)

    reading: Mapped[FileReading] = relationship(back_populates="pages")
