"""Every payload through every field and upload, and then every page opened in a real browser: nothing runs.

`make test` fills each form once and opens some pages of every route; `make campaign` does it at length.
"""

import csv
import email
import io
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests import payloads
from tests.campaigns import small_world
from tests.campaigns.generator import Generator
from tests.campaigns.small_world import EVERYBODY, PUBLIC, World
from tests.campaigns.walk import Site, Somebody, route_of, walk
from tests.campaigns.wire import Wire
from tests.conftest import close
from tests.journeys.hostile import Filler, Outcome, bad_uploads
from tests.server import Server
from tracker.accounts.models import Person
from tracker.core.csv_files import unguarded
from tracker.core.db import db, unit_of_work

pytestmark = pytest.mark.browser

LONG = bool(os.environ.get("TRACKER_CAMPAIGN"))
ROUNDS, EACH, OTHER_LANGUAGE = (30, 12, 1) if LONG else (1, 1, 4)
#: Routes that keep what is typed; each must have taken some payloads, or the browser would see none.
KEEPING = {
    "workshops.new",
    "workshops.attach",
    "outcomes.new",
    "outcomes.edit",
    "outcomes.version",
    "themes.new",
    "accounts.new_party",
    "accounts.invite",
    "followup.report",
    "followup.assess",
    "followup.report_adoption",
    "signin.account",
}
#: Pages from which files can be downloaded.
WITH_FILES = ("workshops.detail", "followup.commitment", "followup.adoption")
#: What no cell of a table that Tracker writes begins with.
_FORMULA = tuple("=+-@\t\r＝＋－＠")
#: What a file is called where it is kept.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_MAIL_HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version"),
    *("Content-Type", "Content-Transfer-Encoding"),
}

#: Told by the page itself: scripts that ran, and what the policy stopped.
_EARS = """
window.__hit = () => window.__tell("a payload ran");
document.addEventListener("securitypolicyviolation", (event) =>
  window.__tell(`stopped: ${event.effectiveDirective} ${event.blockedURI}`));
"""
#: What no page holds, whether it would run or not.
_LOOK = """() => {
  const bad = [];
  const say = (element, why) => bad.push(`${why}: ${element.outerHTML.slice(0, 200)}`);
  for (const element of document.querySelectorAll("*")) {
    if (["IFRAME", "OBJECT", "EMBED", "BASE", "FRAME", "APPLET", "STYLE"].includes(element.tagName))
      say(element, "element");
    if (element.tagName === "META" && element.httpEquiv) say(element, "meta");
    if (element.tagName === "SCRIPT" && !element.src) say(element, "inline script");
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name) || ["style", "srcdoc"].includes(name)) say(element, name);
      if (!["href", "src", "action", "formaction", "data", "xlink:href"].includes(name)) continue;
      let target;
      try { target = new URL(value, document.baseURI); } catch { continue; }
      if (!["http:", "https:", "mailto:"].includes(target.protocol)) say(element, target.protocol);
      if (element.tagName !== "A" && target.origin !== location.origin) say(element, "another host");
    }
  }
  return bad;
}"""


@dataclass
class House:
    """A server on a world that was filled with payloads."""

    server: Server
    world: World
    site: Site
    outcome: Outcome
    cookies: dict[str, str]
    #: Addresses of the files that were taken, and the answers to opening them.
    files: dict[str, Any] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def house(template_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Fill the world through every form, then open its doors."""
    folder = tmp_path_factory.mktemp("hostile") / "instance"
    World(template_instance).copy(folder)
    world = small_world.build(folder)
    app = small_world.application(folder)
    wire = Wire(app)
    visitor = Somebody(wire, world, EVERYBODY)
    site = walk(visitor, world, each=1)
    generator = Generator("hostile", world, site, [])
    filler = Filler(visitor, site, generator)
    upload(filler)
    # A link of somebody else's would sign in that person, and nothing more would be open.
    filler.fill_all(ROUNDS, "signin.use_link")
    visitor.sign_in()
    log_formulas(filler)
    anybody = Somebody(wire, world, PUBLIC)
    public = Filler(anybody, walk(anybody, world, each=1), generator)
    public.outcome = filler.outcome
    public.fill_all(ROUNDS)
    led_to = sorted({address for address in filler.outcome.led_to if address.startswith("/")})
    if LONG:
        world.starts += led_to
        site = walk(visitor, world, each=EACH)
    else:
        site.pages["led to"] = led_to
    found = House(Server(folder), world, site, filler.outcome, dict(visitor.jar))
    adapter = app.url_map.bind("127.0.0.1")
    for address in found.site.addresses:
        if route_of(adapter, address)[0] not in WITH_FILES:
            continue
        for link in visitor.read(address)[1].links:
            if route_of(adapter, link)[0] in ("workshops.file", "followup.evidence"):
                found.files.setdefault(link, visitor.open(link))
    for address in ("/reports/export.csv", "/audit/export.csv"):
        found.exports[address] = visitor.open(address).text
    with app.app_context():
        # The account's own form may have chosen a language for every page.
        with unit_of_work():
            db.session.get_one(Person, world.people[EVERYBODY]).language = None
        close(app)
    found.server.start()
    yield found
    found.server.stop()


def log_formulas(filler: Filler) -> None:
    """Be called as a formula begins, log recommendations that begin so, and publish them."""
    forms = {route_of(filler.adapter, form.action, "POST")[0]: form for form in filler.site.forms.values()}
    for text in payloads.FORMULAS[:: 1 if LONG else 4]:
        filler.press(forms["signin.account"], {"name": text}, "signin.account")
        filler.press(filler.fresh(forms["outcomes.new"]), {"text": text}, "outcomes.new")
    for address in filler.visitor.world.codes:
        page = filler.visitor.read(f"/workshops/{address}")[1]
        for form in page.posts:
            if route_of(filler.adapter, form.action, "POST")[0] == "outcomes.publish_drafts":
                filler.press(form, {}, "outcomes.publish_drafts")


def upload(filler: Filler) -> None:
    """Bad files through the workshop's form, and some of them through the forms of evidence."""
    forms = {route_of(filler.adapter, form.action, "POST")[0]: form for form in filler.site.forms.values()}
    for number, (name, content) in enumerate(bad_uploads()):
        if LONG or number % 5 == 0:
            filler.upload(forms["workshops.attach"], name, content)
        if LONG or number % 30 == 0:
            filler.upload(forms["followup.report"], name, content)
            filler.upload(forms["followup.report_adoption"], name, content)


class Watch:
    """A browser's context, and everything in it that should not be."""

    def __init__(self, browser: Browser, house: House, **options: Any) -> None:
        self.base, self.found, self.directions = house.server.base, list[str](), set[str]()
        self.context: BrowserContext = browser.new_context(base_url=self.base, **options)
        self.context.expose_binding("__tell", lambda _source, what: self.found.append(what))
        self.context.add_init_script(_EARS)
        self.context.on("request", self._request)
        cookies = house.cookies.items()
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.base} for name, value in cookies]
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.found.append(f"error in a script: {error}"))

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.base + "/", "data:", "about:", "blob:")):
            self.found.append(f"asked another host: {request.url}")

    def _dialog(self, dialog: Any) -> None:
        self.found.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: Any) -> None:
        # The browser itself says so of every error page.
        if message.type == "error" and "Failed to load resource: the server responded" not in message.text:
            self.found.append(f"console: {message.text}")

    def open(self, address: str) -> list[str]:
        """Open a page and let it settle; what was wrong there."""
        self.found.clear()
        answer = self.page.goto(address, wait_until="load")
        assert answer is not None
        if answer.status >= 500:
            self.found.append(f"status {answer.status}")
        # Of plain text and the like the browser makes a page by itself.
        if answer.headers["content-type"].startswith("text/html"):
            self.found += self.page.evaluate(_LOOK)
            self.directions.add(self.page.locator("html").get_attribute("dir") or "")
        if urlsplit(self.page.url).netloc != urlsplit(self.base).netloc:
            self.found.append(f"led to {self.page.url}")
        return [f"{address}: {what}" for what in self.found]


@pytest.fixture
def watch(browser: Browser, house: House) -> Iterator[Any]:
    """Call it to get a browser that is signed in and watched; options are those of its context."""
    made: list[Watch] = []

    def begin(**options: Any) -> Watch:
        made.append(Watch(browser, house, **options))
        return made[-1]

    yield begin
    for one in made:
        one.context.close()


def reports_in_log(house: House) -> int:
    """How many violations browsers have reported to the site."""
    log = (house.server.instance / "server.log").read_text(encoding="utf-8")
    return log.count("the content security policy stopped something")


def test_every_payload_is_taken_or_refused_with_a_sentence(house, capsys):
    with capsys.disabled():
        print(f"\n{house.outcome}") if LONG else None
    assert house.outcome.faults == []
    assert {route for route in KEEPING if not house.outcome.saved[route]} == set()


def test_the_watch_notices_what_it_is_there_for(house, watch):
    before, eye = reports_in_log(house), watch()
    assert eye.open("/") == []
    eye.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=__hit()>')")
    eye.page.evaluate("__hit()")
    eye.page.evaluate("fetch('http://evil.example/').catch(() => 0)")
    eye.page.wait_for_timeout(300)
    said = " ".join(eye.found)
    assert "stopped: script-src-attr" in said
    assert "stopped: connect-src" in said
    assert "a payload ran" in said
    assert reports_in_log(house) > before
    assert any("onerror" in what for what in eye.page.evaluate(_LOOK))


def addresses(house: House) -> list[str]:
    """Every page over the records made, searches for payloads, filters that hold them, and error pages."""
    made = [a for a in house.site.addresses if ".csv" not in a and a not in house.files]
    texts = [*payloads.HITS, *payloads.SCRIPTS, *payloads.HEADERS]
    asked = [quote(text, safe="") for text in (texts if LONG else texts[::6])]
    odd = itertools.cycle(asked)
    filters = "&".join(f"{name}={next(odd)}" for name in sorted(house.site.filters))
    lists = (
        "/search",
        "/outcomes/",
        "/workshops/",
        "/follow-up/",
        "/people/",
        "/parties/",
        "/audit/",
        "/themes/",
    )
    return [
        *made,
        *(f"/search?q={text}" for text in asked),
        *(f"{path}?{filters}" for path in lists),
        *(f"/outcomes/{next(odd)}", f"/{next(odd)}", f"/workshops/{next(odd)}", f"/login?next={next(odd)}"),
    ]


def test_nothing_runs_on_any_page(house, watch):
    before, eye = reports_in_log(house), watch(locale="en")
    faults = list(itertools.chain.from_iterable(eye.open(address) for address in addresses(house)))
    assert faults == []
    assert reports_in_log(house) == before


def test_nothing_runs_on_any_page_in_arabic(house, watch):
    before, eye = reports_in_log(house), watch(locale="ar")
    some = addresses(house)[::OTHER_LANGUAGE]
    faults = list(itertools.chain.from_iterable(eye.open(address) for address in some))
    assert eye.directions == {"rtl"}
    assert faults == []
    assert reports_in_log(house) == before


def test_files_are_downloaded_and_never_shown(house, watch):
    assert len(house.files) > 10
    for address, answer in house.files.items():
        assert answer.status == 200, address
        said = answer.headers["Content-Disposition"]
        assert said.startswith("attachment; "), said
        assert said.isascii()
        assert not re.search(r"[\\/\r\n]|\.exe|run\.", said.replace("UTF-8''", "")), said
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "html" not in answer.headers["Content-Type"]
    eye = watch(accept_downloads=True)
    for address in list(house.files)[:: 1 if LONG else 12]:
        assert downloaded(eye.page, address), address
    assert eye.found == []


def downloaded(page: Page, address: str) -> bool:
    """Whether opening an address begins a download and leaves the page as it was."""
    before = page.url
    with page.expect_download() as download:
        try:
            page.goto(address)
        except Error as error:
            # So the browser says when nothing is left to show.
            if not re.search("Download is starting|ERR_ABORTED", str(error)):
                raise
    download.value.cancel()
    return page.url == before


def test_no_name_of_a_file_leads_out_of_its_folder(house):
    instance = house.server.instance
    kept = {path.name for path in (instance / "uploads").rglob("*")}
    assert kept
    assert [name for name in kept if not _TOKEN.fullmatch(name)] == []
    known = (
        r"tracker\.sqlite.*|secret\.key|settings\.json|uploads|index.*|mail|server\.log|.*\.lock|tracker\.cfg"
    )
    assert [path.name for path in instance.iterdir() if not re.fullmatch(known, path.name)] == []
    assert [path.name for path in instance.parent.iterdir() if path != instance] == []


def test_exports_hold_what_was_typed_and_no_cell_begins_a_formula(house):
    outcomes = list(csv.reader(io.StringIO(house.exports["/reports/export.csv"].removeprefix("\ufeff"))))
    log = list(csv.reader(io.StringIO(house.exports["/audit/export.csv"])))
    for rows in (outcomes, log):
        assert len(rows) > 5
        assert {len(row) for row in rows} == {len(rows[0])}
    # Opened as data: an import takes the guard off and finds again what was exported.
    cells = {unguarded(cell) for row in outcomes for cell in row}
    assert any(text.strip() in cells for text in payloads.FORMULAS)
    # Opened by people, in spreadsheets.
    assert [cell for row in (*outcomes, *log) for cell in row if cell.startswith(_FORMULA)] == []


def test_no_payload_begins_a_header_of_a_mail(house):
    mails = list((house.server.instance / "mail").glob("*.eml"))
    assert mails
    for path in mails:
        mail = email.message_from_bytes(path.read_bytes(), policy=default)
        assert set(mail.keys()) <= _MAIL_HEADERS, path.name
        assert len(mail.keys()) == len(set(mail.keys()))
        assert mail.get_content_type() == "text/plain"
        assert mail["To"].count("@") == 1, mail["To"]
