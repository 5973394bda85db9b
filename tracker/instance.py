"""The instance as a whole: making it, looking it over, backing it up and bringing it back."""

import io
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, select, text

from tracker.accounts import service as accounts
from tracker.accounts.endings import end_everything
from tracker.accounts.models import Party
from tracker.core import audit_chain, files, mail
from tracker.core.clock import now
from tracker.core.config import take_over_secret_key
from tracker.core.db import db
from tracker.core.errors import TrackerError
from tracker.core.permissions import OPERATOR
from tracker.reading import queries as reading
from tracker.reading.queries import Tally
from tracker.search import indexing
from tracker.search.engine import Difference
from tracker.themes import service as themes

Progress = Callable[[int], None]

#: What a backup holds beside the database; the index is never restored, always rebuilt.
_KEPT = ("uploads", "secret.key", "tracker.cfg", "settings.json")


def initialise() -> None:
    """Bring the database to the newest version and load roles, parties and thesaurus; safe to repeat."""
    upgrade(revision="head")
    audit_chain.seal_older()
    accounts.load_parties()
    themes.load_thesaurus(OPERATOR)
    indexing.recover()


def is_initialised() -> bool:
    """Whether the database has its tables and countries."""
    if not db.inspect(db.engine).has_table("party"):
        return False
    return bool(db.session.scalar(select(func.count()).select_from(Party)))


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What `doctor` found: sentences about faults, and how the index differs."""

    faults: list[str] = field(default_factory=list)
    waiting: int = 0
    outcomes: int = 0
    pages: int = 0
    files: Tally = field(default_factory=Tally)
    difference: Difference = field(default_factory=Difference)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong; rows that still wait for the index are a fault as well."""
        return not self.faults and not self.difference and not self.waiting


def examine(progress: Progress | None = None) -> Diagnosis:
    """Check the database, the files and the index against each other; changes nothing.

    `progress` is told of every outcome and every page of a file compared.
    """
    faults = []
    if db.engine.dialect.name == "sqlite":
        faults += [
            str(row[0]) for row in db.session.execute(text("PRAGMA integrity_check")) if row[0] != "ok"
        ]
        faults += [
            f"broken reference: {tuple(row)}" for row in db.session.execute(text("PRAGMA foreign_key_check"))
        ]
    faults += files.faults()
    if indexing.engine().needs_rebuild:
        faults.append("the index would not open and was set aside; run: tracker reindex")
    if unsent := mail.stuck():
        faults.append(f"{unsent} mails could not be sent; mend the settings, then: tracker worker --once")
    if not (chain := audit_chain.verify()).is_whole:
        faults.append(f"the audit log is broken at entry {chain.number}; run: tracker audit verify")
    return Diagnosis(
        faults=faults,
        waiting=indexing.backlog(),
        outcomes=len(indexing.all_ids()),
        pages=len(indexing.engine()) - len(indexing.all_ids()),
        files=reading.tally(),
        difference=indexing.compare(progress),
    )


def _database_file() -> Path:
    if db.engine.dialect.name != "sqlite":
        raise TrackerError(
            "The database is not SQLite: back it up with its own tools (for PostgreSQL: pg_dump)."
        )
    return Path(str(db.engine.url.database))


class _Watched(io.FileIO):
    """A file that tells how many bytes were read of it."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        super().__init__(path)
        self._tell = progress

    def read(self, size: int | None = -1) -> bytes:
        """Read as any file does."""
        content = super().read(-1 if size is None else size)
        if self._tell:
            self._tell(len(content))
        return content


def size_of_backup() -> int:
    """How many bytes `back_up` will read, about."""
    folder = Path(current_app.instance_path)
    uploads = sum(path.stat().st_size for path in (folder / "uploads").rglob("*") if path.is_file())
    return _database_file().stat().st_size + uploads


def back_up(target: Path, progress: Progress | None = None) -> None:
    """Write the whole instance but the index into one archive (tar, gzip), while it may be in use.

    `progress` is told of the bytes read. Raises TrackerError when the database is not SQLite or the file
    exists.
    """
    database = _database_file()
    if target.exists():
        raise TrackerError(f"{target} exists already. Choose another name.")
    folder = Path(current_app.instance_path)
    with tempfile.TemporaryDirectory(dir=target.parent or None) as scratch:
        copy = Path(scratch) / "tracker.sqlite"
        # SQLite's own backup gives a consistent copy while others write.
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as sink:
            source.backup(sink)
        archive = Path(scratch) / "backup.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            _pack(tar, copy, "tracker.sqlite", progress)
            for name in _KEPT:
                for path in [folder / name, *sorted((folder / name).rglob("*"))]:
                    if path.is_file():
                        _pack(tar, path, path.relative_to(folder).as_posix(), progress)
        archive.chmod(0o600)
        shutil.move(archive, target)


def _pack(tar: tarfile.TarFile, path: Path, name: str, progress: Progress | None) -> None:
    with _Watched(path, progress) as file:
        tar.addfile(tar.gettarinfo(path, name), file)


def restore(source: Path, progress: Progress | None = None) -> tuple[int, Path]:
    """Put an archive of `back_up` in place of what is there, then rebuild the index.

    Gives the number of outcomes and the folder in which what was there before is kept. Everybody has to sign
    in again, and links made before do not work any more. `progress` is told of every outcome indexed. Raises
    TrackerError when the file is no backup; then nothing is changed.
    """
    folder = Path(current_app.instance_path)
    database = _database_file()
    aside = folder / f"before-restore-{now():%Y%m%d-%H%M%S}"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        _unpack(source, Path(scratch))
        db.session.remove()
        db.engine.dispose()
        aside.mkdir(mode=0o700)
        # The journal files belong to the database that goes; left behind they would corrupt the new one.
        for old in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
            if old.exists():
                shutil.move(old, aside / old.name)
        shutil.move(Path(scratch) / "tracker.sqlite", database)
        for name in _KEPT:
            if (Path(scratch) / name).exists():
                if (folder / name).exists():
                    shutil.move(folder / name, aside / name)
                shutil.move(Path(scratch) / name, folder / name)
    take_over_secret_key(current_app._get_current_object())  # type: ignore[attr-defined]
    upgrade(revision="head")
    audit_chain.seal_older()
    end_everything(OPERATOR)
    return indexing.reindex(progress), aside


def _unpack(source: Path, target: Path) -> None:
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(target, filter="data")
        with closing(sqlite3.connect(target / "tracker.sqlite")) as copy:
            state = copy.execute("PRAGMA integrity_check").fetchone()[0]
            copy.execute("SELECT count(*) FROM outcome").fetchone()
    except (tarfile.TarError, OSError, EOFError, sqlite3.DatabaseError) as error:
        raise TrackerError(f"{source} is not a backup of Tracker, or it is damaged ({error}).") from error
    if state != "ok":
        raise TrackerError(f"The database in {source} is damaged ({state}).")
