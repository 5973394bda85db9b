"""Files that are damaged, locked, empty, huge or meant to do harm: each has a reason, and none an effect."""

import io
import json
import random
import signal
import threading
import zlib

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from tests import bombs, paged_files, sound_files
from tracker.reading import process
from tracker.reading.pages import Limits
from tracker.reading.process import read
from tracker.reading.vocabulary import ReadingState

SMALL = Limits(seconds=10, megabytes=256, pages=20, characters=100_000)


@pytest.fixture
def reading(tmp_path):
    def of(ending, content, limits=SMALL):
        path = tmp_path / f"file.{ending}"
        path.write_bytes(content)
        found = read(path, ending, limits, tmp_path)
        path.unlink()
        assert list(tmp_path.iterdir()) == [], "something was left behind"
        return found

    return of


def locked(password):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(paged_files.pdf(["Secret decree"]))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_pdf_with_a_password_is_locked_and_one_that_only_forbids_copying_is_read(reading):
    assert reading("pdf", locked("password")).state is ReadingState.LOCKED
    assert reading("pdf", locked("")).pages[0].text == "Secret decree"


@pytest.mark.parametrize("ending", ["pdf", "docx", "pptx", "xlsx", "odt", "ods", "txt", "csv"])
def test_a_file_without_words_holds_no_text(reading, ending):
    empty = {
        "pdf": paged_files.pdf([""]),
        "docx": paged_files.word([("", "")]),
        "pptx": paged_files.slides([("", "")]),
        "xlsx": paged_files.excel([("One", [])]),
        "odt": sound_files.odf("odt"),
        "ods": sound_files.odf("ods"),
        "txt": b" \n ",
        "csv": b"\n",
    }[ending]
    assert reading(ending, empty).state is ReadingState.EMPTY


@pytest.mark.parametrize("ending", ["pdf", "docx", "pptx", "xlsx", "odt", "ods"])
@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.4\n%%EOF", b"PK\x03\x04", random.Random(1).randbytes(3000)]
)
def test_what_is_no_such_file_is_damaged(reading, ending, content):
    assert reading(ending, content).state is ReadingState.DAMAGED


def test_a_file_cut_off_or_with_flipped_bytes_never_breaks_the_reading(reading):
    sound = paged_files.pdf([f"Page {n} of the decree" for n in range(3)])
    for place in range(20, len(sound), len(sound) // 5):
        assert isinstance(reading("pdf", sound[:place]).state, ReadingState)
        broken = bytearray(sound)
        broken[place] ^= 0xFF
        assert isinstance(reading("pdf", bytes(broken)).state, ReadingState)


@pytest.mark.parametrize(("name", "content"), bombs.BOMBS, ids=[name for name, _content in bombs.BOMBS])
def test_a_bomb_is_noted_and_does_not_go_off(reading, name, content):
    found = reading(name.rpartition(".")[2], content)
    assert found.state is not ReadingState.READING
    assert sum(len(page.text) for page in found.pages) <= SMALL.characters


def deflated(drawn):
    packed = zlib.compress(drawn, 9)
    sound = sound_files.pdf("here")
    plain = b"<< /Length 38 >>\nstream\nBT /F1 24 Tf 72 720 Td (here) Tj ET\nendstream"
    start = sound.index(b"4 0 obj")
    end = sound.index(b"endobj", start)
    assert plain[:10] in sound[start:end]
    made = sound[:start] + b"4 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\n" % (
        len(packed),
        packed,
    )
    return made + sound[end:]


def endless():
    """A page whose signs take minutes to read."""
    return deflated(b"BT /F1 1 Tf " + b"1 0 0 1 1 1 Tm (word) Tj " * 2_000_000 + b"ET")


def test_a_stream_that_becomes_huge_is_stopped(reading):
    found = reading("pdf", deflated(b"BT (" + b"x" * 400_000_000 + b") Tj ET"))
    assert (found.state, found.pages) == (ReadingState.TOO_LARGE, [])


def test_reading_that_takes_too_long_is_stopped_and_what_was_read_is_kept(reading):
    found = reading("pdf", endless(), Limits(seconds=2, megabytes=2048, pages=5, characters=10_000))
    assert found.state is ReadingState.TOO_SLOW


def test_memory_is_bounded(reading):
    little = Limits(seconds=60, megabytes=200, pages=20, characters=100_000)
    assert reading("pdf", paged_files.pdf(["One"]), little).state is ReadingState.READ
    assert (
        reading("pdf", deflated(b"BT (" + b"x" * 70_000_000 + b") Tj ET"), little).state
        is ReadingState.TOO_LARGE
    )


def test_only_so_many_pages_and_characters_are_read_and_that_is_said(reading):
    many = paged_files.pdf([f"Page {n}" for n in range(1, 31)])
    found = reading("pdf", many)
    assert (found.state, found.is_cut, len(found.pages)) == (ReadingState.READ, True, 20)
    found = reading("txt", b"word " * 40_000)
    assert found.is_cut
    assert sum(len(page.text) for page in found.pages) <= 100_000
    assert not reading("pdf", paged_files.pdf(["One"] * 20)).is_cut


def test_a_definition_in_xml_is_never_expanded(reading):
    names = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    body = f'<w:document xmlns:w="{names}"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>'
    main = f"{entity}{body}".encode()
    found = reading("docx", sound_files.ooxml("docx", {"word/document.xml": main}))
    assert (found.state, found.pages) == (ReadingState.DAMAGED, [])


def test_a_process_killed_from_outside_gives_what_it_had_and_a_reason(reading, monkeypatch):
    begun = []
    start = process.subprocess.Popen

    def watched(*arguments, **options):
        begun.append(start(*arguments, **options))
        threading.Timer(0.2, begun[0].send_signal, [signal.SIGKILL]).start()
        return begun[0]

    monkeypatch.setattr(process.subprocess, "Popen", watched)
    found = reading("pdf", endless(), Limits(seconds=60, megabytes=2048, pages=5, characters=10_000))
    assert found.state is ReadingState.TOO_SLOW
    assert begun[0].returncode is not None


@pytest.fixture
def believed(reading, monkeypatch):
    """What is believed of these lines, when a file has taken over the process that reads it."""
    monkeypatch.setattr(process, "_PROGRAM", "tests.reading.taken_over")
    few = Limits(seconds=10, megabytes=256, pages=5, characters=20_000)
    return lambda *lines: reading("txt", "\n".join(lines).encode(), few)


def says(number, text="words", label=""):
    return json.dumps({"number": number, "label": label, "text": text})


DONE = '{"state": "read"}'


@pytest.mark.parametrize(
    "line",
    [
        '{"number": Infinity, "label": "", "text": "x"}',
        '{"number": 1e999, "label": "", "text": "x"}',
        '{"number": NaN, "label": "", "text": "x"}',
        '{"number": true, "label": "", "text": "x"}',
        '{"number": "1", "label": "", "text": "x"}',
        says(0),
        says(-1),
        says(6),
        says(10**30),
        says(1, text=["x"]),
        says(1, label={}),
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"number": %s, "label": "", "text": "x"}' % ("9" * 5000),
        "[]",
        "5",
        '"state"',
        '{"state": ["read"]}',
        '{"state": "reading"}',
        '{"state": "missing"}',
        '{"unit": {}}',
        "\x00",
        "",
    ],
    ids=lambda line: line[:40],
)
def test_a_process_that_does_not_keep_to_the_form_is_not_believed(believed, line):
    assert (believed(line, DONE).state, believed(line, DONE).pages) == (ReadingState.DAMAGED, [])
    found = believed(says(1, "before"), line, says(2, "after"), DONE)
    assert [page.text for page in found.pages] == ["before"]
    assert (found.state, found.is_cut) == (ReadingState.READ, True)


def test_a_process_that_says_more_than_it_may_is_believed_so_far(believed):
    found = believed(*[says(1)] * 1000, DONE)
    assert 0 < len(found.pages) <= 10
    assert found.is_cut
    found = believed(*[says(number, "x" * 9000) for number in range(1, 6)], DONE)
    assert (len(found.pages), found.is_cut) == (2, True)
    found = believed(says(1, "x" * 19_000), DONE)
    assert len(found.pages[0].text) <= 10_000


def test_what_a_process_says_is_cleaned_again(believed):
    found = believed(says(1, "a\0b \ud800 c", label="x\0\ny" + "z" * 500), says(2, "\0"), DONE)
    assert [page.text for page in found.pages] == ["a b c"]
    assert found.pages[0].label.startswith("x\nyzz")
    assert len(found.pages[0].label) <= 200


def with_broken_page(texts, broken):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(paged_files.pdf(texts))))
    for number in broken:
        contents = writer.pages[number]["/Contents"].get_object()
        contents[NameObject("/Filter")] = NameObject("/NoSuchFilter")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_pdf_of_which_some_pages_are_damaged_is_read_and_said_not_to_be_whole(reading):
    found = reading("pdf", with_broken_page(["One", "Two", "Three"], [1]))
    assert [page.text for page in found.pages] == ["One", "Three"]
    assert (found.state, found.is_cut) == (ReadingState.READ, True)


def test_a_pdf_of_which_the_pages_are_damaged_or_empty_is_damaged(reading):
    assert reading("pdf", with_broken_page(["One", "Two"], [0, 1])).state is ReadingState.DAMAGED
    assert reading("pdf", with_broken_page(["", "Two"], [1])).state is ReadingState.DAMAGED


def test_the_process_knows_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", "hush")
    assert "hush" not in str(process._environment())
