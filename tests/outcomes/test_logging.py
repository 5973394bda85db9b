"""Logging and publishing: what is saved, what is refused, and who may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.outcomes.acts import data
from tracker.accounts.actors import actor_for
from tracker.core.db import db, today
from tracker.core.errors import Denied, InvalidInput
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Handling, Language
from tracker.followup.vocabulary import Position
from tracker.outcomes import service
from tracker.outcomes.conflicts import OutcomeConflict
from tracker.outcomes.data import TextData
from tracker.outcomes.models import Outcome, ReferenceCounter
from tracker.outcomes.references import next_reference, reserve_references
from tracker.outcomes.vocabulary import Kind, Priority, Quality, Record
from tracker.themes.queries import theme_lookup


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop(rapporteur=rapporteur)


def test_an_expert_logs_a_draft_with_everything_said(make, workshop):
    expert = make.actor("expert")
    theme = theme_lookup()["prisons and detention"]
    given = data(
        workshop_id=workshop.id,
        theme_ids=[theme],
        addressee_ids=[make.party("JO").id, make.party("MA").id],
        proposer_ids=[make.party("ES").id],
        due=date(2026, 1, 31),
        priority=Priority.HIGH,
        source_url="https://example.org/report",
    )
    given.texts.append(TextData(Language.AR, "تدريب موظفي السجون.", title="التدريب"))
    outcome = service.log_outcome(expert, given)
    assert outcome.record is Record.DRAFT
    assert outcome.author_id == expert.id
    assert outcome.handling is Handling.GREEN
    assert [text.language for text in outcome.texts] == ["en", "ar"]
    assert [t.id for t in outcome.themes] == [theme]
    assert {(c.party.code, c.position) for c in outcome.commitments} == {
        ("JO", Position.AWAITING_REPLY),
        ("MA", Position.AWAITING_REPLY),
    }
    assert outcome.due == date(2026, 1, 31)


def test_a_label_left_open_is_the_workshops(make):
    workshop = make.workshop(handling="TLP:AMBER", parties=("JO",))
    outcome = service.log_outcome(make.actor("expert", party="JO"), data(workshop_id=workshop.id))
    assert outcome.handling is Handling.AMBER


def test_references_count_per_kind_and_year_of_the_workshop(make):
    june = make.workshop()
    earlier = make.workshop(starts_on=date(2019, 5, 2), ends_on=None)
    expert, texts = make.actor("expert"), iter(["One.", "Two.", "Three.", "Four.", "Five."])

    def log(where, kind=Kind.RECOMMENDATION):
        given = data(next(texts), kind=kind, workshop_id=where.id if where else None)
        return service.log_outcome(expert, given).ref

    assert [log(june), log(june), log(june, Kind.PRACTICE)] == [
        "REC-2024-0001",
        "REC-2024-0002",
        "PRA-2024-0001",
    ]
    assert log(earlier) == "REC-2019-0001"
    assert log(None) == f"REC-{today().year}-0001"


def test_a_reference_grows_to_five_digits_and_is_never_given_twice(app):
    assert reserve_references(Kind.RECOMMENDATION, 2020, 9999)[-1] == "REC-2020-9999"
    assert next_reference(Kind.RECOMMENDATION, 2020) == "REC-2020-10000"
    assert next_reference(Kind.RECOMMENDATION, 2020) == "REC-2020-10001"


def test_what_is_refused_uses_up_no_reference(make, workshop):
    with pytest.raises(InvalidInput):
        service.log_outcome(make.actor("expert"), data("   ", workshop_id=workshop.id))
    assert db.session.scalar(select(func.count()).select_from(ReferenceCounter)) == 0
    assert service.log_outcome(make.actor("expert"), data(workshop_id=workshop.id)).ref == "REC-2024-0001"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"handling": Handling.AMBER_STRICT}, "named_parties"),
        ({"handling": Handling.RED}, "named_people"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"theme_ids": [999_999]}, "themes"),
        ({"addressee_ids": [999_999]}, "addressees"),
        ({"kind": Kind.PRACTICE, "addressee_ids": [1]}, "addressees"),
    ],
)
def test_what_cannot_be_taken_is_refused_on_its_field(make, workshop, fields, field):
    with pytest.raises(InvalidInput) as refused:
        service.log_outcome(make.actor("expert"), data(**{"workshop_id": workshop.id, **fields}))
    assert refused.value.field == field
    assert db.session.scalar(select(func.count()).select_from(Outcome)) == 0


def test_strict_labels_are_taken_with_names(make, workshop):
    person = make.person()
    red = service.log_outcome(
        make.actor("expert"),
        data(workshop_id=workshop.id, handling=Handling.RED, named_person_ids=[person.id]),
    )
    assert [named.id for named in red.named_people] == [person.id]


@pytest.mark.parametrize("role", ["reader", "focal-point", "reviewer", "administrator"])
def test_others_may_not_log_and_are_told_who_may(make, workshop, role):
    with pytest.raises(Denied, match="experts, rapporteurs and coordinators"):
        service.log_outcome(make.actor(role), data(workshop_id=workshop.id))


def test_nobody_logs_at_a_workshop_that_is_hidden_from_them(make):
    workshop = make.workshop(handling="TLP:RED")
    with pytest.raises(Denied, match="handling label"):
        service.log_outcome(make.actor("coordinator"), data(workshop_id=workshop.id))


def test_a_practice_begins_as_reported_and_has_no_addressee(make, workshop):
    practice = service.log_outcome(make.actor("expert"), data(kind=Kind.PRACTICE, workshop_id=workshop.id))
    assert practice.quality is Quality.REPORTED
    assert practice.commitments == []


def test_an_expert_cannot_publish_and_is_told_who_may(make, workshop):
    expert = make.actor("expert")
    draft = service.log_outcome(expert, data(workshop_id=workshop.id))
    with pytest.raises(Denied, match="Only a rapporteur of the workshop may publish"):
        service.publish_outcome(expert, draft)
    with pytest.raises(Denied, match="Only a rapporteur of the workshop may publish"):
        service.log_outcome(expert, data("Another.", workshop_id=workshop.id), publish=True)
    assert draft.record is Record.DRAFT


def test_a_rapporteur_of_another_workshop_cannot_publish(make, workshop):
    other = make.person("rapporteur")
    make.workshop(rapporteur=other)
    draft = make.outcome(record="draft", workshop=workshop, author=other)
    with pytest.raises(Denied, match="rapporteur named on the workshop's page"):
        service.publish_outcome(actor_for(other), draft)


def test_the_rapporteur_publishes_what_was_seen(make, workshop, rapporteur):
    draft = make.outcome(record="draft", workshop=workshop)
    actor = actor_for(rapporteur)
    with pytest.raises(OutcomeConflict):
        service.publish_outcome(actor, draft, draft.version + 1)
    service.publish_outcome(actor, draft, draft.version)
    assert draft.record is Record.PUBLISHED
    assert draft.published_at is not None
    with pytest.raises(InvalidInput, match="published already"):
        service.publish_outcome(actor, draft)


def test_a_coordinator_publishes_only_what_has_no_workshop(make, workshop):
    coordinator = make.actor("coordinator")
    with pytest.raises(Denied):
        service.publish_outcome(coordinator, make.outcome(record="draft", workshop=workshop))
    loose = make.outcome(record="draft")
    assert service.publish_outcome(coordinator, loose).record is Record.PUBLISHED
    author = make.person("rapporteur")
    with pytest.raises(Denied, match="Only a coordinator"):
        service.publish_outcome(actor_for(author), make.outcome(record="draft", author=author))


def test_all_complete_drafts_are_published_at_once(make, workshop, rapporteur):
    drafts = [make.outcome(record="draft", workshop=workshop) for _ in range(3)]
    unnamed = make.outcome(record="draft", workshop=workshop, handling="TLP:RED")
    elsewhere = make.outcome(record="draft", workshop=make.workshop())
    assert service.publish_drafts(actor_for(rapporteur), workshop) == 3
    assert {draft.record for draft in drafts} == {Record.PUBLISHED}
    assert {unnamed.record, elsewhere.record} == {Record.DRAFT}
    assert service.publish_drafts(actor_for(rapporteur), workshop) == 0


def test_eight_writers_at_once_are_all_saved_under_references_of_their_own(app, make, workshop):
    expert, workshop_id = make.actor("expert"), workshop.id

    def write(number):
        with app.app_context():
            return [
                service.log_outcome(expert, data(f"Text {number}-{i}", workshop_id=workshop_id)).ref
                for i in range(4)
            ]

    with ThreadPoolExecutor(8) as pool:
        refs = [ref for found in pool.map(write, range(8)) for ref in found]
    db.session.rollback()
    assert sorted(refs) == [f"REC-2024-{n:04}" for n in range(1, 33)]
    assert set(db.session.scalars(select(Outcome.ref))) == set(refs)


def test_the_operator_may_do_everything(make, workshop):
    outcome = service.log_outcome(OPERATOR, data(workshop_id=workshop.id), publish=True)
    assert outcome.record is Record.PUBLISHED
    assert outcome.author_id is None
