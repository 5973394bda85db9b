"""Attached files: which are taken, how they are kept, how they are given out."""

from pathlib import Path

import pytest

from tracker.core import files
from tracker.core.db import unit_of_work
from tracker.core.errors import InvalidInput, NotFound


def store(name: str, content: bytes = b"text"):
    with unit_of_work():
        return files.store_bytes(name, content)


def test_a_file_is_kept_under_a_name_that_cannot_be_guessed(app):
    stored = store("agenda.pdf")
    assert len(stored.token) >= 40
    assert (Path(app.instance_path) / "uploads" / stored.token).read_bytes() == b"text"


@pytest.mark.parametrize("name", ["run.exe", "page.html", "image.svg", "macro.docm", "nothing", ".pdf.js"])
def test_a_type_that_could_do_harm_is_refused_and_the_others_named(app, name):
    with pytest.raises(InvalidInput, match="pdf"):
        store(name)


def test_an_empty_file_is_refused(app):
    with pytest.raises(InvalidInput, match="empty"):
        store("agenda.pdf", b"")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "..\\..\\x.txt", "تقرير الورشة.txt", "a" * 400 + ".txt"]
)
def test_odd_names_do_no_harm(app, name):
    stored = store(name)
    assert "/" not in stored.name
    assert "\\" not in stored.name
    assert len(stored.name) <= 200
    assert stored.name.endswith(".txt")


@pytest.mark.parametrize("name", ["().pdf", "_.pdf", "???.pdf", "..PDF", "؟؟.pdf", "line\nbreak é.pdf"])
def test_a_file_whose_name_is_all_signs_can_still_be_downloaded(app, name):
    stored = store(name)
    assert stored.name.endswith(".pdf")
    assert stored.name != ".pdf"
    with app.test_request_context():
        answer = files.send(stored)
    assert answer.mimetype == "application/pdf"
    answer.close()


def test_a_file_is_always_downloaded_never_shown(app):
    stored = store("تقرير.txt")
    with app.test_request_context():
        answer = files.send(stored)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    answer.close()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_missing_from_the_disk_says_so(app):
    stored = store("agenda.pdf")
    (Path(app.instance_path) / "uploads" / stored.token).unlink()
    with app.test_request_context(), pytest.raises(NotFound, match="administrator"):
        files.send(stored)
