"""What people with bad intent send, and good files to compare with; for tests of every room and of the pages.

Lists of text: `SCRIPTS`, `HITS`, `FORMULAS`, `HEADERS`, `PATHS`, `LINKS`, `NUMBERS`, `DATES`, `ODD_TEXTS`.
Lists of (name, bytes): `XXE`, `BOMBS`, `POLYGLOTS`, `IMPOSTORS`, `MACROS`, and `GOOD`, the smallest honest
file of every type. No file here is larger than two megabytes.
"""

import itertools

from tests.bombs import BOMBS
from tests.sound_files import OOXML, jpeg, odf, ooxml, ooxml_parts, pdf, png, relationships, zipped

__all__ = [
    "BOMBS",
    "FORMULAS",
    "GOOD",
    "HARMLESS_POLYGLOTS",
    "HEADERS",
    "IMPOSTORS",
    "MACROS",
    "PATHS",
    "POLYGLOTS",
    "SCRIPTS",
    "XXE",
]

SCRIPTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    '<a href="jav\tascript:alert(1)">x</a>',
    "{{ 7*7 }}{% print(config) %}${7*7}",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "\u202e<script>alert(1)</script>\u202c",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
"""Text that runs where it is put into a page, an attribute, a script or a template as it is."""

HITS = [
    "<script>__hit()</script>",
    "<img src=x onerror=__hit()>",
    '"><img src=x onerror=__hit()>',
    "' autofocus onfocus=__hit() x='",
    "<svg><animate onbegin=__hit() attributeName=x dur=1s></svg>",
    "</textarea></title></style></script><svg/onload=__hit()>",
    "<details open ontoggle=__hit()>x</details>",
    "<iframe srcdoc='<script>parent.__hit()</script>'></iframe>",
    "<a href=javascript:__hit()>x</a>",
    "<base href=//evil.example><meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css><style>@import '//evil.example/y.css'</style>",
    "<img src=//evil.example/seen.png><object data=//evil.example/x></object>",
    "<form action=//evil.example><button autofocus>x</button></form>",
    "</bdi></option></select><img src=x onerror=__hit()>",
    "{{constructor.constructor('__hit()')()}}",
    "\u202e\u2066<b onmouseover=__hit()>x\u2069",
]
"""As `SCRIPTS`, but each calls `__hit`, asks another host or leads there, so that a browser can tell."""

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://example.org/?"&A1,"x")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    '"=1+1"',
    ";=1+1",
]
"""Text that a spreadsheet takes for a formula when it stands at the front of a cell."""

HEADERS = [
    "x\r\nSet-Cookie: stolen=1",
    "x\nSet-Cookie: stolen=1",
    "x\rSet-Cookie: stolen=1",
    "x\r\n\r\n<script>alert(1)</script>",
    "x%0d%0aSet-Cookie:%20stolen=1",
    "x\u010d\u010aSet-Cookie: stolen=1",
    "x\u2028Set-Cookie: stolen=1",
    'x"; filename="run.exe',
    "x; filename*=UTF-8''run.exe",
]
"""Text that begins a header of its own where it is put into one as it is."""

PATHS = [
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "C:\\windows\\win.ini",
    "\\\\server\\share\\x",
    "....//....//x",
    "%2e%2e%2fx",
    "..%c0%af..%c0%afx",
    "x\0.exe",
    "x.exe\u202efdp",
    "CON",
    "aux.h",
    "x::$DATA",
    "x.",
    "x ",
    ".htaccess",
    "~",
    "-rf",
    'a/b\\c:d*e?f"g<h>i|j',
    "x\u2215y\uff0fz\uff3cw",
    "shell.php",
    "page.html.",
    "تقرير الورشة",
    "سجن\u200f\u202eexe.",
    "👩‍⚖️ judge",
    "e\u0301" * 200,
    "x" * 300,
    "😀" * 150,
    "\ud800",
    " ",
    "",
]
"""Names, without ending, that lead elsewhere, hide something, or are too much for some system."""


LINKS = [
    "javascript:__hit()",
    "JaVaScRiPt:__hit()//https://example.org",
    'https://example.org/" onmouseover=__hit() x="',
    "https://example.org/'><img src=x onerror=__hit()>",
    "https://example.org/<script>__hit()</script>",
    "data:text/html,<script>__hit()</script>",
    "vbscript:__hit()",
    "//evil.example/x",
    "https://evil.example\\@example.org/",
    "https://user:word@example.org:99999/",
    "https://[::1",
    "http://2130706433/",
    "https://example.org/\u202egpj.exe",
    "https://ex\u0430mple.org/%00%0d%0aX-Injected:%20yes",
    "https://example.org/" + "x" * 2100,
    "file:///etc/passwd",
]
"""Web addresses that run, lead elsewhere than they seem, or are none."""

NUMBERS = [
    "0",
    "-1",
    "1",
    "007",
    "²",
    "٣",
    "1.5",
    "1e400",
    "NaN",
    "Infinity",
    "0x10",
    "1_000",
    " 7 ",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 30,
    "1" * 5000,
]
"""Numbers out of range, written oddly, or none at all."""

DATES = [
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "0000-00-00",
    "2024-02-30",
    "2024-13-01",
    "-2024-01-01",
    "2024-6-1",
    "20240601",
    "2024-W10-1",
    "٢٠٢٤-٠٦-١٠",
    "2024-06-10T25:61:61Z",
    "2024-06-10 00:00:00+99:99",
    "today",
]
"""Days at the ends of the calendar, beyond them, and things that are no days."""

ODD_TEXTS = [
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\ufffe",
    "\ud800",
    "\udc00x",
    "\u202egpj.exe",
    "\u2066\u2069\u200f\u200b",
    "😀" * 200,
    "e" + "\u0301" * 500,
    "𝕋𝕣𝕒𝕔𝕜𝕖𝕣",
    "ﷺ" * 60,
    "İıſß",
    "سجن\u0640\u0651",
    "' OR 1=1 --",
    "%",
    "_",
    "%s%n%x",
    "%(name)s {0} {name} $name",
    "\\",
    "None",
    "true",
    "[]",
    "{}",
    "null",
    "undefined",
    "a,b;c،d\ne",
    "x" * 501,
    "x" * 30_000,
    "word " * 5000,
    "*" * 100,
    '"' * 99,
    "(" * 200,
    "a AND OR NOT -",
    "theme:theme:theme:",
    "kind:* year:[0 TO 9999999999999]",
    "~5 x~99 fo?o*",
    "TLP:RED",
    "<!--",
    "]]>",
    "\r\n.\r\n",
]
"""Text with signs that are none, in other scripts and directions, too long, or in words of some machine."""

GOOD = [
    ("agenda.pdf", pdf()),
    ("agenda.docx", ooxml("docx")),
    ("participants.xlsx", ooxml("xlsx")),
    ("slides.pptx", ooxml("pptx")),
    ("agenda.odt", odf("odt")),
    ("participants.ods", odf("ods")),
    ("notes.txt", "Málaga, تقرير الورشة\r\n".encode()),
    ("notes-utf16.txt", "تقرير الورشة\n".encode("utf-16")),
    ("notes-windows.txt", "Málaga – “frontière”".encode("cp1252")),
    ("notes-arabic.txt", "تقرير الورشة".encode("cp1256")),
    ("table.csv", "party,state\r\nJO,accepted\r\n".encode("utf-8-sig")),
    ("formulas.csv", "\r\n".join(FORMULAS).encode()),
    ("picture.png", png()),
    ("picture.jpg", jpeg()),
    ("picture.jpeg", jpeg(b"\0" * 8)),
]
"""One small honest file of every type that is taken; also text in old encodings, and a table of formulas."""

_LAUGHS = "".join(
    f'<!ENTITY {after} "{f"&{name};" * 10}">' for name, after in itertools.pairwise("abcdefghi")
)
_BOMB = f'<!DOCTYPE x [<!ENTITY a "ha">{_LAUGHS}]><x>&i;</x>'.encode()
_FILE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
_REMOTE = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://example.org/x.dtd"><x/>'
_PARAMETER = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % p SYSTEM "http://example.org/p.dtd"> %p;]><x/>'

XXE = [
    ("laughs.docx", ooxml("docx", {"word/document.xml": _BOMB})),
    ("file.docx", ooxml("docx", {"docProps/core.xml": _FILE})),
    ("types.docx", ooxml("docx", {"[Content_Types].xml": _FILE})),
    ("relationships.xlsx", ooxml("xlsx", {"xl/_rels/workbook.xml.rels": _REMOTE})),
    ("sheet.xlsx", ooxml("xlsx", {"xl/worksheets/sheet1.xml": _PARAMETER})),
    ("wide.xlsx", ooxml("xlsx", {"xl/sharedStrings.xml": _FILE.decode().encode("utf-16")})),
    ("hidden.pptx", ooxml("pptx", {"ppt/media/image1.bin": b"\xef\xbb\xbf" + _FILE})),
    ("drawing.xlsx", ooxml("xlsx", {"xl/drawings/vmlDrawing1.vml": _REMOTE})),
    ("picture.docx", ooxml("docx", {"word/media/image1.svg": _FILE})),
    ("content.odt", odf("odt", {"content.xml": _BOMB})),
    ("manifest.ods", odf("ods", {"META-INF/manifest.xml": _REMOTE})),
]
"""Office files with XML that grows without bound, reads a file of the server, or asks another host."""


_HTML = b"<html><body><script>alert(1)</script></body></html>"
_ARCHIVE = zipped([("run.js", b"alert(1)")])

POLYGLOTS = [
    ("page.pdf", b"<!--\n" + pdf() + b"-->" + _HTML),
    ("page-after.pdf", pdf() + _HTML),
    ("archive.pdf", pdf() + _ARCHIVE),
    ("archive-before.pdf", _ARCHIVE + pdf()),
    ("archive-inside.pdf", b"%PDF-1.4\n" + zipped([("run.js", b"alert(1)")], comment=b"\n%%EOF\n")),
    ("archive.png", png(_ARCHIVE)),
    ("archive-inside.png", png(before_end=zipped([("run.js", b"x")], comment=b"0" * 16)[:-16])),
    ("page.png", png(_HTML)),
    ("script.jpg", jpeg(b"*/=1;alert(1)//")),
    ("archive.jpg", jpeg(_ARCHIVE)),
    ("film.jpg", jpeg(b"\0\0\0\x18ftypmp42")),
    ("document.zip.docx", _HTML + ooxml("docx")),
    ("behind.docx", ooxml("docx") + _HTML),
    ("comment.docx", zipped(ooxml_parts().items(), comment=_HTML)),
    ("pdf-before.docx", pdf() + ooxml("docx")),
    ("gap.xlsx", _ARCHIVE + ooxml("xlsx")),
    ("both.docx", zipped({**ooxml_parts("docx"), **ooxml_parts("xlsx")}.items())),
    ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ("page.txt", _HTML),
    ("page-bom.txt", b"\xef\xbb\xbf\n<!DOCTYPE html>" + _HTML),
    ("page.csv", _HTML.decode().encode("utf-16")),
    ("program.txt", b"#!/bin/sh\nrm -rf ~\n"),
    ("archive.csv", b"party,state\n" + _ARCHIVE),
]
"""Files that are two things at once, or one thing behind, before or inside another."""

HARMLESS_POLYGLOTS = [
    ("comment.jpg", jpeg(comment=b"*/=1;alert(1)/*")),
    ("page-inside.pdf", pdf(").Tj <script>alert(1)</script> (")),
    ("page-later.txt", b"Minutes\n" + _HTML),
]
"""Sound files that hold a script as their own content: taken, and only ever given out as downloads."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
_LOCKED = _OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512

IMPOSTORS = [
    ("program.pdf", b"MZ\x90\0" + b"\0" * 100),
    ("picture.pdf", png()),
    ("document.pdf", ooxml("docx")),
    ("cut.pdf", pdf()[:100]),
    ("nothing.pdf", b"%PDF-"),
    ("text.docx", b"Agenda"),
    ("rich.docx", b"{\\rtf1 Agenda}"),
    ("old.docx", _OLE),
    ("locked.xlsx", _LOCKED),
    ("archive.docx", _ARCHIVE),
    ("table.docx", ooxml("xlsx")),
    ("document.xlsx", odf("ods")),
    ("document.odt", odf("ods")),
    ("template.docx", ooxml("docx", main_type=f"{OOXML}.wordprocessingml.template.main+xml")),
    ("cut.docx", ooxml("docx")[:-30]),
    ("cut.png", png()[:-6]),
    ("sum.png", png().replace(b"\1\x08\2", b"\1\x08\6")),
    ("nothing.png", b"\x89PNG\r\n\x1a\n"),
    ("cut.jpg", jpeg()[:-4]),
    ("nothing.jpg", b"\xff\xd8\xff\xd9"),
    ("picture.jpg", png()),
    ("binary.txt", bytes(range(256))),
    ("zero.csv", b"a,b\0c\n"),
    ("escape.txt", b"\x1b]0;owned\x07"),
    ("wide.txt", b"\xff\xfe\x00\xd8"),
    ("pdf.txt", pdf()),
    ("picture.csv", b"GIF89a" + b"1" * 20),
]
"""Files whose content is not what their ending says, cut off, damaged or encrypted."""

MACROS = [
    ("vba.docx", ooxml("docx", {"word/vbaProject.bin": _OLE})),
    ("type.docx", ooxml("docx", main_type="application/vnd.ms-word.document.macroEnabled.main+xml")),
    ("sheet.xlsx", ooxml("xlsx", {"xl/macrosheets/sheet1.xml": b"<x/>"})),
    ("object.docx", ooxml("docx", {"word/embeddings/oleObject1.bin": _OLE})),
    (
        "control.xlsx",
        ooxml(
            "xlsx",
            {
                "xl/worksheets/_rels/sheet1.xml.rels": relationships(
                    ("control", "../activeX/activeX1.xml", False)
                )
            },
        ),
    ),
    ("program.pptx", ooxml("pptx", {"ppt/media/image1.png": b"MZ\x90\0"})),
    (
        "page.docx",
        ooxml("docx", {"word/_rels/document.xml.rels": relationships(("aFChunk", "page.html", False))}),
    ),
    ("archive.docx", ooxml("docx", {"word/embeddings/inside.docx": _ARCHIVE})),
    ("inside.pptx", ooxml("pptx", {"ppt/embeddings/book.xlsx": ooxml("xlsx", {"xl/vbaProject.bin": _OLE})})),
    (
        "template.docx",
        ooxml(
            "docx",
            {
                "word/_rels/settings.xml.rels": relationships(
                    ("attachedTemplate", "https://example.org/x.dotm", True)
                )
            },
        ),
    ),
    (
        "share.docx",
        ooxml(
            "docx",
            {
                "word/_rels/settings.xml.rels": relationships(
                    ("attachedTemplate", "file:///\\\\server\\share\\x.dotm", True)
                )
            },
        ),
    ),
    (
        "watch.docx",
        ooxml(
            "docx",
            {"word/_rels/document.xml.rels": relationships(("image", "http://example.org/seen.png", True))},
        ),
    ),
    ("basic.odt", odf("odt", {"Basic/Standard/Module1.xml": b"<x/>"})),
    ("script.ods", odf("ods", {"Scripts/python/run.py": b"print(1)"})),
    ("event.odt", odf("odt", body='<script:event-listener script:event-name="dom:load"/>')),
    ("watch.odt", odf("odt", body='<draw:image xlink:href="https://example.org/seen.png"/>')),
    ("applet.odt", odf("odt", body='<draw:applet xlink:href="x.class"/>')),
    (
        "locked.odt",
        odf(
            "odt",
            {
                "content.xml": b"\x17\x80\xfe",
                "META-INF/manifest.xml": b"<m><file-entry><encryption-data/></file-entry></m>",
            },
        ),
    ),
    ("up.docx", ooxml("docx", {"../../evil.xml": b"<x/>"})),
    ("root.docx", ooxml("docx", {"/evil.xml": b"<x/>"})),
    ("twice.docx", ooxml("docx", {"word/Document.xml": b"<x/>"})),
    (
        "link.docx",
        zipped(ooxml_parts("docx", {"word/link.xml": b"/etc/passwd"}).items(), link="word/link.xml"),
    ),
]
"""Office files that act when they are opened, fetch something, or lead out of the folder when unpacked."""
