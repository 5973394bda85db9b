"""What every command of `tracker` stands on: the application, clear failures, progress, links."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from typing import Any, TypeVar

import click
from flask import current_app

from tracker import instance
from tracker.app import create_app
from tracker.core.errors import TrackerError

Command = TypeVar("Command", bound=Callable[..., Any])


def in_instance(command: Command) -> Command:
    """Run the command inside the application; what a person can mend becomes one line and exit status 1."""

    def run(*arguments: Any, **options: Any) -> Any:
        try:
            app = create_app()
            with app.app_context():
                return command(*arguments, **options)
        except (TrackerError, ValueError, OSError) as error:
            raise click.ClickException(str(error)) from error

    return update_wrapper(run, command)  # type: ignore[return-value]


@contextmanager
def bar(label: str, length: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error; call what it gives with the number of steps done since."""
    with click.progressbar(length=length or 0, label=label, file=sys.stderr) as shown:
        yield lambda steps: shown.update(steps)


def ready() -> None:
    """Refuse to go on where there is no instance yet."""
    if not instance.is_initialised():
        raise click.ClickException("There is no instance yet. Run: tracker init")


def address_of(link: str, host: str | None = None, port: int | None = None) -> str:
    """The whole address of a one-time link; `host` and `port` stand in for a base address nobody has set."""
    base: str = current_app.config["TRACKER_BASE_URL"].rstrip("/")
    if host is not None and base == "http://127.0.0.1:5000":
        base = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 - compared, not bound
    return f"{base}/sign-in/{link}"
