"""What is done in the background: by one process at a time, in turn, and in spite of what fails."""

import contextlib
import os
import signal
import subprocess
import sys
import threading

from tests.server import PATIENCE, Server, tracker
from tracker import instance as instances
from tracker import jobs
from tracker.core.db import db, unit_of_work
from tracker.core.files import store_bytes
from tracker.jobs import Job
from tracker.reading.models import FileReading
from tracker.reading.queries import Tally
from tracker.reading.vocabulary import ReadingState


def test_the_jobs_are_what_an_operator_is_told(app):
    assert [job.name for job in jobs.JOBS][:2] == ["mail", "files"]


def test_a_job_that_fails_is_noted_and_the_others_are_done_again_and_again(app, capsys):
    stop, done = threading.Event(), []

    def fail():
        raise RuntimeError("oops")

    def count():
        done.append(1)
        if len(done) == 3:
            stop.set()
        return 0

    jobs.work(app, stop, (Job("bad", fail, 0), Job("good", count, 0)))
    assert len(done) == 3
    assert capsys.readouterr().out.count('"job": "bad"') == 3


def test_all_that_is_left_is_done_and_counted(app):
    left = [3, 2, 0]
    assert jobs.do_all(app, (Job("some", lambda: left.pop(0), 60),)) == {"some": 5}


def test_one_process_works_and_a_killed_one_makes_room(app, instance):
    program = (
        "import sys, types\n"
        "from tracker import jobs\n"
        "app = types.SimpleNamespace(instance_path=sys.argv[1])\n"
        "with jobs.only_worker(app) as mine:\n"
        "    print(mine, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(instance)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline() == "True\n"
    with jobs.only_worker(app) as mine:
        assert not mine
    os.kill(other.pid, signal.SIGKILL)
    other.communicate()
    with jobs.only_worker(app) as mine:
        assert mine


def test_an_application_of_its_own_starts_nothing(app):
    assert "worker" not in {thread.name for thread in threading.enumerate()}


def test_the_worker_reads_what_waits_and_the_doctor_counts_it(app, instance):
    with unit_of_work():
        store_bytes("a.txt", b"words of a file")
        store_bytes("b.pdf", b"%PDF-1.4\nnothing\n%%EOF\n")
    assert instances.examine().files == Tally(waiting=2)
    assert "2 files read." in tracker(instance, "worker", "--once").stdout
    told = tracker(instance, "doctor").stdout
    assert "1 read (0 pages in the index), 0 wait to be read, 1 hold no text" in told
    assert "All well: 0 outcomes" in told


def test_a_running_site_reads_what_is_attached_without_being_told(app, instance):
    with unit_of_work():
        stored = store_bytes("a.txt", b"words of a file")
    server = Server(instance, workers=2).start()
    try:
        for _ in range(PATIENCE * 2):
            db.session.rollback()
            reading = db.session.get(FileReading, stored.id)
            if reading is not None and reading.state is ReadingState.READ:
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.process.wait(0.5)
        assert [page.text for page in reading.pages] == ["words of a file"]
    finally:
        server.stop()
