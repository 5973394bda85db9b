"""Sums over the files of an index, so that damage is found where it is read and never believed.

A finished segment file is *sealed*: after its data stands one sum for each block of it, and the note about
the live index (:mod:`.storage`) holds the length of the data and a digest of these sums. A
block is verified whenever it comes from the disk, so opening an index costs no more than reading its sums,
and a file that was shortened, replaced or changed anywhere is noticed before anything is made of its bytes;
Whoosh unpickles what it reads. Sums are BLAKE2b (RFC 7693), 8 bytes for a block and 16 for what stands for
all.
"""

# mypy: allow-untyped-calls

import codecs
import errno
import os
import pickle
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

BLOCK = 4096
"""Bytes under one sum. A look at the dictionary reads a few bytes, so blocks are small."""

_SUM = 8
_KEPT_BLOCKS = 256
# Ranges of more blocks than this are read once and not kept: they become arrays that are cached elsewhere.
_KEPT_RANGE = 4
_AT_ONCE = 256

# The machine is short of something; the index is not to blame.
_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class IndexDamaged(Exception):
    """The files of an index cannot be read, or do not hold what they should."""


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever goes wrong while reading into one error.

    Whoosh raises plain ``Exception`` for some of what it does not expect, so this catches them all, and
    nothing but reading may happen inside.

    :raises IndexDamaged: in place of the error that reading raised.
    """
    try:
        yield
    except Exception as error:
        if is_shortage(error) or isinstance(error, IndexDamaged):
            raise
        raise IndexDamaged(f"cannot read {what}: {error!r}") from error


def is_shortage(error: Exception) -> bool:
    """Whether an error says that the machine lacks memory or file handles, and nothing about the index."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _SHORTAGES)


# How the pickles that Whoosh writes (protocol 2) spell bytes, and bytes that are empty.
_PLAIN = {("_codecs", "encode"): codecs.encode, ("__builtin__", "bytes"): bytes}


class _PlainUnpickler(pickle.Unpickler):
    """Reads numbers, texts, bytes and what holds them, and looks up nothing else by its name."""

    def find_class(self, module: str, name: str) -> Any:
        """Without classes and functions a pickle can make no object and run nothing."""
        if (module, name) not in _PLAIN:
            raise IndexDamaged(f"a pickle asks for {module}.{name}")
        return _PLAIN[module, name]


def load_plain(file: Any) -> Any:
    """The pickle that begins in a file, of plain values.

    :raises IndexDamaged: it would make an object.
    """
    return _PlainUnpickler(file).load()


def digest(data: bytes | bytearray) -> str:
    """What stands for some bytes, as 32 hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Seal:
    """What is known of a sealed file: the bytes of its data, and the digest of the sums behind them."""

    length: int
    sums: str

    @property
    def size(self) -> int:
        """The size of the file, data and sums."""
        return self.length + _SUM * -(-self.length // BLOCK)


def seal(path: Path) -> Seal:
    """Put the sums of a finished file behind its data, and flush it to the disk."""
    sums = bytearray()
    length = 0
    with path.open("r+b") as file:
        while block := file.read(BLOCK):
            sums += _sum(block)
            length += len(block)
        file.write(sums)
        file.flush()
        os.fsync(file.fileno())
    return Seal(length, digest(sums))


def flushed_digest(path: Path) -> str:
    """Flush a small file to the disk; gives its digest."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
        return digest(file.read())


def _sum(block: bytes) -> bytes:
    return blake2b(block, digest_size=_SUM).digest()


class SealedFile:
    """A sealed file open for reading by several threads. Keeps the blocks read last.

    :raises IndexDamaged: the file is not the one that was sealed.
    :raises FileNotFoundError: there is none.
    """

    def __init__(self, path: Path, expected: Seal) -> None:
        self.name = path.name
        self.length = expected.length
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._file = path.open("rb", buffering=0)
        try:
            self._file.seek(self.length)
            # One byte more than there should be, so that a longer file is noticed too.
            self._sums = self._file.read(expected.size - expected.length + 1) or b""
            if digest(self._sums) != expected.sums:
                raise IndexDamaged(f"{self.name} is not the file that was written")
        except BaseException:
            self._file.close()
            raise

    def __del__(self) -> None:
        """Close the file once no snapshot uses it any more."""
        if hasattr(self, "_file"):
            self._file.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return self._file.closed

    def get(self, start: int, length: int) -> bytes:
        """Some of the data, verified.

        :raises IndexDamaged: a block it lies in is not as it was written.
        """
        if start < 0 or length < 0 or start + length > self.length:
            raise IndexDamaged(f"{self.name} does not reach to {start + length}")
        first, last = start // BLOCK, (start + length - 1) // BLOCK
        if last < first:
            return b""
        if last - first < _KEPT_RANGE:
            parts = [self._block(number) for number in range(first, last + 1)]
            whole = parts[0] if len(parts) == 1 else b"".join(parts)
        else:
            whole = self._read(first, last)
        begin = start - first * BLOCK
        return whole[begin : begin + length]

    def verify(self) -> None:
        """Read all of it.

        :raises IndexDamaged: something in it is not as it was written.
        """
        blocks = -(-self.length // BLOCK)
        for first in range(0, blocks, _AT_ONCE):
            self._read(first, min(first + _AT_ONCE, blocks) - 1)

    def _block(self, number: int) -> bytes:
        with self._lock:
            block = self._kept.get(number)
            if block is not None:
                self._kept.move_to_end(number)
                return block
        block = self._read(number, number)
        with self._lock:
            self._kept[number] = block
            if len(self._kept) > _KEPT_BLOCKS:
                self._kept.popitem(last=False)
        return block

    def _read(self, first: int, last: int) -> bytes:
        start, end = first * BLOCK, min((last + 1) * BLOCK, self.length)
        with self._lock:
            self._file.seek(start)
            # One call reads up to 2 GB, far more than any part of an index asks for at once.
            whole = self._file.read(end - start) or b""
        blocks = memoryview(whole)
        for number in range(first, last + 1):
            block = blocks[(number - first) * BLOCK : (number - first + 1) * BLOCK]
            if blake2b(block, digest_size=_SUM).digest() != self._sums[number * _SUM : (number + 1) * _SUM]:
                raise IndexDamaged(f"{self.name} is damaged near {number * BLOCK}")
        return whole


class VerifiedFile(StructFile):
    """A sealed file, or a part of one, in the shape that Whoosh reads from.

    The position is its own, the file below is shared. It does not offer a file number, so that Whoosh reads
    through it and does not map the file.
    """

    def __init__(self, sealed: SealedFile, start: int, length: int, name: str | None = None) -> None:
        super().__init__(sealed, name=name)  # type: ignore[arg-type]
        self._sealed = sealed
        self._start = start
        self._length = length
        self._position = 0
        self._is_part = False

    def subset(self, offset: int, length: int, name: str | None = None) -> "VerifiedFile":
        """A part of it, as a file; closing that leaves the file below open."""
        part = VerifiedFile(self._sealed, self._start + offset, length, name)
        part._is_part = True
        return part

    def close(self) -> None:
        """Close the file, unless this is a part of it."""
        if not self._is_part:
            self._sealed.close()
        self.is_closed = True

    def get(self, position: int, length: int) -> bytes:
        """Bytes from a position, without moving there."""
        return self._sealed.get(self._start + position, max(min(length, self._length - position), 0))

    def read(self, size: int | None = None) -> bytes:
        """The next bytes, all there are when no number is given."""
        left = max(self._length - self._position, 0)
        found = self.get(self._position, left if size is None or size < 0 else min(size, left))
        self._position += len(found)
        return found

    def peek(self, size: int) -> bytes:
        """Bytes that come next, to the end of a block; what unpickles asks for them to read fewer times."""
        at = self._start + self._position
        return self.get(self._position, BLOCK - at % BLOCK)

    def readline(self, size: int = -1) -> bytes:
        """The rest of a line."""
        line = b""
        while part := self.peek(0):
            upto = part.find(b"\n") + 1 or len(part)
            line += part[:upto]
            self._position += upto
            if line.endswith(b"\n"):
                break
        return line

    def verify(self) -> None:
        """See :meth:`SealedFile.verify`; for the whole file, also when this is a part of it."""
        self._sealed.verify()

    def read_pickle(self) -> Any:
        """The pickle of plain values that begins here; its bytes are verified before."""
        return load_plain(self)

    def seek(self, where: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position; gives it."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._length}[whence]
        self._position = base + where
        return self._position

    def tell(self) -> int:
        """The position."""
        return self._position


class VerifiedStorage(FileStorage):
    """The sealed files of an index, for reading.

    Nothing is mapped: a mapped file that is cut short by somebody else kills the process that reads it.
    """

    def __init__(self, path: Path, seals: Mapping[str, Seal]) -> None:
        super().__init__(str(path), supports_mmap=False, readonly=True)
        self._path = path
        self._seals = seals
        self._opened: list[SealedFile] = []

    def open_file(self, name: str, **kwargs: object) -> VerifiedFile:
        """Open a file and remember it.

        :raises IndexDamaged: it is unknown, or not the file that was sealed.
        """
        if name not in self._seals:
            raise IndexDamaged(f"nothing is known of {name}")
        sealed = SealedFile(self._path / name, self._seals[name])
        self._opened.append(sealed)
        return VerifiedFile(sealed, 0, sealed.length, name)

    def close_files(self) -> None:
        """Close what was opened."""
        for sealed in self._opened:
            sealed.close()
