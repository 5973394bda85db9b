"""Serving the pages: gunicorn where it runs, waitress elsewhere."""

import gc
import logging
import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any

import structlog
import waitress
from flask import Flask

from tracker.core.headers import DATA_POLICY, FIXED
from tracker.search import service as search

try:
    from gunicorn.app.base import BaseApplication
    from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
    from gunicorn.workers.gthread import ThreadWorker
except ImportError:  # gunicorn needs a Unix system
    BaseApplication, ThreadWorker = None, object

#: Threads of each worker: pages wait for the disk more than they compute.
THREADS = 8
#: Seconds for which a client may stand still while it sends, and while it takes.
SEND_PATIENCE, TAKE_PATIENCE = 20, 60
#: Seconds for which a connection is kept for the next request.
KEEP_ALIVE = 5
#: Longest first line and longest header of a request, in bytes, and most headers.
LONGEST_LINE, LONGEST_HEADER, MOST_HEADERS = 8190, 8190, 64

#: What is said when a request is so odd that no page can be made for it.
_SENTENCES = {
    400: ("Bad Request", "That request could not be read. Reload the page and try again."),
    414: ("URI Too Long", "That address is too long. Shorten the search, or take some filters off."),
    431: ("Request Header Fields Too Large", "Your browser sent too much. Delete the cookies of this site."),
    500: ("Internal Server Error", "Something went wrong on our side. Try again."),
}

log = structlog.get_logger("tracker.serving")


def serve(
    make_app: Callable[[], Flask],
    host: str,
    port: int,
    workers: int,
    begin: Callable[[Flask], object] | None = None,
) -> None:
    """Serve until told to stop; each worker makes its own application, so that none shares a connection.

    `begin` is called in each worker once its application is made.
    """
    if BaseApplication is None:
        app = make_app()
        if begin is not None:
            begin(app)
        waitress.serve(app, host=host, port=port, threads=THREADS * workers, **_waitress_settings(app))
    else:
        options = {"bind": f"{_bracketed(host)}:{port}", "workers": workers}
        _server(make_app, options, begin).run()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _waitress_settings(app: Flask) -> dict[str, Any]:
    return {
        "ident": None,
        "channel_timeout": SEND_PATIENCE,
        "max_request_header_size": 65_536,
        # A little more than the program takes, so that its own page can say what to do.
        "max_request_body_size": (app.config["MAX_CONTENT_LENGTH"] or 0) + 1_000_000,
        # The program decides itself how many proxies it believes.
        "clear_untrusted_proxy_headers": False,
    }


def hurry(listeners: Iterable[socket.socket]) -> None:
    """Bound how long a client may stand still; connections take this over from the socket they came by.

    Otherwise a handful of connections that never finish a request would keep every thread waiting.
    """
    for listener in listeners:
        for option, seconds in ((socket.SO_RCVTIMEO, SEND_PATIENCE), (socket.SO_SNDTIMEO, TAKE_PATIENCE)):
            listener.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))


def refusal(status: int) -> bytes:
    """A whole answer to a request that could not be read: a sentence, and the headers of all answers."""
    reason, sentence = _SENTENCES[status]
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(sentence)),
        "Connection": "close",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": DATA_POLICY,
        **FIXED,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {reason}\r\n{head}\r\n{sentence}".encode()


def _stood_still(entry: logging.LogRecord) -> bool:
    return bool(entry.exc_info and isinstance(entry.exc_info[1], BlockingIOError))


class Worker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's worker with threads, that writes no address and no message into the log: both may hold
    secrets.
    """

    def init_process(self) -> None:
        """Begin to serve; a client that stood still is no news, or a handful of them would fill the log."""
        self.log.error_log.addFilter(lambda entry: not _stood_still(entry))
        super().init_process()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that could not be read or answered, and note what kind of fault it was."""
        if isinstance(exc, LimitRequestLine):
            status = 414
        elif isinstance(exc, LimitRequestHeaders):
            status = 431
        else:
            # A header that the program itself tried to send is no fault of the client.
            is_theirs = isinstance(exc, ParseException) and "Response" not in type(exc).__name__
            status = 400 if is_theirs else 500
        (self.log.error if status == 500 else self.log.warning)(
            "answered %s: %s from %s", status, type(exc).__name__, addr[0] if addr else ""
        )
        try:
            client.sendall(refusal(status))
        except OSError:
            self.log.debug("nobody waited for the answer")


def _server(
    make_app: Callable[[], Flask], options: dict[str, Any], begin: Callable[[Flask], object] | None = None
) -> Any:
    class Server(BaseApplication):  # type: ignore[misc]
        """Gunicorn, set up here instead of by a file."""

        def load_config(self) -> None:
            settings = {
                "worker_class": Worker,
                "threads": THREADS,
                "timeout": 120,
                "graceful_timeout": 20,
                "keepalive": KEEP_ALIVE,
                "limit_request_line": LONGEST_LINE,
                "limit_request_field_size": LONGEST_HEADER,
                "limit_request_fields": MOST_HEADERS,
                "when_ready": lambda arbiter: hurry(each.sock for each in arbiter.LISTENERS),
                # No header may change where an address begins or how it was reached: what proxies say is
                # believed in one place only, and only as far as the setting says.
                "forwarded_allow_ips": "",
                "loglevel": "warning",
                # Addresses may hold the secret of a one-time link, and what people searched for.
                "accesslog": None,
                # Nobody administers a small instance over a socket; one door less.
                "control_socket_disable": True,
                **options,
            }
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            app = make_app()
            with app.app_context():
                try:
                    search.warm()
                except Exception:
                    # The first search is slower then; that is no reason not to serve.
                    log.exception("the search could not be read in beforehand")
            # What was made so far stays for good. Without this every full collection looks at all of it
            # again, which adds a fifth of a second to some request.
            gc.collect()
            gc.freeze()
            if begin is not None:
                begin(app)
            return app

    return Server()
