"""What is wrong with a file is told with line, column and reason, and nothing changes."""

import pytest

from tests.capture.files import GOOD, contents, csv_text, row, save
from tracker.capture.importer import import_csv
from tracker.core.errors import Denied
from tracker.core.permissions import OPERATOR


def problems_of(path, **options):
    before = contents()
    result = import_csv(OPERATOR, path, **options)
    assert contents() == before
    assert (result.created, result.updated, result.unchanged) == (0, 0, 0)
    return [(problem.line, problem.column, problem.reason) for problem in result.problems]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("kind", "", "This cell is blank. Write one of: recommendation, practice."),
        ("kind", "advice", "“advice” is not one of: recommendation, practice."),
        ("text", "", "The text is missing."),
        ("text", " \n ", "The text is missing."),
        ("text", "x" * 20_001, "20001 characters; it may have at most 20000"),
        ("text", "before\0after", "NUL"),
        ("title", "x" * 501, "at most 500"),
        ("rationale", "x" * 20_001, "at most 20000"),
        ("ref", "x" * 101, "at most 100"),
        ("ref", "PRA-2024-0007", "PRA-2024-0007 is not a reference of a recommendation"),
        ("language", "de", "“de” is not one of: en, fr, es, ar."),
        ("workshop", "Larnaca / Cyprus", "letters"),
        ("workshop_date", "10/06/2024", "Write year-month-day, such as 2024-06-10."),
        ("workshop_date", "20240610", "is not a date"),
        ("workshop_date", "2024-02-30", "is not a date"),
        ("workshop_date", "0024-06-10", "is not a date"),
        ("due", "soon", "“soon” is not a date"),
        ("handling", "TLP:PINK", "is not one of: TLP:CLEAR, TLP:GREEN"),
        ("priority", "urgent", "is not one of: high, medium, low."),
        ("themes", "Prison stuff", "“Prison stuff” names no theme. Did you mean prison staff"),
        (
            "themes",
            "Underwater basket weaving",
            "names no theme. Add it to the thesaurus, or import with --create-themes.",
        ),
        ("addressees", "JO|Marokko|MA", "“Marokko” names no country or body."),
        ("addressees", "JO|MA|Morroco", "Did you mean Morocco"),
        ("position", "JO:accepted|FR:accepted", "“FR” is not among the addressees of this row."),
        ("position", "JO:accepted|Jordan:accepted", "“Jordan” stands here twice."),
        ("position", "JO:accepted|JO:accepted", "“JO” stands here twice."),
        ("position", "agreed", "“agreed” is not one of: awaiting-reply"),
        ("position", "JO:accepted|planned", "Write one value for all, or one for each addressee"),
        ("position", "accepted|not-accepted", "Write one value for all"),
        ("implementation", "JO:done", "“done” is not one of: not-started"),
        ("source_url", "javascript:alert(1)", "beginning with https://"),
        ("source_url", "https://", "beginning with https://"),
        ("due", "10/06/2024", "“10/06/2024” is not a date. Write year-month-day, such as 2024-06-10."),
        ("position", "agreed", "accepted-with-alternative, not-accepted, not-applicable."),
    ],
)
def test_a_bad_cell_is_told_with_its_line_and_column(app, tmp_path, column, cell, said):
    bad = GOOD | {"ref": "SRC-2", column: cell}
    if column == "addressees":
        bad["position"] = ""
    found = problems_of(save(tmp_path, GOOD, bad))
    assert [(line, where) for line, where, _reason in found] == [(3, column)]
    assert said in found[0][2]


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"addressees": "JO"}, "addressees", "A practice has no addressees."),
        ({"position": "accepted"}, "position", "Only a recommendation has this."),
        ({"implementation": "planned"}, "implementation", "Only a recommendation has this."),
    ],
)
def test_a_practice_has_neither_addressees_nor_states(app, tmp_path, cells, column, said):
    found = problems_of(save(tmp_path, row() | {"kind": "practice"} | cells))
    assert [(line, where) for line, where, _reason in found] == [(2, column)]
    assert said in found[0][2]


def test_a_state_needs_an_addressee(app, tmp_path):
    found = problems_of(save(tmp_path, row(addressees="", position="accepted")))
    assert found[0][:2] == (2, "position")


def test_a_workshops_title_needs_its_code(app, tmp_path):
    found = problems_of(save(tmp_path, row(workshop="", workshop_title="Prisons")))
    assert found[0][:2] == (2, "workshop")


def test_every_problem_of_a_row_is_told_at_once(app, tmp_path):
    found = problems_of(save(tmp_path, GOOD | {"kind": "advice", "due": "soon", "handling": "pink"}))
    assert [where for _line, where, _reason in found] == ["kind", "due", "handling"]


def test_a_reference_may_stand_only_once(app, tmp_path):
    found = problems_of(save(tmp_path, row(1), row(2), row(1)))
    assert found == [(4, "ref", "The reference “SRC-1” stands in line 2 already.")]
    found = problems_of(save(tmp_path, row(ref="REC-2024-0007"), row(ref="rec-2024-0007")))
    assert [(line, where) for line, where, _reason in found] == [(3, "ref")]


def test_lines_are_those_of_the_file_even_when_cells_hold_line_breaks(app, tmp_path):
    text = csv_text(
        row(1, rationale="One.\nTwo.\r\nThree."),
        row(2, due="soon"),
        row(3, rationale="a\nb"),
        row(4, due="later"),
    )
    path = tmp_path / "in.csv"
    path.write_bytes(b"\r\n\r\n" + text.encode())
    lines = path.read_bytes().decode().split("\n")
    found = problems_of(path)
    assert [where for _line, where, _reason in found] == ["due", "due"]
    for (line, _where, _reason), word in zip(found, ("soon", "later"), strict=True):
        assert word in lines[line - 1]


def test_three_bad_rows_among_five_hundred_keep_all_of_them_out(app, tmp_path):
    rows = [row(number) for number in range(500)]
    for number, cells in ((7, {"kind": "x"}), (250, {"text": ""}), (499, {"kind": ""})):
        rows[number] = rows[number] | cells
    found = problems_of(save(tmp_path, *rows))
    assert [(line, where) for line, where, _reason in found] == [(9, "kind"), (252, "text"), (501, "kind")]


class TestTheFileAsAWhole:
    @pytest.mark.parametrize(
        ("content", "line", "column", "said"),
        [
            (b"", 1, "(file)", "The file is empty."),
            (b"\xef\xbb\xbf", 1, "(file)", "The file is empty."),
            (b"\n \n\n", 1, "(file)", "The file is empty."),
            (b"kind,text\n", 1, "(file)", "There are no rows below the headings."),
            (
                b"kind,text\nrecommendation,caf\xe9\n",
                2,
                "(file)",
                "not in UTF-8 (the byte E9). Save it as “CSV UTF-8”",
            ),
            ("kind,text\nrecommendation,café\n".encode("utf-16"), 1, "(file)", "not in UTF-8 (UTF-16)"),
            ("kind,text\nrecommendation,a\n".encode("utf-16-le"), 1, "(file)", "Save it as “CSV UTF-8”"),
            ("kind,text\nrecommendation,a\n".encode("utf-16-be"), 1, "(file)", "Save it as “CSV UTF-8”"),
            (
                "kind;text\nrecommendation;À la frontière\n".encode("cp1252"),
                2,
                "(file)",
                "not in UTF-8 (the byte C0). Save it as “CSV UTF-8”",
            ),
            ("kind;text;priorité\n".encode("cp1252"), 1, "(file)", "not in UTF-8 (the byte E9)"),
            (b"PK\x03\x04\x14\x00\xff\xfe\n", 1, "(file)", "Save it as “CSV UTF-8”"),
            (b"kind;text\n\n;\n \n", 1, "(file)", "There are no rows below the headings."),
            (b"kind,text\nrecommendation," + b"x" * 10_000_000, 2, "(file)", "Is it a CSV file?"),
            (b"x" * 10_000_000, 1, "(file)", "Is it a CSV file?"),
            (",".join(f"c{n}" for n in range(50_000)).encode(), 1, "(file)", "not a row of headings"),
            (b"kind,text\nrecommendation," + b"x" * 200_000, 2, "(row)", "far too long"),
            (b"kind;text\nrecommendation,a\n", 2, "(row)", "The row has 1 cells and the headings 2."),
            (b"kind;text\nrecommendation;a;b\n", 2, "(row)", "hold the separator (comma, semicolon or tab)"),
            (b"kind,ref\nrecommendation,1\n", 1, "text", "A file needs at least: kind, text."),
            (b"text,ref\nTrain.,1\n", 1, "kind", "This column is missing."),
            (b"kind,text,wokshop\nrecommendation,a,b\n", 1, "wokshop", "Did you mean “workshop”?"),
            (b"kind,text,colour\nrecommendation,a,b\n", 1, "colour", "The columns are: kind, ref, title"),
            (b"kind,text,Text\nrecommendation,a,b\n", 1, "text", "This column stands in the file twice."),
            (
                b'kind,text\nrecommendation,"a\nb\nc\n',
                2,
                "(row)",
                "A quotation mark in this row is never closed.",
            ),
            (b'kind,text\nrecommendation,"a" b\n', 2, "(row)", "Write quotation marks inside a cell twice."),
            (b"kind,text\rrecommendation,a\r", 1, "(row)", "The lines of this file end in an unusual way."),
            (b"kind,text\nrecommendation\n", 2, "(row)", "The row has 1 cells and the headings 2."),
            (b"kind,text\nrecommendation,a,b\n", 2, "(row)", "A cell stands under no heading."),
            (b"kind,text,\nrecommendation,a,b\n", 2, "(row)", "A cell stands under no heading."),
        ],
    )
    def test_it_is_told_what_is_wrong(self, app, tmp_path, content, line, column, said):
        path = tmp_path / "in.csv"
        path.write_bytes(content)
        found = problems_of(path)
        assert [(number, where) for number, where, _reason in found] == [(line, column)]
        assert said in found[0][2]

    def test_a_file_that_breaks_off_is_not_taken_even_in_part(self, app, tmp_path):
        path = tmp_path / "in.csv"
        path.write_text(csv_text(row(1)) + 'recommendation,SRC-2,"never closed\n', encoding="utf-8")
        assert problems_of(path, partial=True)[0][:2] == (3, "(row)")

    def test_a_line_without_end_is_not_read_into_memory(self, app, tmp_path):
        path = tmp_path / "in.csv"
        path.write_bytes(b"kind,text\nrecommendation," + b"x" * 5_000_000)
        assert problems_of(path)[0][0] == 2


@pytest.mark.parametrize(
    "headings",
    [
        "Kind,TEXT,Source URL",
        " kind , text ,source-url",
        "source_url,text,kind",
        "KIND;Text;Source Url",
        "kind\ttext\tsource url",
    ],
)
def test_headings_may_be_written_in_many_ways(app, tmp_path, headings):
    delimiter = next(sign for sign in ";\t," if sign in headings)
    cells = {"kind": "recommendation", "text": "Train.", "source_url": "https://example.org"}
    order = [name.strip().lower().replace(" ", "_").replace("-", "_") for name in headings.split(delimiter)]
    path = tmp_path / "in.csv"
    path.write_text(
        headings + "\n" + delimiter.join(cells[name] for name in order) + "\n", encoding="utf-8-sig"
    )
    assert import_csv(OPERATOR, path).created == 1


def test_a_file_that_a_french_spreadsheet_wrote_is_understood(app, tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(
        "kind;text;due\r\nrecommendation;Former la nuit, le jour;2024-06-10\r\n;;\r\n\r\n".encode("utf-8-sig")
    )
    assert import_csv(OPERATOR, path).created == 1


@pytest.mark.parametrize("role", ["reader", "expert", "rapporteur", "focal-point", "administrator"])
def test_only_a_coordinator_may_import(make, tmp_path, role):
    with pytest.raises(Denied, match="Only a coordinator may import a file."):
        import_csv(make.actor(role), save(tmp_path, row()))
    assert import_csv(make.actor("coordinator"), save(tmp_path, row())).created == 1


def test_making_themes_needs_the_right_to_change_the_thesaurus(make, tmp_path):
    with pytest.raises(Denied, match="administrator"):
        import_csv(make.actor("coordinator"), save(tmp_path, row(themes="New one")), create_themes=True)
