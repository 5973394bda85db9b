"""Taking a file in: what is made, what is updated, what is left alone."""

from datetime import date

from flask_babel import force_locale, gettext
from sqlalchemy import select

from tests.capture.files import GOOD, contents, csv_text, number_of_outcomes, outcome, row, save
from tracker.capture.importer import import_csv, steps_of
from tracker.core.audit import AuditEntry, history_of
from tracker.core.db import db, unit_of_work
from tracker.core.outbox import OutboxRow
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Handling, Language
from tracker.followup.models import Update
from tracker.followup.vocabulary import Implementation, Position
from tracker.outcomes import snapshot
from tracker.outcomes.queries import by_ref
from tracker.outcomes.references import next_reference
from tracker.outcomes.vocabulary import Kind, Priority, Quality, Record
from tracker.workshops.models import Workshop


def workshop(code="WS-2024-LARNACA") -> Workshop:
    return db.session.scalars(select(Workshop).where(Workshop.code == code)).one()


def test_a_row_becomes_a_published_outcome_with_everything_it_says(take):
    result = take(GOOD)
    assert (result.created, result.problems, result.workshops_created) == (1, [], 1)
    made = outcome()
    assert (made.ref, made.external_ref) == ("REC-2024-0001", "SRC-1")
    assert (made.kind, made.record, made.handling) == (Kind.RECOMMENDATION, Record.PUBLISHED, Handling.CLEAR)
    assert (made.due, made.priority, made.language) == (date(2026, 1, 31), Priority.HIGH, Language.EN)
    assert made.source_url == "https://example.org/report"
    assert made.published_at is not None
    [text] = made.texts
    assert (text.title, text.text) == ("Night shifts", "Train the night shift.")
    assert (text.rationale, text.safeguards) == ("Nights are long.", "Rest is a right.")
    states = {c.party.code: (c.position, c.implementation) for c in made.commitments}
    planned = Implementation.PLANNED
    assert states == {"JO": (Position.ACCEPTED, planned), "MA": (Position.NOT_ACCEPTED, planned)}
    assert [(link.theme.slug, link.as_given) for link in made.theme_links] == [
        ("prison-staff", "Prison staff")
    ]
    held = workshop()
    assert (made.workshop, held.title, held.starts_on) == (held, "Prisons", date(2024, 6, 10))


def test_blank_cells_get_what_the_design_says(take, app):
    app.config["TRACKER_DEFAULT_LANGUAGE"] = "fr"
    take({"kind": "Recommendation ", "text": "Former.", "addressees": "Jordanie"})
    made = by_ref(OPERATOR, next_reference(Kind.RECOMMENDATION, date.today().year).replace("0002", "0001"))
    assert (made.language, made.handling, made.workshop, made.external_ref) == ("fr", "TLP:GREEN", None, None)
    assert (made.commitments[0].position, made.commitments[0].implementation) == (None, None)


def test_a_practice_comes_in_as_reported(take):
    take(row() | {"kind": "practice"})
    made = outcome()
    assert (made.kind, made.quality, made.ref[:4]) == (Kind.PRACTICE, Quality.REPORTED, "PRA-")


def test_what_was_imported_has_a_history_and_waits_for_the_index(take, app):
    waiting = []
    app.extensions["tracker_after_commit"] = [
        lambda: waiting.extend((w.kind, w.record_id) for w in db.session.scalars(select(OutboxRow)))
    ]
    take(GOOD, row(2, handling="TLP:AMBER", addressees="JO"))
    made = [outcome("SRC-1"), outcome("SRC-2")]
    assert {("outcome", m.id) for m in made} <= set(waiting)
    for one in made:
        [entry] = history_of("outcome", one.id)
        assert (entry.act, entry.before, entry.actor_name) == ("import", None, "Operator")
    assert history_of("outcome", made[0].id)[0].after["text.en"] == "Train the night shift."
    kinds = db.session.scalars(select(AuditEntry.record_kind).where(AuditEntry.act == "import"))
    assert sorted(kinds) == ["import", "outcome", "outcome", "workshop"]


def test_the_history_of_an_imported_outcome_reads_well(take, make, visit):
    take(GOOD)
    take(GOOD | {"text": "Train every shift.", "position": "accepted"})
    for language in ("en", "fr", "es", "ar"):
        with force_locale(language):
            word = gettext("Imported")
        page = visit(make.person(language=language)).get(f"/outcomes/{outcome().ref}/history")
        assert page.text.count(word) >= 2, language
        assert "outcome:" not in page.text


def test_an_import_that_changes_a_label_says_so_in_an_entry_of_its_own(take):
    take(GOOD)
    take(GOOD | {"handling": "TLP:AMBER", "text": "Train every shift."})
    changed, relabelled, made = history_of("outcome", outcome().id)
    assert [entry.act for entry in (made, relabelled, changed)] == ["import", "relabel", "import"]
    assert (relabelled.before["handling"], relabelled.after["handling"]) == ("TLP:CLEAR", "TLP:AMBER")
    assert relabelled.after["reason"] == "import"
    assert relabelled.after["access"] == changed.after["access"] != relabelled.before["access"]
    assert {name for name, *_values in changed.changes} == {"text.en"}
    take(GOOD | {"handling": "TLP:GREEN", "text": "Train every shift."})
    assert [entry.act for entry in history_of("outcome", outcome().id)][0] == "relabel"
    assert len(history_of("outcome", outcome().id)) == 4


def test_the_first_history_says_what_a_snapshot_would_say(take):
    from_rows = outcome_history(take, GOOD)
    assert from_rows == snapshot_now()
    practice = outcome_history(take, row(2) | {"kind": "practice", "handling": ""})
    assert practice == snapshot_now("SRC-2")


def outcome_history(take, cells):
    take(cells)
    return history_of("outcome", outcome(cells["ref"]).id)[0].after


def snapshot_now(ref="SRC-1"):
    return snapshot.of(outcome(ref))


def test_a_second_import_of_the_same_file_writes_nothing_at_all(take):
    rows = [
        GOOD,
        row(2),
        row(3, themes="prisons|FTF|Prisons and detention", addressees="Eurojust|JO|Morocco"),
    ]
    db.session.rollback()
    assert take(*rows).problems[0].column == "addressees"
    rows[2]["addressees"] = "MA|JO|Morocco"
    assert take(*rows).created == 3
    before = contents()
    result = take(*rows)
    assert (result.created, result.updated, result.unchanged) == (0, 0, 3)
    assert contents() == before


def test_an_update_changes_only_what_differs(take):
    take(GOOD, row(2))
    before = history_of("outcome", outcome("SRC-2").id)
    changed = GOOD | {
        "text": "Train every shift.",
        "themes": "Prison staff|FTF",
        "addressees": "JO|EG",
        "position": "",
        "due": "",
    }
    result = take(changed, row(2))
    assert (result.created, result.updated, result.unchanged, result.kept) == (0, 1, 1, [])
    made = outcome()
    assert made.texts[0].text == "Train every shift."
    assert [link.as_given for link in made.theme_links] == ["Prison staff", "FTF"]
    assert {c.party.code: c.position for c in made.commitments} == {"JO": Position.ACCEPTED, "EG": None}
    assert made.due is None
    entry = history_of("outcome", made.id)[0]
    assert {name for name, _b, _a in entry.changes} == {"themes", "addressees", "due", "text.en"}
    assert made.version == 2
    assert history_of("outcome", outcome("SRC-2").id) == before


def test_columns_that_the_file_does_not_have_are_left_alone(take):
    take(GOOD)
    assert take({"kind": "recommendation", "ref": "SRC-1", "text": "Shorter."}).updated == 1
    made = outcome()
    assert (made.texts[0].title, made.priority, made.workshop) == ("Night shifts", Priority.HIGH, workshop())
    assert len(made.commitments) == 2
    assert made.theme_links


def test_a_blank_handling_or_language_never_opens_a_record(take):
    take(GOOD | {"handling": "TLP:AMBER", "language": "fr"})
    assert take(GOOD | {"handling": "", "language": ""}).unchanged == 1
    assert (outcome().handling, outcome().language) == (Handling.AMBER, Language.FR)


def test_what_follow_up_has_recorded_is_not_overwritten(take, make):
    take(GOOD)
    jordan, _morocco = outcome().commitments
    with unit_of_work() as session:
        session.add(Update(commitment_id=jordan.id, text="We have begun."))
    result = take(GOOD | {"position": "not-accepted", "implementation": "implemented", "addressees": "JO"})
    assert result.updated == 1
    assert [(note.line, note.column) for note in result.kept] == [(2, "position"), (2, "implementation")]
    assert "JO keeps “accepted”" in result.kept[0].reason
    assert [(c.party.code, c.position) for c in outcome().commitments] == [("JO", Position.ACCEPTED)]
    result = take(GOOD | {"addressees": "MA", "position": "", "implementation": ""})
    assert [note.column for note in result.kept] == ["addressees"]
    assert {c.party.code for c in outcome().commitments} == {"JO", "MA"}


class TestPartialAndDry:
    ROWS = [row(1, themes="Alpha"), row(2, themes="", priority="urgent"), row(3, themes="Prisons")]

    def test_good_rows_go_in_when_asked_for(self, take):
        result = take(*self.ROWS, partial=True)
        assert (result.created, [(p.line, p.column) for p in result.problems]) == (
            1,
            [(2, "themes"), (3, "priority")],
        )
        assert number_of_outcomes() == 1

    def test_a_dry_run_counts_and_writes_nothing(self, take):
        before = contents()
        result = take(*self.ROWS, partial=True, create_themes=True, dry_run=True)
        assert (result.created, result.themes_created, len(result.problems)) == (2, 1, 1)
        assert contents() == before

    def test_a_dry_run_says_what_would_be_updated(self, take):
        take(row(1), row(2))
        before = contents()
        result = take(row(1), row(2) | {"text": "Other."}, row(3), dry_run=True)
        assert (result.created, result.updated, result.unchanged) == (1, 1, 1)
        assert contents() == before


def test_a_file_with_the_mark_of_spreadsheets_is_read(app, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(csv_text(GOOD), encoding="utf-8-sig")
    assert import_csv(OPERATOR, path).created == 1


class TestProgress:
    """A bar of `steps_of(file)` steps is full at the end, and never overfull."""

    def walk(self, path, **options):
        steps = []
        result = import_csv(OPERATOR, path, progress=steps.append, **options)
        assert sum(steps) == steps_of(path)
        assert min(steps) > 0
        return result, steps

    def test_the_steps_add_up(self, app, tmp_path):
        rows = [row(number, rationale="Two\nlines.") for number in range(1200)]
        path = save(tmp_path, *rows)
        assert steps_of(path) == 3 * 2401
        result, steps = self.walk(path)
        assert (result.created, number_of_outcomes()) == (1200, 1200)
        assert max(steps) < steps_of(path) / 4
        result, _steps = self.walk(path)
        assert result.unchanged == 1200
        changed = save(tmp_path, *(one | {"text": "New."} for one in rows[:700]), *rows[700:])
        result, _steps = self.walk(changed)
        assert (result.updated, result.unchanged) == (700, 500)

    def test_the_bar_is_full_too_when_nothing_was_taken_in(self, app, tmp_path):
        path = save(tmp_path, row(1), row(2, priority="urgent"))
        assert self.walk(path)[0].created == 0
        assert self.walk(path, partial=True)[0].created == 1
        assert self.walk(path, partial=True, dry_run=True)[0].unchanged == 1
        path.write_bytes("kind,text\nrecommendation,café".encode("utf-16"))
        assert self.walk(path)[0].problems

    def test_a_file_of_one_endless_line_or_none_is_counted(self, tmp_path):
        path = tmp_path / "in.csv"
        for content, steps in ((b"", 0), (b"a", 3), (b"a\n", 3), (b"a\n\nb", 9), (b"x" * 3_000_000, 3)):
            path.write_bytes(content)
            assert steps_of(path) == steps


def test_what_somebody_writes_during_the_comparison_is_seen(take, app, monkeypatch, tmp_path):
    take(GOOD)
    path = save(tmp_path, GOOD | {"text": "From the file."}, name="again.csv")

    def meanwhile(steps):
        meanwhile.steps += steps
        if meanwhile.steps > steps_of(path) / 3 and not meanwhile.done:  # read, and compared
            meanwhile.done = True
            save(tmp_path, GOOD | {"title": "Changed meanwhile"}, name="other.csv")
            import_csv(OPERATOR, tmp_path / "other.csv")

    meanwhile.steps, meanwhile.done = 0, False
    result = import_csv(OPERATOR, path, progress=meanwhile)
    assert result.updated == 1
    assert (outcome().texts[0].title, outcome().texts[0].text) == ("Night shifts", "From the file.")
    assert [e.act for e in history_of("outcome", outcome().id)] == ["import"] * 3
