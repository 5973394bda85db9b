"""Files that people attach: inspected, kept under unguessable names, given out by a room that checked."""

import hashlib
import os
import secrets
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, g, send_file
from flask_babel import gettext as _
from sqlalchemy import String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship
from werkzeug.datastructures import FileStorage

from tracker.core import outbox, refusals
from tracker.core.db import Base, db, now
from tracker.core.errors import NotFound
from tracker.core.filenames import LONGEST_NAME, disposition, ending_of, shown_name
from tracker.core.inspection import check

if TYPE_CHECKING:
    from tracker.reading.models import FileReading

#: What may be attached, and the type it is served as; nothing here runs in a browser.
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "txt": "text/plain",
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}

#: Most files in one form; what the form says beside them takes up to as much as `_FORM_BYTES`.
_FILES_IN_A_FORM = 3
_FORM_BYTES = 4 * 1024 * 1024
_MEGABYTE = 1024 * 1024

#: Ending of a file on disk that is still being written.
_UNFINISHED = ".part"
#: Seconds after which a file without a record is no upload under way any more.
_LONGEST_UPLOAD = 3600
#: Where a session keeps which files its transaction has written.
_WRITTEN = "tracker_files_written"
#: Where it keeps which files go once the transaction is committed.
_DISCARDED = "tracker_files_discarded"


class StoredFile(Base):
    """A file on disk: `token` names it there and in its address, `name` is what people see; size in bytes."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(default=now)

    #: What came of reading its text; None while nobody has tried.
    reading: Mapped["FileReading | None"] = relationship(
        back_populates="file", lazy="joined", passive_deletes="all"
    )


def _place() -> Path:
    return Path(current_app.instance_path) / "uploads"


def path_of(token: str) -> Path:
    """Where a file lies on the disk, if it is there."""
    return _place() / token


def _folder() -> Path:
    folder = _place()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def checked_ending(name: str) -> str:
    """The ending of a file's name, one of `TYPES`; raises InvalidInput for any other."""
    ending = ending_of(name)
    if ending not in TYPES:
        raise refusals.not_taken(", ".join(sorted(TYPES)))
    return ending


def check_content(name: str, content: bytes) -> None:
    """Raise InvalidInput when the type is not taken, or the content empty, too large or not of its type."""
    ending = checked_ending(name)
    if not content:
        raise refusals.empty()
    most: int = current_app.config["TRACKER_MAX_UPLOAD_MB"]
    if len(content) > most * _MEGABYTE:
        raise refusals.too_large(most)
    # A form checks so that the sentence stands beside its field, and the service checks again.
    good: set[tuple[str, str]] = g.setdefault("tracker_files_found_good", set())
    what = (ending, hashlib.sha256(content).hexdigest())
    if what not in good:
        check(name, content)
        good.add(what)


def check_upload(upload: FileStorage) -> None:
    """Raise InvalidInput as `store_upload` would, and leave the upload to be read again."""
    name = upload.filename or ""
    checked_ending(name)
    content = _read(upload)
    upload.stream.seek(0)
    check_content(name, content)


def _read(upload: FileStorage) -> bytes:
    # One byte more than is taken is enough to refuse it.
    return upload.stream.read(current_app.config["TRACKER_MAX_UPLOAD_MB"] * _MEGABYTE + 1)


def store_bytes(name: str, content: bytes) -> StoredFile:
    """Keep the content and add its row to the current unit of work.

    The file is on disk, whole, before its row is committed; a transaction that fails takes it away again.
    Raises InvalidInput as `check_content` does.
    """
    check_content(name, content)
    stored = StoredFile(
        token=secrets.token_urlsafe(32),
        name=shown_name(name),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    path = _folder() / stored.token
    db.session.info.setdefault(_WRITTEN, []).append(path)
    _write(path, content)
    db.session.add(stored)
    return stored


def store_upload(upload: FileStorage) -> StoredFile:
    """Keep what a form sent; raises InvalidInput as `check_content` does."""
    return store_bytes(upload.filename or "", _read(upload))


def _write(path: Path, content: bytes) -> None:
    """Write a file so that under its name there is all of it or nothing, also after a power cut."""
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):  # elsewhere a folder cannot be opened, and keeps its names by itself
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@event.listens_for(db.session, "after_commit")
def _keep_written(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_WRITTEN, None)
        for path in session.info.pop(_DISCARDED, ()):
            path.unlink(missing_ok=True)


@event.listens_for(db.session, "after_rollback")
def _drop_written(session: Session) -> None:
    # What a savepoint wrote may stay until all is over; a file without a row harms nobody.
    if not session.in_nested_transaction():
        session.info.pop(_DISCARDED, None)
        for path in session.info.pop(_WRITTEN, ()):
            path.unlink(missing_ok=True)


def discard(stored: StoredFile) -> None:
    """Delete the row in the current unit of work, and the file after its commit.

    What somebody took off a record is gone: it may be there because it should never have been attached.
    """
    db.session.delete(stored)
    outbox.enqueue("file", stored.id)
    db.session.info.setdefault(_DISCARDED, []).append(_place() / stored.token)


def send(stored: StoredFile) -> Response:
    """The answer that downloads the file; the caller has checked that the actor may have it.

    What else keeps a browser from showing or running it are the headers of every answer (`core/headers.py`).
    """
    path = _folder() / stored.token
    if not path.is_file():
        raise NotFound(_("The file is missing from the disk. Tell an administrator."))
    answer = send_file(
        path,
        # A name without a known ending is still only downloaded, as bytes.
        mimetype=TYPES.get(ending_of(stored.name), "application/octet-stream"),
        # Nothing is kept in a cache, so there is nothing to compare with.
        conditional=False,
        etag=False,
        last_modified=None,
    )
    answer.headers.set("Content-Disposition", "attachment", **disposition(stored.name))
    return answer


def faults() -> list[str]:
    """What is wrong between the rows and the disk, a sentence each: files missing, changed, or left over.

    A file that was written within the hour may belong to a transaction that is not over.
    """
    folder = _place()
    found, known = [], set()
    for stored in db.session.scalars(select(StoredFile)):
        known.add(stored.token)
        path = folder / stored.token
        if not path.is_file():
            found.append(f"file missing: {stored.name}")
        elif path.stat().st_size != stored.size or _sum(path) != stored.sha256:
            found.append(f"file changed: {stored.name}")
    before = time.time() - _LONGEST_UPLOAD
    there = folder.iterdir() if folder.is_dir() else ()
    left = [path for path in there if path.name not in known and path.lstat().st_mtime < before]
    return found + [f"file without a record, may be deleted: uploads/{path.name}" for path in sorted(left)]


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def init_files(app: Flask) -> None:
    """Bound what a request may carry: as many files as a form takes, each as large as the setting allows."""
    largest: Any = app.config["TRACKER_MAX_UPLOAD_MB"]
    app.config["MAX_CONTENT_LENGTH"] = largest * _MEGABYTE * _FILES_IN_A_FORM + _FORM_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = _FORM_BYTES
    app.config["MAX_FORM_PARTS"] = 5000
