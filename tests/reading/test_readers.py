"""What is read of each type of file, page by page, in four languages."""

import pytest

from tests import paged_files, sound_files
from tracker.reading.child import READERS
from tracker.reading.languages import language_of
from tracker.reading.pages import ENDINGS, PIECE, Limits, cleaned, pieces
from tracker.reading.process import read
from tracker.reading.vocabulary import ReadingState, Unit

WORDS = {
    "en": "Train the staff of prisons in the languages that are spoken there.",
    "fr": "Former le personnel pénitentiaire à la déradicalisation dans les prisons.",
    "es": "Formación del personal de prisiones para la reinserción en los años 2024.",
    "ar": "تدريب موظفي السجون على حقوق الإنسان ومكافحة الإرهاب في المدرسة الوطنية 2024",
}


@pytest.fixture
def reading(tmp_path):
    def of(ending, content, limits=None):
        path = tmp_path / f"file.{ending}"
        path.write_bytes(content)
        return read(path, ending, limits or Limits(), tmp_path)

    return of


def told(found):
    return [(page.number, page.label, page.text) for page in found.pages]


MADE = {
    "pdf": lambda texts: paged_files.pdf([paged_files.drawn(t) if t == WORDS["ar"] else t for t in texts]),
    "docx": lambda texts: paged_files.word([("", text) for text in texts], breaks=True),
    "pptx": lambda texts: paged_files.slides([(text, "") for text in texts]),
    "xlsx": lambda texts: paged_files.excel([(f"Sheet{n}", [[text]]) for n, text in enumerate(texts, 1)]),
    "odt": lambda texts: paged_files.odt([(f"Part {n}", text) for n, text in enumerate(texts, 1)]),
    "ods": lambda texts: paged_files.ods([(f"Sheet{n}", [[text]]) for n, text in enumerate(texts, 1)]),
    "txt": lambda texts: "\f".join(texts).encode(),
}
UNITS = {"docx": "page", "pdf": "page", "txt": "page", "pptx": "slide", "odt": "section"}


@pytest.mark.parametrize("ending", MADE)
def test_every_type_is_read_page_by_page_in_four_languages(reading, ending):
    found = reading(ending, MADE[ending](list(WORDS.values())))
    assert found.state is ReadingState.READ
    assert not found.is_cut
    assert found.unit == Unit(UNITS.get(ending, "sheet"))
    assert [page.number for page in found.pages] == [1, 2, 3, 4]
    for page, (language, text) in zip(found.pages, WORDS.items(), strict=True):
        assert text in page.text
        assert language_of(page.text) == language


def test_a_table_is_one_page_a_row_to_a_line(reading):
    found = reading("csv", 'ref;text\n"7";"Formación, y más"\n8;تدريب\n'.encode())
    assert told(found) == [(1, "", "ref text\n7 Formación y más\n8 تدريب")]
    assert found.unit is Unit.WHOLE


def test_a_workbook_says_the_names_of_its_sheets_and_never_runs_a_formula(reading):
    found = reading(
        "xlsx", paged_files.excel([("Budget", [["Total", "=1+1"], [None, 12.5]]), ("ميزانية", [["x"]])])
    )
    assert told(found) == [(1, "Budget", "Total\n12.5"), (2, "ميزانية", "x")]


def test_notes_of_slides_are_read_with_their_slide(reading):
    found = reading("pptx", paged_files.slides([("One", "Said aloud"), ("Two", "ملاحظات")]))
    assert told(found) == [(1, "", "One\nSaid aloud"), (2, "", "Two\nملاحظات")]


def test_headings_part_a_document_that_does_not_know_its_pages(reading):
    found = reading("docx", paged_files.word([("", "Before."), ("Aims", "First."), ("الأهداف", "Second.")]))
    assert found.unit is Unit.SECTION
    assert [(n, label) for n, label, _text in told(found)] == [(1, ""), (2, "Aims"), (3, "الأهداف")]


def test_pages_are_counted_as_word_broke_them(reading):
    run = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    body = run.format("One") + run.format("<w:lastRenderedPageBreak/>").replace("<w:t>", "").replace(
        "</w:t>", ""
    )
    body += run.format("Two") + '<w:p><w:r><w:br w:type="page"/><w:t>still two</w:t></w:r></w:p>'
    names = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    main = f'<w:document xmlns:w="{names}"><w:body>{body}</w:body></w:document>'
    found = reading("docx", sound_files.ooxml("docx", {"word/document.xml": main.encode()}))
    assert found.unit is Unit.PAGE
    assert told(found) == [(1, "", "One"), (2, "", "Two\nstill two")]


def test_a_word_parted_at_the_end_of_a_line_is_put_together(reading):
    found = reading("pdf", paged_files.pdf(["Against radicali-\nsation in prisons"]))
    assert told(found) == [(1, "", "Against radicali-sation in prisons")]


@pytest.mark.parametrize(
    ("line", "drawn"),
    [
        ("تدريب موظفي السجون في المدرسة 2024", "2024 ةسردملا يف نوجسلا يفظوم بيردت"),
        ("قانون مكافحة الإرهاب (FTF) والمدرسة", "ةسردملاو (FTF) باهرإلا ةحفاكم نوناق"),
        ("The words الإرهاب and المدرسة stand here", "The words باهرإلا and ةسردملا stand here"),
    ],
)
def test_arabic_of_a_pdf_is_read_in_its_order_whichever_way_it_was_written(reading, line, drawn):
    assert told(reading("pdf", paged_files.pdf([drawn]))) == [(1, "", line)]
    assert told(reading("pdf", paged_files.pdf([line]))) == [(1, "", line)]


def test_letters_that_a_wide_line_has_drawn_apart_are_put_together(reading):
    # As a browser prints a heading: letters in their shapes, with a gap inside the first word.
    drawn = "ﻥﻮﺠ   ﺴﻟﺍ ﺔﺤﻔ   ﺼﻟﺍ"
    assert told(reading("pdf", paged_files.pdf([drawn]))) == [(1, "", "الصفحة السجون")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_arabic_text_is_read_in_every_encoding_that_programs_write(reading, encoding):
    assert told(reading("txt", WORDS["ar"].encode(encoding))) == [(1, "", WORDS["ar"])]


@pytest.mark.parametrize("language", ["fr", "es"])
def test_accents_of_old_encodings_are_read(reading, language):
    assert told(reading("txt", WORDS[language].encode("cp1252"))) == [(1, "", WORDS[language])]


def test_shaped_letters_become_plain_ones_and_controls_go():
    assert cleaned("ﺍﻟﺴﺠﻮﻥ  o\ufb03ce\0 x\ud800 m²") == "السجون office x m²"


def test_a_long_page_is_cut_between_words_and_loses_nothing():
    text = " ".join(f"word{number}" for number in range(5000))
    found = pieces(text)
    assert max(map(len, found)) <= PIECE
    assert " ".join(found) == text
    assert all(len(piece) <= PIECE for piece in pieces("x" * 25_000))
    assert "".join(pieces("x" * 25_000)) == "x" * 25_000


@pytest.mark.parametrize(
    "text", ["", "2024 / 12", "REC-2024-0007", "Jordan Morocco Spain", "Слова на другом языке"]
)
def test_a_text_that_speaks_for_no_language_is_given_none(text):
    assert language_of(text) is None


def test_every_ending_that_is_read_has_its_reader():
    assert tuple(READERS) == ENDINGS
