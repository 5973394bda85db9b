"""The export has the import's columns, loses nothing on a round trip, and tells nobody what is closed."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from tests.capture.files import GOOD, contents, save
from tests.payloads import FORMULAS
from tests.queries import counted
from tracker.accounts.actors import actor_for
from tracker.capture.columns import COLUMNS
from tracker.capture.importer import import_csv
from tracker.core.csv_files import unguarded, write_csv
from tracker.core.db import Base, db, unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.outcomes.filters import OutcomeFilters
from tracker.outcomes.vocabulary import Record
from tracker.reports.csv_export import export_rows
from tracker.themes import service as themes
from tracker.themes.labels import ThemeData
from tracker.themes.queries import by_slug

PARTIES = ("JO", "MA", "ES", "FR")
POSITIONS = ("accepted", "not-accepted", "under-consideration")
WORDS = (
    "Prisons",
    "FTF",
    "combattant terroriste étranger",
    "prison-staff",
    "مقاتل إرهابي أجنبي",
    "Derechos",
    "Ports",
)


def exported(actor=OPERATOR, **filters) -> list[dict[str, str]]:
    headings, *rows = export_rows(actor, OutcomeFilters(**filters) if filters else None)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def test_an_empty_instance_gives_the_headings(app):
    file = io.StringIO()
    assert write_csv(file, export_rows(OPERATOR)) == 0
    assert file.getvalue() == ",".join(COLUMNS) + "\r\n"


def test_what_came_in_goes_out_again(app, tmp_path):
    import_csv(OPERATOR, save(tmp_path, GOOD))
    assert exported() == [GOOD]


@pytest.mark.parametrize("text", FORMULAS + ["- a point of a list", "'=1+1", "''+1", "'quoted' words"])
def test_no_cell_is_a_formula_and_what_was_written_comes_back(app, make, tmp_path, text):
    outcome = make.outcome(text, title=text)
    file = tmp_path / "export.csv"
    with file.open("w", newline="", encoding="utf-8") as opened:
        write_csv(opened, export_rows(OPERATOR))
    with file.open(newline="", encoding="utf-8") as opened:
        cells = [cell for row in list(csv.reader(opened))[1:] for cell in row]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r＝")] == []
    before = exported()
    with unit_of_work():
        for version in outcome.texts:
            version.text, version.title = "Something else.", "Something else"
    import_csv(OPERATOR, file)
    assert [(row["title"].strip(), row["text"].strip()) for row in exported()] == [
        (row["title"].strip(), row["text"].strip()) for row in before
    ]


def test_a_reader_gets_only_what_they_may_read(make):
    closed = make.workshop(code="WS-CLOSED", title="Behind doors", handling="TLP:RED")
    open_one = make.outcome("Open.", workshop=closed, handling="TLP:CLEAR")
    make.outcome("Draft.", record="draft")
    amber = make.outcome("For Jordan.", handling="TLP:AMBER", addressees=("JO",))
    rows = exported(make.actor("reader"))
    assert [(row["ref"], row["workshop"], row["workshop_title"]) for row in rows] == [(open_one.ref, "", "")]
    assert [row["ref"] for row in exported(make.actor("focal-point", party="JO"))] == [
        open_one.ref,
        amber.ref,
    ]
    assert len(exported()) == 2


def test_drafts_and_retired_outcomes_stay_out_of_the_export_for_everybody(make, app, tmp_path):
    author = make.person("expert")
    make.outcome("Draft.", record="draft", author=author)
    retired = make.outcome("Retired.", record="retired", external_ref="OLD-1")
    published = make.outcome("Published.")
    for actor in (OPERATOR, actor_for(author), make.actor("coordinator")):
        assert [row["ref"] for row in exported(actor)] == [published.ref]
    assert exported(record=Record.DRAFT) == []
    assert import_csv(OPERATOR, save(tmp_path, *exported())).unchanged == 1
    assert retired.record is Record.RETIRED


def test_an_export_can_be_narrowed_as_lists_can(make):
    make.outcome("One.", themes=("prison-staff",))
    make.outcome("Two.", themes=("probation",))
    above = by_slug("prison-staff").broader[0]
    assert [row["text"] for row in exported(theme=by_slug("prison-staff").slug)] == ["One."]
    assert "One." in [row["text"] for row in exported(theme=above.slug)]


def test_states_are_told_once_or_for_each_party(make):
    outcome = make.outcome(addressees=("JO", "MA", "ES"))
    outcome.commitments[0].position = None
    outcome.commitments[1].implementation = "planned"
    db.session.commit()
    [row] = exported()
    assert (row["addressees"], row["position"]) == ("JO|MA|ES", "MA:awaiting-reply|ES:awaiting-reply")
    assert row["implementation"] == "MA:planned"


def test_a_body_is_named_by_its_acronym(make):
    make.party("eurojust")
    make.outcome(addressees=("eurojust", "JO"))
    assert exported()[0]["addressees"] == "EUROJUST|JO"


class TestThemes:
    def test_without_a_given_word_the_english_label_stands(self, make):
        make.outcome(themes=("prison-staff", "prisons"))
        labels = [by_slug(slug).preferred["en"] for slug in ("prison-staff", "prisons")]
        assert exported()[0]["themes"] == "|".join(labels)

    def test_a_given_word_that_names_another_theme_by_now_is_replaced(self, app, tmp_path):
        import_csv(
            OPERATOR, save(tmp_path, GOOD | {"themes": "Deberes y costumbres|Prisons"}), create_themes=True
        )
        rights = by_slug("deberes-y-costumbres")
        themes.edit_theme(OPERATOR, rights, ThemeData(preferred={"en": "Rights"}), rights.version)
        assert exported()[0]["themes"] == "Rights|Prisons"
        assert import_csv(OPERATOR, save(tmp_path, exported()[0])).unchanged == 1

    def test_merged_themes_give_the_same_cell_back(self, app, tmp_path):
        cell = "Derechos|Prisons|Ports"
        import_csv(OPERATOR, save(tmp_path, GOOD | {"themes": cell}), create_themes=True)
        themes.merge_themes(OPERATOR, by_slug("derechos"), by_slug("ports"))
        assert exported()[0]["themes"] == cell
        assert import_csv(OPERATOR, save(tmp_path, GOOD | {"themes": cell})).unchanged == 1


def test_the_number_of_queries_does_not_grow_with_the_rows(make):
    make.outcome(addressees=("JO",), themes=("prisons",))
    exported()
    with counted() as few:
        exported()
    for _ in range(20):
        make.outcome(addressees=("JO", "MA"), themes=("prisons", "probation"))
    exported()
    with counted() as many:
        exported()
    assert len(many) == len(few)


def cells(longest: int = 60) -> st.SearchStrategy[str]:
    """What people write into a cell, in four scripts, with everything that CSV has to quote."""
    letters = st.sampled_from("aéñßصحة ١٢,;|\"'\n\r\t=-«»")
    return st.text(letters, max_size=longest).filter(lambda text: not text or text.strip())


def state_cell(states: dict[str, str | None]) -> str:
    values = set(states.values())
    if len(values) == 1:
        return values.pop() or ""
    return "|".join(f"{party}:{value}" for party, value in states.items() if value)


@st.composite
def tables(draw) -> list[dict[str, str]]:
    """A small file: some of the columns, rows that can be taken in."""
    columns = {"kind", "text"} | set(draw(st.lists(st.sampled_from(COLUMNS), unique=True)))
    held = {f"WS-{n}": (draw(cells(20)).strip(), draw(st.sampled_from(["", "2024-06-10"]))) for n in range(2)}
    rows = []
    for number in range(draw(st.integers(1, 5))):
        row = dict.fromkeys(COLUMNS, "")
        row["kind"] = draw(st.sampled_from(["recommendation", "practice"]))
        row["ref"] = draw(st.sampled_from(["", f"SRC-{number}", f"٠{number}"]))
        for part in ("title", "rationale", "safeguards"):
            row[part] = draw(cells())
        row["text"] = draw(cells().filter(bool))
        row["language"] = draw(st.sampled_from(["", "en", "fr", "es", "ar"]))
        row["themes"] = "|".join(draw(st.lists(st.sampled_from(WORDS), max_size=4)))
        row["due"] = draw(st.sampled_from(["", "2026-01-31"]))
        row["priority"] = draw(st.sampled_from(["", "high", "low"]))
        row["source_url"] = draw(st.sampled_from(["", "https://example.org/?a=1,2"]))
        code = draw(st.sampled_from(["", *held]))
        if code and "workshop" in columns:
            row["workshop"], row["workshop_title"], row["workshop_date"] = code, *held[code]
        if row["kind"] == "recommendation" and "addressees" in columns:
            parties = draw(st.lists(st.sampled_from(PARTIES), unique=True))
            row["addressees"] = "|".join(parties)
            for column, known in (("position", POSITIONS), ("implementation", ("planned", "implemented"))):
                row[column] = state_cell({p: draw(st.sampled_from([None, *known])) for p in parties})
        # Under AMBER+STRICT somebody is named; under RED a file can name nobody.
        labels = ["", "TLP:CLEAR", "TLP:AMBER"] + ["TLP:AMBER+STRICT"] * bool(row["addressees"])
        row["handling"] = draw(st.sampled_from(labels))
        rows.append({column: row[column] for column in COLUMNS if column in columns})
    return rows


def expected(row: dict[str, str]) -> dict[str, str]:
    filled = dict(row)
    for column, default in (("language", "en"), ("handling", "TLP:GREEN")):
        if column in row:
            filled[column] = row[column] or default
    if not row.get("ref"):
        filled.pop("ref", None)
    return filled


@pytest.fixture
def wipe(app):
    app.extensions["tracker_after_commit"] = []
    doomed = ("outcome_theme", "outcome_text", "outcome_named_party", "commitment", "outcome", "workshop")

    def run() -> None:
        with unit_of_work() as session:
            for name in (*doomed, "reference_counter", "outbox"):
                session.execute(delete(Base.metadata.tables[name]))

    return run


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables())
def test_nothing_is_lost_on_a_round_trip(wipe, tmp_path, rows):
    wipe()
    path = save(tmp_path, *rows)
    result = import_csv(OPERATOR, path, create_themes=True)
    assert (result.created, result.problems) == (len(rows), [])
    first = exported()
    for before, after in zip(rows, first, strict=True):
        wanted = expected(before)
        assert {column: unguarded(after[column]) for column in wanted} == {
            column: unguarded(cell) for column, cell in wanted.items()
        }
    before = contents()
    assert import_csv(OPERATOR, save(tmp_path, *first)).unchanged == len(rows)
    assert contents() == before
    if all(row.get("ref") for row in rows):
        assert import_csv(OPERATOR, path).unchanged == len(rows)
        assert contents() == before
    wipe()
    assert import_csv(OPERATOR, save(tmp_path, *first)).created == len(rows)
    assert exported() == first


def test_the_file_can_be_read_by_any_csv_reader(make):
    make.outcome('Write "this",\nand that; or | those.')
    file = io.StringIO(newline="")
    assert write_csv(file, export_rows(OPERATOR)) == 1
    file.seek(0)
    assert [row["text"] for row in csv.DictReader(file)] == ['Write "this",\nand that; or | those.']
