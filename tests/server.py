"""A real server in its own process, that can be killed; and a client that sends forms as a browser does."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

#: Seconds after which a server that does not answer is a failure.
PATIENCE = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tracker(
    instance: Path, *arguments: str, check: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command on this instance."""
    return subprocess.run(
        [sys.executable, "-m", "tracker.cli", *arguments],
        env={**os.environ, "TRACKER_INSTANCE": str(instance), **environment},
        capture_output=True,
        text=True,
        check=check,
    )


class Server:
    """`tracker serve` on a copy of an instance."""

    def __init__(self, instance: Path, workers: int = 1) -> None:
        self.instance, self.workers, self.port = instance, workers, free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        with (self.instance / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tracker.cli",
                    "serve",
                    "--port",
                    str(self.port),
                    "--workers",
                    str(self.workers),
                ],
                env={**os.environ, "TRACKER_INSTANCE": str(self.instance), "TRACKER_BASE_URL": self.base},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _ in range(PATIENCE * 10):
            if self.answers():
                return self
            try:
                self.process.wait(0.1)
                break  # it ended before it answered
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError((self.instance / "server.log").read_text()[-3000:])

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def kill(self) -> None:
        """As a power cut would end it: every process of the server, at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(PATIENCE)


class FormClient:
    """Keeps cookies, opens pages, and sends their forms."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, address: str) -> BeautifulSoup:
        with self.opener.open(self.base + address, timeout=PATIENCE) as answer:
            return BeautifulSoup(answer.read(), "html5lib")

    def send(
        self, page: BeautifulSoup, form_id: str, address: str, button: str | None = None, **values: Any
    ) -> tuple[str, BeautifulSoup]:
        """Send a form of a page with some values changed; gives the address it led to and the page there."""
        form = page.find("form", id=form_id)
        assert form is not None, page.get_text()[:2000]
        fields = [(n, v) for n, v in defaults(form) if n not in values]
        fields += [
            (name, str(v))
            for name, given in values.items()
            for v in (given if isinstance(given, list) else [given])
        ]
        if button:
            name, _, value = button.partition("=")
            fields.append((name, value))
        target = urllib.parse.urljoin(self.base + address, form.get("action") or address)
        with self.opener.open(target, urllib.parse.urlencode(fields).encode(), timeout=PATIENCE) as answer:
            return answer.geturl().removeprefix(self.base), BeautifulSoup(answer.read(), "html5lib")


def defaults(form: Any) -> list[tuple[str, str]]:
    """What a browser would send of an untouched form."""
    fields = []
    for control in form.find_all(["input", "textarea", "select"]):
        name = control.get("name")
        if not name:
            continue
        if control.name == "textarea":
            fields.append((name, control.get_text()))
        elif control.name == "select":
            chosen = (
                control.find_all("option", selected=True)
                or control.find_all("option")[: 0 if control.has_attr("multiple") else 1]
            )
            fields += [(name, option.get("value", option.get_text())) for option in chosen]
        elif control.get("type") in ("checkbox", "radio"):
            if control.has_attr("checked"):
                fields.append((name, control.get("value", "on")))
        elif control.get("type") not in ("submit", "button", "file", "image", "reset"):
            fields.append((name, control.get("value", "")))
    return fields


def copy_instance(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target
