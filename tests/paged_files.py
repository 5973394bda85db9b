"""Files of several pages in every type that is read, made as the programs make them that people use."""

import io
import re
from collections.abc import Sequence
from typing import Any

import docx
import openpyxl
import pptx

from tests.sound_files import odf, pdf_of


def pdf(pages: Sequence[str], *, trailer: bytes = b"") -> bytes:
    """A PDF with these pages, lines parted by line ends, in a font that holds any letter.

    The letters stand as given, from left to right; `drawn` puts Arabic as programs write it.
    """
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    letters = sorted({ord(letter) for page in pages for letter in page if letter != "\n"})
    maps = "".join(f"<{code:04x}> <{code:04x}>\n" for code in letters)
    unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(letters)} beginbfchar\n{maps}"
        "endbfchar\n"
        "endcmap end end"
    ).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [4 0 R] "
        b"/ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (Identity) /Supplement 0 >> /DW 500 >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(unicode), unicode),
    ]
    for number, page in enumerate(pages):
        lines = [f"<{''.join(f'{ord(letter):04x}' for letter in line)}> Tj T*" for line in page.split("\n")]
        drawn = f"BT /F1 12 Tf 14 TL 72 720 Td {' '.join(lines)} ET".encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (7 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    return pdf_of(objects, trailer=trailer)


def drawn(line: str) -> str:
    """A line of Arabic as the eye meets it from left to right; numbers keep their order."""
    return re.sub(r"[0-9]+", lambda number: number[0][::-1], line)[::-1]


def _saved(made: Any) -> bytes:
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def word(sections: Sequence[tuple[str, str]], *, breaks: bool = False) -> bytes:
    """A document of Word: headings with their text, or with `breaks` pages with their text."""
    made = docx.Document()
    for number, (heading, text) in enumerate(sections):
        if breaks and number:
            made.add_page_break()
        if heading:
            made.add_heading(heading, 1)
        made.add_paragraph(text)
    return _saved(made)


def excel(sheets: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> bytes:
    """A workbook with these sheets and their rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return _saved(made)


def slides(texts: Sequence[tuple[str, str]]) -> bytes:
    """A presentation: on each slide a title, in its notes a text."""
    made = pptx.Presentation()
    for title, notes in texts:
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = title
        slide.notes_slide.notes_text_frame.text = notes
    return _saved(made)


_TEXT = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
_TABLE = 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'


def odt(sections: Sequence[tuple[str, str]]) -> bytes:
    """A text of OpenDocument: headings with their text."""
    body = "".join(
        f"<text:h {_TEXT}>{heading}</text:h><text:p {_TEXT}>{text}</text:p>" for heading, text in sections
    )
    return odf("odt", body=body)


def ods(sheets: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """A table of OpenDocument with these sheets and their rows."""
    body = ""
    for name, rows in sheets:
        cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>".format
        cells = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        body += f'<table:table {_TABLE} {_TEXT} table:name="{name}">{cells}</table:table>'
    return odf("ods", body=body)
