"""A real OpenID Connect provider in a process of its own, and a browser that signs in there."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar

from tests.server import PATIENCE, free_port
from tests.signin.provider_settings import PASSWORD


class Provider:
    """The provider's process."""

    def __init__(self, return_address: str) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.signin.provider_process", str(self.port), return_address],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def wait(self) -> "Provider":
        """Until it answers."""
        for _try in range(PATIENCE * 10):
            if self._answers():
                return self
            try:
                self.process.wait(0.1)
                break
            except subprocess.TimeoutExpired:
                continue
        assert self.process.stderr
        raise AssertionError(self.process.stderr.read().decode()[-3000:])

    def _answers(self) -> bool:
        address = f"{self.issuer}/.well-known/openid-configuration"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own process
                return bool(json.load(answer)["issuer"])
        except (OSError, urllib.error.URLError):
            return False

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stderr
        self.process.stderr.close()


class _Fields(HTMLParser):
    """The hidden fields of a page's forms."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "input" and named.get("type") == "hidden" and named.get("name"):
            self.found[named["name"]] = named.get("value") or ""


class _StopAt(urllib.request.HTTPRedirectHandler):
    """Follows the provider's own redirects, and notes the one that leads back."""

    def __init__(self, issuer: str) -> None:
        self.issuer, self.back = issuer, ""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if not newurl.startswith(self.issuer):
            self.back = newurl
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def sign_in_at(provider: Provider, address: str, name: str) -> str:
    """Sign in at the address to which Tracker sent the browser; gives the address that leads back."""
    stop = _StopAt(provider.issuer)
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), stop)

    def send(fields: dict[str, str] | None = None, to: str = "") -> tuple[str, str]:
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        try:
            with browser.open(to, data, timeout=PATIENCE) as answer:
                return answer.geturl(), answer.read().decode()
        except urllib.error.HTTPError as error:
            if not stop.back:
                raise AssertionError(f"{error.code} {to}: {error.read().decode()[:1500]}") from error
            error.close()
            return to, ""

    at, page = send(to=address)
    for values in ({"login": name}, {"password": PASSWORD}):
        if not stop.back:
            at, page = send(_Fields(page).found | values, to=at)
    assert stop.back, page[-3000:]
    return stop.back
