"""Reading documents and presentations: Word, PowerPoint, OpenDocument.

The parts are taken out of the package by the same careful walk that looks through attached files, and parsed
without definitions and entities. The libraries for these formats build a whole model of a document in memory
to edit it; here only its words are wanted, text boxes, notes and footnotes among them.
"""

import io
import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from tracker.core.errors import InvalidInput
from tracker.core.zips import Archive, Budget
from tracker.reading.pages import Pages, Unreadable

_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class _Package:
    """The parts of an office file by name."""

    def __init__(self, content: bytes) -> None:
        self._budget = Budget()
        try:
            self._archive = Archive(content, self._budget)
        except InvalidInput as error:
            raise self._refused() from error

    def _refused(self) -> Unreadable:
        spent = self._budget.unpacked < 0 or self._budget.entries < 0
        return Unreadable("too-large" if spent else "damaged")

    def part(self, name: str) -> bytes:
        """The content of a part; empty when there is none."""
        entry = self._archive.entries.get(name)
        if entry is None:
            return b""
        try:
            return b"".join(self._archive.pieces(entry))
        except InvalidInput as error:
            raise self._refused() from error

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to inside the package: kind and name by the number of the relationship."""
        folder, base = posixpath.split(name)
        content = self.part(f"{folder}/_rels/{base}.rels")
        found = {}
        for one in _tree(content) if content else ():
            if one.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))
                kind = one.get("Type", "").rpartition("/")[2]
                found[one.get("Id", "")] = (kind, target.removeprefix("/"))
        return found


def _tree(content: bytes) -> Element:
    try:
        tree: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable("damaged") from error
    return tree


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _ends(content: bytes, *skipped: str) -> Iterator[tuple[str, Element]]:
    """Name and element of every element as it ends, but for those inside `skipped` ones."""
    inside = 0
    try:
        for event, element in iterparse(io.BytesIO(content), ("start", "end"), forbid_dtd=True):
            name = _name(element)
            if name in skipped:
                inside += 1 if event == "start" else -1
                if event == "end":
                    element.clear()
            elif event == "end" and not inside:
                yield name, element
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable("damaged") from error


class _Sections:
    """Paragraphs gathered into pages or sections."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._lines: list[str] = []
        self._number, self._label = 1, ""

    def line(self, text: str) -> None:
        """Take in one paragraph."""
        self._lines.append(text)

    def turn(self, label: str = "") -> None:
        """Begin the next page, or the section under this heading; what stands before the first counts."""
        is_begun = any(line.strip() for line in self._lines) or bool(self._label) or not label
        self.close()
        self._number += is_begun
        self._label = label

    def close(self) -> None:
        """Hand on what was gathered."""
        self._pages.add(self._number, "\n".join(self._lines), self._label)
        self._lines.clear()


# A page of Word ends where Word broke it when it saved the file. Programs that do not note this give files
# whose pages nobody can count; their headings part them as well, and by what is said.
def read_docx(content: bytes, pages: Pages) -> None:
    """Pages as Word broke them; else sections by headings; else pages by breaks that somebody set."""
    package = _Package(content)
    main = package.part("word/document.xml")
    headings = _heading_styles(package)
    sections = _Sections(pages)
    is_broken, has_headings = b"lastRenderedPageBreak" in main, _has_headings(main, headings)
    by_break = "lastRenderedPageBreak" if is_broken else "" if has_headings else "br"
    has_breaks = is_broken or (not has_headings and b'"page"' in main)
    pages.say(unit="page" if has_breaks else "section" if has_headings else "whole")
    for name, paragraph in _ends(main, "Fallback"):
        if name != "p":
            continue
        if not by_break and _is_heading(paragraph, headings):
            sections.turn("".join(_runs(paragraph, "")))
        for piece in _runs(paragraph, by_break):
            if piece == "\f":
                sections.turn()
            else:
                sections.line(piece)
        paragraph.clear()
    for extra in ("word/footnotes.xml", "word/endnotes.xml"):
        for name, paragraph in _ends(package.part(extra) or b"<x/>"):
            if name == "p":
                sections.line("".join(_runs(paragraph, "")))
    sections.close()


def _runs(paragraph: Element, by_break: str) -> Iterator[str]:
    """The text of a paragraph, with a form feed of its own where a page ends."""
    text: list[str] = []
    for element in paragraph.iter():
        name = _name(element)
        if name == "t":
            text.append(element.text or "")
        elif name in ("tab", "noBreakHyphen"):
            text.append("-" if name == "noBreakHyphen" else "\t")
        elif by_break and name == by_break and (name != "br" or _attribute(element, "type") == "page"):
            yield "".join(text)
            yield "\f"
            text = []
        elif name in ("br", "cr"):
            text.append("\n")
    yield "".join(text)


def _heading_styles(package: _Package) -> set[str]:
    """The names by which paragraphs say that they are headings."""
    content = package.part("word/styles.xml")
    found = set()
    for style in _tree(content) if content else ():
        names = [_attribute(child, "val").lower() for child in style if _name(child) == "name"]
        levels = [_attribute(one, "val") for one in style.iter() if _name(one) == "outlineLvl"]
        if any(name.startswith("heading ") for name in names) or any(
            level < "9" for level in levels if level
        ):
            found.add(_attribute(style, "styleId"))
    return found


def _is_heading(paragraph: Element, headings: set[str]) -> bool:
    for part in paragraph:
        if _name(part) == "pPr":
            return any(
                (_name(one) == "pStyle" and _attribute(one, "val") in headings) or _name(one) == "outlineLvl"
                for one in part
            )
    return False


def _has_headings(main: bytes, headings: set[str]) -> bool:
    return b"outlineLvl" in main or any(f'pStyle w:val="{name}"'.encode() in main for name in headings)


def read_pptx(content: bytes, pages: Pages) -> None:
    """Slides in the order of the presentation, each with its notes and diagrams."""
    pages.say(unit="slide")
    package = _Package(content)
    main = "ppt/presentation.xml"
    related = package.related(main)
    shown = [one.get(_RELATED, "") for one in _tree(package.part(main)).iter() if _name(one) == "sldId"]
    for number, key in enumerate(shown, 1):
        _kind, slide = related.get(key, ("", ""))
        parts = [slide]
        parts += [
            part for kind, part in package.related(slide).values() if kind in ("notesSlide", "diagramData")
        ]
        lines = [line for part in parts for line in _drawn(package.part(part))]
        pages.add(number, "\n".join(lines))


def _drawn(content: bytes) -> Iterator[str]:
    """The paragraphs of a slide."""
    for name, paragraph in _ends(content or b"<x/>", "Fallback"):
        if name == "p":
            pieces = (
                one.text or "" if _name(one) == "t" else "\n"
                for one in paragraph.iter()
                if _name(one) in ("t", "br")
            )
            yield "".join(pieces)
            paragraph.clear()


def read_odt(content: bytes, pages: Pages) -> None:
    """Sections by headings; without headings pages, as the program broke them."""
    main = _Package(content).part("content.xml")
    sections = _Sections(pages)
    has_headings, is_broken = b"<text:h" in main, b"soft-page-break" in main
    pages.say(unit="section" if has_headings else "page" if is_broken else "whole")
    for name, element in _ends(main, "tracked-changes", "annotation"):
        if name == "h" and has_headings:
            sections.turn(_spoken(element))
        if name in ("p", "h"):
            sections.line(_spoken(element))
            element.clear()
        elif name == "soft-page-break" and not has_headings:
            sections.turn()
    sections.close()


def read_ods(content: bytes, pages: Pages) -> None:
    """Each sheet as a page, a row to a line."""
    pages.say(unit="sheet")
    number, rows = 0, []
    cells: list[str] = []
    for name, element in _ends(_Package(content).part("content.xml"), "annotation"):
        if name == "p":
            cells.append(_spoken(element))
        elif name == "table-row":
            rows.append(" ".join(cells))
            cells = []
            element.clear()
        elif name == "table":
            number += 1
            pages.add(number, "\n".join(rows), _attribute(element, "name"))
            rows = []
            element.clear()


def _spoken(element: Element) -> str:
    """The text of a paragraph of OpenDocument, with its blanks and line breaks."""
    pieces = [element.text or ""]
    for child in element:
        name = _name(child)
        pieces.append("\n" if name == "line-break" else " " if name in ("s", "tab") else _spoken(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
