"""Changing and retiring: what is saved, what is refused, and who may."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from tests.outcomes.acts import changed, data
from tracker.accounts.actors import actor_for
from tracker.core.audit import history_of
from tracker.core.db import db
from tracker.core.errors import Denied, InvalidInput
from tracker.core.outbox import OutboxRow
from tracker.core.permissions import Permission, allows
from tracker.core.signals import addressees_changed
from tracker.core.vocabulary import Handling, Language
from tracker.outcomes import service
from tracker.outcomes.conflicts import OutcomeConflict
from tracker.outcomes.data import TextData
from tracker.outcomes.models import Outcome, OutcomeLink
from tracker.outcomes.vocabulary import LinkKind, Record
from tracker.themes.queries import theme_lookup


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop(rapporteur=rapporteur)


def test_who_may_change_a_draft_and_what_is_published(make, workshop, rapporteur):
    author = make.person("expert")
    draft = make.outcome(record="draft", workshop=workshop, author=author)
    published = make.outcome(workshop=workshop, author=author)
    hidden = make.outcome(workshop=workshop, handling="TLP:RED")

    def may(person, thing):
        return allows(actor_for(person), Permission.OUTCOME_EDIT, thing)

    assert may(author, draft)
    assert not may(author, published)
    assert may(rapporteur, draft)
    assert may(rapporteur, published)
    assert not may(rapporteur, hidden)
    coordinator = make.person("coordinator")
    assert may(coordinator, draft)
    assert may(coordinator, published)
    assert not may(coordinator, hidden)
    assert not may(make.person("expert"), draft)
    assert not may(make.person("administrator"), published)


def test_a_change_is_saved_with_what_it_said_before_and_after(make, workshop, rapporteur):
    outcome = make.outcome("Old text.", workshop=workshop, addressees=("JO",))
    seen = outcome.version
    service.edit_outcome(
        actor_for(rapporteur), outcome, changed(outcome, text="New text.", due=date(2027, 3, 1)), seen
    )
    assert outcome.shown.text == "New text."
    assert outcome.version > seen
    newest = history_of("outcome", outcome.id)[0]
    assert (newest.act, newest.actor_name) == ("edit", rapporteur.name)
    assert ("text.en", "Old text.", "New text.") in newest.changes
    assert ("due", None, "2027-03-01") in newest.changes


def test_saving_unchanged_writes_nothing(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, addressees=("JO",), themes=("prisons",))
    seen, lines = outcome.version, len(history_of("outcome", outcome.id))
    service.edit_outcome(actor_for(rapporteur), outcome, changed(outcome), seen)
    assert outcome.version == seen
    assert len(history_of("outcome", outcome.id)) == lines


@pytest.mark.parametrize("what", ["text", "theme_ids", "addressee_ids"])
def test_the_second_of_two_is_told_even_when_only_a_part_changed(make, workshop, rapporteur, what):
    outcome = make.outcome("Old.", workshop=workshop, addressees=("JO",))
    seen, actor = outcome.version, actor_for(rapporteur)
    values = {
        "text": "Mine.",
        "theme_ids": [theme_lookup()["prisons and detention"]],
        "addressee_ids": [make.party("JO").id, make.party("MA").id],
    }
    service.edit_outcome(actor, outcome, changed(outcome, **{what: values[what]}), seen)
    with pytest.raises(OutcomeConflict) as conflict:
        service.edit_outcome(actor, outcome, changed(outcome, text="Yours."), seen)
    assert conflict.value.outcome.shown.text == ("Mine." if what == "text" else "Old.")


def test_a_row_that_moves_during_the_unit_is_a_conflict_too(make, workshop, rapporteur):
    outcome = make.outcome("Old.", workshop=workshop)
    given = changed(outcome, text="Yours.", addressee_ids=[make.party("JO").id])

    def move(sender, **_):
        db.session.execute(
            update(Outcome.__table__)
            .where(Outcome.__table__.c.id == sender.id)
            .values(version=Outcome.version + 5)
        )

    with addressees_changed.connected_to(move), pytest.raises(OutcomeConflict) as conflict:
        service.edit_outcome(actor_for(rapporteur), outcome, given, outcome.version)
    assert conflict.value.outcome.shown.text == "Old."


def test_a_text_given_under_the_wrong_language_can_be_put_right(make, workshop, rapporteur):
    outcome = make.outcome("Former le personnel.", workshop=workshop)
    given = changed(outcome)
    given.texts[0].language = given.language = Language.FR
    service.edit_outcome(actor_for(rapporteur), outcome, given, outcome.version)
    assert [(str(t.language), t.text) for t in outcome.texts] == [("fr", "Former le personnel.")]


def test_an_addressee_whose_follow_up_has_begun_stays(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, addressees=("JO", "MA"))
    given = changed(outcome, addressee_ids=[make.party("MA").id])
    service.edit_outcome(actor_for(rapporteur), outcome, given, outcome.version)
    assert [c.party.code for c in outcome.commitments] == ["MA"]


def test_the_history_never_tells_proposers_under_the_chatham_house_rule(make, workshop, rapporteur):
    given = data(workshop_id=workshop.id, proposer_ids=[make.party("ES").id], chatham_house=True)
    outcome = service.log_outcome(actor_for(rapporteur), given)
    assert history_of("outcome", outcome.id)[0].after["proposers"] == []
    kept = changed(outcome, text="Changed.", chatham_house=True, proposer_ids=None)
    service.edit_outcome(actor_for(rapporteur), outcome, kept, outcome.version)
    assert [party.code for party in outcome.proposers] == ["ES"]
    assert all("ES" not in str(entry.after) for entry in history_of("outcome", outcome.id))


def test_a_change_of_the_text_leaves_the_handling_as_it_is(make, workshop, rapporteur):
    named = make.person()
    outcome = make.outcome(
        workshop=workshop,
        handling="TLP:RED",
        record="draft",
        named_people=(named,),
        named_parties=("JO",),
        chatham_house=True,
    )
    given = changed(outcome, text="New.", handling=Handling.CLEAR, chatham_house=False)
    service.edit_outcome(actor_for(rapporteur), outcome, given, outcome.version)
    assert (outcome.shown.text, outcome.handling, outcome.chatham_house) == ("New.", Handling.RED, True)
    assert (outcome.named_people, [party.code for party in outcome.named_parties]) == ([named], ["JO"])


def test_retiring_names_reason_and_successor_and_links_them(make, workshop, rapporteur):
    old, new = make.outcome(workshop=workshop), make.outcome(workshop=workshop)
    actor = actor_for(rapporteur)
    with pytest.raises(InvalidInput) as refused:
        service.retire_outcome(actor, old, "  ")
    assert refused.value.field == "reason"
    service.retire_outcome(actor, old, "Replaced.", new)
    assert (old.record, old.retired_reason, old.successor) == (Record.RETIRED, "Replaced.", new)
    link = db.session.scalars(select(OutcomeLink)).one()
    assert (link.source_id, link.target_id, link.kind) == (new.id, old.id, LinkKind.SUPERSEDES)
    assert [entry.act for entry in history_of("outcome", new.id)] == ["link"]
    with pytest.raises(InvalidInput, match="not changed any more"):
        service.edit_outcome(actor, old, changed(old), old.version)
    with pytest.raises(InvalidInput, match="the link stays"):
        service.unlink_outcomes(actor, new, old, LinkKind.SUPERSEDES)


def test_a_successor_must_be_another_published_outcome_of_the_kind(make, workshop, rapporteur):
    old, actor = make.outcome(workshop=workshop), actor_for(rapporteur)
    draft = make.outcome(workshop=workshop, record="draft")
    practice = make.outcome(workshop=workshop, kind="practice")
    for wrong in (old, draft, practice):
        with pytest.raises(InvalidInput) as refused:
            service.retire_outcome(actor, old, "Replaced.", wrong)
        assert refused.value.field == "successor"
    with pytest.raises(InvalidInput, match="Only what is published can be retired"):
        service.retire_outcome(actor, draft, "Not needed.")


def test_only_a_rapporteur_of_the_workshop_retires(make, workshop):
    outcome = make.outcome(workshop=workshop)
    with pytest.raises(Denied, match="Only a rapporteur of the workshop may retire"):
        service.retire_outcome(make.actor("coordinator"), outcome, "Old.")


def test_every_change_is_handed_to_the_index(make, workshop, rapporteur, monkeypatch, app):
    monkeypatch.setitem(app.extensions, "tracker_after_commit", [])
    one, two = make.outcome(workshop=workshop, record="draft"), make.outcome(workshop=workshop)
    actor = actor_for(rapporteur)

    def handed_over(act):
        before = db.session.scalar(select(func.max(OutboxRow.id))) or 0
        act()
        rows = db.session.scalars(
            select(OutboxRow.record_id).where(OutboxRow.id > before, OutboxRow.kind == "outcome")
        )
        return set(rows)

    assert handed_over(lambda: service.edit_outcome(actor, one, changed(one, text="New."), one.version)) == {
        one.id
    }
    assert handed_over(lambda: service.publish_outcome(actor, one)) == {one.id}
    assert handed_over(
        lambda: service.add_version(actor, one, Language.FR, TextData(Language.FR, "Neuf."))
    ) == {one.id}
    assert handed_over(lambda: service.link_outcomes(actor, one, two, LinkKind.REFINES)) == {one.id, two.id}
    assert handed_over(lambda: service.unlink_outcomes(actor, one, two, LinkKind.REFINES)) == {one.id, two.id}
    assert handed_over(lambda: service.retire_outcome(actor, one, "Replaced.", two)) == {one.id, two.id}
