"""The `tracker` command."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import TextIO, cast

import click
from flask import Flask, current_app

from tracker import __version__, instance, jobs, serving
from tracker.accounts import queries as people
from tracker.accounts import service as accounts
from tracker.app import create_app
from tracker.capture.importer import ImportResult, import_csv, steps_of
from tracker.cli_people import token, user
from tracker.cli_tools import address_of, bar, in_instance, ready
from tracker.core import audit_chain, mail
from tracker.core.audit_chain import Damage
from tracker.core.config import DEFAULT_BASE_URL
from tracker.core.csv_files import write_csv
from tracker.core.db import db
from tracker.core.permissions import OPERATOR
from tracker.demo import load as demonstration
from tracker.oversight import export as audit_log
from tracker.oversight.log import LogFilters
from tracker.reading.queries import Tally
from tracker.reports.csv_export import export_rows
from tracker.search import indexing

#: What was done to the audit log, in words.
DAMAGE = {
    Damage.CHANGED: "what it says is not what was sealed.",
    Damage.MISSING: "it is missing.",
    Damage.INSERTED: "it was inserted.",
    Damage.END: "the end of the log was tampered with.",
}


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
@click.option(
    "--no-worker", is_flag=True, help="Leave mail, files and other work in the background to: tracker worker."
)
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the pages. Creates the instance first if there is none."""
    _prepare(host, port)
    serving.serve(create_app, host, port, workers, begin=None if no_worker else jobs.start)


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
        # `make run` says the address to this start alone; links made by hand must begin with it, too.
        base = os.environ.get("TRACKER_BASE_URL", DEFAULT_BASE_URL)
        setting = "" if base == DEFAULT_BASE_URL else f"TRACKER_BASE_URL={base} "
        click.echo(f"Sign in there, or make a one-time link with: {setting}tracker user link EMAIL")
    else:
        link = accounts.issue_setup_link(OPERATOR)
        click.echo(
            "First start. Open this once to make the administrator's account:\n"
            f"  {address_of(link, host, port)}"
        )


@main.command()
@click.option(
    "--if-empty", is_flag=True, help="Load only into an instance without workshops; print the links anyway."
)
@in_instance
def demo(if_empty: bool) -> None:
    """Load the demonstration: two workshops and illustrative outcomes. Prints one-time sign-in links."""
    ready()
    if demonstration.is_loaded():
        click.echo("The demonstration is loaded already.")
    elif not (if_empty and demonstration.has_workshops()):
        with bar("Loading the demonstration", demonstration.size()) as step:
            demonstration.load(step)
    click.echo("To look in as one of these, open its link (good once; make new ones with: tracker demo):")
    for name, link in demonstration.sign_in_links():
        click.echo(f"{name:<28} {address_of(link)}")


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--create-themes", is_flag=True, help="Make themes that the thesaurus does not know.")
@click.option("--partial", is_flag=True, help="Take the good rows in even if there are bad ones.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@in_instance
def import_(file: Path, create_themes: bool, partial: bool, dry_run: bool) -> None:
    """Take in outcomes from a CSV file. A second import of the same rows changes nothing."""
    ready()
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
    ready()
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
    ready()
    with bar("Indexing", indexing.size()) as step:
        number = indexing.reindex(step)
    click.echo(f"{number} outcomes indexed.")


@main.command()
@in_instance
def doctor() -> None:
    """Compare database, files and index. Exit status 1 when something is wrong."""
    ready()
    with bar("Comparing", indexing.size()) as step:
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
    files = found.files
    if files != Tally():
        click.echo(
            f"Attached files: {files.read} read ({found.pages} pages in the index), {files.waiting} wait "
            f"to be read, {files.unreadable} hold no text that can be read."
        )
    if not found.is_sound:
        raise SystemExit(1)
    click.echo(f"All well: {found.outcomes} outcomes, database and index are equal.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@in_instance
def backup(file: Path) -> None:
    """Write database, uploads and settings to one archive; the site may stay up."""
    ready()
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


main.add_command(user)
main.add_command(token)


@main.group("audit")
def audit_group() -> None:
    """The audit log: whether it is whole, and all of it as a table."""


@audit_group.command("verify")
@click.option(
    "--noted",
    metavar="NUMBER:SEAL",
    help="Number and seal of an entry, as an earlier run printed them and you kept elsewhere.",
)
@in_instance
def audit_verify(noted: str | None) -> None:
    """Find out whether an entry was changed, removed or inserted. Exit status 1 names the first."""
    ready()
    with bar("Following the chain", audit_chain.count()) as step:
        found = audit_chain.verify(_noted(noted), step)
    if found.damage is not None:
        raise click.ClickException(
            f"The audit log is broken at entry {found.number}: {DAMAGE[found.damage]} "
            f"The {max(0, (found.number or 1) - 1)} entries before it are whole."
        )
    click.echo(f"All well: {found.entries} entries, none changed, removed or inserted.")
    click.echo(f"To prove later that nothing was cut off, keep this elsewhere: {found.entries}:{found.seal}")


def _noted(value: str | None) -> tuple[int, str] | None:
    if value is None:
        return None
    number, _colon, seal = value.partition(":")
    if not number.isdigit() or len(seal) != 64:
        raise click.BadParameter("write it as it was printed, NUMBER:SEAL", param_hint="--noted")
    return int(number), seal


@audit_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path))
@in_instance
def audit_export(file: Path) -> None:
    """Write the whole audit log to a CSV file (- is standard output), values of marked records included."""
    ready()
    with click.open_file(str(file), "w", encoding="utf-8", atomic=str(file) != "-") as target:
        number = write_csv(cast(TextIO, target), audit_log.export_rows(OPERATOR, LogFilters()))
    audit_log.note(OPERATOR, LogFilters())
    click.echo(f"{number} entries written.", err=True)


@main.command()
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@in_instance
def worker(once: bool) -> None:
    """Send the mail that waits, read the files that were attached, and go on so. Stop it with Ctrl-C."""
    ready()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.remove()
    if not once:
        with jobs.only_worker(app) as is_free:
            if not is_free:
                click.echo("Another process works already; this one waits until it ends.", err=True)
        jobs.work(app, Event())
    done = jobs.do_all(app)
    click.echo(f"{done['mail']} mails sent, {mail.stuck()} could not be sent yet.")
    click.echo(f"{done['files']} files read.")


if __name__ == "__main__":
    main()
