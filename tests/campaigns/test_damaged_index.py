"""The index comes to harm while two workers serve it: every page answers, nothing wrong is told, it heals.

`make test` does harm at a few places; `make campaign` at two hundred.
"""

import json
import os
import random
import threading
import urllib.request
from itertools import cycle
from pathlib import Path

from tests.factories.make import Make
from tests.search.damage import harm
from tests.server import PATIENCE, FormClient, Server, tracker
from tracker.accounts import service as accounts
from tracker.core.db import db
from tracker.core.permissions import OPERATOR
from tracker.search import indexing

PLACES = 200 if os.environ.get("TRACKER_CAMPAIGN") else 4
#: After so many places the index has to be whole again.
ROUND = 4
#: Searches of one person are bounded, so many people search.
PEOPLE = 25
WORDS = ("prison", "border", "word3 prison", "staff -border")


class Asker:
    """Asks the API as many people in turn; remembers what was neither right nor said to be incomplete."""

    def __init__(self, base: str, tokens: list[str], right: dict[str, set[str]]) -> None:
        self.base, self.right = base, right
        self.tokens = cycle(tokens)
        self.wrong: list[str] = []

    def ask(self, word: str) -> bool:
        """Whether the answer was complete. An answer other than 200 raises."""
        address = f"{self.base}/api/v1/search?limit=100&q={word.replace(' ', '+')}"
        opener = urllib.request.build_opener()
        opener.addheaders = [("Authorization", f"Bearer {next(self.tokens)}")]
        with opener.open(address, timeout=PATIENCE) as answer:
            found = json.load(answer)
        refs = {hit["ref"] for hit in found["hits"]}
        if not found["incomplete"] and refs != self.right[word]:
            self.wrong.append(f"{word}: {sorted(refs)}")
        return not found["incomplete"]

    def is_whole(self) -> bool:
        """Whether all answers are complete."""
        complete = [self.ask(word) for word in WORDS]
        return all(complete)


def test_the_site_stays_up_and_right_while_its_index_is_damaged(app, instance):
    make = Make()
    words: dict[str, set[str]] = {word: set() for word in WORDS}
    for n in range(24):
        border = " at the border" if n % 2 else ""
        ref = make.outcome(f"Train prison staff{border} in word{n}.").ref
        words["prison"].add(ref)
        words["border" if border else "staff -border"].add(ref)
        if n == 3:
            words["word3 prison"].add(ref)
        if n > 15:
            # Each in a segment of its own.
            indexing.drain()
    indexing.drain()
    people = [make.person("expert") for _ in range(PEOPLE)]
    tokens = [accounts.issue_token(OPERATOR, person, "asks") for person in people]
    link = accounts.issue_link(OPERATOR, people[0])
    db.session.remove()
    server = Server(instance, workers=2).start()
    try:
        client = FormClient(server.base)
        client.send(client.get(f"/sign-in/{link}"), "sign-in", f"/sign-in/{link}")
        asker = Asker(server.base, tokens, words)
        assert asker.is_whole()
        damage(instance / "index", server, client, asker)
        assert asker.wrong == []
    finally:
        server.stop()
    if tracker(instance, "doctor", check=False).returncode:
        # What nobody has read since it was damaged shows only now; the doctor reads everything.
        tracker(instance, "reindex")
    done = tracker(instance, "doctor", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def damage(folder: Path, server: Server, client: FormClient, asker: Asker) -> None:
    chance = random.Random(2024)
    for place in range(PLACES):
        done = harm(folder, chance)
        asker.is_whole()
        if place % ROUND == ROUND - 1:
            client.get("/search?q=prison")
            client.get("/outcomes/")
            wait_until_whole(asker, done)


def wait_until_whole(asker: Asker, done: str) -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 4):
        # Both workers have to say so: several answers in a row.
        if all(asker.is_whole() for _ in range(3)):
            return
        pause.wait(0.25)
    raise AssertionError(f"the index was not rebuilt after: {done}")
