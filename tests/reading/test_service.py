"""Files that wait are read once, whatever comes of it, and what was read goes when the file goes."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from tests import paged_files, sound_files
from tracker.core import clock
from tracker.core.db import db, now, unit_of_work
from tracker.core.files import StoredFile, discard, store_bytes
from tracker.reading import service
from tracker.reading.models import FilePage, FileReading
from tracker.reading.queries import Tally, tally
from tracker.reading.vocabulary import ReadingState
from tracker.workshops.models import WorkshopFile


def store(name, content):
    with unit_of_work():
        return store_bytes(name, content)


def state_of(stored):
    db.session.expire_all()
    return db.session.get_one(StoredFile, stored.id).reading


def test_what_waits_is_read_once_and_its_pages_are_kept(app):
    stored = store("decree.pdf", paged_files.pdf(["One", "the law of the land and of the sea"]))
    store("photo.png", sound_files.png())
    assert tally() == Tally(read=0, waiting=1)
    assert service.read_waiting() == 1
    reading = state_of(stored)
    assert reading.state is ReadingState.READ
    assert [(page.number, page.language) for page in reading.pages] == [(1, None), (2, "en")]
    assert service.read_waiting() == 0
    assert tally() == Tally(read=1)


def test_what_cannot_be_read_is_noted_with_its_reason_and_not_tried_again(app):
    stored = store("broken.pdf", b"%PDF-1.4\nnothing\n%%EOF\n")
    assert service.read_waiting() == 1
    assert state_of(stored).state is ReadingState.DAMAGED
    assert service.read_waiting() == 0
    assert tally() == Tally(unreadable=1)


def test_a_file_missing_from_the_disk_is_noted(app):
    stored = store("gone.txt", b"words")
    (Path(app.instance_path) / "uploads" / stored.token).unlink()
    assert service.read_waiting() == 1
    assert state_of(stored).state is ReadingState.MISSING


def test_who_died_while_reading_is_followed_by_another_and_not_for_ever(app):
    stored = store("a.txt", b"words of the file")
    for _again in range(service.MOST_TRIES):
        assert service._claim() is not None
        assert service._claim() is None, "another process took on the same file"
        db.session.get_one(FileReading, stored.id).next_try_at = now() - timedelta(minutes=1)
        db.session.commit()
    assert service.read_waiting() == 1
    assert state_of(stored).state is ReadingState.TOO_SLOW
    assert service.read_waiting() == 0


def test_a_reader_that_knows_more_reads_everything_again(app, monkeypatch):
    stored = store("a.txt", b"words of the file")
    service.read_waiting()
    monkeypatch.setattr(service, "READER_VERSION", service.READER_VERSION + 1)
    assert service.read_waiting() == 1
    assert [page.text for page in state_of(stored).pages] == ["words of the file"]
    assert service.read_waiting() == 0


def test_what_was_read_goes_with_the_file(app):
    stored = store("a.txt", b"words")
    service.read_waiting()
    with unit_of_work():
        discard(db.session.get_one(StoredFile, stored.id))
    assert db.session.scalars(select(FileReading)).all() == []
    assert db.session.scalars(select(FilePage)).all() == []


def test_a_file_that_goes_while_it_is_read_leaves_nothing(app):
    stored = store("a.txt", b"words")
    claimed = service._claim()
    with unit_of_work():
        discard(db.session.get_one(StoredFile, stored.id))
    service._read(*claimed)
    assert db.session.scalars(select(FilePage)).all() == []


def test_whoever_sees_the_file_is_told_in_plain_words_why_it_is_not_found(make, visit):
    workshop = make.workshop("WS-X")
    person = make.person()
    with unit_of_work():
        workshop.files.append(attached("broken.pdf", b"%PDF-1.4\nnothing\n%%EOF\n"))
        workshop.files.append(attached("sound.txt", b"words"))
    assert "could not be read" not in visit(person).get("/workshops/WS-X").text
    service.read_waiting()
    page = visit(person).get("/workshops/WS-X")
    assert page.text.count("could not be read") == 1
    assert "it is damaged" in page.text


def test_of_a_file_that_was_not_read_to_its_end_no_more_is_said_than_is_known(make, visit):
    workshop = make.workshop("WS-X")
    with unit_of_work():
        workshop.files.append(attached("sound.txt", b"words"))
    service.read_waiting()
    part = "may find only a part of what stands in this file"
    person = make.person()
    assert part not in visit(person).get("/workshops/WS-X").text
    with unit_of_work() as session:
        session.scalars(select(FileReading)).one().is_cut = True
    page = visit(person).get("/workshops/WS-X").text
    assert part in page
    assert "very long" not in page


def attached(name, content):
    return WorkshopFile(file=store_bytes(name, content), title=name)


def test_time_does_not_bring_back_what_is_read(app):
    store("a.txt", b"words")
    service.read_waiting()
    with clock.at(now() + timedelta(days=400)):
        assert service.read_waiting() == 0
