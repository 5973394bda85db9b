"""Changing how an outcome is handled: who may, what is asked, what is written down."""

import pytest

from tracker.accounts.actors import actor_for
from tracker.core.audit import history_of
from tracker.core.db import db, unit_of_work
from tracker.core.errors import Denied, InvalidInput
from tracker.core.outbox import OutboxRow
from tracker.core.permissions import Permission, allows
from tracker.core.vocabulary import Handling
from tracker.outcomes import history, service
from tracker.outcomes.conflicts import OutcomeConflict
from tracker.outcomes.handling import HandlingData, effect_of, relabel_outcome
from tracker.workshops.effects import Confirm


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop("WS-1", parties=("JO", "MA"), hosts=("CY",), rapporteur=rapporteur)


def data(label, **fields):
    return HandlingData(Handling(label), fields.pop("reason", "The source asked for it."), **fields)


def relabel(person, outcome, label, **fields):
    return relabel_outcome(actor_for(person), outcome, data(label, **fields), outcome.version)


def test_the_label_changes_with_its_reason_in_the_history(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop)
    db.session.query(OutboxRow).delete()
    db.session.commit()
    version = outcome.version
    relabel(rapporteur, outcome, "TLP:AMBER")
    [entry] = history_of("outcome", outcome.id)
    assert (entry.act, entry.before["handling"], entry.after["handling"]) == (
        "relabel",
        "TLP:GREEN",
        "TLP:AMBER",
    )
    assert entry.after["reason"] == "The source asked for it."
    assert outcome.version > version
    [line] = history.history_of_outcome(actor_for(rapporteur), outcome)
    assert str(line.act) == "Handling changed"
    assert "The source asked for it." in [change.after for change in line.changes]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 20_001])
def test_a_change_needs_a_reason_of_bearable_length(make, workshop, rapporteur, reason):
    outcome = make.outcome(workshop=workshop)
    with pytest.raises(InvalidInput) as refused:
        relabel(rapporteur, outcome, "TLP:AMBER", reason=reason)
    assert refused.value.field == "reason"
    assert history_of("outcome", outcome.id) == []


def test_who_may_change_a_label(make, workshop, rapporteur):
    author = make.person("expert")
    draft = make.outcome(workshop=workshop, record="draft", author=author)
    published = make.outcome(workshop=workshop, author=author)
    retired = make.outcome(workshop=workshop, record="retired", author=author)
    closed = make.outcome(workshop=workshop, handling="TLP:AMBER")
    people = {
        "author": author,
        "rapporteur": rapporteur,
        "coordinator": make.person("coordinator"),
        "other rapporteur": make.person("rapporteur"),
        "other expert": make.person("expert"),
        "focal point": make.person("focal-point", party="JO"),
        "administrator": make.person("administrator"),
    }

    def may(outcome):
        return {n for n, p in people.items() if allows(actor_for(p), Permission.OUTCOME_RELABEL, outcome)}

    assert may(draft) == {"author", "rapporteur", "coordinator"}
    assert may(published) == may(retired) == {"rapporteur", "coordinator"}
    # A coordinator has to be able to read it, which AMBER opens to those who took part.
    assert may(closed) == {"rapporteur"}
    with pytest.raises(Denied, match="changed only by a rapporteur"):
        relabel(author, published, "TLP:AMBER")


def test_a_second_person_who_saved_meanwhile_is_not_overwritten(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop)
    seen = outcome.version
    relabel(rapporteur, outcome, "TLP:AMBER")
    with pytest.raises(OutcomeConflict):
        relabel_outcome(actor_for(rapporteur), outcome, data("TLP:CLEAR"), seen)
    assert outcome.handling is Handling.AMBER


def test_saving_what_stands_is_refused_and_written_nowhere(make, workshop, rapporteur):
    named = [make.person(), make.person()]
    outcome = make.outcome(
        workshop=workshop,
        handling="TLP:RED",
        record="draft",
        named_people=tuple(named),
        named_parties=("JO", "CY"),
    )
    kept = {
        "named_person_ids": [named[1].id, named[0].id],
        "named_party_ids": [party.id for party in reversed(outcome.named_parties)],
    }
    with pytest.raises(InvalidInput, match="Nothing would change"):
        relabel(rapporteur, outcome, "TLP:RED", **kept)
    assert history_of("outcome", outcome.id) == []


def test_strict_needs_a_party_and_red_a_person(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, record="draft")
    for label, field in (("TLP:AMBER+STRICT", "named_parties"), ("TLP:RED", "named_people")):
        with pytest.raises(InvalidInput) as refused:
            relabel(rapporteur, outcome, label)
        assert refused.value.field == field


def test_red_may_name_people_of_any_role_but_nobody_newly_whose_account_is_closed(make, workshop, rapporteur):
    reader, closed = make.person("reader"), make.person("reader", name="Closed, once")
    with unit_of_work():
        closed.active = False
    outcome = make.outcome(workshop=workshop, record="draft")
    relabel(rapporteur, outcome, "TLP:RED", named_person_ids=[reader.id])
    assert outcome.named_people == [reader]
    with pytest.raises(InvalidInput, match="Closed, once"):
        relabel(rapporteur, outcome, "TLP:RED", named_person_ids=[reader.id, closed.id])
    with unit_of_work():
        reader.active = False
    relabel(rapporteur, outcome, "TLP:RED", named_person_ids=[reader.id], chatham_house=True)


@pytest.mark.parametrize("label", ["TLP:AMBER+STRICT", "TLP:RED"])
def test_lowering_what_was_closed_on_purpose_is_confirmed(make, rapporteur, label):
    outcome = make.outcome(
        workshop=make.workshop(rapporteur=rapporteur),
        handling=label,
        named_parties=("JO",),
        author=rapporteur,
        named_people=(rapporteur,),
    )
    with pytest.raises(InvalidInput) as refused:
        relabel(rapporteur, outcome, "TLP:GREEN")
    assert refused.value.field == "confirm_lower"
    relabel(rapporteur, outcome, "TLP:GREEN", confirmed=frozenset({Confirm.LOWER}))
    assert outcome.handling is Handling.GREEN


def test_nobody_closes_a_record_to_themselves_unknowingly(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop)
    other = make.person()
    with pytest.raises(InvalidInput) as refused:
        relabel(rapporteur, outcome, "TLP:RED", named_person_ids=[other.id])
    assert refused.value.field == "confirm_close"
    relabel(
        rapporteur,
        outcome,
        "TLP:RED",
        named_person_ids=[other.id],
        confirmed=frozenset({Confirm.CLOSE}),
    )
    assert not allows(actor_for(rapporteur), Permission.OUTCOME_READ, outcome)


def test_who_would_lose_and_gain_access_is_told(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, handling="TLP:AMBER", addressees=("ES",))
    actor = actor_for(rapporteur)
    named = [make.party("JO").id, make.party("FR").id]
    said = effect_of(actor, outcome, data("TLP:AMBER+STRICT", named_party_ids=named)).sentences
    assert "Then 3 parties can no longer read this: Cyprus; Morocco; Spain" in said
    assert f"Then 1 person can no longer read this: {rapporteur.name}" in said
    assert "Then 1 more party can read this: France" in said
    assert effect_of(actor, outcome, data("TLP:GREEN")).sentences == [
        "Then everyone signed in can read this."
    ]
    green = make.outcome(workshop=workshop)
    said = effect_of(actor, green, data("TLP:AMBER")).sentences
    assert said[0] == "Then not everyone signed in can read this any more, but only:"
    assert "3 parties: Cyprus; Jordan; Morocco" in said
    assert effect_of(actor, green, data("TLP:CLEAR")).sentences == ["Who may read this stays the same."]


def test_addressees_who_could_report_no_more_are_named(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, handling="TLP:AMBER", addressees=("JO", "ES"))
    actor, jordan = actor_for(rapporteur), make.person("focal-point", party="JO", name="Focal point, Jordan")
    said = effect_of(actor, outcome, data("TLP:RED", named_person_ids=[jordan.id])).sentences
    shut_out = "2 addressees will no longer see this or be able to report on it: Jordan; Spain"
    assert shut_out in said
    # Named now, and in before through the party: nobody more.
    assert not [sentence for sentence in said if "more person" in sentence]
    assert said[said.index("Who can read it then:") + 1] == "1 person: Focal point, Jordan"
    named = [make.party("JO").id]
    strict = effect_of(actor, outcome, data("TLP:AMBER+STRICT", named_party_ids=named)).sentences
    assert "1 addressee will no longer see this or be able to report on it: Spain" in strict


def test_a_draft_tells_of_coordinators(make, workshop, rapporteur):
    draft = make.outcome(workshop=workshop, record="draft")
    actor = actor_for(rapporteur)
    assert effect_of(actor, draft, data("TLP:AMBER")).sentences[0] == (
        "Then coordinators can no longer read this."
    )


def test_who_took_part_in_a_closed_workshop_is_told_to_nobody_through_the_effect(make, rapporteur):
    secret = make.workshop("WS-RED", parties=("JO", "MA"), rapporteur=rapporteur, handling="TLP:RED")
    outcome = make.outcome(workshop=secret, addressees=("ES",))
    said = " ".join(effect_of(make.actor("coordinator"), outcome, data("TLP:AMBER")).sentences)
    assert "Spain" in said
    assert "Jordan" not in said
    assert rapporteur.name not in said
    assert "not listed here" in said


# The Chatham House Rule


def test_the_rule_hides_proposer_and_author_also_in_what_was_written_before(make, workshop, rapporteur):
    author = make.person("expert", name="Expert, Rabat")
    given = service.OutcomeData(
        kind=make.outcome().kind,
        texts=[service.TextData("en", "Share lists of guards.")],
        workshop_id=workshop.id,
        proposer_ids=[make.party("IT").id],
    )
    outcome = service.log_outcome(actor_for(author), given)

    def told():
        lines = history.history_of_outcome(actor_for(rapporteur), outcome)
        return str([(line.who, [(c.before, c.after) for c in line.changes]) for line in lines])

    assert "Expert, Rabat" in told()
    assert "Italy" in told()
    relabel(author, outcome, "TLP:GREEN", chatham_house=True)
    assert "Expert, Rabat" not in told()
    assert "Italy" not in told()
    # The database still holds the older entry; the new one tells neither side.
    entries = history_of("outcome", outcome.id)
    assert entries[-1].after["proposers"] == ["IT"]
    assert entries[0].before["proposers"] == entries[0].after["proposers"] == []
    assert history.under_chatham_house([outcome.id, 10**6]) == {outcome.id: author.id}


def test_a_discarded_draft_keeps_the_rule(make, workshop, rapporteur):
    author = make.person("expert")
    given = service.OutcomeData(
        kind=make.outcome().kind,
        texts=[service.TextData("en", "Share lists of guards.")],
        workshop_id=workshop.id,
        chatham_house=True,
    )
    outcome = service.log_outcome(actor_for(author), given)
    number = outcome.id
    service.discard_draft(actor_for(rapporteur), outcome)
    assert history.under_chatham_house([number]) == {number: author.id}


def test_lifting_the_rule_on_what_is_published_is_confirmed(make, workshop, rapporteur):
    outcome = make.outcome(workshop=workshop, proposers=("IT",), chatham_house=True)
    draft = make.outcome(workshop=workshop, proposers=("IT",), chatham_house=True, record="draft")
    with pytest.raises(InvalidInput) as refused:
        relabel(rapporteur, outcome, "TLP:GREEN")
    assert refused.value.field == "confirm_proposers"
    relabel(rapporteur, outcome, "TLP:GREEN", confirmed=frozenset({Confirm.PROPOSERS}))
    relabel(rapporteur, draft, "TLP:GREEN")
    assert not outcome.chatham_house
    [entry] = history_of("outcome", outcome.id)
    assert (entry.before["proposers"], entry.after["proposers"]) == ([], [])


def test_the_effect_names_no_author_under_the_rule(make, workshop, rapporteur):
    author = make.person("expert", name="Expert, Rabat")
    outcome = make.outcome(workshop=workshop, author=author, chatham_house=True)
    given = data("TLP:AMBER+STRICT", named_party_ids=[make.party("JO").id], chatham_house=True)
    said = effect_of(actor_for(rapporteur), outcome, given).sentences
    assert "Expert, Rabat" not in " ".join(said)
    given.chatham_house = False
    assert "sees who proposed it" in " ".join(effect_of(actor_for(rapporteur), outcome, given).sentences)
