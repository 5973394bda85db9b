"""Small files that would become huge when somebody unpacks them."""

import itertools
import struct
import zlib

from tests.sound_files import odf, ooxml, ooxml_parts, zipped


def _nested(depth: int) -> bytes:
    content = zipped([(f"{i}.txt", b"0" * 100_000) for i in range(4)])
    for _level in range(depth):
        content = zipped([(f"{i}.zip", content) for i in range(4)])
    return content


Raw = tuple[str, bytes, int, int]


def raw(name: str, content: bytes) -> Raw:
    """An entry as `_assembled` takes it: name, packed bytes, unpacked size and sum."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return name, machine.compress(content) + machine.flush(), len(content), zlib.crc32(content)


def _header(entry: Raw) -> bytes:
    name, packed, size, checksum = entry
    told = (b"PK\x03\x04", 20, 0, 8, 0, 33, checksum, len(packed), size, len(name), 0)
    return struct.pack("<4s5H3L2H", *told) + name.encode()


def _assembled(entries: list[Raw], content: bytes, places: list[int]) -> bytes:
    """An archive with this content before a directory that names the entries at these places."""
    rows = b""
    for (name, packed, size, checksum), place in zip(entries, places, strict=True):
        told = (b"PK\x01\x02", 20, 20, 0, 8, 0, 33, checksum, len(packed), size, len(name))
        rows += struct.pack("<4s6H3L5H2L", *told, 0, 0, 0, 0, 0, place) + name.encode()
    end = (b"PK\x05\x06", 0, 0, len(entries), len(entries), len(rows), len(content), 0)
    return content + rows + struct.pack("<4s4H2LH", *end)


def in_a_row(entries: list[Raw]) -> bytes:
    parts = [_header(entry) + entry[1] for entry in entries]
    places = [0, *itertools.accumulate(len(part) for part in parts)][: len(parts)]
    return _assembled(entries, b"".join(parts), places)


def _document() -> list[Raw]:
    return [raw(name, content) for name, content in ooxml_parts().items()]


def _many(copies: int) -> bytes:
    """A document of so many parts, none of which is large enough to be refused alone."""
    _name, *rest = raw("", b"<x>" + b"0" * 9_500_000 + b"</x>")
    return in_a_row([*_document(), *((f"word/{i}.xml", *rest) for i in range(copies))])


def _overlapping(copies: int) -> bytes:
    """A document whose directory names the same packed bytes over and over."""
    kernel = raw("word/0.xml", b"<x>" + b"0" * 5_000_000 + b"</x>")
    sound = [*_document(), kernel]
    parts = [_header(entry) + entry[1] for entry in sound]
    places = [0, *itertools.accumulate(len(part) for part in parts)][: len(parts)]
    again = [(f"word/{i}.xml", *kernel[1:]) for i in range(1, copies)]
    return _assembled([*sound, *again], b"".join(parts), [*places, *[places[-1]] * len(again)])


def _quoted(copies: int) -> bytes:
    """A document whose parts each hold all that follow, their headers quoted in stored blocks."""
    entry = raw(f"word/{copies}.xml", b"<x>" + b"0" * 1_000_000 + b"</x>")
    entries, unpacked = [entry], b"<x>" + b"0" * 1_000_000 + b"</x>"
    for number in range(copies - 1, 0, -1):
        header = _header(entry)
        packed = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF) + header + entry[1]
        unpacked = header + unpacked
        entry = (f"word/{number}.xml", packed, len(unpacked), zlib.crc32(unpacked))
        entries.insert(0, entry)
    before = _document()
    parts = [_header(one) + one[1] for one in before]
    places = [0, *itertools.accumulate(len(part) for part in parts)]
    content = b"".join(parts) + _header(entry) + entry[1]
    # Each quoted block is five bytes long and stands between a header and the next.
    steps = [len(_header(one)) + 5 for one in entries[:-1]]
    return _assembled(
        [*before, *entries], content, [*places[:-1], *itertools.accumulate(steps, initial=places[-1])]
    )


def _lying(size: int) -> bytes:
    """A document with a part that says it is of this size and is not."""
    name, packed, _size, checksum = raw("word/lie.xml", _ZEROS)
    return in_a_row([*_document(), (name, packed, size, checksum)])


_ZEROS = b"<x>" + b"0" * 12_000_000 + b"</x>"

BOMBS = [
    ("ratio.docx", ooxml("docx", {"word/media/image1.bmp": b"\0" * 12_000_000})),
    ("xml.xlsx", ooxml("xlsx", {"xl/worksheets/sheet1.xml": _ZEROS})),
    ("many.docx", _many(30)),
    ("entries.docx", in_a_row([*_document(), *(raw(f"word/{i}.xml", b"<x/>") for i in range(10_001))])),
    ("nested.docx", ooxml("docx", {"word/embeddings/inside.zip": _nested(4)})),
    ("overlapping.docx", _overlapping(200)),
    ("quoted.docx", _quoted(100)),
    ("lying.docx", _lying(100)),
    ("token.xlsx", ooxml("xlsx", {"xl/styles.xml": b"<!-- " + b"-x" * 4_000_000})),
    ("elements.ods", odf("ods", body="<x/>" * 2_200_000)),
]
"""Small files that would become huge: by ratio, by number, nested, overlapping, quoted, or lying about it."""
