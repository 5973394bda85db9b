"""The `tracker` command."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast

import click
from flask import current_app

from tracker import __version__, instance, serving
from tracker.accounts import queries as people
from tracker.accounts import service as accounts
from tracker.app import create_app
from tracker.capture.importer import ImportResult, import_csv, steps_of
from tracker.core.errors import TrackerError
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import RoleName
from tracker.demo import load as demonstration
from tracker.reports.csv_export import export_rows, write_csv
from tracker.search import indexing

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


def _ready() -> None:
    if not instance.is_initialised():
        raise click.ClickException("There is no instance yet. Run: tracker init")


def _path(link: str, host: str | None = None, port: int | None = None) -> str:
    base: str = current_app.config["TRACKER_BASE_URL"].rstrip("/")
    if host is not None and base == "http://127.0.0.1:5000":
        base = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 - compared, not bound
    return f"{base}/sign-in/{link}"


@click.group()
@click.version_option(__version__, prog_name="tracker")
def main() -> None:
    """Tracker: joint recommendations and best practices, logged, found again and followed up.

    The instance folder holds database, index, uploads and secret key; TRACKER_INSTANCE names it.
    """


@main.command()
@in_instance
def init() -> None:
    """Create the instance, or bring it to this version. Safe to repeat."""
    instance.initialise()
    click.echo(f"Instance ready: {current_app.instance_path}")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Worker processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages. Creates the instance first if there is none."""
    _prepare(host, port)
    serving.serve(create_app, host, port, workers)


@in_instance
def _prepare(host: str, port: int) -> None:
    """Before the workers start: bring everything up to date and say how to get in."""
    if not instance.is_initialised():
        instance.initialise()
    steps = indexing.length_of_recovery()
    if steps:
        with bar("Bringing the index up to date", steps) as step:
            indexing.recover(step)
    indexing.recover()
    click.echo(f"Tracker is at http://{host}:{port}")
    if people.has_administrator():
        click.echo("Sign in there, or make a one-time link with: tracker user link EMAIL")
    else:
        link = accounts.issue_setup_link(OPERATOR)
        click.echo(
            f"First start. Open this once to make the administrator's account:\n  {_path(link, host, port)}"
        )


@main.command()
@click.option(
    "--if-empty", is_flag=True, help="Load only into an instance without workshops; print the links anyway."
)
@in_instance
def demo(if_empty: bool) -> None:
    """Load the demonstration: two workshops and illustrative outcomes. Prints one-time sign-in links."""
    _ready()
    if demonstration.is_loaded():
        click.echo("The demonstration is loaded already.")
    elif not (if_empty and demonstration.has_workshops()):
        with bar("Loading the demonstration", demonstration.size()) as step:
            demonstration.load(step)
    click.echo("To look in as one of these, open its link (good once; make new ones with: tracker demo):")
    for name, link in demonstration.sign_in_links():
        click.echo(f"{name:<28} {_path(link)}")


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--create-themes", is_flag=True, help="Make themes that the thesaurus does not know.")
@click.option("--partial", is_flag=True, help="Take the good rows in even if there are bad ones.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@in_instance
def import_(file: Path, create_themes: bool, partial: bool, dry_run: bool) -> None:
    """Take in outcomes from a CSV file. A second import of the same rows changes nothing."""
    _ready()
    with bar("Reading and saving", steps_of(file)) as step:
        result = import_csv(
            OPERATOR, file, create_themes=create_themes, partial=partial, dry_run=dry_run, progress=step
        )
    steps = indexing.length_of_backlog()
    if steps and not dry_run:
        with bar("Indexing", steps) as step:
            indexing.drain_all(step)
    _tell(result, dry_run)


def _tell(result: ImportResult, dry_run: bool) -> None:
    for problem in result.problems:
        click.echo(f"line {problem.line}, column {problem.column}: {problem.reason}", err=True)
    verb = "would be " if dry_run else ""
    click.echo(
        f"{result.created} {verb}created, {result.updated} {verb}updated, {result.unchanged} unchanged, "
        f"{len(result.problems)} problems."
    )
    for kept in result.kept:
        click.echo(f"line {kept.line}, column {kept.column}: {kept.reason}")
    if result.problems:
        if not (result.created or result.updated):
            click.echo(
                "Nothing was changed. Correct these rows, or use --partial to take in the others.", err=True
            )
        raise SystemExit(1)
    if not (result.created or result.updated):
        click.echo("Nothing to change: everything in the file is here already.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path))
@in_instance
def export(file: Path) -> None:
    """Write all published outcomes to a CSV file (- is standard output), in the columns of the import."""
    _ready()
    with click.open_file(str(file), "w", encoding="utf-8", atomic=str(file) != "-") as target:
        rows = export_rows(OPERATOR)
        with bar("Writing", len(indexing.all_ids())) as step:
            number = write_csv(cast(TextIO, target), _counted(rows, step))
    click.echo(f"{number} outcomes written.", err=True)


def _counted(rows: Iterator[list[str]], step: Callable[[int], None]) -> Iterator[list[str]]:
    for row in rows:
        yield row
        step(1)


@main.command()
@in_instance
def reindex() -> None:
    """Write the search index anew from the database; the site stays up."""
    _ready()
    with bar("Indexing", len(indexing.all_ids())) as step:
        number = indexing.reindex(step)
    click.echo(f"{number} outcomes indexed.")


@main.command()
@in_instance
def doctor() -> None:
    """Compare database, files and index. Exit status 1 when something is wrong."""
    _ready()
    with bar("Comparing", len(indexing.all_ids())) as step:
        found = instance.examine(step)
    for fault in found.faults:
        click.echo(fault)
    if found.waiting:
        click.echo(f"{found.waiting} changes wait for the index; the next request or start takes them in.")
    for word, refs in (
        ("missing from", found.difference.missing),
        ("surplus in", found.difference.surplus),
        ("outdated in", found.difference.outdated),
    ):
        if refs:
            click.echo(
                f"{len(refs)} {word} the index: {', '.join(refs[:10])}{' …' if len(refs) > 10 else ''}"
            )
    if not found.is_sound:
        raise SystemExit(1)
    click.echo(f"All well: {found.documents} outcomes, database and index are equal.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@in_instance
def backup(file: Path) -> None:
    """Write database, uploads and settings to one archive; the site may stay up."""
    _ready()
    with bar("Packing", instance.size_of_backup()) as step:
        instance.back_up(file, step)
    click.echo(f"Backup written: {file}. It holds the secret key: keep it as safe as the instance.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="This replaces everything in the instance. Is the site stopped? Go on?")
@in_instance
def restore(file: Path) -> None:
    """Bring back a backup in place of what is there; stop the site first. The index is rebuilt."""
    with bar("Indexing") as step:
        number, aside = instance.restore(file, step)
    click.echo(f"{number} outcomes restored. What was there before is in {aside}.")


@main.group()
def user() -> None:
    """People and how they sign in."""


@user.command("add")
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([str(r) for r in RoleName]),
    help="What they may do; repeat for several.",
)
@click.option(
    "--party", "parties", multiple=True, help="Country code or body the person acts for; repeat for several."
)
@click.option("--name", help="Name to show; the e-mail address otherwise.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@in_instance
def user_add(
    email: str, roles: tuple[str, ...], parties: tuple[str, ...], name: str | None, password_stdin: bool
) -> None:
    """Add a person. Without a password they sign in by a one-time link."""
    _ready()
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    person = accounts.add_person(OPERATOR, email, name or email, list(roles), list(parties), password)
    click.echo(f"Added {person.email}.")


@user.command("link")
@click.argument("email")
@in_instance
def user_link(email: str) -> None:
    """Print a link that signs the person in once."""
    _ready()
    click.echo(_path(accounts.issue_link(OPERATOR, people.person_by_email(email))))


@main.group()
def token() -> None:
    """Tokens for programs that use the API."""


@token.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@in_instance
def token_add(email: str, name: str) -> None:
    """Make a bearer token for a person; it is shown only now, as the last word."""
    _ready()
    click.echo(f"Token {accounts.issue_token(OPERATOR, people.person_by_email(email), name)}")


if __name__ == "__main__":
    main()
