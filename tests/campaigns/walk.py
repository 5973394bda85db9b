"""People at browsers of their own, and a walk through every page that somebody can open."""

from collections import deque
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from tests.campaigns.forms import Form, Reading, read
from tests.campaigns.small_world import PUBLIC, World
from tests.campaigns.wire import Answer, Jar, Sent, Wire
from tracker.accounts import service as accounts
from tracker.accounts.models import Person
from tracker.core.db import db, unit_of_work
from tracker.core.permissions import OPERATOR

#: Addresses of one route that are opened; their pages differ by their records only.
EACH = 3
_LANGUAGE = ("Accept-Language", "en")


class Somebody:
    """One person of the world, or nobody in particular, at a browser."""

    def __init__(self, wire: Wire, world: World, who: str) -> None:
        self.wire, self.world, self.who = wire, world, who
        self.jar, self.csrf = Jar(), ""
        self.sign_in()

    def open(self, address: str) -> Answer:
        """The answer to opening an address."""
        return self.wire.send(Sent("GET", address, (_LANGUAGE,)), self.jar)

    def read(self, address: str) -> tuple[Answer, Reading]:
        """Open an address and read what its page offers; keeps the token against forged forms."""
        answer = self.open(address)
        found = read(address, answer.text) if answer.is_page else Reading((), ())
        for form in found.posts:
            for one in form.fields:
                if one.name == "csrf_token" and one.values:
                    self.csrf = one.values[0]
        return answer, found

    def sign_in(self) -> None:
        """Come in by a fresh link, whatever became of the account."""
        self.jar.clear()
        address = "/login"
        if self.who != PUBLIC:
            with self.wire.app.app_context():
                person = db.session.get_one(Person, self.world.people[self.who])
                with unit_of_work():
                    person.active = True
                address = f"/sign-in/{accounts.issue_link(OPERATOR, person)}"
                db.session.remove()
        _answer, found = self.read(address)
        if self.who != PUBLIC:
            body = f"csrf_token={self.csrf}".encode()
            kind = ("Content-Type", "application/x-www-form-urlencoded")
            done = self.wire.send(Sent("POST", address, (kind, _LANGUAGE), body), self.jar)
            assert done.status == 302, f"{self.who} could not sign in: {done.status} {done.text[:500]}"
            self.read("/account")


@dataclass
class Site:
    """What a walk found: addresses by route, and one form of every kind."""

    pages: dict[str, list[str]] = field(default_factory=dict)
    forms: dict[tuple[str, str, tuple[str, ...]], Form] = field(default_factory=dict)
    #: Values that stood in addresses, by the name of the part.
    values: dict[str, list[str]] = field(default_factory=dict)
    #: Names of fields of forms that are sent by GET.
    filters: set[str] = field(default_factory=set)

    @property
    def addresses(self) -> list[str]:
        return [address for found in self.pages.values() for address in found]

    def without_form(self, app: Flask) -> list[str]:
        """Routes that take a form which no page offers."""
        offered = {endpoint for endpoint, _page, _names in self.forms}
        return [rule.endpoint for rule in posts(app) if rule.endpoint not in offered]


def posts(app: Flask) -> list[Rule]:
    """Every route that takes forms."""
    return [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]


def route_of(adapter: MapAdapter, address: str, method: str = "GET") -> tuple[str, dict[str, object]]:
    """Endpoint and values of an address; empty when there is none."""
    try:
        return adapter.match(address.partition("?")[0], method=method)
    except (HTTPException, RequestRedirect):
        return "", {}


def walk(visitor: Somebody, world: World, *, each: int = EACH, site: Site | None = None) -> Site:
    """Open pages from the first one, following links, then every route that no link led to.

    `site` may be what somebody else's walk found, to which this one adds.
    """
    app = visitor.wire.app
    adapter, site = app.url_map.bind("127.0.0.1"), site or Site()
    known = {"code": world.codes, "ref": world.refs, "token": world.links, "language": ["fr"]}
    known["kind"] = ["recommendation"]
    waiting, seen = deque(world.starts), set(world.starts)
    left = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    while waiting or left:
        if not waiting and "/" not in seen:
            seen.add("/")
            waiting.append("/")
        if not waiting:
            rule = left.pop()
            if rule.endpoint in site.pages or rule.endpoint.startswith("api."):
                continue
            values = {name: (site.values.get(name) or known.get(name) or ["1"])[0] for name in rule.arguments}
            waiting.append(adapter.build(rule.endpoint, values, force_external=False))
        address = waiting.popleft()
        endpoint, values = route_of(adapter, address)
        found = site.pages.setdefault(endpoint, [])
        if not endpoint or endpoint == "static" or (len(found) >= each and address not in world.starts):
            continue
        if address not in found:
            found.append(address)
        for name, value in values.items():
            site.values.setdefault(name, []).append(str(value))
        _answer, page = visitor.read(address)
        for form in page.forms:
            if form.method == "post":
                to = route_of(adapter, form.action, "POST")[0]
                # The same form on every page, such as signing out, is one form.
                origin = endpoint if to != "core.set_language" and to != "security.logout" else ""
                names = tuple(dict.fromkeys(one.name for one in form.fields))
                site.forms.setdefault((to, origin, names), form)
            else:
                site.filters |= {one.name for one in form.fields}
        for link in page.links:
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return site
