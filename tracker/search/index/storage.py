"""The index folder: which index is live, who may write, and what happens to one that is damaged.

::

    index.lock             lock file of writers
    index.merge.lock       lock file of the merge in the background
    index/                 mode 0700
      CURRENT              the note about the live index, see :class:`Current`
      live-3f9a…/          a Whoosh index: sealed segments and a table of contents per generation
        DAMAGED            something in it did not verify while somebody else was writing
      merge-81c0…/         a segment being written by the merge in the background
      damaged-…/           the last index that was found damaged, kept for a look

The locks lie beside the folder, so that they outlive it: whoever deletes the folder while it is served
deletes no lock that somebody holds.

``CURRENT`` is the root of what is believed: it carries its own sum, names the generation of the live index
and holds the digest of its table of contents and the seals of its segments
(:mod:`.checksums`). Every commit, merge and rebuild ends in replacing it in one rename, after
all it speaks of was flushed to the disk; only then are files removed that it no longer speaks of. So a reader
who cannot open what ``CURRENT`` names, and finds it unchanged after that, has met damage and not a commit.

A killed process loses nothing committed, and neither does a power cut where the disk keeps its promises;
where it does not, the sums tell, and the index is set aside and rebuilt from the database. Whoosh unpickles
what it stores, so the folder belongs to its owner alone and is never restored from a backup.
"""

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from whoosh.util.filelock import FileLock, try_for

from tracker.search.engine import EngineBusy
from tracker.search.index.checksums import Seal, digest, is_shortage

INDEX_NAME = "MAIN"
_LOCK_DELAY = 0.01


@dataclass(frozen=True, slots=True)
class Current:
    """Which index is live, and what it consists of."""

    folder: str
    version: int
    complete: bool
    """False for an empty index that stands in for one to be rebuilt."""

    generation: int
    contents: str
    """Digest of the table of contents of this generation."""

    seals: Mapping[str, Seal]
    """What is known of the segments' files, by name."""

    @property
    def contents_name(self) -> str:
        """The file with the table of contents."""
        return f"_{INDEX_NAME}_{self.generation}.toc"

    def to_bytes(self) -> bytes:
        """The note as it is written: a line of JSON and a line with its sum."""
        note = {
            "folder": self.folder,
            "version": self.version,
            "complete": self.complete,
            "generation": self.generation,
            "contents": self.contents,
            "seals": {name: [seal.length, seal.sums] for name, seal in self.seals.items()},
        }
        line = json.dumps(note).encode()
        return line + b"\n" + digest(line).encode() + b"\n"

    @classmethod
    def from_bytes(cls, written: bytes) -> "Current | None":
        """The note again; None when it is not as it was written."""
        line, _, rest = written.partition(b"\n")
        if rest != digest(line).encode() + b"\n":
            return None
        try:
            note = json.loads(line)
            seals = {name: Seal(int(length), str(sums)) for name, (length, sums) in note["seals"].items()}
            current = cls(
                folder=str(note["folder"]),
                version=int(note["version"]),
                complete=bool(note["complete"]),
                generation=int(note["generation"]),
                contents=str(note["contents"]),
                seals=seals,
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return current if re.fullmatch(r"live-[0-9a-f]+", current.folder) else None


class IndexFolder:
    """One index folder on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Every search reads it, and joining paths takes as long as the reading.
        self._note = str(path / "CURRENT")
        self._read: tuple[bytes, Current | None] = (b"", None)

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
        lock = FileLock(f"{self.path}.lock")
        if not lock.acquire() and (
            (give_way and self.is_rebuilding()) or not try_for(lock.acquire, timeout=wait, delay=_LOCK_DELAY)
        ):
            raise EngineBusy(f"The index is being written by somebody else (waited {wait:g} s).")
        try:
            # It may have been deleted since it was opened.
            self.prepare()
            yield
        finally:
            lock.release()

    @contextmanager
    def merging(self) -> Iterator[bool]:
        """Hold the lock of the merge in the background; False when somebody else holds it.

        What it leaves behind, or one that was killed, is removed.
        """
        lock = FileLock(f"{self.path}.merge.lock")
        if not lock.acquire():
            yield False
            return
        try:
            self._remove_merges()
            yield True
        finally:
            self._remove_merges()
            lock.release()

    def _remove_merges(self) -> None:
        for path in self.path.glob("merge-*"):
            shutil.rmtree(path, ignore_errors=True)

    def is_rebuilding(self) -> bool:
        """Whether an index that is not live stands beside the live one: a rebuild, while the lock is held."""
        current = self.current()
        return any(current is None or path.name != current.folder for path in self.path.glob("live-*"))

    def current(self) -> Current | None:
        """Which index is live; None when there is none or the note about it is damaged.

        :raises OSError: the machine lacks memory or file handles.
        """
        try:
            with open(self._note, "rb", buffering=0) as file:
                written = file.read()
        except OSError as error:
            if is_shortage(error):
                raise
            return None
        known, current = self._read
        if written != known:
            current = Current.from_bytes(written)
            self._read = (written, current)
        return current

    def set_current(self, current: Current) -> None:
        """Make an index, or a generation of it, the live one, in one step."""
        draft = self.path / f"CURRENT.{secrets.token_hex(4)}"
        with draft.open("wb") as file:
            file.write(current.to_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / "CURRENT")

    def new_folder(self, kind: str = "live") -> Path:
        """A new, empty folder for an index, not live yet."""
        folder = self.path / f"{kind}-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        return folder

    def folder_of(self, current: Current) -> Path:
        """Where an index lies."""
        return self.path / current.folder

    def is_whole(self, current: Current) -> bool:
        """Whether all files of an index are there and have their sizes; what they hold is not read."""
        folder = self.folder_of(current)
        try:
            sizes = [(folder / name).stat().st_size == seal.size for name, seal in current.seals.items()]
            return all(sizes) and (folder / current.contents_name).is_file()
        except OSError:
            return False

    def last_change(self, current: Current) -> int:
        """When a file was last added to or taken from an index, in nanoseconds.

        :raises FileNotFoundError: the index is gone.
        """
        return os.stat(os.path.join(self.path, current.folder)).st_mtime_ns

    def mark_damaged(self, folder: str) -> None:
        """Say of an index that it is to be rebuilt, for the time until it can be set aside."""
        try:
            (self.path / folder / "DAMAGED").touch()
        except FileNotFoundError:
            # It was set aside or replaced by somebody else.
            return

    def is_marked_damaged(self, folder: str) -> bool:
        """Whether :meth:`mark_damaged` was called for an index."""
        return (self.path / folder / "DAMAGED").exists()

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
            for draft in self.folder_of(current).glob("*.toc.*"):
                draft.unlink(missing_ok=True)
