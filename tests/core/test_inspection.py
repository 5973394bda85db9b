"""What a file really is: good ones of every type are taken, the others are refused with a sentence."""

import contextlib
import io
import random
import struct
import zipfile

import pytest
from flask import Flask
from flask_babel import Babel

from tests import payloads
from tests.bombs import in_a_row, raw
from tests.sound_files import jpeg, odf, ooxml, ooxml_parts, pdf, png, relationships, zipped
from tracker.core import inspection, xml_parts, zips
from tracker.core.errors import InvalidInput
from tracker.core.files import TYPES


@pytest.fixture(scope="module", autouse=True)
def sentences():
    """What gettext needs; nothing here asks for more of an application."""
    app = Flask("sentences")
    Babel(app)
    with app.app_context():
        yield


def cases(found):
    return pytest.mark.parametrize(("name", "content"), found, ids=[name for name, _content in found])


def refusal(name, content):
    with pytest.raises(InvalidInput) as refused:
        inspection.check(name, content)
    assert refused.value.field == "file"
    return str(refused.value.message)


@cases([*payloads.GOOD, *payloads.HARMLESS_POLYGLOTS])
def test_an_honest_file_is_taken(name, content):
    inspection.check(name, content)


@cases(
    [
        *payloads.XXE,
        *payloads.POLYGLOTS,
        *payloads.IMPOSTORS,
        *payloads.MACROS,
    ]
)
def test_a_bad_file_is_refused_with_a_sentence_that_says_what_to_do(name, content):
    said = refusal(name, content)
    assert any(word in said for word in ("attach", "choose", "Choose"))
    assert said.endswith(".")


def test_every_type_that_is_taken_is_inspected():
    assert {name.rpartition(".")[2] for name, _content in payloads.GOOD} == set(TYPES)


@cases(payloads.XXE)
def test_definitions_in_xml_are_refused_before_anything_is_expanded(name, content):
    assert "XML definitions" in refusal(name, content)


@cases(payloads.BOMBS)
def test_a_bomb_is_refused_without_unpacking_it_all(name, content, monkeypatch):
    spent = []
    spend = zips.Budget.spend

    def counting(self, *, entries=0, unpacked=0):
        spent.append(unpacked)
        spend(self, entries=entries, unpacked=unpacked)

    monkeypatch.setattr(zips.Budget, "spend", counting)
    refusal(name, content)
    assert sum(spent) <= zips.MOST_UNPACKED + zips.PIECE


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("locked.xlsx", "password"),
        ("old.docx", "old kind"),
        ("picture.pdf", "PNG picture"),
        ("rich.docx", "RTF"),
        ("table.docx", "another type"),
        ("cut.png", "cut off"),
        ("escape.txt", "no plain text"),
        ("nothing.pdf", "damaged"),
    ],
)
def test_the_sentence_says_what_the_file_is_instead(name, words):
    assert words in refusal(name, dict(payloads.IMPOSTORS)[name])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("vba.docx", "macros"),
        ("basic.odt", "macros"),
        ("event.odt", "macros"),
        ("inside.pptx", "macros"),
        ("object.docx", "objects"),
        ("template.docx", "fetches"),
        ("watch.odt", "fetches"),
        ("locked.odt", "password"),
    ],
)
def test_the_sentence_says_what_an_office_file_would_do(name, words):
    assert words in refusal(name, dict(payloads.MACROS)[name])


def test_a_template_on_the_writers_own_disk_is_no_harm():
    for target in ("Normal.dotm", "file:///C:\\Users\\x\\Essay.dotx", "C:/Templates/Letter.dotx"):
        settings = relationships(("attachedTemplate", target, True))
        inspection.check("x.docx", ooxml("docx", {"word/_rels/settings.xml.rels": settings}))


def test_links_that_wait_for_a_click_are_no_harm():
    links = relationships(("hyperlink", "https://example.org/", True), ("image", "media/image1.png", False))
    inspection.check("x.docx", ooxml("docx", {"word/_rels/document.xml.rels": links}))


def test_a_chart_may_bring_its_workbook():
    book = ooxml("xlsx")
    deck = ooxml("pptx", {"ppt/embeddings/book.xlsx": book})
    inspection.check("x.pptx", deck)
    inspection.check("x.docx", ooxml("docx", {"word/embeddings/deck.pptx": deck}))
    deeper = ooxml("docx", {"word/embeddings/d.docx": ooxml("docx", {"word/embeddings/deck.pptx": deck})})
    assert "objects" in refusal("x.docx", deeper)


def test_what_is_inside_counts_together(monkeypatch):
    monkeypatch.setattr(zips, "MOST_ENTRIES", 8)
    book = ooxml("xlsx")
    budget = zips.Budget(entries=4)
    zips.Archive(book, budget)
    with pytest.raises(InvalidInput, match="too large"):
        zips.Archive(book, budget)


def test_notes_of_a_spreadsheet_may_hold_unclosed_tags_but_no_definitions():
    drawing = b"<xml><v:shape><div>first<br>second</div></v:shape></xml>"
    inspection.check("x.xlsx", ooxml("xlsx", {"xl/drawings/vmlDrawing1.vml": drawing}))
    assert "damaged" in refusal("x.xlsx", ooxml("xlsx", {"xl/worksheets/sheet1.xml": drawing}))


def test_sizes_that_follow_the_content_are_taken():
    class Stream(io.RawIOBase):
        """A file that cannot go back, for which sizes must follow."""

        def __init__(self):
            self.content = b""

        def writable(self):
            return True

        def write(self, piece):
            self.content += bytes(piece)
            return len(piece)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ooxml_parts("docx").items():
            archive.writestr(name, content)
    inspection.check("x.docx", stream.content)


def changed(content, offset_of, at, value):
    """The archive with two bytes changed in every header that begins so."""
    made = bytearray(content)
    place = made.find(offset_of)
    while place >= 0:
        struct.pack_into("<H", made, place + at, value)
        place = made.find(offset_of, place + 4)
    return bytes(made)


def test_an_archive_that_says_two_things_is_refused():
    sound = ooxml("docx")
    entry, row = b"PK\x03\x04", b"PK\x01\x02"
    assert "password" in refusal("x.docx", changed(sound, row, 8, 1))
    for made in (
        changed(sound, entry, 6, 1),  # locked, says the entry alone
        changed(sound, entry, 8, 0),  # not packed, says the entry alone
        changed(changed(sound, entry, 8, 12), row, 10, 12),  # packed in a way nobody reads
        changed(sound, entry, 14, 7),  # another sum
        changed(sound, row, 16, 7),
        changed(sound, row, 24, 7),  # another size
        sound.replace(b"word/document.xml", b"word/documenu.xml", 2),
        b"PK\x03\x04" + sound[-22:],
        sound[-22:],
        b"PK\x03\x04",
    ):
        refusal("x.docx", made)


def test_bytes_behind_the_packed_content_are_refused():
    parts = dict(ooxml_parts("docx"))
    rows = [raw(name, content) for name, content in parts.items()]
    name, packed, size, checksum = rows[0]
    refusal("x.docx", in_a_row([(name, packed + b"hidden", size, checksum), *rows[1:]]))
    refusal("x.docx", in_a_row([(name, packed[:-3], size, checksum), *rows[1:]]))


def test_too_long_a_token_and_too_many_elements_are_refused(monkeypatch):
    monkeypatch.setattr(xml_parts, "MOST_ELEMENTS", 100)
    assert "too large" in refusal("x.odt", odf("odt", body="<x/>" * 200))
    inspection.check("x.odt", odf("odt", body="<x/>" * 50))


def test_a_picture_may_be_padded_a_little_and_no_more():
    inspection.check("x.jpg", jpeg(b"\0" * 16))
    inspection.check("x.jpg", jpeg(b"\r\n"))
    assert "behind its end" in refusal("x.jpg", jpeg(b"\0" * 17))
    assert "behind its end" in refusal("x.png", png(b"\0"))


def test_white_space_after_the_end_of_a_pdf_is_taken_and_older_ends_before_it():
    inspection.check("x.pdf", pdf() + b"\r\n \0")
    inspection.check("x.pdf", pdf() + pdf()[5:])
    assert "behind its end" in refusal("x.pdf", pdf() + b"x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256", "iso8859-6", "cp1252"])
def test_text_of_every_usual_encoding_is_taken(encoding):
    text = "Málaga; «Straße»" if encoding == "cp1252" else "تقرير, report\r\n\tend\f"
    inspection.check("x.txt", text.encode(encoding))


def test_a_thousand_damaged_files_are_taken_or_refused_and_nothing_else():
    chance = random.Random(7)
    for _round in range(60):
        for name, content in payloads.GOOD:
            made = bytearray(content)
            for _change in range(chance.randint(1, 4)):
                made[chance.randrange(len(made))] = chance.randrange(256)
            if chance.random() < 0.3:
                del made[chance.randrange(len(made)) :]
            with contextlib.suppress(InvalidInput):
                inspection.check(name, bytes(made))


def test_files_of_well_known_programs_are_taken():
    docx, openpyxl = pytest.importorskip("docx"), pytest.importorskip("openpyxl")
    comments = pytest.importorskip("openpyxl.comments")
    document = docx.Document()
    document.add_heading("Recommendations", 1)
    document.add_picture(io.BytesIO(png()))
    document.add_table(2, 2).cell(0, 0).text = "توصية"
    written = io.BytesIO()
    document.save(written)
    inspection.check("x.docx", written.getvalue())
    book = openpyxl.Workbook()
    book.active.append(["party", "=1+1"])
    book.active["A1"].comment = comments.Comment("A note", "Rapporteur")
    written = io.BytesIO()
    book.save(written)
    inspection.check("x.xlsx", written.getvalue())


def test_an_archive_of_nothing_is_refused():
    refusal("x.docx", zipped([]))
    refusal("x.docx", zipped([("word/", b""), ("[Content_Types].xml", b"<Types/>")]))
    refusal("x.odt", zipped([("mimetype", b"application/vnd.oasis.opendocument.text")]))
    refusal("x.odt", zipped([("mimetype", b"x" * 101), ("content.xml", b"<x/>")]))
