"""Requests by the thousand from a seed: nearly right ones that reach deep, and wrong ones of every kind."""

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes

from werkzeug.routing import Rule

from tests import payloads
from tests.campaigns.forms import Field, Form
from tests.campaigns.small_world import World
from tests.campaigns.walk import Site
from tests.campaigns.wire import Sent

Pairs = list[tuple[str, Any]]

TEXTS = [
    *payloads.SCRIPTS,
    *payloads.HITS,
    *payloads.FORMULAS,
    *payloads.HEADERS,
    *payloads.PATHS,
    *payloads.LINKS,
    *payloads.ODD_TEXTS,
]
NASTY = [*TEXTS, *payloads.NUMBERS, *payloads.DATES]
BAD_FILES = [
    *payloads.XXE,
    *payloads.POLYGLOTS,
    *payloads.HARMLESS_POLYGLOTS,
    *payloads.IMPOSTORS,
    *payloads.MACROS,
]
METHODS = [
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "X" * 50,
]
#: What stands percent-encoded in an address and is no text.
GARBAGE = ["%", "%zz", "%c0%af", "%ff%fe", "%00", "%ed%a0%80", "%f0%28%8c%28", "\xe9", "%u0041", "%25%32%65"]
_NAME = re.compile(
    r"""(?:args|values)\.(?:get|getlist)\(\s*"([a-z_]+)"|^FACETS.*$|facet.*"([a-z]+)":""", re.MULTILINE
)
_PASSWORD = "Correct horse 7 battery staple"


def names_in_code() -> list[str]:
    """Names of arguments that the program reads from addresses."""
    found = {"q", "page", "limit", "sort", "kind", "theme", "country", "body", "workshop", "year", "lang"}
    for path in (Path(__file__).parents[2] / "tracker").rglob("*.py"):
        for match in _NAME.finditer(path.read_text(encoding="utf-8")):
            found |= {name for name in match.groups() if name}
    return sorted(found)


class Generator:
    """Makes requests for one world; the same seed makes the same ones."""

    def __init__(self, seed: str, world: World, site: Site, rules: Sequence[Rule]) -> None:
        self.chance = random.Random(seed)
        self.world, self.site = world, site
        self.api = [rule for rule in rules if rule.rule.startswith("/api/")]
        self.names = sorted(
            {*names_in_code(), *site.filters, "_external", "endpoint", "constructor", "q[]", ""}
        )
        self.number = 0

    # Values ----------------------------------------------------------------------------------------

    def nasty(self) -> str:
        """A value that no honest person would type."""
        roll = self.chance.random()
        if roll < 0.85:
            return self.chance.choice(NASTY)
        if roll < 0.93:
            return "".join(chr(self.chance.randrange(0x110000)) for _ in range(self.chance.randrange(30)))
        return self.chance.choice(NASTY)[:200] * self.chance.randrange(2, 60)

    def known(self, name: str) -> str:
        """A value that a part of an address or an argument of this name can have."""
        pools: dict[str, Sequence[str]] = {
            "ref": self.world.refs,
            "code": self.world.codes,
            "workshop": self.world.codes,
            "q": [
                "prison",
                "détenus",
                "visit the detained",
                'theme:prisons "within"',
                "kind:practice",
                "سجن",
            ],
            "page": ["1", "2"],
            "limit": ["1", "100"],
            "sort": ["relevance", "newest", "oldest"],
            "year": ["2024", "2099"],
            "kind": ["recommendation", "practice"],
            "theme": ["prisons"],
            "country": ["JO", "FR"],
            "next": ["/", "/search?q=x"],
        }
        return self.chance.choice(pools.get(name) or self.site.values.get(name) or ["1", "JO", "open"])

    def quoted(self, value: str) -> str:
        """A value as it stands in an address; now and then as no browser would write it."""
        if self.chance.random() < 0.05:
            return self.chance.choice(GARBAGE)
        if self.chance.random() < 0.03:
            return re.sub(r"[\s#?&%]", "", value)  # as it is
        return quote_from_bytes(value.encode("utf-8", "surrogatepass"), safe="")

    def query(self) -> str:
        """Arguments: known and unknown names, several times, right values and wrong ones."""
        pairs = []
        for _ in range(self.chance.choice([0, 1, 1, 2, 3, 6, 6, 40 if self.chance.random() < 0.05 else 2])):
            name = self.chance.choice(self.names) if self.chance.random() < 0.9 else self.nasty()[:100]
            value = self.known(name) if self.chance.random() < 0.5 else self.nasty()
            pairs.append(f"{self.quoted(name)}={self.quoted(value[:3000])}")
        query = self.chance.choice(["&", "&", "&", "&", ";", "&&"]).join(pairs)
        return f"?{query}" if query or self.chance.random() < 0.2 else ""

    def path(self, rule: Rule) -> str:
        """An address of a route, with right, changed and wrong values in it."""
        parts = []
        for is_dynamic, data in rule._trace:
            if not is_dynamic:
                parts.append(data.lstrip("|"))
                continue
            value, roll = self.known(data), self.chance.random()
            if roll < 0.25:
                value = self.nasty()[:1500]
            elif roll < 0.4:
                value = self.mutated(value)
            parts.append(self.quoted(value))
        return "".join(parts) or "/"

    def mutated(self, text: str) -> str:
        """The text with a small change."""
        place, roll = self.chance.randrange(len(text) + 1), self.chance.randrange(6)
        if roll == 0:
            return text[:place] + self.chance.choice(NASTY)[:40] + text[place:]
        changes = [text.swapcase(), text[:place], text * 2, text + " ", " " + text, text.replace("-", "–")]
        return changes[roll]

    def headers(self) -> list[tuple[str, str]]:
        """Headers that say odd things."""
        offers: dict[str, list[str]] = {
            "Accept": ["text/html", "application/json", "*/*;q=x", "image/" + "x" * 500, ""],
            "Accept-Language": ["ar", "fr;q=9", "xx-YY-zz", "en" * 200, "*", "es;q=-1,,;", "\u00e9"],
            "Accept-Encoding": ["gzip", "br;q=NaN", "identity;q=0"],
            "Range": ["bytes=0-1", "bytes=-1", "bytes=9-1", "bytes=" + "0-1," * 300, "x=1"],
            "If-None-Match": ["*", '"x"', 'W/"', "x" * 300],
            "If-Match": ["*", '"x"'],
            "If-Modified-Since": ["Sat, 31 Dec 9999 23:59:59 GMT", "x", "Thu, 01 Jan 1970 00:00:00 +9999"],
            "X-Forwarded-For": ["1.2.3.4", "' OR 1=1", "::1, " * 100],
            "X-Forwarded-Host": ["evil.example", "[", "x:99999"],
            "X-Forwarded-Proto": ["https", "javascript"],
            "X-Forwarded-Prefix": ["//evil.example", "/../"],
            "Forwarded": ["for=evil;host=evil.example"],
            "X-HTTP-Method-Override": ["DELETE"],
            "X-Original-URL": ["/settings"],
            "X-Requested-With": ["XMLHttpRequest"],
            "Referer": ["http://127.0.0.1:5000/", "https://evil.example/", "x" * 3000, "http://["],
            "Origin": ["http://127.0.0.1:5000", "null", "https://evil.example"],
            "Sec-Fetch-Site": ["same-origin", "cross-site", "none", "x"],
            "User-Agent": [
                "",
                "() { :; }; x",
                "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0",
                "x" * 4000,
                "\u00ff",
            ],
            "Content-Encoding": ["gzip", "x"],
            "Content-Length": ["0", "-1", "9" * 30, "x", "100000"],
            "Host": [
                "evil.example",
                "localhost:1",
                "[::1]:5000",
                "127.0.0.1",
                "",
                "a@b",
                "x" * 300,
                "127.0.0.1:x",
            ],
            "Cookie": ["tracker=x", "tracker=" + "e30." * 3, "=;=;", "\u00e9=1", "session=1; tracker="],
            "HX-Request": ["true"],
        }
        names = self.chance.sample(sorted(offers), self.chance.choice([0, 0, 0, 1, 2, 3]))
        return [(name, self.chance.choice(offers[name])) for name in names]

    def json(self) -> bytes:
        """A JSON document, or something like one."""
        value: Any = self.chance.choice(
            [
                {"csrf_token": "x", "text": self.nasty()},
                {self.nasty(): [self.nasty(), 1e308, None, True]},
                [self.nasty()] * 50,
                {
                    "id": "x",
                    "rawId": "é",
                    "response": {"clientDataJSON": "x", "signature": 5},
                    "type": "public-key",
                },
                {"credential": '{"id": "x"}', "kind": {"a": []}},
                {
                    "csp-report": {
                        "effective-directive": self.nasty(),
                        "blocked-uri": self.nasty(),
                        "document-uri": 7,
                    }
                },
                None,
                7,
            ]
        )
        raw = json.dumps(value).encode()
        wrong = [
            b"[" * 5000,
            b'{"a":' * 40,
            b"",
            b"{",
            b"\xff\xfe",
            b'"\\ud800"',
            b"1" * 5000,
            b"NaN",
            raw[:-1],
        ]
        return self.chance.choice(wrong) if self.chance.random() < 0.3 else raw

    def remote(self) -> str:
        """Where a request comes from: never twice the same place, so that no bound for one place is met."""
        return f"10.{self.chance.randrange(256)}.{self.chance.randrange(256)}.{self.chance.randrange(256)}"

    # Requests --------------------------------------------------------------------------------------

    def api_request(self, token: str) -> Sent:
        """A request of a program, with its own token most of the time."""
        path = self.path(self.chance.choice(self.api))
        if self.chance.random() < 0.05:
            path = "/api/" + self.quoted(self.nasty()[:500])
        method = "GET" if self.chance.random() < 0.75 else self.chance.choice(METHODS)
        headers, body = self.headers(), b""
        proofs = [f"Bearer {token}"] * 12 + [
            "",
            f"bearer  {token} ",
            token,
            "Basic eDp4",
            "Bearer trk_x",
            "Bearer",
        ]
        proofs += ["Bearer " + self.nasty().encode("ascii", "ignore").decode()[:300].replace("\n", "")]
        if proof := self.chance.choice(proofs):
            headers.append(("Authorization", proof))
        if method not in ("GET", "HEAD") or self.chance.random() < 0.05:
            kind = self.chance.choice(
                ["application/json", "text/plain", "application/x-www-form-urlencoded", "x"]
            )
            headers.append(("Content-Type", kind))
            body = self.json()
        return Sent(method, path + self.query(), tuple(headers), body, self.remote())

    def page_request(self) -> Sent:
        """Opening a page, with a query that was tampered with."""
        address = self.chance.choice(self.site.addresses)
        path, _mark, query = address.partition("?")
        if self.chance.random() < 0.15:
            path = "/" + quote(self.mutated(path.lstrip("/")).encode("utf-8", "surrogatepass"), safe="/")
        more = self.query().lstrip("?")
        joined = "&".join(part for part in (query if self.chance.random() < 0.5 else "", more) if part)
        method = self.chance.choice([*["GET"] * 12, "HEAD"])
        return Sent(method, f"{path}?{joined}" if joined else path, tuple(self.headers()))

    def form_request(self, form: Form, csrf: str) -> Sent:
        """A form, filled in, with none to three things wrong with it."""
        pairs = self.filled(form)
        for _ in range(self.chance.choice([0, 1, 1, 2, 2, 3])):
            self.spoil(pairs)
        roll = self.chance.random()
        pairs = [pair for pair in pairs if pair[0] != "csrf_token"]
        if roll < 0.94:
            pairs.append(("csrf_token", csrf))
        elif roll < 0.97:
            pairs.append(("csrf_token", self.nasty()))
        headers = self.headers() if self.chance.random() < 0.15 else []
        action = form.action + (self.query() if self.chance.random() < 0.05 else "")
        kind, body = self.encoded(pairs, multipart=form.takes_files)
        headers = [pair for pair in headers if pair[0] not in ("Cookie", "Host")]
        return Sent("POST", action, (*headers, ("Content-Type", kind)), body)

    def filled(self, form: Form) -> Pairs:
        """The form as an honest person could send it."""
        pairs: Pairs = []
        for one in form.fields:
            pairs += [(one.name, value) for value in self.given(one)]
        if form.buttons and self.chance.random() < 0.8:
            pairs.append(self.chance.choice(form.buttons))
        return pairs

    def given(self, one: Field) -> list[Any]:
        """What an honest person could put into a field."""
        chance = self.chance
        if one.kind == "file":
            return [chance.choice(payloads.GOOD)] if chance.random() < 0.5 else [("", b"")]
        if one.kind in ("hidden", "number") or (one.is_typed and any(one.values) and chance.random() < 0.6):
            return list(one.values)
        if one.kind in ("select", "radio") and one.options:
            return [chance.choice(one.options)] if chance.random() < 0.5 else list(one.values)
        if one.kind == "checkbox":
            picked = [value for value in one.options if chance.random() < min(0.5, 2 / len(one.options))]
            return picked if chance.random() < 0.6 else list(one.values)
        if one.kind == "date":
            return [
                f"{chance.randrange(2020, 2031)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            ]
        if one.is_typed:
            return [self.honest(one)]
        return list(one.values)

    def honest(self, one: Field) -> str:
        """Something that fits into a field."""
        self.number += 1
        name = one.name
        if one.kind == "password" or "password" in name:
            return _PASSWORD
        if one.kind == "email" or "email" in name:
            return f"new{self.number}@example.org"
        if "url" in name or one.kind == "url":
            return f"https://example.org/{self.number}"
        if "code" in name or "slug" in name:
            return f"new-{self.number}"
        if name == "named_people":
            return "person8@example.org"
        if name in ("target", "successor", "name"):
            return self.chance.choice([*self.world.refs, *self.world.codes, "Somebody"])
        if any(word in name for word in ("participants", "hosts", "parties", "addressees", "propos")):
            return self.chance.choice(["Jordan, France", "JO; ES", "France", "jo,fr,ma"])
        if "lines" in name or "people" in name:
            return f"Somebody New <new{self.number}@example.org>\nnew{self.number}b@example.org"
        return f"Train the staff, number {self.number}."

    def spoil(self, pairs: Pairs) -> None:
        """Put one thing wrong."""
        chance = self.chance
        if not pairs:
            pairs.append((self.nasty(), self.nasty()))
            return
        place = chance.randrange(len(pairs))
        name, value = pairs[place]
        act = chance.randrange(11)
        if isinstance(value, tuple) and act < 7:
            bad = chance.choice(BAD_FILES)
            odd = chance.choice([*payloads.PATHS, *payloads.SCRIPTS, *payloads.HITS, *payloads.HEADERS])
            changes = [
                bad,
                bad,
                (odd + ".pdf", payloads.pdf()),
                (odd, bad[1]),
                "no file at all",
                ("x.pdf", b""),
            ]
            pairs[place] = (name, chance.choice(changes))
        elif act < 5:
            pairs[place] = (name, self.nasty())
        elif act == 5:
            del pairs[place]
        elif act == 6:
            pairs.insert(chance.randrange(len(pairs)), (name, self.nasty()))
        elif act == 7:
            pairs.append((self.nasty()[:300], self.nasty()))
        elif act == 8:
            odd_name = chance.choice(
                [f"{name}-0", f"{name}[]", f"{name}.x", name.upper(), f" {name}", "__class__"]
            )
            pairs[place] = (odd_name, value)
        elif act == 9:
            foreign = [*self.world.refs, *payloads.NUMBERS, *map(str, range(1, 60)), "JO", "prisons"]
            pairs[place] = (name, chance.choice(foreign))
        else:
            pairs[place] = (name, ("run.html", b"<script>alert(1)</script>"))

    def encoded(self, pairs: Pairs, *, multipart: bool) -> tuple[str, bytes]:
        """Content type and body, in the wrong encoding now and then."""
        roll = self.chance.random()
        if roll < 0.02:
            return "application/json", self.json()
        if roll < 0.03:
            return self.chance.choice(["text/plain", "multipart/form-data", "x", ""]), _urlencoded(pairs)
        kind, body = encoded(pairs, multipart=multipart or roll < 0.08)
        if roll > 0.98:
            body = body[: self.chance.randrange(len(body) + 1)]
        return kind, body


def encoded(pairs: Pairs, *, multipart: bool) -> tuple[str, bytes]:
    """Content type and body as a browser would send them."""
    if multipart or any(isinstance(value, tuple) for _name, value in pairs):
        return f"multipart/form-data; boundary={_BOUNDARY}", _multipart(pairs)
    return "application/x-www-form-urlencoded", _urlencoded(pairs)


_BOUNDARY = "---------------------------2024061013"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _urlencoded(pairs: Pairs) -> bytes:
    texts = [(name, value if isinstance(value, str) else value[0]) for name, value in pairs]
    joined = (f"{quote_from_bytes(_bytes(name))}={quote_from_bytes(_bytes(value))}" for name, value in texts)
    return "&".join(joined).encode()


def _multipart(pairs: Pairs) -> bytes:
    made = b""
    for name, value in pairs:
        # As browsers write what would end a header.
        shown = _bytes(name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22"))
        made += f"--{_BOUNDARY}\r\n".encode() + b'Content-Disposition: form-data; name="' + shown + b'"'
        if isinstance(value, tuple):
            file_name = _bytes(value[0].replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A"))
            made += (
                b'; filename="'
                + file_name
                + b'"\r\nContent-Type: application/octet-stream\r\n\r\n'
                + value[1]
            )
        else:
            made += b"\r\n\r\n" + _bytes(value)
        made += b"\r\n"
    return made + f"--{_BOUNDARY}--\r\n".encode()
