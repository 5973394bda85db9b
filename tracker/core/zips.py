"""Walking a ZIP archive without trusting it: every byte accounted for, every size counted while unpacking."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.core import refusals

#: With which an archive begins.
SIGN = b"PK\x03\x04"

#: Most entries of an archive, those of archives inside it included.
MOST_ENTRIES = 10_000

#: Most bytes that an archive unpacks to, those of archives inside it included.
MOST_UNPACKED = 256 * 1024 * 1024

#: Most bytes of the directory at the end of an archive.
_LARGEST_DIRECTORY = 4 * 1024 * 1024

#: How many times as large as it is packed an entry may become, once it is over `_NEVER_A_BOMB` bytes.
_HIGHEST_RATIO = 200
_NEVER_A_BOMB = 10 * 1024 * 1024

#: Bytes that are unpacked at a time.
PIECE = 256 * 1024

_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
#: Bits of an entry's flags: encrypted in one of three ways; and sizes that follow the content.
_LOCKED, _SIZES_FOLLOW = 0x0001 | 0x0040 | 0x2000, 0x0008
#: Lengths that such following sizes have.
_FOLLOWING = (12, 16, 20, 24)
#: A size that stands elsewhere.
_ELSEWHERE = 0xFFFFFFFF


def is_also_a_zip(content: bytes) -> bool:
    """Whether a program that reads from the end would take the content for a ZIP archive."""
    place = content.rfind(b"PK\x05\x06")
    while place >= 0 and len(content) - place <= _END.size + 0xFFFF:
        if place + _END.size <= len(content):
            comment = _END.unpack_from(content, place)[-1]
            if place + _END.size + comment == len(content):
                return True
        place = content.rfind(b"PK\x05\x06", 0, place)
    return False


@dataclass(slots=True)
class Budget:
    """What may still be unpacked, shared by an archive and the archives inside it."""

    entries: int = MOST_ENTRIES
    unpacked: int = MOST_UNPACKED

    def spend(self, *, entries: int = 0, unpacked: int = 0) -> None:
        """Take off what was used; raises InvalidInput when nothing is left."""
        self.entries -= entries
        self.unpacked -= unpacked
        if self.entries < 0 or self.unpacked < 0:
            raise refusals.unpacks_too_large()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: where its packed bytes are, and what the directory says of them."""

    name: str
    start: int
    packed: int
    is_deflated: bool
    size: int
    checksum: int

    @property
    def is_folder(self) -> bool:
        """Whether it is only a folder."""
        return self.name.endswith("/")


class Archive:
    """An archive whose entries fill it from its first byte to its directory, without gap or overlap.

    Raises InvalidInput for anything else: something before or after it, entries that share bytes or are
    encrypted, linked, named like a way out of the folder or named twice.
    """

    def __init__(self, content: bytes, budget: Budget) -> None:
        self._content = content
        self._budget = budget
        directory = self._directory()
        budget.spend(entries=len(directory))
        self.entries = {entry.name: entry for entry in self._entries(directory)}
        if len({name.lower() for name in self.entries}) != len(directory):
            raise refusals.damaged()

    def _directory(self) -> list[zipfile.ZipInfo]:
        if len(self._content) < _END.size:
            raise refusals.cut_off()
        end = len(self._content) - _END.size
        sign, disk, first_disk, here, total, size, start, comment = _END.unpack_from(self._content, end)
        if sign != b"PK\x05\x06":
            raise refusals.surplus() if b"PK\x05\x06" in self._content else refusals.cut_off()
        # An archive of several volumes, one with a comment, or one so large that its sizes stand elsewhere.
        if disk or first_disk or comment or here != total or start + size != end:
            raise refusals.surplus()
        if total > MOST_ENTRIES or size > _LARGEST_DIRECTORY:
            raise refusals.unpacks_too_large()
        try:
            with zipfile.ZipFile(io.BytesIO(self._content)) as reader:
                found = reader.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise refusals.damaged() from error
        if len(found) != total or not found:
            raise refusals.damaged()
        self._end = start
        return sorted(found, key=lambda info: info.header_offset)

    def _entries(self, directory: list[zipfile.ZipInfo]) -> Iterator[Entry]:
        if directory[0].header_offset != 0:
            raise refusals.surplus()
        follows = [info.header_offset for info in directory[1:]] + [self._end]
        for info, end in zip(directory, follows, strict=True):
            yield self._entry(info, end)

    def _entry(self, info: zipfile.ZipInfo, end: int) -> Entry:
        if info.flag_bits & _LOCKED:
            raise refusals.locked()
        if not _is_harmless(info.orig_filename) or stat.S_ISLNK(info.external_attr >> 16):
            raise refusals.damaged()
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refusals.damaged()
        if info.header_offset + _LOCAL.size > self._end:
            raise refusals.damaged()
        sign, _needs, flags, method, _time, _date, checksum, packed, size, name_length, extra_length = (
            _LOCAL.unpack_from(self._content, info.header_offset)
        )
        name_at = info.header_offset + _LOCAL.size
        name = self._content[name_at : name_at + name_length]
        encoding = "utf-8" if info.flag_bits & 0x800 else "cp437"
        # What the entry says of itself and what the directory says of it must agree: programs that believe
        # the one or the other would otherwise see two different files.
        if sign != SIGN or method != info.compress_type or flags & _LOCKED:
            raise refusals.damaged()
        if name != info.orig_filename.encode(encoding, "replace"):
            raise refusals.damaged()
        if not flags & _SIZES_FOLLOW and (
            checksum != info.CRC
            or packed not in (info.compress_size, _ELSEWHERE)
            or size not in (info.file_size, _ELSEWHERE)
        ):
            raise refusals.damaged()
        start = name_at + name_length + extra_length
        left = end - start - info.compress_size
        if left != 0 and not (flags & _SIZES_FOLLOW and left in _FOLLOWING):
            raise refusals.surplus()
        return Entry(
            info.orig_filename,
            start,
            info.compress_size,
            info.compress_type == zipfile.ZIP_DEFLATED,
            info.file_size,
            info.CRC,
        )

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """The content of an entry, piece by piece.

        Sizes are counted as they come, not believed; raises InvalidInput when they pass a bound or are not
        what the directory says.
        """
        size = checksum = 0
        for piece in self._unpacked(entry):
            size += len(piece)
            self._budget.spend(unpacked=len(piece))
            if size > _NEVER_A_BOMB and size > _HIGHEST_RATIO * entry.packed:
                raise refusals.unpacks_too_large()
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if size != entry.size or checksum != entry.checksum:
            raise refusals.damaged()

    def _unpacked(self, entry: Entry) -> Iterator[bytes]:
        packed = memoryview(self._content)[entry.start : entry.start + entry.packed]
        slices = (packed[place : place + PIECE] for place in range(0, len(packed), PIECE))
        if not entry.is_deflated:
            yield from (bytes(piece) for piece in slices)
            return
        machine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for piece in slices:
                if machine.eof:
                    raise refusals.surplus()
                given = bytes(piece)
                while given and not machine.eof:
                    found = machine.decompress(given, PIECE)
                    given = machine.unconsumed_tail
                    if found:
                        yield found
            # What the machine still holds comes in bounded pieces, too.
            while not machine.eof and (found := machine.decompress(b"", PIECE)):
                yield found
        except zlib.error as error:
            raise refusals.damaged() from error
        if not machine.eof:
            raise refusals.damaged()
        if machine.unused_data:
            raise refusals.surplus()


def _is_harmless(name: str) -> bool:
    """Whether a name stays inside the folder into which somebody may unpack it."""
    parts = name.removesuffix("/").split("/")
    return name.isprintable() and not any(
        part in ("", ".", "..") or "\\" in part or ":" in part for part in parts
    )
