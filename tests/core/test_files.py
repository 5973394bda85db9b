"""Attached files: which are taken, how they are kept, how they are given out."""

import contextlib
import os
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import sound_files
from tracker import instance as instances
from tracker.core import files
from tracker.core.db import db, unit_of_work
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.headers import DATA_POLICY

PDF = sound_files.pdf()


class Oops(Exception):
    """Something goes wrong after a file was written."""


def store(name: str, content: bytes | None = None):
    with unit_of_work():
        return files.store_bytes(name, PDF if content is None else content)


@pytest.fixture
def uploads(app):
    folder = Path(app.instance_path) / "uploads"
    folder.mkdir(exist_ok=True)
    return folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_kept_under_a_name_that_cannot_be_guessed(uploads):
    stored = store("agenda.pdf")
    assert len(stored.token) >= 40
    assert (uploads / stored.token).read_bytes() == PDF
    assert (uploads / stored.token).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name", ["run.exe", "page.html", "image.svg", "macro.docm", "nothing", ".pdf.js", ""]
)
def test_a_type_that_could_do_harm_is_refused_and_the_others_named(app, name):
    with pytest.raises(InvalidInput, match="pdf"):
        store(name)


def test_an_empty_file_is_refused(app):
    with pytest.raises(InvalidInput, match="empty"):
        store("agenda.pdf", b"")


def test_a_file_over_the_limit_is_refused_and_one_of_the_limit_is_taken(app, monkeypatch):
    monkeypatch.setitem(app.config, "TRACKER_MAX_UPLOAD_MB", 1)
    assert store("a.txt", b"x" * 1024 * 1024).size == 1024 * 1024
    with pytest.raises(InvalidInput, match="larger than 1 MB"):
        store("a.txt", b"x" * (1024 * 1024 + 1))


def test_a_file_whose_content_is_something_else_is_refused(uploads):
    with pytest.raises(InvalidInput, match="PNG picture"):
        store("agenda.pdf", sound_files.png())
    assert names(uploads) == []


def test_a_transaction_that_fails_leaves_nothing_on_the_disk(uploads):
    kept = store("before.pdf")

    with contextlib.suppress(Oops), unit_of_work():
        stored = files.store_bytes("agenda.pdf", PDF)
        assert (uploads / stored.token).is_file()
        raise Oops
    assert names(uploads) == [kept.token]
    assert db.session.scalars(select(files.StoredFile.token)).all() == [kept.token]
    later = store("after.pdf")
    assert names(uploads) == sorted([kept.token, later.token])


def test_a_savepoint_that_fails_takes_nothing_away_that_is_kept(uploads):
    with unit_of_work() as session:
        first = files.store_bytes("first.pdf", PDF)
        session.flush()
        with contextlib.suppress(Oops), session.begin_nested():
            files.store_bytes("second.pdf", PDF)
            raise Oops
        with session.begin_nested():
            third = files.store_bytes("third.pdf", PDF)
    assert {first.token, third.token} <= set(names(uploads))
    with contextlib.suppress(Oops), unit_of_work() as session:
        with session.begin_nested():
            fourth = files.store_bytes("fourth.pdf", PDF)
        raise Oops
    assert fourth.token not in names(uploads)


def test_a_disk_that_is_full_leaves_no_half_file(uploads, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store("agenda.pdf")
    assert names(uploads) == []


def test_the_looking_over_tells_of_files_missing_changed_and_left_over(uploads):
    missing, changed, swapped = store("missing.pdf"), store("changed.pdf"), store("swapped.pdf")
    sound = store("sound.pdf")
    assert files.faults() == []
    (uploads / missing.token).unlink()
    (uploads / changed.token).write_bytes(PDF + b"x")
    (uploads / swapped.token).write_bytes(PDF.replace(b"Decree", b"Decrea"))
    for name in ("orphan", "orphan.part", "fresh"):
        (uploads / name).write_bytes(b"x")
    long_ago = time.time() - 7200
    for name in ("orphan", "orphan.part", sound.token):
        os.utime(uploads / name, (long_ago, long_ago))
    assert sorted(files.faults()) == [
        "file changed: changed.pdf",
        "file changed: swapped.pdf",
        "file missing: missing.pdf",
        "file without a record, may be deleted: uploads/orphan",
        "file without a record, may be deleted: uploads/orphan.part",
    ]


def test_the_looking_over_changes_nothing(app):
    assert instances.examine().faults == []
    assert not (Path(app.instance_path) / "uploads").exists()


def test_a_file_is_always_downloaded_never_shown(app):
    stored = store("تقرير.txt", b"text")
    with app.test_request_context():
        answer = app.process_response(files.send(stored))
    answer.close()
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=file.txt; filename*=UTF-8''%D8%AA%D9%82%D8%B1%D9%8A%D8%B1.txt"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == DATA_POLICY
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_no_part_of_a_file_is_answered_and_nothing_is_compared(app):
    stored = store("agenda.pdf")
    with app.test_request_context(headers={"Range": "bytes=0-3", "If-None-Match": stored.sha256}):
        answer = files.send(stored)
    assert answer.status_code == 200
    assert answer.content_length == len(PDF)
    answer.close()


def test_a_name_from_before_without_a_known_ending_is_downloaded_as_bytes(app):
    stored = store("agenda.pdf")
    stored.name = "agenda"
    with app.test_request_context():
        answer = files.send(stored)
    answer.close()
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename=agenda"


def test_a_file_missing_from_the_disk_says_so(uploads):
    stored = store("agenda.pdf")
    (uploads / stored.token).unlink()
    with pytest.raises(NotFound, match="administrator"):
        files.send(stored)
