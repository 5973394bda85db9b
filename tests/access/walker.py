"""Sending one request of the matrix, saying what the answer was, and putting the database back."""

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.access.payloads import TWO_STEPS, confirmed, explicit, tweaked
from tests.access.statement import Record, Who, by_right, reads
from tests.access.table import ROUTES, Answer, Row
from tests.access.world import Thing, World
from tests.server import defaults
from tracker.core import clock, settings

#: Tables that hold no records: who is signed in, what waits, what was noted, what is counted.
NOT_RECORDS = re.compile(
    r"outbox|audit|session|one_time|throttl|attempt|guess|mail|sqlite_|alembic|challenge|counter"
)
_TOKEN = re.compile(r'(name="csrf_token"[^>]*value|content)="[^"]*"')


@dataclass(frozen=True)
class Cell:
    """One request: who asks, by which method, at which address, which stands for which record."""

    endpoint: str
    method: str
    who: Who
    thing: Thing | None = None
    missing: bool = False
    variant: tuple[tuple[str, str], ...] = ()
    #: Shows the cookie where a token is wanted, and the token where the cookie is.
    wrong_proof: bool = False

    @property
    def row(self) -> Row:
        return ROUTES[self.endpoint]

    @property
    def record(self) -> Record | None:
        return self.thing.record if self.thing else None

    def expected(self) -> Answer:
        """What the statement says of it."""
        if ("GET" if self.method == "HEAD" else self.method) not in self.row.methods.split():
            return Answer.NOT_A_METHOD
        who = self.who
        by_token = self.endpoint.startswith("api.") is not self.wrong_proof
        if who.closed and (by_token or (self.method == "POST" and not self.row.bare)):
            return Answer.REFUSED
        if self.wrong_proof:
            who = Who("stranger", signed_in=False, public_reading=who.public_reading)
        return self.row.answer(who, self.record, missing=self.missing)

    @property
    def refusals(self) -> tuple[str, ...]:
        """What counts as a refusal: of a record that is open for reading only, also that it is not there."""
        opened = (
            bool(self.who.opened) and self.record is not None and not reads(self.record, by_right(self.who))
        )
        return ("refused", "hidden") if opened else ("refused",)

    def __str__(self) -> str:
        shown = str(self.thing) if self.thing else "no such record" if self.missing else "no record"
        more = " ".join(f"{name}={value}" for name, value in self.variant)
        proof = " (with the wrong proof)" if self.wrong_proof else ""
        return f"{self.method} {self.endpoint} {more} as “{self.who.name}”{proof}: {shown}"


class Walker:
    """Sends cells to an application whose instance holds the world."""

    def __init__(self, app: Flask, world: World, *, thorough: bool = False) -> None:
        self.app, self.world = app, world
        self.client = app.test_client(use_cookies=False)
        self.adapter = app.url_map.bind("127.0.0.1")
        self.live = Path(app.instance_path) / "tracker.sqlite"
        self.watch = sqlite3.connect(self.live, isolation_level=None)
        self.watch.execute("PRAGMA synchronous=OFF")
        self.copy = sqlite3.connect(":memory:")
        self.watch.backup(self.copy)
        self.version = self._version()
        self.records = self._fingerprint()
        #: Whether those who are refused send a whole form, too, so that nothing else can be the reason.
        self.thorough = thorough
        self.wrote: dict[str, int] = {}
        self._payloads: dict[Any, list[tuple[str, Any]]] = {}
        self._filled = ""
        self._nothing: dict[Any, int] = {}

    def close(self) -> None:
        self.watch.close()
        self.copy.close()

    # The database ----------------------------------------------------------------------------------

    def _version(self) -> int:
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])

    def _fingerprint(self) -> dict[str, int]:
        """By table: a number that changes with what it holds."""
        names = self.watch.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: hash(tuple(self.watch.execute(f'SELECT * FROM "{name}" ORDER BY rowid')))  # noqa: S608
            for (name,) in names
            if not NOT_RECORDS.search(name)
        }

    def has_written(self) -> bool:
        """Whether the database was written into since it was last put back."""
        return self._version() != self.version

    def put_back(self) -> list[str]:
        """Bring back the database as it was; gives the tables whose records had changed."""
        changed = [name for name, number in self._fingerprint().items() if self.records[name] != number]
        with closing(sqlite3.connect(self.live)) as target:
            target.execute("PRAGMA synchronous=OFF")
            self.copy.backup(target)
        self.version = self._version()
        return changed

    def _put_settings_back(self) -> list[str]:
        """Forget the settings that were changed, which are kept in a file."""
        file = self.live.with_name("settings.json")
        if not file.exists():
            return []
        file.unlink()
        settings.refresh(self.app)
        return ["settings"]

    # Requests ---------------------------------------------------------------------------------------

    def address(self, cell: Cell) -> str:
        kind, values = cell.row.of, dict(self.world.values.get(cell.endpoint, {}))
        if cell.thing is not None:
            values |= cell.thing.values
        elif cell.missing:
            values |= self.world.missing[kind]
        return self.adapter.build(cell.endpoint, values | dict(cell.variant))

    def send(self, cell: Cell, fields: list[tuple[str, Any]] | None = None) -> TestResponse:
        """The answer to the request of a cell; `fields` are sent as a form."""
        ticket = self.world.passes[cell.who.name]
        by_token = cell.endpoint.startswith("api.") is not cell.wrong_proof
        headers = {"Accept-Language": "en"}
        if by_token and ticket.token:
            headers["Authorization"] = f"Bearer {ticket.token}"
        if not by_token and ticket.cookie:
            headers["Cookie"] = ticket.cookie
        data: dict[str, Any] | None = None
        if cell.method == "POST":
            data = {}
            for name, value in [*(fields or []), ("csrf_token", ticket.csrf)]:
                if name != "csrf_token" or value == ticket.csrf:
                    given = (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
                    data.setdefault(name, []).append(given)
        self.app.config["TRACKER_PUBLIC_READING"] = cell.who.public_reading
        # The clock stands at the moment when everybody had signed in: however long the walk takes, no session
        # ends and no proof of who one is grows old.
        with clock.at(self.world.moment):
            return self.client.open(self.address(cell), method=cell.method, headers=headers, data=data)

    def entitled(self, cell: Cell) -> Who | None:
        """Somebody whom the statement lets open the form of this address."""
        for who in sorted(self.world.people, key=lambda who: who != cell.who):
            if who.signed_in and cell.row.answer(who, cell.record) is Answer.IN:
                return who
        return None

    def fields(self, cell: Cell) -> list[tuple[str, Any]]:
        """A form as somebody entitled would send it."""
        if not self.thorough and cell.expected() is not Answer.IN:
            return list(explicit(cell.endpoint, cell.record, cell.who, self.world).items())
        key = (cell.endpoint, cell.thing, cell.variant, cell.who.parties)
        if key not in self._payloads:
            if self._filled != cell.endpoint:
                # The whole matrix goes from address to address, and forms are large.
                self._payloads.clear()
                self._filled = cell.endpoint
            self._payloads[key] = list(self._form(cell))
        return self._payloads[key]

    def _form(self, cell: Cell) -> Iterator[tuple[str, Any]]:
        given = dict(explicit(cell.endpoint, cell.record, cell.who, self.world))
        who = self.entitled(cell)
        if "GET" in cell.row.methods and who is not None:
            page = self.send(Cell(cell.endpoint, "GET", who, cell.thing, variant=cell.variant))
            form = _main_form(page.text, self.address(cell)) if page.status_code == 200 else None
            standing = [pair for pair in defaults(form) if pair[0] not in given] if form is not None else []
            fields = [(name, tweaked(name, value)) for name, value in standing] + list(given.items())
            if cell.endpoint in TWO_STEPS:
                # The first answer shows what would happen; the second form confirms all of it.
                first = Cell(cell.endpoint, "POST", who, cell.thing, variant=cell.variant)
                form = _main_form(self.send(first, fields).text, self.address(cell))
                fields = list(confirmed(form)) if form is not None else fields
            yield from fields
        else:
            yield from given.items()

    # Judging ----------------------------------------------------------------------------------------

    def walk(self, cell: Cell) -> list[str]:
        """Send it; gives what was not as the statement says."""
        fields = self.fields(cell) if cell.method == "POST" else None
        response = self.send(cell, fields)
        expected, status = cell.expected(), response.status_code
        body = "" if cell.method == "HEAD" else response.get_data(as_text=True)
        got = verdict(response, cell.row, cell.who)
        faults = []
        if got != str(expected) and not (expected is Answer.REFUSED and got in cell.refusals):
            faults.append(f"{cell}: expected {expected}, got {got} ({status})")
        changed_settings = self._put_settings_back()
        if self.has_written():
            changed = self.put_back() + changed_settings
            if changed and (got != str(Answer.IN) or cell.method != "POST"):
                faults.append(f"{cell}: answered {status} and changed {changed} all the same")
            if changed and got == str(Answer.IN):
                self.wrote[cell.endpoint] = self.wrote.get(cell.endpoint, 0) + 1
        faults += [f"{cell}: shows {word}" for word in self.leaked(cell, body)]
        if expected is Answer.HIDDEN and got == str(Answer.HIDDEN) and not cell.missing:
            faults += self._told_apart(cell, response, body)
        response.close()
        return faults

    def leaked(self, cell: Cell, text: str) -> list[str]:
        """Records that the answer shows and that this person may not read; what the address said is known."""
        who = cell.who
        if cell.wrong_proof:
            who = Who("stranger", signed_in=False, public_reading=who.public_reading)
        given = set(map(str, cell.thing.values.values())) if cell.thing else set()
        found = (self.world.shown_in(text) - given).intersection(self.world.shown_by)
        hidden = found - self.world.readable_words(who)
        return sorted(word for word in hidden if not cell.row.names or word.startswith("zq"))

    def _told_apart(self, cell: Cell, response: TestResponse, body: str) -> list[str]:
        """A hidden record answers as one that does not exist does, to the letter but for its own name."""
        nothing = Cell(cell.endpoint, cell.method, cell.who, None, True, cell.variant, cell.wrong_proof)
        key = (nothing.endpoint, nothing.method, nothing.who.name, nothing.variant, nothing.wrong_proof)
        if key not in self._nothing:
            answer = self.send(nothing, [])
            text = "" if cell.method == "HEAD" else answer.get_data(as_text=True)
            missing = self.world.missing[cell.row.of]
            self._nothing[key] = hash(_neutral(answer, text, self.address(nothing), missing))
            if self.has_written():
                self.put_back()
        assert cell.thing is not None
        mine = _neutral(response, body, self.address(cell), cell.thing.values)
        if hash(mine) == self._nothing[key]:
            return []
        return [f"{cell}: can be told apart from a record that does not exist"]


def verdict(response: TestResponse, row: Row, who: Who) -> str:
    """What the program did, in the words of `Answer`; anything else is a fault by itself."""
    status = response.status_code
    if status in row.also:
        return str(Answer.IN)
    if status in (401, 403) or (status == 400 and who.closed):
        return str(Answer.REFUSED)
    if status in (301, 302, 303, 307, 308):
        to = response.headers.get("Location", "")
        asks = to.startswith("/login") and "next=" in to
        return str(Answer.REFUSED if asks else Answer.IN)
    if status == 404:
        return str(Answer.HIDDEN)
    if status == 405:
        return str(Answer.NOT_A_METHOD)
    if status in (200, 201, 202, 204, 304, 409, 422):
        return str(Answer.IN)
    return "error" if status >= 500 else f"answer {status}"


def _neutral(response: TestResponse, body: str, address: str, values: dict[str, Any]) -> str:
    """An answer without what must differ: the address itself and the token against forged forms."""
    text = _TOKEN.sub("", body).replace(address, "ADDRESS")
    # Plain numbers stand in the address alone; elsewhere they would be taken for others.
    for value in sorted(
        (value for value in values.values() if isinstance(value, str)), key=len, reverse=True
    ):
        text = re.sub(rf"\b{re.escape(value)}\b", "NAME", text)
    headers = sorted(name for name, _value in response.headers if name != "Content-Length")
    return f"{response.status_code} {response.content_type} {headers}\n{text}"


def _main_form(page: str, address: str) -> Any:
    """The form of the page that is sent to the page's own address."""
    found = BeautifulSoup(page, "html.parser").find_all("form", method="post")
    # A fragment only says where on the answer the browser goes.
    sent_to = [(form, (form.get("action") or "").partition("#")[0].partition("?")[0]) for form in found]
    own = [form for form, action in sent_to if action in ("", address)]
    return own[0] if own else None
