"""How a file finds outcomes, themes and workshops, and who may read what it brings."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.capture.files import GOOD, contents, number_of_outcomes, outcome, row
from tracker.accounts.actors import actor_for
from tracker.core.db import db
from tracker.core.vocabulary import Handling
from tracker.outcomes.models import ReferenceCounter
from tracker.outcomes.queries import by_refs
from tracker.outcomes.references import next_reference
from tracker.outcomes.vocabulary import Kind
from tracker.themes.queries import by_slug, theme_lookup
from tracker.workshops.models import Workshop


def workshop(code="WS-2024-LARNACA") -> Workshop:
    return db.session.scalars(select(Workshop).where(Workshop.code == code)).one()


class TestReferences:
    def test_our_own_reference_updates_that_outcome(self, take, make):
        made = make.outcome("Old text.", title="Kept")
        result = take({"kind": "recommendation", "ref": made.ref.lower(), "text": "New text."})
        assert (result.updated, made.texts[0].text, made.texts[0].title) == (1, "New text.", "Kept")
        assert made.external_ref is None

    def test_a_free_reference_of_ours_is_given_to_the_new_outcome_and_never_again(self, take):
        take(row(ref="REC-2024-0107"), row(2, workshop="WS-1", workshop_date="2024-01-01"))
        assert outcome("REC-2024-0107").external_ref is None
        assert outcome("SRC-2").ref == "REC-2024-0108"
        counter = db.session.get(ReferenceCounter, ("REC", 2024))
        assert counter.last == 108

    @pytest.mark.parametrize("ref", ["REC-24-7", "REC-2024-00007", "UPR-05", "rec 2024 7", "١٢"])
    def test_any_other_reference_is_that_of_the_source(self, take, ref):
        take(row(ref=ref))
        assert outcome(ref).external_ref == ref
        assert take(row(ref=ref)).unchanged == 1

    def test_rows_without_reference_are_always_new(self, take):
        take(row(ref=""), row(ref=""))
        take(row(ref=""))
        assert number_of_outcomes() == 3

    def test_one_outcome_cannot_be_named_twice_by_two_references(self, take):
        take(row())
        result = take(row(), row(ref=outcome().ref))
        assert [(p.line, p.column) for p in result.problems] == [(3, "ref")]

    def test_a_kind_does_not_change(self, take):
        take(row())
        result = take(row() | {"kind": "practice"})
        assert "is a recommendation already" in result.problems[0].reason

    def test_what_is_retired_does_not_change(self, take, make):
        made = make.outcome("Old.", record="retired")
        assert "is retired" in take(row(ref=made.ref)).problems[0].reason
        assert take(row(ref=made.ref) | {"text": "Old."}).unchanged == 1

    def test_numbers_go_on_after_those_given_out(self, take, make):
        next_reference(Kind.RECOMMENDATION, 2024)
        take(*(row(n, workshop="WS-1", workshop_date="2024-01-01") for n in range(3)))
        assert [outcome(f"SRC-{n}").ref for n in range(3)] == [
            "REC-2024-0002",
            "REC-2024-0003",
            "REC-2024-0004",
        ]


class TestThemes:
    def test_unknown_themes_are_made_when_asked_for(self, take):
        rows = [
            row(1, themes="Droits de l’enfant|Prisons", language="fr"),
            row(2, themes="droits de l’enfant"),
        ]
        result = take(*rows, create_themes=True)
        assert (result.created, result.themes_created) == (2, 1)
        assert by_slug("droits-de-lenfant").preferred == {"fr": "Droits de l’enfant"}
        assert take(*rows).unchanged == 2

    def test_two_words_for_one_theme_are_both_kept_in_their_places(self, take):
        take(row(themes="FTF|Prisons|combattant terroriste étranger"))
        links = [(link.theme.slug, link.position, link.as_given) for link in outcome().theme_links]
        assert links == [
            ("foreign-terrorist-fighters", 0, "FTF||combattant terroriste étranger"),
            ("prisons", 1, "Prisons"),
        ]

    def test_only_themes_of_rows_that_go_in_are_made(self, take):
        result = take(
            row(1, themes="Alpha"),
            row(2, themes="Beta", priority="x"),
            create_themes=True,
            partial=True,
        )
        assert (result.created, result.themes_created) == (1, 1)
        assert "beta" not in theme_lookup()


class TestWorkshops:
    def test_an_existing_workshop_keeps_its_title_and_date(self, take, make):
        held = make.workshop(code="WS-2024-LARNACA", title="Prison networks")
        result = take(GOOD | {"workshop_title": "Another title", "workshop_date": "2020-01-01"})
        assert (result.workshops_created, held.title, held.starts_on) == (
            0,
            "Prison networks",
            date(2024, 6, 10),
        )
        assert outcome().workshop is held

    def test_a_blank_imported_workshop_is_filled_in_later(self, take):
        take(row(workshop="WS-1"))
        assert (workshop("WS-1").title, workshop("WS-1").starts_on) == ("WS-1", None)
        result = take(row(workshop="WS-1", workshop_title="Prisons", workshop_date="2024-06-10"))
        assert (result.unchanged, workshop("WS-1").title) == (1, "Prisons")
        assert workshop("WS-1").starts_on == date(2024, 6, 10)
        take(row(workshop="WS-1", workshop_title="Borders", workshop_date="2025-06-10"))
        assert workshop("WS-1").title == "Prisons"

    def test_the_first_title_that_the_file_gives_counts(self, take):
        rows = [
            row(1, workshop="WS-1"),
            row(2, workshop="WS-1", workshop_title="A"),
            row(3, workshop="WS-1", workshop_title="B"),
        ]
        take(*rows)
        assert workshop("WS-1").title == "A"

    def test_a_coordinator_becomes_rapporteur_of_the_workshops_that_the_file_makes(self, take, make):
        person = make.person("coordinator")
        take(GOOD, actor=actor_for(person))
        assert workshop().rapporteurs == [person]
        assert outcome().author_id == person.id

    def test_a_closed_workshop_cannot_be_written_into_from_outside(self, take, make):
        make.workshop(code="WS-2024-LARNACA", title="Behind doors", handling="TLP:RED")
        result = take(GOOD, actor=make.actor("coordinator"))
        assert [(p.line, p.column) for p in result.problems] == [(2, "workshop")]
        assert "Behind doors" not in result.problems[0].reason


class TestHandling:
    def test_a_record_that_the_importer_may_not_read_is_not_changed(self, take, make):
        make.outcome(external_ref="SRC-1", handling="TLP:RED", named_people=(make.person(),))
        result = take(row(handling="TLP:CLEAR"), actor=make.actor("coordinator"))
        assert "not open to you" in result.problems[0].reason
        assert outcome().handling is Handling.RED

    @pytest.mark.parametrize(
        ("label", "readers"),
        [
            ("TLP:CLEAR", "RJME"),
            ("green", "RJME"),
            ("TLP:AMBER", "J"),
            ("amber+strict", "J"),
        ],
    )
    def test_a_label_holds_from_the_first_moment(self, take, make, label, readers):
        take(row(handling=label, addressees="JO"))
        people = {
            "R": make.actor("reader"),
            "J": make.actor("focal-point", party="JO"),
            "M": make.actor("focal-point", party="MA"),
            "E": make.actor("expert"),
        }
        found = "".join(mark for mark, actor in people.items() if sees(actor))
        assert found == readers


class TestWhoIsNamed:
    """A record that nobody could open does not come in through a file."""

    def refused(self, take, cells, **options):
        before = contents()
        result = take(cells, **options)
        assert contents() == before
        return [(p.line, p.column, p.reason) for p in result.problems]

    def test_a_file_cannot_name_the_people_that_red_needs(self, take):
        for cells in (row(handling="TLP:RED", addressees="JO"), row(handling="red") | {"kind": "practice"}):
            [(line, column, reason)] = self.refused(take, cells)
            assert (line, column) == (2, "handling")
            assert "Log or change this outcome by hand and name them." in reason

    def test_amber_strict_needs_addressees(self, take):
        [(line, column, reason)] = self.refused(take, row(handling="TLP:AMBER+STRICT"))
        assert (line, column) == (2, "handling")
        assert "at least one under “addressees”" in reason
        assert take(row(handling="TLP:AMBER+STRICT", addressees="JO")).created == 1
        assert [party.code for party in outcome().named_parties] == ["JO"]

    def test_a_practice_under_amber_strict_is_logged_by_hand(self, take):
        cells = row(handling="amber+strict") | {"kind": "practice"}
        [(_line, column, reason)] = self.refused(take, cells)
        assert column == "handling"
        assert "by hand and name the parties" in reason

    @pytest.mark.parametrize("label", ["TLP:RED", "TLP:AMBER+STRICT"])
    def test_an_update_cannot_close_a_record_to_everybody(self, take, label):
        take(row())
        assert [found[1] for found in self.refused(take, row(handling=label))] == ["handling"]

    def test_an_update_may_say_what_the_record_names_already(self, take, make):
        person = make.person()
        make.outcome(external_ref="SRC-1", handling="TLP:RED", named_people=(person,))
        make.outcome(external_ref="SRC-2", named_parties=("JO",))
        assert take(row(handling="TLP:RED"), row(2, handling="TLP:AMBER+STRICT")).updated == 2
        assert outcome().named_people == [person]
        assert [party.code for party in outcome("SRC-2").named_parties] == ["JO"]

    def test_an_update_names_the_addressees_that_stay(self, take, make):
        make.outcome(external_ref="SRC-1", addressees=("JO", "MA"))
        cells = row(handling="TLP:AMBER+STRICT")
        assert [found[1] for found in self.refused(take, cells | {"addressees": ""})] == ["handling"]
        assert take(cells).updated == 1
        assert {party.code for party in outcome().named_parties} == {"JO", "MA"}
        assert take(cells).unchanged == 1

    def test_a_strict_record_without_names_gets_them_from_its_addressees(self, take, make):
        make.outcome("Text number 1.", external_ref="SRC-1", handling="TLP:AMBER+STRICT", addressees=("JO",))
        cells = row(handling="TLP:AMBER+STRICT", addressees="JO")
        assert take(cells).updated == 1
        assert [party.code for party in outcome().named_parties] == ["JO"]
        assert take(cells).unchanged == 1

    def test_a_closed_record_does_not_tell_whether_it_names_anybody(self, take, make):
        make.outcome(external_ref="SRC-1", handling="TLP:RED")
        cells = row(handling="TLP:RED")
        found = self.refused(take, cells, actor=make.actor("coordinator"))
        assert [column for _line, column, _reason in found] == ["ref"]

    def test_a_blank_label_is_not_asked_for_names(self, take, make):
        make.outcome("Text number 1.", external_ref="SRC-1", handling="TLP:RED")
        assert take(row(handling="")).unchanged == 1


def sees(actor) -> bool:
    return bool(by_refs(actor, [outcome().ref]))
