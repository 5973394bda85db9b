"""The smallest honest file of every type that can be attached, and the parts of which others are made."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence


def zipped(
    parts: Iterable[tuple[str, bytes]], *, stored: Iterable[str] = (), link: str = "", comment: bytes = b""
) -> bytes:
    """An archive of these parts; those in `stored` are not packed, `link` is marked as a symbolic link."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name, (2024, 6, 10, 9, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name in set(stored) else zipfile.ZIP_DEFLATED
            if name == link:
                info.create_system, info.external_attr = 3, 0o120777 << 16
            archive.writestr(info, content)
        archive.comment = comment
    return made.getvalue()


OOXML = "application/vnd.openxmlformats-officedocument"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN_PARTS = {
    "docx": (
        "word/document.xml",
        f"{OOXML}.wordprocessingml.document.main+xml",
        f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>Agenda</w:t></w:r></w:p></w:body>'
        "</w:document>",
    ),
    "xlsx": (
        "xl/workbook.xml",
        f"{OOXML}.spreadsheetml.sheet.main+xml",
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>',
    ),
    "pptx": (
        "ppt/presentation.xml",
        f"{OOXML}.presentationml.presentation.main+xml",
        '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
    ),
}


def relationships(*found: tuple[str, str, bool]) -> bytes:
    """A part of relationships: kind, target, and whether the target is outside."""
    rows = [
        f'<Relationship Id="rId{number}" Type="{_KIND}/{kind}" Target="{target}" '
        f'TargetMode="{"External" if outside else "Internal"}"/>'
        for number, (kind, target, outside) in enumerate(found, 1)
    ]
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(rows)}</Relationships>'.encode()


def ooxml_parts(
    ending: str = "docx", extra: dict[str, bytes] | None = None, main_type: str | None = None
) -> dict[str, bytes]:
    """The parts of the smallest file of this type, with `extra` ones added or put in place."""
    name, said, text = _MAIN_PARTS[ending]
    types = (
        f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{name}" ContentType="{main_type or said}"/></Types>'
    )
    return {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": relationships(("officeDocument", name, False)),
        name: f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode(),
        **(extra or {}),
    }


def ooxml(ending: str = "docx", extra: dict[str, bytes] | None = None, main_type: str | None = None) -> bytes:
    """The smallest file of this type, with `extra` parts added or put in place."""
    return zipped(ooxml_parts(ending, extra, main_type).items())


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def odf(ending: str = "odt", extra: dict[str, bytes] | None = None, body: str = "") -> bytes:
    """The smallest OpenDocument file of this type; `body` stands in its content."""
    said = {"odt": "text", "ods": "spreadsheet"}[ending]
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{_ODF}:office:1.0" '
        f'xmlns:script="{_ODF}:script:1.0" xmlns:draw="{_ODF}:drawing:1.0" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:{said}>{body}</office:{said}>'
        "</office:body></office:document-content>"
    )
    manifest = f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0"/>'
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{said}".encode(),
        "content.xml": content.encode(),
        "META-INF/manifest.xml": manifest.encode(),
        **(extra or {}),
    }
    return zipped(parts.items(), stored=["mimetype"])


def pdf(text: str = "Decree 12") -> bytes:
    """A PDF of one page with this text, complete with its table of places."""
    drawn = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return pdf_of(objects)


def pdf_of(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF made of these objects, numbered from one, the first its catalogue."""
    made, places = b"%PDF-1.7\n", []
    for number, thing in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return made + b"trailer << /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def png(extra: bytes = b"", *, before_end: bytes = b"") -> bytes:
    """A PNG of one red pixel; `extra` follows its end, `before_end` stands in a comment."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">2L5B", 1, 1, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + (_chunk(b"tEXt", b"Comment\0" + before_end) if before_end else b"")
        + _chunk(b"IEND", b"")
        + extra
    )


def jpeg(extra: bytes = b"", *, comment: bytes = b"") -> bytes:
    """A JPEG of one grey pixel; `extra` follows its end."""

    def segment(kind: int, content: bytes) -> bytes:
        return bytes((0xFF, kind)) + struct.pack(">H", len(content) + 2) + content

    codes = bytes([0, 1] + [0] * 14)
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        + (segment(0xFE, comment) if comment else b"")
        + segment(0xDB, b"\0" + b"\x10" * 64)
        + segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0")
        + segment(0xC4, b"\0" + codes + b"\0")
        + segment(0xC4, b"\x10" + codes + b"\0")
        + segment(0xDA, b"\1\1\0\0\x3f\0")
        + b"\x3f\xff\x00\xff\xd0\x3f"
        + b"\xff\xd9"
        + extra
    )
