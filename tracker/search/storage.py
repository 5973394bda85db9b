"""The index folder: which index is live, who may write, and what happens to one that will not open.

::

    index/                 mode 0700
      CURRENT              {"folder": "live-3f9a…", "version": 1, "complete": true}
      WRITE                lock file of writers
      live-3f9a…/          a Whoosh index: segments and a table of contents per generation
      damaged-…/           the last index that would not open, kept for a look

A rebuild writes a new folder and replaces ``CURRENT`` in one rename, so a reader sees the old index or the
new one and never something between. Readers look at ``CURRENT`` before every search.

Whoosh does not flush its files to disk. A killed process loses nothing (the files are the kernel's by then)
and the index opens at its last commit; after a power cut the index may not open, is set aside and rebuilt
from the database. Whoosh unpickles what it stores, so the folder belongs to its owner alone and is never
restored from a backup.
"""

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from whoosh.util.filelock import FileLock, try_for

from tracker.search.engine import EngineBusy

INDEX_NAME = "MAIN"
_LOCK_DELAY = 0.01
_TABLE_OF_CONTENTS = re.compile(rf"^_{INDEX_NAME}_([0-9]+)\.toc$")


@dataclass(frozen=True, slots=True)
class Current:
    """Which index is live."""

    folder: str
    version: int
    complete: bool
    """False for an empty index that stands in for one to be rebuilt."""


class IndexFolder:
    """One index folder on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Create the folder if need be, for its owner alone."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    @contextmanager
    def writing(self, wait: float, *, give_way: bool = False) -> Iterator[None]:
        """Hold the write lock of the folder, across threads and processes.

        ``give_way`` does not wait at all while the holder writes the whole index anew.

        :raises EngineBusy: somebody else held it for all of ``wait`` seconds.
        """
        lock = FileLock(str(self.path / "WRITE"))
        if not lock.acquire() and (
            (give_way and self.is_rebuilding()) or not try_for(lock.acquire, timeout=wait, delay=_LOCK_DELAY)
        ):
            raise EngineBusy(f"The index is being written by somebody else (waited {wait:g} s).")
        try:
            yield
        finally:
            lock.release()

    def is_rebuilding(self) -> bool:
        """Whether an index that is not live stands beside the live one: a rebuild, while the lock is held."""
        current = self.current()
        return any(current is None or path.name != current.folder for path in self.path.glob("live-*"))

    def current(self) -> Current | None:
        """Which index is live; None when there is none or the note about it cannot be read."""
        try:
            note = json.loads((self.path / "CURRENT").read_text("utf-8"))
            current = Current(str(note["folder"]), int(note["version"]), bool(note["complete"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return current if re.fullmatch(r"live-[0-9a-f]+", current.folder) else None

    def set_current(self, current: Current) -> None:
        """Make an index the live one, in one step."""
        note = {"folder": current.folder, "version": current.version, "complete": current.complete}
        draft = self.path / f"CURRENT.{secrets.token_hex(4)}"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(note, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / "CURRENT")

    def new_folder(self) -> Path:
        """A new, empty folder for an index, not live yet."""
        folder = self.path / f"live-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        return folder

    def generation(self, current: Current) -> int:
        """The number of the newest commit of an index; -1 when it has none.

        :raises FileNotFoundError: the folder is gone.
        """
        names = os.listdir(self.path / current.folder)
        return max((int(m[1]) for name in names if (m := _TABLE_OF_CONTENTS.match(name))), default=-1)

    def set_aside(self, folder: str) -> None:
        """Keep a damaged index under another name, in place of one kept before. Needs the write lock."""
        source = self.path / folder
        if not source.is_dir():
            return
        for old in self.path.glob("damaged-*"):
            shutil.rmtree(old, ignore_errors=True)
        source.rename(self.path / f"damaged-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}")

    def tidy(self) -> None:
        """Remove what dead writers and replaced indexes left behind. Needs the write lock."""
        current = self.current()
        for path in self.path.iterdir():
            if path.name.startswith("live-") and (current is None or path.name != current.folder):
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith("CURRENT."):
                path.unlink(missing_ok=True)
        if current is not None:
            for draft in (self.path / current.folder).glob("*.toc.*"):
                draft.unlink(missing_ok=True)
