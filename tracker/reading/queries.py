"""What is known of files read and unread."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from tracker.core.db import db
from tracker.core.files import StoredFile
from tracker.reading.models import FileReading
from tracker.reading.pages import ENDINGS
from tracker.reading.vocabulary import ReadingState


@dataclass(frozen=True, slots=True)
class Tally:
    """How many files were read, wait to be read, and cannot be read."""

    read: int = 0
    waiting: int = 0
    unreadable: int = 0


def has_reader() -> ColumnElement[bool]:
    """The files whose ending has a reader; pictures, for one, hold no text."""
    return or_(*(StoredFile.name.ilike(f"%.{ending}") for ending in ENDINGS))


def tally() -> Tally:
    """How far the reading of all files that have a reader has come."""
    query = (
        select(FileReading.state, func.count(StoredFile.id))
        .select_from(StoredFile)
        .outerjoin(FileReading, FileReading.file_id == StoredFile.id)
        .where(has_reader())
        .group_by(FileReading.state)
    )
    counts: dict[ReadingState | None, int] = dict(map(tuple, db.session.execute(query)))
    read = counts.pop(ReadingState.READ, 0)
    waiting = counts.pop(None, 0) + counts.pop(ReadingState.READING, 0)
    return Tally(read, waiting, sum(counts.values()))
