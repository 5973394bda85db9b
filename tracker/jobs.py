"""What is done in the background: a list of jobs, and the worker that does them in turn.

A job is a function that is called within the application's context, and the seconds between two calls. It
gives back how much it did: 0 when nothing is left to do. It must bear being called by several processes at
once and being stopped anywhere, so what it takes on it claims in the database first; and it must come back
after some seconds, because the others wait for it. Add one to `JOBS`.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Flask

from tracker.core import mail
from tracker.core.db import db
from tracker.reading import service as reading
from tracker.search import indexing
from tracker.search.saved.alerts import run_due_alerts

try:
    import fcntl
except ImportError:  # without locks on files every process works; the claims keep them apart
    fcntl = None  # type: ignore[assignment]

log = structlog.get_logger("tracker.jobs")

#: Seconds after which a process that may not work asks again whether it may.
_ASKING = 5.0


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done again and again; `work` gives back how much it did."""

    name: str
    work: Callable[[], int]
    seconds: float


JOBS: tuple[Job, ...] = (
    Job("mail", mail.deliver, 30),
    # Often, because a look that finds nothing is one small query, and people look for what they attached.
    Job("files", reading.read_waiting, 2),
    Job("pages", indexing.take_in_pages, 2),
    Job("index", indexing.merge_segments, 60),
    Job("alerts", run_due_alerts, 20),
    # Reading and summing 400 MB takes about a second.
    Job("index check", indexing.verify, 3_600),
)


def do(app: Flask, job: Job) -> int:
    """Do one job once; one that fails is noted in the log, and does not keep the others from being done."""
    with app.app_context():
        try:
            return job.work()
        except Exception:
            log.exception("a job failed", job=job.name)
            db.session.rollback()
            return 0


def do_all(app: Flask, jobs: Sequence[Job] = JOBS) -> dict[str, int]:
    """Do every job until nothing is left of it; gives back by name how much each did."""
    done = dict.fromkeys((job.name for job in jobs), 0)
    for job in jobs:
        while number := do(app, job):
            done[job.name] += number
    return done


def work(app: Flask, stop: threading.Event, jobs: Sequence[Job] = JOBS) -> None:
    """Do the jobs in turn, each when its time has come, until told to stop.

    Only one process works on an instance at a time; the others wait until it ends or is killed.
    """
    while not stop.is_set():
        with only_worker(app) as is_mine:
            due = dict.fromkeys((job.name for job in jobs), time.monotonic())
            while is_mine and not stop.is_set():
                for job in jobs:
                    if due[job.name] <= time.monotonic() and not stop.is_set():
                        do(app, job)
                        due[job.name] = time.monotonic() + job.seconds
                stop.wait(max(0.0, min(due.values()) - time.monotonic()))
        stop.wait(_ASKING)


def start(app: Flask, jobs: Sequence[Job] = JOBS) -> threading.Event:
    """Work in the background of this process for as long as it lives; gives back what stops it."""
    stop = threading.Event()
    threading.Thread(target=work, args=(app, stop, jobs), name="worker", daemon=True).start()
    return stop


@contextmanager
def only_worker(app: Flask) -> Iterator[bool]:
    """Whether this process may work on the instance; the system frees the place of one that dies."""
    if fcntl is None:
        yield True
        return
    file = os.open(Path(app.instance_path) / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(file)
