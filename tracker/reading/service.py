"""Reading the files that wait: a job of the worker, not an act of a person, so no permission is asked for."""

import time
from datetime import timedelta
from pathlib import Path

import structlog
from flask import current_app
from sqlalchemy import and_, delete, or_, select

from tracker.core import files, outbox
from tracker.core.db import db, now, unit_of_work
from tracker.core.filenames import ending_of
from tracker.core.files import StoredFile
from tracker.reading.languages import language_of
from tracker.reading.models import FilePage, FileReading
from tracker.reading.pages import Limits
from tracker.reading.process import Reading, read
from tracker.reading.queries import has_reader
from tracker.reading.vocabulary import ReadingState

log = structlog.get_logger("tracker.reading")

#: Raised when readers find more than before; files that an older version has read are read again.
READER_VERSION = 1
#: How often a file is taken on whose reading was cut short from outside, such as by a machine that stopped.
MOST_TRIES = 3
#: Seconds after which no further file is begun, because other jobs wait.
_AT_A_TIME = 20.0


def limits() -> Limits:
    """What may be spent on one file, as set."""
    config = current_app.config
    return Limits(
        seconds=config["TRACKER_READING_SECONDS"],
        megabytes=config["TRACKER_READING_MEMORY_MB"],
        pages=config["TRACKER_READING_PAGES"],
        characters=config["TRACKER_READING_CHARACTERS"],
    )


def read_waiting() -> int:
    """Read files that wait, one after the other, for some seconds; gives back how many were taken on.

    Each is claimed first, so that two processes never read the same one. Whatever comes of it is written
    down, so that nothing is tried for ever.
    """
    number = 0
    until = time.monotonic() + _AT_A_TIME
    while time.monotonic() < until and (claimed := _claim()) is not None:
        _read(*claimed)
        number += 1
    return number


def _claim() -> tuple[int, str, str] | None:
    """Take on the oldest file that waits: its number, its name on the disk and its ending."""
    waits = or_(
        FileReading.file_id.is_(None),
        FileReading.version < READER_VERSION,
        and_(FileReading.state == ReadingState.READING, FileReading.next_try_at <= now()),
    )
    query = select(StoredFile).outerjoin(FileReading, FileReading.file_id == StoredFile.id)
    query = query.where(has_reader(), waits).order_by(StoredFile.id).limit(1)
    # Most looks find nothing, and then need no lock.
    if db.session.scalar(query) is None:
        db.session.rollback()
        return None
    with unit_of_work(announce=False) as session:
        stored = session.scalar(query)
        if stored is None:
            return None
        reading = stored.reading
        is_new = reading is None or reading.version < READER_VERSION
        reading = reading or FileReading(file=stored, tries=0)
        tries = 1 if is_new else reading.tries + 1
        reading.version, reading.state, reading.tries = READER_VERSION, ReadingState.READING, tries
        reading.next_try_at = now() + timedelta(seconds=limits().seconds * 3 + 60)
        session.add(reading)
        return stored.id, stored.token, ending_of(stored.name)


def _read(file_id: int, token: str, ending: str) -> None:
    tried = db.session.get(FileReading, file_id)
    was_cut_short = tried is not None and tried.tries > MOST_TRIES
    db.session.rollback()
    try:
        if was_cut_short:
            found = Reading(ReadingState.TOO_SLOW)
        else:
            found = read(files.path_of(token), ending, limits(), Path(current_app.instance_path))
    except FileNotFoundError:
        found = Reading(ReadingState.MISSING)
    except OSError as error:
        # No process or no space to be had just now: tried again when the claim has run out.
        log.error("file not read", file=file_id, error=type(error).__name__)
        return
    _keep(file_id, found)


def _keep(file_id: int, found: Reading) -> None:
    """Write down what was read; nothing, when the file was taken off meanwhile."""
    with unit_of_work() as session:
        reading = session.get(FileReading, file_id)
        if reading is None:
            return
        session.execute(delete(FilePage).where(FilePage.file_id == file_id))
        session.add_all(
            FilePage(
                file_id=file_id,
                position=position,
                number=page.number,
                label=page.label,
                language=language_of(page.text),
                text=page.text,
            )
            for position, page in enumerate(found.pages, 1)
        )
        reading.state, reading.unit, reading.is_cut = found.state, found.unit, found.is_cut
        reading.read_at = now()
        outbox.enqueue("file", file_id)
    if found.state.is_failure:
        log.info("file without text", file=file_id, reason=str(found.state))
