"""Power cuts: the server is killed at random moments while outcomes are being saved.

`make test` runs a small sample; `make campaign` runs fifty.
"""

import os
import random
import threading
import urllib.error
from http.client import HTTPException

from sqlalchemy import select

from tests.factories.make import Make
from tests.server import PATIENCE, FormClient, Server, tracker
from tracker.accounts import service as accounts
from tracker.core.db import db
from tracker.core.permissions import OPERATOR
from tracker.outcomes.models import Outcome

KILLS = 50 if os.environ.get("TRACKER_CAMPAIGN") else 3
WRITERS = 3


class Writer(threading.Thread):
    """An expert who logs one outcome after the other; remembers what the server acknowledged."""

    def __init__(self, client: FormClient, saved: list[str], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.client, self.saved, self.stop = client, saved, stop
        self.has_saved = threading.Event()

    def run(self) -> None:
        address = "/workshops/KILL/log/recommendation"
        while not self.stop.is_set():
            try:
                page = self.client.get(address)
                mark = f"Mark {threading.get_ident()} {random.random()}"
                self.client.send(page, "outcome-form", address, text=f"Train the staff. {mark}")
                self.saved.append(mark)
                self.has_saved.set()
            except (OSError, urllib.error.URLError, HTTPException):
                return  # the server is gone: what was not acknowledged may be lost


def test_what_was_acknowledged_survives_kills_and_the_index_equals_the_database(app, instance):
    make = Make()
    make.workshop("KILL")
    people = [make.person("expert") for _ in range(WRITERS)]
    saved: list[str] = []
    server = Server(instance, workers=2).start()
    clients = []
    for person in people:
        client = FormClient(server.base)
        address = f"/sign-in/{accounts.issue_link(OPERATOR, person)}"
        client.send(client.get(address), "sign-in", address)
        clients.append(client)
    db.session.remove()
    chance = random.Random(2024)
    for _ in range(KILLS):
        stop = threading.Event()
        writers = [Writer(client, saved, stop) for client in clients]
        for writer in writers:
            writer.start()
        assert writers[0].has_saved.wait(PATIENCE)
        # From here a random moment, which falls anywhere within the saves of three writers.
        stop.wait(chance.uniform(0, 1))
        server.kill()
        stop.set()
        for writer in writers:
            writer.join()
        server.start()
        done = tracker(instance, "doctor", check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        texts = {t.text.rpartition(". ")[2] for o in db.session.scalars(select(Outcome)) for t in o.texts}
        db.session.remove()
        assert [mark for mark in saved if mark not in texts] == []
    server.stop()
