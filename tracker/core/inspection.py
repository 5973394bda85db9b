"""What a file really is: its content must be what the ending of its name says, from first to last byte.

Nothing that people attach is shown in a page: it is kept, and given out as a download; a process of its own
takes the text out. The inspection is for those who open it then, and against files that are two things at
once. It is no scan for viruses, and it does not look at what a PDF does when it is opened.
"""

import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core import refusals
from tracker.core.filenames import ending_of
from tracker.core.office import OLE_SIGN, check_office
from tracker.core.zips import SIGN as ZIP_SIGN
from tracker.core.zips import is_also_a_zip

_PDF_SIGN = b"%PDF-"
_PNG_SIGN = b"\x89PNG\r\n\x1a\n"
_JPEG_SIGN = b"\xff\xd8\xff"

#: How files begin that one may meet under another name.
_SIGNS: tuple[tuple[bytes, Any], ...] = (
    (_PDF_SIGN, _l("a PDF document")),
    (_PNG_SIGN, _l("a PNG picture")),
    (_JPEG_SIGN, _l("a JPEG picture")),
    (ZIP_SIGN, _l("a ZIP archive or an office file")),
    (b"PK\x05\x06", _l("a ZIP archive or an office file")),
    (OLE_SIGN, _l("an Office file of the old kind (.doc, .xls, .ppt)")),
    (b"{\\rtf", _l("a text with formatting (RTF)")),
    *(
        (sign, _l("an archive"))
        for sign in (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ")
    ),
    *((sign, _l("a picture of another kind")) for sign in (b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")),
    *((sign, _l("a program")) for sign in (b"\x7fELF", b"MZ\x90\0", b"#!/", b"\xca\xfe\xba\xbe")),
)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|script|iframe|svg|\?xml|\?php|!--)", re.I)

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
#: What no text holds; in old encodings of eight bits the second row of controls are letters.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_CONTROLS_OF_EIGHT_BITS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

_PDF_BEGINS = re.compile(rb"%PDF-[12]\.\d")
_PDF_ENDS = re.compile(rb"%%EOF[\s\0]*\Z")
_CHUNK = struct.Struct(">L4s")
#: From one byte 0xFF of a JPEG to the next that begins a segment: not a stuffed one, not a restart.
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.S)
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_START, _JPEG_END, _JPEG_SCAN = 0xD8, 0xD9, 0xDA
#: Bytes of zeros, 0xFF or line ends that cameras and programs leave behind the end of a JPEG.
_JPEG_PADDING = re.compile(rb"[\x00\xff\r\n]{0,16}\Z")


def check(name: str, content: bytes) -> None:
    """Raise InvalidInput, saying what is wrong and what to do, unless the content is what the name says.

    The ending of the name is one that `files.checked_ending` lets through.
    """
    ending = ending_of(name)
    _CHECKS[ending](ending, content)


def identify(content: bytes) -> Any:
    """What a content looks like from its first bytes, in words; None when nothing is known that begins so."""
    for sign, found in _SIGNS:
        if content.startswith(sign):
            return found
    return _l("a web page or XML") if _MARKUP.match(_beginning(content)) else None


def _beginning(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(_BYTE_ORDER_MARKS) else "utf-8-sig"
    return content[:1000].decode(encoding, "ignore")


def _check_text(ending: str, content: bytes) -> None:
    """Plain text and CSV: UTF-8, UTF-16 with its mark, or an old encoding of eight bits.

    Cells that a spreadsheet would take for formulas stay as they are: Tracker does not open the file, and
    people must get back byte for byte what they attached. Tables that Tracker writes are another thing.
    """
    found = identify(content)
    if found is not None:
        raise refusals.unlike(ending, found)
    controls = _CONTROLS
    try:
        if content.startswith(_BYTE_ORDER_MARKS):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, controls = content.decode("latin-1"), _CONTROLS_OF_EIGHT_BITS
    if controls.search(text):
        raise refusals.not_text()
    if is_also_a_zip(content):
        raise refusals.surplus()


def _check_pdf(ending: str, content: bytes) -> None:
    """PDF: its sign at the first byte, its mark at the end, and after it white space at most."""
    if not content.startswith(_PDF_SIGN):
        raise refusals.unlike(ending, identify(content))
    if not _PDF_BEGINS.match(content):
        raise refusals.damaged()
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise refusals.cut_off()
    if not _PDF_ENDS.match(content, end) or is_also_a_zip(content):
        raise refusals.surplus()


def _check_png(ending: str, content: bytes) -> None:
    """PNG: chunk after chunk with the right sums, from IHDR over IDAT to IEND, and nothing after it."""
    if not content.startswith(_PNG_SIGN):
        raise refusals.unlike(ending, identify(content))
    place = len(_PNG_SIGN)
    kinds: list[bytes] = []
    while not kinds or kinds[-1] != b"IEND":
        if place + _CHUNK.size > len(content):
            raise refusals.cut_off()
        length, kind = _CHUNK.unpack_from(content, place)
        end = place + _CHUNK.size + length + 4
        if not kind.isalpha():
            raise refusals.damaged()
        if end > len(content):
            raise refusals.cut_off()
        if zlib.crc32(content[place + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            raise refusals.damaged()
        kinds.append(kind)
        place = end
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds:
        raise refusals.damaged()
    if place != len(content) or is_also_a_zip(content):
        raise refusals.surplus()


def _check_jpeg(ending: str, content: bytes) -> None:
    """JPEG: segment after segment from SOI over a frame and its scans to EOI.

    After it come at most 16 bytes of padding, which some cameras write. A second picture or a film there, as
    some telephones append, is refused: nobody would see it, and it may show what the picture hides.
    """
    if not content.startswith(_JPEG_SIGN):
        raise refusals.unlike(ending, identify(content))
    place = 2
    seen: set[int] = set()
    while True:
        # In the data of a scan the next marker may be far; elsewhere it must follow at once.
        marker = (_JPEG_MARKER.search if _JPEG_SCAN in seen else _JPEG_MARKER.match)(content, place)
        if marker is None:
            raise refusals.cut_off() if _JPEG_SCAN in seen else refusals.damaged()
        kind, place = marker.group(1)[0], marker.end()
        if kind == _JPEG_END:
            break
        seen.add(kind)
        length = int.from_bytes(content[place : place + 2])
        if length < 2 or kind == _JPEG_START:
            raise refusals.damaged()
        place += length
        if place > len(content):
            raise refusals.cut_off()
    if not seen & _JPEG_FRAMES or _JPEG_SCAN not in seen:
        raise refusals.damaged()
    if not _JPEG_PADDING.match(content, place) or is_also_a_zip(content):
        raise refusals.surplus()


def _check_office(ending: str, content: bytes) -> None:
    """Office files; what is neither a ZIP archive nor a container of OLE is named for what it is."""
    if not content.startswith((ZIP_SIGN, OLE_SIGN)):
        raise refusals.unlike(ending, identify(content))
    check_office(ending, content)


_CHECKS: dict[str, Callable[[str, bytes], None]] = {
    "pdf": _check_pdf,
    "docx": _check_office,
    "xlsx": _check_office,
    "pptx": _check_office,
    "odt": _check_office,
    "ods": _check_office,
    "txt": _check_text,
    "csv": _check_text,
    "png": _check_png,
    "jpg": _check_jpeg,
    "jpeg": _check_jpeg,
}
