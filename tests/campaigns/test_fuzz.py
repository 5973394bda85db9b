"""Requests by the thousand, from people of every role and from nobody: none is an error of ours.

`make test` sends a small sample from a fixed seed; `make campaign` sends 10,000 to the API for each role,
10,000 forms and 10,000 tampered addresses of pages. A request that fails is printed as it was sent.
`TRACKER_SEED` chooses other requests.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.campaigns import small_world
from tests.campaigns.forms import Field, Form
from tests.campaigns.generator import Generator
from tests.campaigns.small_world import EVERYBODY, PUBLIC, WHO, World
from tests.campaigns.walk import Site, Somebody, posts, route_of, walk
from tests.campaigns.wire import Answer, Sent, Wire
from tests.conftest import close
from tracker import instance as instances
from tracker.core import audit_chain
from tracker.search import indexing

# What a form that breaks off had opened is closed when it is collected.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Unclosed file:ResourceWarning",
    "ignore:Exception ignored in. <function SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
)

LONG = bool(os.environ.get("TRACKER_CAMPAIGN"))
SEED = os.environ.get("TRACKER_SEED", "2024")
#: Requests to the API for each role; forms and pages for all roles together.
API_EACH, FORMS, PAGES = (10_000, 10_000, 10_000) if LONG else (20, 120, 80)
#: After so many forms a fresh copy of the world is taken: too much of it has been retired, merged or closed.
CHUNK = 600
#: Faults told in full; one mistake makes hundreds.
TOLD = 15
#: Forms of acts that end somebody's way in, or change what everybody may do; sent seldom.
SELDOM = ("security.logout", "oversight.change_settings", "core.set_language")


class _Errors(logging.Handler):
    """Keeps what the program's libraries log as errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage()[:500])


@dataclass
class Tally:
    """How many requests each sent, how they were answered, and what was wrong."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    #: How often each route did what a form asked for.
    done: Counter[str] = field(default_factory=Counter)

    def note(self, who: str, answer: Answer) -> None:
        self.counts[who, f"{answer.status // 100}xx"] += 1

    def table(self, title: str) -> str:
        """Figures as a table: a row for each who."""
        classes = sorted({status for _who, status in self.counts})
        lines = [f"{title}: {self.counts.total():,} requests, {len(self.faults)} faults"]
        lines.append(f"  {'':15}" + "".join(f"{status:>8}" for status in classes))
        for who in sorted({who for who, _status in self.counts}, key=WHO.index):
            lines.append(f"  {who:15}" + "".join(f"{self.counts[who, status]:>8}" for status in classes))
        return "\n".join(lines)


class Round:
    """One copy of the world at work: everybody is signed in, and everything is watched."""

    def __init__(self, world: World, tally: Tally, seed: str) -> None:
        self.world, self.tally, self.seed = world, tally, seed
        self.app = small_world.application(world.instance)
        self.wire = Wire(self.app)
        self.somebody: dict[str, Somebody] = {}
        self.errors = _Errors()
        self.number = 0

    def __enter__(self) -> "Round":
        logging.getLogger().addHandler(self.errors)
        self.logs = capture_logs()
        self.entries = self.logs.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self.logs.__exit__(None, None, None)
        logging.getLogger().removeHandler(self.errors)
        with self.app.app_context():
            if raised == (None, None, None):
                self.tally.faults += _unsound()
            close(self.app)

    def visitor(self, who: str) -> Somebody:
        """This person at a browser, signed in."""
        if who not in self.somebody:
            self.somebody[who] = Somebody(self.wire, self.world, who)
        return self.somebody[who]

    def site(self, each: int) -> Site:
        """What can be opened and sent."""
        site = walk(self.visitor(EVERYBODY), self.world, each=each)
        walk(self.visitor(PUBLIC), self.world, each=1, site=site)
        self.judge_logs("the walk")
        return site

    def send(self, who: str, sent: Sent, *, with_cookies: bool = True) -> Answer | None:
        """Send a request and judge the answer; None when the program raised."""
        self.number += 1
        jar = self.visitor(who).jar if with_cookies else None
        told = f"[seed {self.seed}, number {self.number}, {who}] {sent}"
        try:
            answer = self.wire.send(sent, jar)
        except Exception as error:
            self.tally.faults.append(f"{type(error).__name__}: {error}\n    {told}")
            return None
        self.tally.note(who, answer)
        self.tally.faults += [f"{fault}\n    {told}" for fault in self.wire.faults(sent, answer)]
        self.judge_logs(told)
        return answer

    def judge_logs(self, told: str) -> None:
        """Nothing may have been logged as an error."""
        bad = [str(entry) for entry in self.entries if entry["log_level"] in ("error", "critical")]
        self.tally.faults += [f"logged {line[:3000]}\n    {told}" for line in (*bad, *self.errors.lines)]
        self.entries.clear()
        self.errors.lines.clear()


def _unsound() -> list[str]:
    """What `tracker doctor` would say."""
    indexing.drain()
    found = instances.examine()
    chain = audit_chain.verify()
    said = [f"doctor: {fault}" for fault in found.faults]
    if found.difference != type(found.difference)():
        said.append(f"the index differs: {found.difference}")
    if not chain.is_whole:
        said.append(f"the audit log is broken: {chain}")
    return said


@pytest.fixture(scope="module")
def world(template_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world, and nobody at work in it yet."""
    folder = tmp_path_factory.mktemp("fuzz") / "instance"
    World(template_instance).copy(folder)
    return small_world.build(folder)


@pytest.fixture(scope="module")
def site(world: World, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """What can be opened and sent there."""
    tally = Tally()
    with Round(world.copy(tmp_path_factory.mktemp("site") / "instance"), tally, "walk") as at_work:
        site = at_work.site(each=3 if LONG else 1)
    assert tally.faults == []
    return site


@pytest.fixture
def tally(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Figures, told at the end."""
    tally = Tally()
    yield tally
    if LONG or tally.faults:
        with capsys.disabled():
            print(f"\n{tally.table(request.node.name)}")
            if tally.done:
                print(f"  forms that led on: {dict(tally.done.most_common())}")
            for fault in tally.faults[:TOLD]:
                print(f"- {fault}")


def test_what_failed_once_does_not_fail_again(world: World, tally: Tally, tmp_path: Path) -> None:
    multipart = ("Content-Type", "multipart/form-data; boundary=x")
    with Round(world.copy(tmp_path / "again"), tally, "again") as at_work:
        visitor = at_work.visitor(EVERYBODY)
        file = b'Content-Disposition: form-data; name="preferred_fr"; filename="x"\r\n\r\n1\r\n--x'
        token = f'Content-Disposition: form-data; name="csrf_token"\r\n\r\n{visitor.csrf}\r\n--x'.encode()
        nameless = b"Content-Disposition: form-data\r\n\r\n1\r\n--x"
        in_json = (("Content-Type", "application/json"), ("X-CSRFToken", visitor.csrf))
        for sent in (
            # A host that cannot be one: its page of refusal had no addresses for its style sheets.
            Sent("GET", "/", (("Host", "x" * 300),)),
            Sent("GET", "/", (("Host", "a@b"),)),
            # A file for a field of text, a part without a name, and JSON where a form is expected.
            Sent("POST", "/themes/new", (multipart,), b"--x\r\n" + file + b"\r\n" + token + b"--\r\n"),
            Sent("POST", "/themes/new", (multipart,), b"--x\r\n" + nameless + b"\r\n" + token + b"--\r\n"),
            *(Sent("POST", "/themes/new", in_json, body) for body in (b"7", b"[1]", b'{"preferred_en": 7}')),
            # Names that the function which writes addresses takes for its own.
            Sent("GET", "/audit/?endpoint=x&_scheme=x&_method=x&_anchor=x&_external=x"),
            Sent("GET", "/audit/?until=9999-12-31&record=9223372036854775808"),
        ):
            at_work.send(EVERYBODY, sent)
    assert tally.faults == []


@pytest.mark.parametrize("those", [(who,) for who in WHO] if LONG else [WHO], ids=" ".join)
def test_the_api_never_fails(those: tuple[str, ...], world: World, tally: Tally, tmp_path: Path) -> None:
    with Round(world.copy(tmp_path / "api"), tally, f"{SEED} api") as at_work:
        rules = list(at_work.app.url_map.iter_rules())
        site = Site(values={"ref": world.refs, "code": world.codes})
        for who in those:
            generator = Generator(f"{SEED} api {who}", world, site, rules)
            for _ in range(API_EACH):
                sent = generator.api_request(world.tokens.get(who, "trk_none"))
                at_work.send(who, sent, with_cookies=generator.chance.random() < 0.1)
    assert tally.faults == []


def test_no_tampered_address_of_a_page_fails(world: World, site: Site, tally: Tally, tmp_path: Path) -> None:
    with Round(world.copy(tmp_path / "pages"), tally, f"{SEED} pages") as at_work:
        generator = Generator(f"{SEED} pages", world, site, list(at_work.app.url_map.iter_rules()))
        for number in range(PAGES):
            who = WHO[number % len(WHO)]
            answer = at_work.send(who, generator.page_request())
            # A cookie that was tampered with ends the session of whoever sent it.
            if who != PUBLIC and answer and answer.headers.get("Location", "").startswith("/login"):
                at_work.visitor(who).sign_in()
    assert tally.faults == []


def test_no_form_fails_however_it_is_filled_in(
    world: World, site: Site, tally: Tally, tmp_path: Path
) -> None:
    liking: Liking = {}
    for chunk in range(-(-FORMS // CHUNK)):
        seed = f"{SEED} forms {chunk}"
        with Round(world.copy(tmp_path / f"forms-{chunk}"), tally, seed) as at_work:
            _send_forms(at_work, site, min(CHUNK, FORMS - chunk * CHUNK), liking)
    assert tally.faults == []


#: How gladly each takes each form, which stands at this place in the list: what is not theirs seldom.
Liking = dict[str, list[float]]


def _send_forms(at_work: Round, site: Site, number: int, liking: Liking) -> None:
    app, adapter = at_work.app, at_work.app.url_map.bind("127.0.0.1")
    generator = Generator(at_work.seed, at_work.world, site, list(app.url_map.iter_rules()))
    forms = [*site.forms.values(), *_unseen(at_work, site, generator)]
    for turn in range(number):
        who = WHO[turn % len(WHO)]
        visitor, mine = at_work.visitor(who), liking.setdefault(who, [1.0] * len(forms))
        place = generator.chance.choices(range(len(forms)), mine)[0]
        form = _fresh(visitor, forms[place], generator)
        answer = at_work.send(who, generator.form_request(form, visitor.csrf))
        if answer is None:
            continue
        endpoint, _values = route_of(adapter, form.action, "POST")
        if answer.status == 302:
            at_work.tally.done[endpoint] += 1
        # Forms that are not for this role are tried less and less.
        mine[place] = max(0.1, mine[place] * (0.5 if answer.status in (403, 404) else 1))
        if endpoint in SELDOM:
            mine[place] = 0.1
        if who != PUBLIC and answer.headers.get("Location", "").startswith("/login"):
            visitor.sign_in()


def _fresh(visitor: Somebody, form: Form, generator: Generator) -> Form:
    """The form as the page offers it now, to this person, of this or another record; else as it was."""
    if generator.chance.random() < 0.5:
        names = {one.name for one in form.fields}
        for offered in visitor.read(form.page)[1].posts:
            if offered.action == form.action and {one.name for one in offered.fields} == names:
                return offered
    return form


def _unseen(at_work: Round, site: Site, generator: Generator) -> list[Form]:
    """A form for each route that no page offered one for: what it wants is guessed."""
    missing = set(site.without_form(at_work.app))
    fields = (
        Field("code", "text"),
        Field("password", "password"),
        Field("next", "text"),
        Field("name", "text"),
    )
    made = []
    for rule in posts(at_work.app):
        if rule.endpoint in missing:
            action = generator.path(rule)
            made.append(Form(action, action, "post", fields))
    return made
