"""Serving the pages: gunicorn where it runs, waitress elsewhere."""

import gc
from collections.abc import Callable
from typing import Any

import waitress
from flask import Flask

try:
    from gunicorn.app.base import BaseApplication
except ImportError:  # gunicorn needs a Unix system
    BaseApplication = None

#: Threads of each worker: pages wait for the disk more than they compute.
THREADS = 8


def serve(make_app: Callable[[], Flask], host: str, port: int, workers: int) -> None:
    """Serve until told to stop; each worker makes its own application, so that none shares a connection."""
    if BaseApplication is None:
        waitress.serve(make_app(), host=host, port=port, threads=THREADS * workers, ident=None)
    else:
        _server(make_app, {"bind": f"{_bracketed(host)}:{port}", "workers": workers}).run()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _server(make_app: Callable[[], Flask], options: dict[str, Any]) -> Any:
    class Server(BaseApplication):  # type: ignore[misc]
        """Gunicorn, set up here instead of by a file."""

        def load_config(self) -> None:
            settings = {
                "worker_class": "gthread",
                "threads": THREADS,
                "timeout": 120,
                "graceful_timeout": 20,
                "loglevel": "warning",
                # Nobody administers a small instance over a socket; one door less.
                "control_socket_disable": True,
                **options,
            }
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            app = make_app()
            # What was made so far stays for good. Without this every full collection looks at all of it
            # again, which adds a fifth of a second to some request.
            gc.collect()
            gc.freeze()
            return app

    return Server()
