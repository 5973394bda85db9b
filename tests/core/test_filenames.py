"""The names of files as people see them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from tests import payloads
from tracker.core.filenames import LONGEST_NAME, disposition, ending_of, shown_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Annual report 2024.pdf", "Annual report 2024.pdf"),
        ("Report v1.2 final.pdf", "Report v1.2 final.pdf"),
        ("تقرير الورشة.txt", "تقرير الورشة.txt"),
        ("Compte rendu – été.docx", "Compte rendu – été.docx"),
        ("e\u0301tude.pdf", "étude.pdf"),
        ("👍 ok.png", "👍 ok.png"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\x.txt", "x.txt"),
        ("C:\\fakepath\\agenda.pdf", "agenda.pdf"),
        ("shell.php.pdf", "shell_php.pdf"),
        ("a.docx.exe.pdf", "a_docx_exe.pdf"),
        ("invoice.exe            .pdf", "invoice_exe.pdf"),
        ("exe\u202efdp.x.pdf", "exefdp_x.pdf"),
        ("a\u200b\u2066b\u2069.pdf", "ab.pdf"),
        ("line\r\nbreak.pdf", "line break.pdf"),
        ("nul\0l.pdf", "null.pdf"),
        ("a\u2215b\uff0fc\u2044d\uff3ce\u2024exe.pdf", "a_b_c_d_e_exe.pdf"),
        ('a:b*c?d"e<f>g|h.pdf', "a_b_c_d_e_f_g_h.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1 .pdf", "_lpt1.pdf"),
        ("agenda.pdf.", "agenda.pdf"),
        ("agenda.pdf . .", "agenda.pdf"),
        ("agenda.PDF", "agenda.pdf"),
        (".pdf", "file.pdf"),
        ("...pdf", "file.pdf"),
        ("\u202e.pdf", "file.pdf"),
        (".hidden.pdf", "hidden.pdf"),
        ("\ud800x.pdf", "x.pdf"),
    ],
)
def test_a_name_is_clean_and_its_ending_is_the_true_one(given_name, shown):
    assert shown_name(given_name) == shown


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a\u202efdp.exe", "exe"),
        ("a.pdf\0.exe", "exe"),
        ("a.pdf::$DATA", "pdf__$data"),
        ("nothing", ""),
        ("", ""),
    ],
)
def test_an_ending_cannot_be_hidden(name, ending):
    assert ending_of(name) == ending


@pytest.mark.parametrize("letters", ["x" * 400, "ت" * 400, "😀" * 400, "e\u0301\u0302" * 300])
def test_a_long_name_fits_every_file_system(letters):
    shown = shown_name(f"{letters}.docx")
    assert len(shown) <= LONGEST_NAME
    assert len(shown.encode()) <= 240
    assert shown.endswith(".docx")
    assert not unicodedata.combining(shown[0])


def holds(name):
    """What must hold for whatever anybody sends."""
    shown = shown_name(f"{name}.pdf")
    stem, _dot, ending = shown.rpartition(".")
    assert ending == "pdf"
    assert stem
    assert shown.isprintable()
    assert not set('/\\:*?"<>|') & set(shown)
    assert stem == stem.strip(" .")
    assert len(shown) <= LONGEST_NAME
    assert len(shown.encode()) <= 240
    assert shown_name(shown) == shown
    headers = Headers()
    headers.set("Content-Disposition", "attachment", **disposition(shown))
    said = headers["Content-Disposition"]
    assert said.isascii()
    assert said.isprintable()
    assert disposition(shown)["filename"].endswith(".pdf")


@pytest.mark.parametrize("name", [*payloads.PATHS, *payloads.HEADERS, *payloads.SCRIPTS, *payloads.FORMULAS])
def test_what_bad_people_send_becomes_a_name_and_nothing_else(name):
    holds(name)


@given(st.text(max_size=300))
def test_whatever_anybody_sends_becomes_a_name(name):
    holds(name)
