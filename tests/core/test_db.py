"""One transaction for each act: all of it or nothing, and writers wait for each other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from tracker.core import clock, outbox
from tracker.core.audit import AuditEntry
from tracker.core.db import db, unit_of_work
from tracker.core.outbox import OutboxRow
from tracker.outcomes.models import ReferenceCounter


def test_nothing_is_kept_of_an_act_that_fails(app):
    def act() -> None:
        with unit_of_work():
            outbox.enqueue("outcome", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert outbox.is_empty()


def test_an_act_inside_another_joins_it(app):
    def act() -> None:
        with unit_of_work(announce=False):
            with unit_of_work():
                outbox.enqueue("outcome", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert outbox.is_empty()


def test_after_the_outermost_commit_the_index_is_told_once(app):
    told = []
    app.extensions["tracker_after_commit"] = [lambda: told.append(outbox.is_empty())]
    with unit_of_work():
        with unit_of_work():
            outbox.enqueue("workshop", 1)
        assert told == []
    assert told == [False]


def test_what_was_read_before_is_read_again_inside(app):
    with unit_of_work() as session:
        session.add(ReferenceCounter(prefix="REC", year=2001, last=1))
    counter = db.session.get(ReferenceCounter, ("REC", 2001))
    assert counter.last == 1

    def other() -> None:
        with app.app_context(), unit_of_work() as session:
            session.get(ReferenceCounter, ("REC", 2001)).last = 2

    with ThreadPoolExecutor(1) as pool:
        pool.submit(other).result()
    with unit_of_work():
        assert counter.last == 2


def test_eight_writers_at_once_lose_nothing(app):
    with unit_of_work() as session:
        session.add(ReferenceCounter(prefix="REC", year=2001, last=0))

    def add_thirty(_number: int) -> None:
        with app.app_context():
            for _ in range(30):
                with unit_of_work(announce=False) as session:
                    session.get(ReferenceCounter, ("REC", 2001)).last += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_thirty, range(8)))
    db.session.rollback()
    assert db.session.scalar(select(ReferenceCounter.last).where(ReferenceCounter.year == 2001)) == 240


def test_a_moment_without_its_time_zone_is_refused(app):
    with pytest.raises(Exception, match="time zone"), unit_of_work() as session:
        session.execute(select(1).where(AuditEntry.at == datetime(2024, 6, 10)))


def test_moments_come_back_in_utc(app, make):
    there = timezone(timedelta(hours=3))
    outcome = make.outcome(published_at=datetime(2024, 6, 10, 1, 0, tzinfo=there))
    db.session.expire(outcome)
    assert outcome.published_at == datetime(2024, 6, 9, 22, 0, tzinfo=UTC)


def test_the_clock_can_be_set_and_goes_back(app):
    then = datetime(2024, 6, 10, 12, 0, tzinfo=UTC)
    with clock.at(then):
        assert clock.now() == then
        assert clock.today() == then.date()
    assert clock.now() > then


def test_removing_many_rows_from_the_outbox(app):
    with unit_of_work(announce=False):
        outbox.enqueue_many("outcome", list(range(1, 1_203)))
    outbox.remove([row for row, _kind, _record in outbox.waiting(1_201)])
    assert [r.record_id for r in db.session.scalars(select(OutboxRow))] == [1_202]
