"""The channels through which a word could come out, each a named function over one person who asks.

A channel gives (where, what came, what the request itself said). What came is searched for every canary by
whoever calls it; what a channel can judge by itself it says as a fault, beginning with `FAULT`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.access.canaries import COUNTRY, OPEN_CODE, PEOPLE, THEME, YEAR, World, plain
from tests.server import defaults
from tracker.accounts.actors import actor_for
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import db
from tracker.outcomes.queries import by_ref
from tracker.search.ranking.spelling import MAX_WORDS
from tracker.search.saved.alerts import run_due_alerts
from tracker.search.similar import similar_to, similar_to_text

#: Said of something that a channel found wrong by itself.
FAULT = "FAULT "
#: They read exactly what a reader reads: what they find is asked once, their pages and forms for each.
LIKE_A_READER = ("expert", "focal point", "reviewer")
Came = tuple[str, str, str]
Channel = Callable[["Asker"], Iterator[Came]]
CHANNELS: dict[str, Channel] = {}
#: Channels that do not apply yet, with the addresses that would make them apply.
NOT_THERE = {"other feeds": re.compile(r"rss|calendar|\.ics|opensearch")}
_MARK = re.compile(r"mention the mark [0-9a-f]+")
_TOOK = re.compile(r"'took_ms': [\d.]+|[\d.,]+ ms|/(evidence|files)/[\w-]{43}")


def channel(name: str) -> Callable[[Channel], Channel]:
    """Register the decorated function under this name."""

    def register(function: Channel) -> Channel:
        CHANNELS[name] = function
        return function

    return register


@dataclass
class House:
    """The two instances: with everything, and without what is hidden."""

    app: Flask
    without: Flask
    world: World
    requests: int = 0


@dataclass
class Asker:
    """One person (or the public) who asks."""

    house: House
    who: str

    @property
    def world(self) -> World:
        return self.house.world

    @property
    def signed_in(self) -> bool:
        return self.who in PEOPLE

    def ask(self, address: str, app: Flask | None = None, data: dict[str, Any] | None = None) -> TestResponse:
        """The answer to a request; a form goes with its token."""
        app = app or self.house.app
        headers = {"Accept-Language": "en"}
        if self.signed_in:
            headers |= (
                {"Authorization": f"Bearer {self.world.tokens[self.who]}"}
                if address.startswith("/api/")
                else {"Cookie": self.world.cookies[self.who]}
            )
        app.config["TRACKER_PUBLIC_READING"] = self.who == "the public"
        self.house.requests += 1
        with clock.at(self.world.moment):
            if data is None:
                return app.test_client(use_cookies=False).get(address, headers=headers)
            sent = {"csrf_token": self.world.csrf.get(self.who, ""), **data}
            return app.test_client(use_cookies=False).post(address, headers=headers, data=sent)

    def whole(self, address: str, **options: Any) -> str:
        """The answer with its headers, as text; JSON with every letter written out."""
        response = self.ask(address, **options)
        body = response.get_data()
        text = str(response.get_json()) if response.is_json else body.decode("utf-8", "replace")
        heads = "\n".join(f"{name}: {value}" for name, value in response.headers if name != "Set-Cookie")
        response.close()
        return f"{response.status}\n{heads}\n{text}"

    def same(self, address: str) -> Iterator[Came]:
        """Ask both instances the same; they must answer the same."""
        here, there = (
            _comparable(self.whole(address, app=app)) for app in (self.house.app, self.house.without)
        )
        yield address, here, address
        if here != there:
            at = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), len(there))
            parts = (text[max(0, at - 60) : at + 60].replace("\n", " ") for text in (here, there))
            yield address, f"{FAULT}tells that something is hidden: {' instead of '.join(parts)}", address


def _comparable(text: str) -> str:
    return _TOOK.sub("", _MARK.sub("", re.sub(r"Content-Length: \d+|(ETag|Date): .*", "", plain(text))))


# Pages -------------------------------------------------------------------------------------------------


def addresses(house: House, *, records: bool, skip: str = r"$^", few: bool = False) -> list[str]:
    """Every address that a GET reaches: over all records, or a few of them; or those without a record."""
    world = house.world
    refs = [*world.open_refs, *world.hidden_refs]
    # Forms refuse before they look at what is in a record; two open ones and a hidden one stand for all.
    some = [*world.open_refs[1:3], *list(world.hidden_refs)[:1]]
    refs = some if few else refs
    codes = [OPEN_CODE, *world.hidden_codes]
    values: dict[tuple[str, ...], list[tuple[Any, ...]]] = {
        (): [()],
        ("ref",): [(ref,) for ref in refs],
        ("code",): [(code,) for code in codes],
        ("party", "ref"): [(party, ref) for ref, party in world.followed],
        ("language", "ref"): list(product(("en",), some)),
        ("code", "kind"): list(product(codes, ("recommendation", "practice"))),
        ("code", "token"): world.workshop_files,
        ("slug",): [(THEME,), ("prisons",)],
        ("person_id",): [(world.quiet,), (world.people["author"],)],
        ("token",): [(token,) for token in world.files],
        ("filename",): [("css/base.css",)],
        ("search_id",): [(number,) for number in world.searches.values()],
    }
    adapter, found = house.app.url_map.bind("127.0.0.1"), []
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or bool(rule.arguments) is not records:
            continue
        names = tuple(sorted(rule.arguments))
        these = values[names]
        if rule.endpoint.startswith("accounts.") and names == ("code",):
            these = [("MA",), (world.body,), (COUNTRY,)]
        if names == ("ref",) and rule.methods and "POST" in rule.methods:
            these = [(ref,) for ref in some]
        for each in these:
            address = adapter.build(rule.endpoint, dict(zip(names, each, strict=True)))
            if not re.search(skip, address):
                found.append(address)
    return found


@channel("pages of records, of hidden ones too: texts, titles, errors, headers, forms, file names, API")
def pages_of_records(asker: Asker) -> Iterator[Came]:
    for address in addresses(asker.house, records=True, few=asker.who in LIKE_A_READER):
        yield address, asker.whole(address), address


@channel("lists, home, reports, export, audit log and its export, settings, people, form choices")
def pages_of_lists(asker: Asker) -> Iterator[Came]:
    # The page that is narrowed to a person repeats the name that was chosen; its export has the same entries.
    log = ("?kind=outcome", f"export.csv?who={asker.world.quiet}") if asker.who == "administrator" else ()
    for address in (*addresses(asker.house, records=False), *(f"/audit/{query}" for query in log)):
        yield address, asker.whole(address), ""


@channel("numbers on lists, home, reports, themes, workshops, follow-up, export: as if nothing were hidden")
def numbers(asker: Asker) -> Iterator[Came]:
    # The log of all acts and one's own sessions differ; so do histories, which say that something happened.
    private = (
        r"^/(audit|account|settings|emergency|login|people|sign-in|parties|healthz|robots|\.well|logout)"
    )
    for address in addresses(asker.house, records=False, skip=private):
        yield from asker.same(address)
    if asker.who in (*LIKE_A_READER, "administrator"):
        return
    for address in (
        f"/themes/{THEME}",
        "/themes/prisons",
        f"/workshops/{OPEN_CODE}",
        f"/api/v1/workshops/{OPEN_CODE}",
    ):
        yield from asker.same(address)
    for ref in asker.world.open_refs[1:4]:
        yield from asker.same(f"/outcomes/{ref}")
        yield from asker.same(f"/api/v1/outcomes/{ref}")
    for ref, party in asker.world.followed[:1]:
        yield from asker.same(f"/follow-up/{ref}/{party}")
    for code, query in product(asker.world.hidden_codes, ("outcomes/?workshop=", "workshops/?text=")):
        yield from asker.same(f"/{query}{code}")
    filters = (f"theme={THEME}", f"addressee={COUNTRY}", f"year={YEAR}", "record=draft", "record=retired")
    for query in filters:
        yield from asker.same(f"/outcomes/?{query}")
    for query in (f"theme={THEME}", f"party={COUNTRY}", "show=overdue", "sort=due", "assurance=disputed"):
        yield from asker.same(f"/follow-up/?{query}")
    for query in (f"year={YEAR}", f"country={COUNTRY}"):
        yield from asker.same(f"/workshops/?{query}")


# Searching ---------------------------------------------------------------------------------------------


def _near(word: str) -> str:
    """A slip of the pen: two letters in the middle change places."""
    middle = len(word) // 2
    return word[:middle] + word[middle + 1] + word[middle] + word[middle + 2 :]


def _hidden_words(asker: Asker) -> list[str]:
    return [canary.word for canary in asker.world.canaries if asker.who not in canary.right]


def _found(asker: Asker, query: str, what: str) -> Iterator[Came]:
    address = f"/api/v1/search?q={query}"
    told = asker.ask(address).get_json()
    said = {"total": told.get("total"), "hits": told.get("hits"), "suggestion": told.get("suggestion")}
    facets = {name: found for name, found in told.get("facets", {}).items() if found}
    if any(said.values()) or facets or told.get("any_word"):
        yield address, f"{FAULT}{what} finds something: {said} {facets}", query


@channel("search: each word by itself: hits, totals, facets, fallback, suggestions")
def words(asker: Asker) -> Iterator[Came]:
    # Others are asked for many words in one search, below.
    for word in _hidden_words(asker) if asker.who in ("reader", "coordinator") else ():
        yield from _found(asker, word, "a hidden word")


@channel("search: did you mean, for near spellings")
def suggestions(asker: Asker) -> Iterator[Came]:
    # As many at once as are looked for in one search.
    near = [_near(word) for word in _hidden_words(asker)]
    for place in range(0, len(near), MAX_WORDS):
        yield from _found(asker, " ".join(near[place : place + MAX_WORDS]), "a near spelling")


@channel("search: beginnings, phrases, OR, brackets")
def compound(asker: Asker) -> Iterator[Came]:
    mine = _hidden_words(asker)
    for place in range(0, len(mine), 15):
        yield from _found(asker, " OR ".join(mine[place : place + 15]), "OR of hidden words")
    for word in mine[::6]:
        yield from _found(asker, f"{word[:10]}*", "a beginning")
        yield from _found(asker, f'"staff {word}"', "a phrase")


@channel("search: filters, NOT, facets and highlights, page and API alike: as if nothing were hidden")
def filters(asker: Asker) -> Iterator[Came]:
    word = _hidden_words(asker)[0]
    codes = [f"workshop:{code}" for code in asker.world.hidden_codes]
    values = (
        f"theme:{THEME}",
        f"country:{COUNTRY}",
        f"body:{asker.world.body}",
        f"year:{YEAR}",
        "is:overdue",
    )
    for query in (
        *codes,
        *values,
        "cana*",
        "كنار*",
        f"prison -{word}",
        f"prison OR {word}",
        "prison staff",
        "Train",
        "",
    ):
        yield from asker.same(f"/search?q={query}&sort=newest")
        yield from asker.same(f"/api/v1/search?q={query}&sort=newest&limit=100")
    for name, value in (
        ("theme", THEME),
        ("country", COUNTRY),
        ("year", YEAR),
        ("lang", "ar"),
        ("kind", "practice"),
    ):
        yield from asker.same(f"/search?{name}={value}")


@channel("search: outcomes like this one")
def similar(asker: Asker) -> Iterator[Came]:
    if not asker.signed_in:
        return
    with asker.house.app.app_context():
        actor = actor_for(db.session.get_one(Person, asker.world.people[asker.who]))
        for ref in asker.world.open_refs:
            outcome = by_ref(actor, ref)
            for earlier in (False, True):
                for found in similar_to(actor, outcome, limit=50, earlier=earlier):
                    yield f"like {ref}", f"{found.hit} {found.reason} {found.outcome.ref}", ""
            text = outcome.shown
            for found in similar_to_text(actor, text.text, str(text.language), limit=50):
                yield f"like the text of {ref}", f"{found.hit} {found.reason} {found.outcome.ref}", ""


@channel("feeds of saved searches, and running those that others share: as if nothing were hidden")
def feeds(asker: Asker) -> Iterator[Came]:
    if not asker.signed_in:
        return
    mine = asker.world.feeds[asker.who]
    yield mine, asker.whole(mine), ""
    yield from asker.same(mine)
    for number in asker.world.searches.values():
        address = f"/searches/{number}"
        yield address, asker.whole(asker.ask(address).headers["Location"]), address


# Forms -------------------------------------------------------------------------------------------------


def forms(asker: Asker, address: str, **changes: Any) -> str | None:
    """Send the form of a page as it begins, with these fields changed; None when the page is closed."""
    response = asker.ask(address)
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    own = [form for form in page.find_all("form", method="post") if form.get("action", "") in ("", address)]
    if response.status_code != 200 or not own:
        return None
    standing: dict[str, Any] = {}
    for name, value in defaults(own[0]):
        standing.setdefault(name, []).append(value)
    standing.pop("csrf_token", None)
    return asker.whole(address, data=standing | changes)


@channel("refusals: a hidden reference is refused as a missing one (links, successors)")
def refusals(asker: Asker) -> Iterator[Came]:
    missing = "REC-2099-9999"
    for ref in asker.world.open_refs[1:2]:
        for hidden, readers in asker.world.hidden_refs.items():
            if asker.who in readers:
                continue
            for page, send in (
                ("links", {"target": hidden}),
                ("retire", {"reason": "Done.", "successor": hidden}),
            ):
                address = f"/outcomes/{ref}/{page}"
                told = forms(asker, address, **send)
                other = forms(asker, address, **{k: missing if v == hidden else v for k, v in send.items()})
                if told is None or other is None:
                    continue
                yield address, told, hidden
                if _comparable(told).replace(hidden, "") != _comparable(other).replace(missing, ""):
                    yield (
                        address,
                        f"{FAULT}a hidden reference is refused otherwise than a missing one",
                        hidden,
                    )


@channel("conflicts: pages that say what others saved meanwhile; forms that need another look")
def conflicts(asker: Asker) -> Iterator[Came]:
    ref, party = asker.world.followed[0]
    practice = asker.world.followed[1][0]
    said: dict[str, dict[str, Any]] = {
        f"/outcomes/{ref}/edit": {"version": "0", "text": "Train prison staff again."},
        f"/outcomes/{ref}/versions/en": {"version": "0", "text": "Train prison staff again."},
        f"/outcomes/{ref}/handling": {"version": "0", "handling": "TLP:AMBER", "reason": "So."},
        f"/workshops/{OPEN_CODE}/edit": {"version": "0", "title": "Another title"},
        f"/follow-up/{ref}/{party}/report": {"version": "0", "text": "Done again."},
        f"/follow-up/{ref}/{party}/assess": {
            "version": "0",
            "finding": "disputed",
            "reason": "No.",
            "text": "No.",
        },
        f"/follow-up/adoptions/{practice}/{party}/report": {"version": "0", "text": "Done again."},
    }
    for address, fields in said.items():
        for changes in (fields, {"text": "", "title": "", "finding": ""}):
            told = forms(asker, address, **changes)
            if told is not None:
                yield address, told, ""


@channel("every form sent to a hidden record")
def blindforms(asker: Asker) -> Iterator[Came]:
    house, world = asker.house, asker.world
    ref = next((r for r, readers in world.hidden_refs.items() if asker.who not in readers), None)
    code = next((c for c, readers in world.hidden_codes.items() if asker.who not in readers), None)
    adapter = house.app.url_map.bind("127.0.0.1")
    given = {"ref": ref, "code": code, "party": "MA", "language": "en", "kind": "recommendation"}
    for rule in house.app.url_map.iter_rules():
        names = rule.arguments
        if "POST" not in (rule.methods or ()) or not names & {"ref", "code"} or not names <= set(given):
            continue
        if rule.endpoint.startswith("accounts.") or not all(given[name] for name in names):
            continue
        address = adapter.build(rule.endpoint, {name: given[name] for name in names}, method="POST")
        yield address, asker.whole(address, data={"text": "Again."}), address


#: Tried at last, since they change records.
WRITING: dict[str, Channel] = {}


def writing(name: str) -> Callable[[Channel], Channel]:
    """Register a channel that changes records."""
    return partial(_write, name)


def _write(name: str, function: Channel) -> Channel:
    WRITING[name] = function
    return function


def _mails(house: House) -> list[Any]:
    folder = Path(house.app.instance_path) / "mail"
    return [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))
    ]


@writing("mail about what is new among the results of saved searches")
def alerts(asker: Asker) -> Iterator[Came]:
    with asker.house.app.app_context():
        if not any(message["List-Unsubscribe"] for message in _mails(asker.house)) and not run_due_alerts():
            yield "alerts", f"{FAULT}no mail was written", ""
        number = asker.world.people.get(asker.who)
        to = db.session.get_one(Person, number).email if number else ""
    for message in _mails(asker.house):
        if message["To"] == to and message["List-Unsubscribe"]:
            yield f"mail {message['Subject']}", f"{message.as_string()}\n{message.get_content()}", ""


@writing("what is there already: a text, a title, a code that a hidden record has")
def taken(asker: Asker) -> Iterator[Came]:
    """A code cannot be given twice, so its refusal tells that it is taken: that and nothing else."""
    if asker.who != "coordinator":
        return
    code = next(code for code in asker.world.hidden_codes if "MEET" in code)
    day = {"title": "Our own workshop", "starts_on": f"{YEAR}-05-04", "handling": "TLP:GREEN"}
    told = forms(asker, "/workshops/new", **day, code=code) or ""
    yield "/workshops/new", told, f"{code} {YEAR}"
    if "is taken" not in told:
        yield "/workshops/new", f"{FAULT}a code was given twice: {told[:80]}", code
    text = next(c.word for c in asker.world.canaries if c.place == "outcome text")
    said = f"Train prison staff of schools. {text}"
    told = forms(asker, f"/workshops/{OPEN_CODE}/log/recommendation", text=said) or ""
    yield "/log", told, text
    if "says exactly this already" in told:
        yield "/log", f"{FAULT}a hidden text is told to be there", text
    for title in (c.word for c in asker.world.canaries if c.place == "workshop title"):
        told = forms(asker, "/workshops/new", **day | {"title": f"Meeting {title}"}) or ""
        yield "/workshops/new", told, f"{title} {YEAR} {code}"
        if not told.startswith("302"):
            yield "/workshops/new", f"{FAULT}the title of a hidden workshop is refused", title


@writing("mail of an emergency opening")
def mail(asker: Asker) -> Iterator[Came]:
    if asker.who != "administrator":
        return
    ref = next(iter(asker.world.hidden_refs))
    reason = "Somebody is in danger, and nobody else answers."
    told = forms(asker, "/emergency", name=ref, reason=reason, understood="y")
    yield "/emergency", told or "", ref
    # Those about saved searches are read above, each by the one to whom it went.
    sent = [message for message in _mails(asker.house) if not message["List-Unsubscribe"]]
    if not sent:
        yield "/emergency", f"{FAULT}no mail was written", ""
    for message in sent:
        yield f"mail {message['Subject']}", f"{message.as_string()}\n{message.get_content()}", ref
