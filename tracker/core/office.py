"""Office files: packages of XML parts in a ZIP archive, in the two families OOXML and OpenDocument.

What is refused is what can act when somebody opens the file: macros, objects of other programs, templates and
pictures fetched from elsewhere, XML definitions, bombs. Charts with a workbook inside are taken, after the
same look into that workbook. Not looked into: what formulas and fields say, links that wait for a click, and
the pictures.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import unquote

from flask_babel import lazy_gettext as _l

from tracker.core import refusals
from tracker.core.xml_parts import Elements, walk
from tracker.core.zips import SIGN, Archive, Budget, Entry

#: With which the containers of OLE begin: old Office files, encrypted ones, objects, macros.
OLE_SIGN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: What an encrypted OOXML file has in its container, as UTF-16.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
#: The type that the main part of each has, or that its `mimetype` says.
_MAIN = {
    f"{_OOXML}wordprocessingml.document.main+xml": "docx",
    f"{_OOXML}spreadsheetml.sheet.main+xml": "xlsx",
    f"{_OOXML}presentationml.presentation.main+xml": "pptx",
    f"{_ODF}text": "odt",
    f"{_ODF}spreadsheet": "ods",
}
_OTHER = "other"
#: What the type of a main part ends with, also in kinds that are not taken.
_IS_MAIN = re.compile(r"\.main\+xml$")

#: Endings of parts that must be XML; others are when they begin like it or their type says so.
_XML_ENDINGS = (".xml", ".rels", ".vml", ".svg", ".rdf")
#: How XML and pages begin, after a byte order mark and white space.
_MARKS_AND_SPACE = b"\xef\xbb\xbf\xfe\xff \t\r\n"
_XML_BEGINS = (b"<?xml", b"<!doctype", b"<!--", b"<html", b"<svg")

_MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet")
_MACRO_NAMES = re.compile(
    r"(?:^|/)(?:vba(?:project|data)[^/]*$|macrosheets/)|^(?:basic|scripts|dialogs)/", re.I
)
#: Kinds of relationship behind which stands something that acts.
_ACTING = {"oleobject", "control", "activexcontrolbinary", "afchunk"}
#: Kinds of relationship whose target an office program fetches unasked.
_FETCHED = {"attachedtemplate", "frame", "subdocument", "image", "audio", "video", "media"}
#: The same of OpenDocument: elements that show what their address names; and those that run it.
_FETCHING = {"image", "fill-image", "background-image", "floating-frame", "section-source"}
_RUNNING = {"plugin", "applet"}
#: A target on the machine itself, such as the template that was there when the file was written.
_LOCAL = re.compile(r"(?:file:/{0,3}(?:localhost/)?)?[a-z]:/|(?![a-z][a-z0-9+.-]*:|/)")

#: How deep packages may lie in one another: a chart's workbook in a presentation in a document.
_DEEPEST = 2
#: Most bytes of a package inside another, and of the parts that are read as a whole.
_LARGEST_INSIDE = 32 * 1024 * 1024
#: The part that says what an OpenDocument file is, and its size at most; and the list of its parts.
_OPENDOCUMENT, _MIMETYPE_BYTES, _MANIFEST = "mimetype", 100, "META-INF/manifest.xml"


@dataclass(slots=True)
class _Walk:
    """What is shared by a package and the packages inside it."""

    budget: Budget = field(default_factory=Budget)
    elements: Elements = field(default_factory=Elements)


def check_office(ending: str, content: bytes) -> None:
    """Raise InvalidInput unless the content is an office file of this type that can do no harm."""
    if content.startswith(OLE_SIGN):
        if _ENCRYPTED in content:
            raise refusals.locked()
        raise refusals.unlike(ending, _l("an Office file of the old kind (.doc, .xls, .ppt)"))
    _check_package(content, ending, _Walk(), 0)


def _check_package(content: bytes, ending: str, walked: _Walk, depth: int) -> None:
    """Check a package; an empty ending takes any kind that is known."""
    archive = Archive(content, walked.budget)
    types = _types(archive, walked)
    if types is None or len(types.main) != 1:
        raise refusals.unlike(ending, _l("a ZIP archive")) if ending else refusals.objects()
    if types.say_macros():
        raise refusals.macros()
    if types.main == [_OTHER] or ending not in ("", *types.main):
        raise refusals.unlike(ending, _l("an office file of another type")) if ending else refusals.objects()
    # The manifest first: it says whether the other parts are encrypted, and they then look damaged.
    for entry in sorted(archive.entries.values(), key=lambda entry: entry.name != _MANIFEST):
        _check_entry(archive, entry, types, walked, depth)
    if _OPENDOCUMENT in archive.entries and "content.xml" not in archive.entries:
        raise refusals.damaged()


def _check_entry(archive: Archive, entry: Entry, types: "_Types", walked: _Walk, depth: int) -> None:
    if _MACRO_NAMES.search(entry.name):
        raise refusals.macros()
    pieces = archive.pieces(entry)
    head = next(pieces, b"")
    whole = chain([head], pieces)
    if entry.is_folder:
        if head:
            raise refusals.damaged()
    elif head.startswith((OLE_SIGN, b"MZ")):
        raise refusals.objects()
    elif head.startswith(SIGN):
        if depth == _DEEPEST or entry.size > _LARGEST_INSIDE:
            raise refusals.objects()
        _check_package(b"".join(whole), "", walked, depth + 1)
        return
    elif _is_xml(entry.name, head, types):
        _check_xml(entry.name.lower(), whole, walked)
    # Read to the end, for the size and the sum that are checked there.
    for _piece in pieces:
        pass


def _is_xml(name: str, head: bytes, types: "_Types") -> bool:
    if name.lower().endswith(_XML_ENDINGS) or types.of(name).endswith("xml"):
        return True
    # Without the zeros that stand between the letters in UTF-16.
    text = head[:1000].replace(b"\0", b"").lstrip(_MARKS_AND_SPACE).lower()
    return text.startswith(_XML_BEGINS)


def _check_xml(name: str, pieces: Iterator[bytes], walked: _Walk) -> None:
    if name.endswith(".rels"):
        walk(pieces, walked.elements.telling(_check_relationship))
    elif name == _MANIFEST.lower():
        walk(pieces, walked.elements.telling(_check_manifest))
    elif "/" not in name or name.endswith(("/content.xml", "/styles.xml")):
        walk(pieces, walked.elements.telling(_check_opendocument))
    else:
        # Drawings that Excel makes for notes may hold unclosed tags of HTML.
        walk(pieces, may_break=name.endswith(".vml"))


def _check_relationship(element: str, attributes: dict[str, str]) -> None:
    if element != "Relationship":
        return
    kind = attributes.get("Type", "").rpartition("/")[2].lower()
    if kind in _ACTING:
        raise refusals.objects()
    is_outside = attributes.get("TargetMode", "").strip().lower() == "external"
    if is_outside and kind in _FETCHED and not _is_local(attributes.get("Target", "")):
        raise refusals.fetches()


def _is_local(target: str) -> bool:
    return bool(_LOCAL.match(unquote(target).strip().lower().replace("\\", "/")))


def _check_manifest(element: str, _attributes: dict[str, str]) -> None:
    if element == "encryption-data":
        raise refusals.locked()


def _check_opendocument(element: str, attributes: dict[str, str]) -> None:
    # An act bound to an event can call a script of the office program itself, without a macro in the file.
    if element == "event-listener":
        raise refusals.macros()
    if element in _RUNNING:
        raise refusals.objects()
    addresses = (value for name, value in attributes.items() if name.rpartition(":")[2] == "href")
    if element in _FETCHING and not all(map(_is_local, addresses)):
        raise refusals.fetches()


class _Types:
    """The types of the parts of a package, and of which kind its main part makes it."""

    def __init__(self, main: list[str] | None = None) -> None:
        self.main = main or []
        self._of_part: dict[str, str] = {}
        self._of_ending: dict[str, str] = {}

    def note(self, element: str, attributes: dict[str, str]) -> None:
        """Take in one element of [Content_Types].xml."""
        said = attributes.get("ContentType", "").strip().lower()
        if element == "Override":
            self._of_part[attributes.get("PartName", "").removeprefix("/").lower()] = said
        elif element == "Default":
            self._of_ending[attributes.get("Extension", "").lower()] = said

    def of(self, name: str) -> str:
        """The type of the part with this name; empty when none is said."""
        name = name.lower()
        return self._of_part.get(name) or self._of_ending.get(name.rpartition(".")[2], "")

    def say_macros(self) -> bool:
        """Whether a type is one that only files with macros have."""
        said = [*self._of_part.values(), *self._of_ending.values()]
        return any(macro in one for one in said for macro in _MACRO_TYPES)


def _types(archive: Archive, walked: _Walk) -> _Types | None:
    """What the package says of its parts; None when it says nothing, and so is no office file."""
    entries = archive.entries
    if "[Content_Types].xml" in entries and "_rels/.rels" in entries:
        types = _Types()
        walk(archive.pieces(entries["[Content_Types].xml"]), walked.elements.telling(types.note))
        types.main = [_MAIN.get(said, _OTHER) for said in map(types.of, entries) if _IS_MAIN.search(said)]
        return types
    if _OPENDOCUMENT in entries and entries[_OPENDOCUMENT].size <= _MIMETYPE_BYTES:
        said = b"".join(archive.pieces(entries[_OPENDOCUMENT])).decode("ascii", "replace")
        return _Types([_MAIN.get(said.strip(), _OTHER)])
    return None
