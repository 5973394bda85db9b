"""Files that people attach: stored under unguessable names, given out only by a room that checked."""

import hashlib
import secrets
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, current_app, send_file
from flask_babel import gettext as _
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from tracker.core.db import Base, db, now
from tracker.core.errors import InvalidInput, NotFound

#: What may be attached, and the type it is served as; nothing here runs in a browser.
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}


#: Longest name that is kept, in characters; what is over is cut off at the front.
LONGEST_NAME = 200


class StoredFile(Base):
    """A file on disk: `token` is its name there, `name` what people see; `size` in bytes."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(default=now)


def _folder() -> Path:
    folder = Path(current_app.instance_path) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _ending(name: str) -> str:
    return Path(name).suffix.lower().removeprefix(".")


def checked_ending(name: str) -> str:
    """The ending of a file's name, one of `TYPES`; raises InvalidInput for any other."""
    ending = _ending(name)
    if ending not in TYPES:
        known = ", ".join(sorted(TYPES))
        raise InvalidInput(
            _("This type of file cannot be attached. Use one of: %(known)s.", known=known), "file"
        )
    return ending


def _shown_name(name: str, ending: str) -> str:
    """The name that people see: its stem cleaned, its ending as it was checked."""
    stem = Path(name).stem
    if stem.isascii():
        clean = secure_filename(stem)
    else:
        clean = "".join(c if c.isprintable() and c not in "/\\" else "_" for c in stem)
    return f"{clean[-(LONGEST_NAME - len(ending) - 1) :] or 'file'}.{ending}"


def store_bytes(name: str, content: bytes) -> StoredFile:
    """Keep the content and add its row to the current unit of work; raises InvalidInput for a type not
    taken.
    """
    ending = checked_ending(name)
    if not content:
        raise InvalidInput(_("The file is empty. Choose another."), "file")
    token = secrets.token_urlsafe(32)
    (_folder() / token).write_bytes(content)
    stored = StoredFile(
        token=token,
        name=_shown_name(name, ending),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    db.session.add(stored)
    return stored


def store_upload(upload: FileStorage) -> StoredFile:
    """Keep what a form sent; raises InvalidInput when its type is not taken or it is empty."""
    return store_bytes(upload.filename or "file", upload.stream.read())


def send(stored: StoredFile) -> Response:
    """The answer that downloads the file; the caller has checked that the actor may have it."""
    path = _folder() / stored.token
    if not path.is_file():
        raise NotFound(_("The file is missing from the disk. Tell an administrator."))
    answer = send_file(
        path,
        # A name without a known ending is still only downloaded, as bytes.
        mimetype=TYPES.get(_ending(stored.name), "application/octet-stream"),
        as_attachment=True,
        download_name=stored.name,
        etag=stored.sha256,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def init_files(app: Flask) -> None:
    """Bound what a request may carry."""
    app.config["MAX_CONTENT_LENGTH"] = app.config["TRACKER_MAX_UPLOAD_MB"] * 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = 4 * 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 5000
