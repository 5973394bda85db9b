"""Requests as they stand on the wire, sent to the application in this process, and what an answer must be."""

import io
import re
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

#: Headers without which no answer may be.
WANTED = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
)
#: What is the same for everybody, so that it may be kept.
_KEPT = ("/robots.txt", "/.well-known/security.txt", "/static/")
#: What only the server's own insides hold.
_INSIDES = re.compile(
    rb"Traceback \(most recent call last\)|site-packages|sqlalchemy\.exc|sqlite3\."
    rb"|jinja2\.|werkzeug\.exceptions"
)
#: What some payloads try to put into the headers of an answer.
_INJECTED = re.compile(r"stolen|x-injected", re.IGNORECASE)
#: A payload that would run if it stood like this in a page.
_LIVE = re.compile(rb"<script>(?:__hit|alert)\(|<svg/onload=|<img src=x onerror=", re.IGNORECASE)


@dataclass(frozen=True)
class Sent:
    """One request; its address is what stands in the first line."""

    method: str
    address: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    #: Where the request seems to come from.
    remote: str = "127.0.0.1"

    def __str__(self) -> str:
        body = self.body if len(self.body) < 3000 else self.body[:3000] + b"..."
        return f"{self.method} {self.address[:3000]!r} headers={list(self.headers)!r} body={body!r}"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")


class Jar(dict[str, str]):
    """The cookies of one browser."""

    def take(self, headers: Headers) -> None:
        """Keep what an answer sets, and drop what it takes back."""
        for line in headers.getlist("Set-Cookie"):
            try:
                found = SimpleCookie(line)
            except CookieError:
                continue
            for name, morsel in found.items():
                if morsel["max-age"] == "0" or "1970" in morsel["expires"] or not morsel.value:
                    self.pop(name, None)
                else:
                    self[name] = morsel.coded_value

    def __str__(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.items())


@dataclass
class Wire:
    """Sends requests to an application, and judges the answers."""

    app: Flask
    #: Words that would tell where the program stands on its machine.
    places: tuple[bytes, ...] = field(init=False)

    def __post_init__(self) -> None:
        root = Path(__file__).parents[2]
        self.places = (self.app.instance_path.encode(), str(root).encode() + b"/")

    def send(self, sent: Sent, jar: Jar | None = None) -> Answer:
        """The answer to a request, with these cookies."""
        body, _status, headers = None, "", Headers()
        app_iter, status, headers = run_wsgi_app(self.app.wsgi_app, self._environ(sent, jar), buffered=True)
        body = b"".join(app_iter)
        if jar is not None:
            jar.take(headers)
        return Answer(int(status.partition(" ")[0]), headers, body)

    def _environ(self, sent: Sent, jar: Jar | None) -> dict[str, Any]:
        path, _mark, query = sent.address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": sent.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path.encode("utf-8", "surrogatepass")).decode("latin-1"),
            "QUERY_STRING": query.encode("utf-8", "surrogatepass").decode("latin-1"),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "5000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": sent.remote,
            "HTTP_HOST": "127.0.0.1:5000",
            "CONTENT_LENGTH": str(len(sent.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(sent.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if jar:
            environ["HTTP_COOKIE"] = str(jar)
        for name, value in sent.headers:
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        return environ

    def faults(self, sent: Sent, answer: Answer) -> list[str]:
        """What this answer must not be, whatever was asked."""
        found = []
        if "no-store" not in answer.headers.get("Cache-Control", "") and not sent.address.startswith(_KEPT):
            found.append("may be kept in a cache")
        if answer.status >= 500:
            found.append(f"status {answer.status}")
        missing = [name for name in WANTED if name not in answer.headers]
        if missing:
            found.append(f"no {', '.join(missing)}")
        for name, value in answer.headers.items():
            if "\n" in value or "\r" in value:
                found.append(f"a line break in {name}")
            if _INJECTED.search(name) or (name == "Set-Cookie" and _INJECTED.search(value.partition(";")[0])):
                found.append(f"an injected header: {name}: {value[:80]}")
        place = answer.headers.get("Location")
        if place is not None and _leads_away(place):
            found.append(f"leads to {place[:200]!r}")
        if told := _INSIDES.search(answer.body):
            found.append(f"tells {told.group()!r}")
        found += [f"tells the folder {place!r}" for place in self.places if place in answer.body]
        if answer.is_page and (live := _LIVE.search(answer.body)):
            found.append(f"a payload stands in the page as it is: {live.group()!r}")
        return found


def _leads_away(place: str) -> bool:
    try:
        parts = urlsplit(place)
    except ValueError:
        return True
    return bool(parts.netloc and parts.netloc != "127.0.0.1:5000") or place.startswith(("//", "/\\"))
