"""The table of contents of an index: read once it is verified, published once all it names is on the disk."""

# mypy: allow-untyped-calls

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from whoosh import index as whoosh_index
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC

from tracker.search.engine import EngineBusy
from tracker.search.index.checksums import IndexDamaged, Seal, digest, flushed_digest, reading, seal
from tracker.search.index.schema import INDEX_VERSION
from tracker.search.index.storage import INDEX_NAME, Current, IndexFolder


class _Verified:
    """As much of a storage as reading a table of contents takes, over bytes that were verified."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def open_file(self, name: str) -> BufferFile:
        """The bytes as a file."""
        return BufferFile(self._data, name)


def read_contents(folder: IndexFolder, current: Current, schema: Schema) -> TOC:
    """The table of contents of an index. Its bytes are verified before Whoosh unpickles them.

    :raises IndexDamaged: it is not there, or not as it was written.
    """
    if current.generation == 0:
        return TOC(schema, [], 0)
    with reading("the table of contents"):
        data = (folder.folder_of(current) / current.contents_name).read_bytes()
        if digest(data) != current.contents:
            raise IndexDamaged("the table of contents is not as it was written")
        # Handing over the schema spares unpickling the one in the file.
        contents: TOC = TOC.read(_Verified(data), INDEX_NAME, gen=current.generation, schema=schema)
    return contents


def unwritten(folder: str, *, complete: bool) -> Current:
    """An index in a new folder, without segments and not on the disk yet."""
    return Current(folder, INDEX_VERSION, complete, 0, "", {})


def publish(folder: IndexFolder, base: Current, schema: Schema, segments: Sequence[Any]) -> Current:
    """Make a commit visible: seal its new segments, write its table of contents, name it as the live one.

    ``base`` is the commit it was made from, or a new index. Needs the write lock.

    :raises EngineBusy: the live index is not the one it was made from; nothing was published.
    """
    path = folder.folder_of(base)
    names = [segment.make_filename(segment.COMPOUND_EXT) for segment in segments]
    seals: dict[str, Seal] = {name: base.seals.get(name) or seal(path / name) for name in names}
    storage = FileStorage(str(path))
    generation = base.generation + 1
    current = replace(base, generation=generation, seals=seals)
    # A writer that was killed may have left one that was never named as the live one.
    (path / current.contents_name).unlink(missing_ok=True)
    TOC(schema, list(segments), generation).write(storage, INDEX_NAME)
    current = replace(current, contents=flushed_digest(path / current.contents_name))
    # Somebody may have taken the index or the lock file away meanwhile.
    if base.generation and folder.current() != base:
        raise EngineBusy("The index was replaced while it was being written.")
    folder.set_current(current)
    whoosh_index.clean_files(storage, INDEX_NAME, generation, segments)
    return current
