"""Why a record is open to somebody, and what an emergency opens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.followup.cast import a_file, claim
from tracker.accounts.actors import actor_for
from tracker.accounts.models import EmergencyOpening
from tracker.core.clock import at
from tracker.core.db import db, unit_of_work
from tracker.core.errors import Denied, NotFound
from tracker.core.permissions import ANONYMOUS, OPERATOR, Permission, allows, reason_against
from tracker.core.vocabulary import Handling
from tracker.followup import queries as followup
from tracker.followup import service as acts
from tracker.followup.models import Evidence
from tracker.outcomes import queries, rules, service
from tracker.outcomes.access import openable_by, visible_to
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import LinkKind
from tracker.workshops import queries as workshops
from tracker.workshops import rules as workshop_rules
from tracker.workshops.ways import WayKind


@pytest.fixture
def cast(make):
    rapporteur, author, named = make.person("rapporteur"), make.person("expert"), make.person()
    workshop = make.workshop(parties=("JO",), hosts=("CY",), rapporteur=rapporteur)
    made = {
        str(label): make.outcome(
            workshop=workshop,
            handling=str(label),
            addressees=("MA",),
            author=author,
            named_parties=("ES",),
            named_people=(named,),
        )
        for label in Handling
    }
    made["draft"] = make.outcome(workshop=workshop, record="draft", author=author)
    return made, {"rapporteur": rapporteur, "author": author, "named": named}


def why(person, outcome):
    return rules.why_visible(actor_for(person), outcome)


def test_each_way_has_its_sentence(make, cast):
    outcomes, people = cast
    amber, strict, red = (outcomes[f"TLP:{name}"] for name in ("AMBER", "AMBER+STRICT", "RED"))
    reader = make.person()
    assert why(reader, outcomes["TLP:GREEN"]) == "Shown to you because everyone signed in may read it."
    assert why(people["author"], red) == "Shown to you because you logged it."
    assert why(people["rapporteur"], amber) == "Shown to you because you are a rapporteur of its workshop."
    assert why(make.person(party="CY"), amber) == "Shown to you because Cyprus took part in the workshop."
    assert why(make.person(party="MA"), amber) == "Shown to you because Morocco is addressed."
    assert why(make.person(party="ES"), strict) == "Shown to you because Spain is named on the record."
    assert why(people["named"], red) == "Shown to you because you are named on the record."
    assert "coordinators see drafts" in why(make.person("coordinator"), outcomes["draft"])
    assert why(reader, red) == rules.why_visible(OPERATOR, red) == ""


def test_an_author_under_the_chatham_house_rule_is_not_called_so(make):
    author = make.person("expert")
    outcome = make.outcome(author=author, handling="TLP:RED", chatham_house=True)
    ways = rules.access_ways(outcome)
    assert [way.kind for way in ways.values()] == [WayKind.INVOLVED]
    assert ways[f"person:{author.id}"].words == "Works on the record"


def test_public_readers_are_told_that_everybody_may(app, make):
    outcome = make.outcome(handling="TLP:CLEAR")
    reader = make.person()
    assert why(reader, outcome) == "Shown to you because everyone signed in may read it."
    app.config["TRACKER_PUBLIC_READING"] = True
    assert why(reader, outcome) == "Shown to you because everybody may read it."


def test_the_ways_are_the_tokens(cast):
    for outcome in cast[0].values():
        assert frozenset(rules.access_ways(outcome)) == rules.access_tokens(outcome)


# Opened in an emergency


@pytest.fixture
def administrator(make):
    return make.person("administrator", "coordinator", "rapporteur", "focal-point", party="JO")


def opening(person, outcome, kind="outcome"):
    with unit_of_work() as session:
        session.add(
            EmergencyOpening(
                person_id=person.id,
                record_kind=kind,
                record_id=outcome.id,
                reason="A hostage.",
                opened_at=datetime(2026, 3, 1, 12, 5, tzinfo=UTC),
                expires_at=datetime(2026, 3, 1, 14, 5, tzinfo=UTC),
            )
        )


def test_an_emergency_opens_one_record_for_reading_until_it_is_over(make, administrator):
    red, other = make.outcome(handling="TLP:RED"), make.outcome(handling="TLP:RED")
    moment = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
    with at(moment):
        with pytest.raises(NotFound):
            queries.by_ref(actor_for(administrator), red.ref)
        opening(administrator, red)
        actor = actor_for(administrator)
        assert queries.by_ref(actor, red.ref) is red
        assert rules.why_visible(actor, red) == "Opened in an emergency until 14:05 UTC."
        with pytest.raises(NotFound):
            queries.by_ref(actor, other.ref)
    with at(moment + timedelta(hours=2)), pytest.raises(NotFound):
        queries.by_ref(actor_for(administrator), red.ref)


def test_what_was_opened_stands_in_no_list(make, administrator):
    red = make.outcome(handling="TLP:RED", addressees=("MA",))
    actor = replace(actor_for(administrator), opened=frozenset({f"outcome:{red.id}"}))
    assert list(db.session.scalars(select(Outcome.id).where(openable_by(actor)))) == [red.id]
    assert list(db.session.scalars(select(Outcome.id).where(visible_to(actor)))) == []
    assert queries.by_refs(actor, [red.ref]) == {}
    assert followup.list_page(actor, followup.Filters(), 1).total == 0


def test_what_was_opened_is_read_with_its_reports_and_files_and_never_written(make, administrator):
    red = make.outcome(handling="TLP:RED", addressees=("JO", "MA"), record="published")
    morocco = next(c for c in red.commitments if c.party.code == "MA")
    jordan = next(c for c in red.commitments if c.party.code == "JO")
    writer = make.person("focal-point", party="MA")
    with unit_of_work():
        red.named_people = [writer]
    acts.report(actor_for(writer), morocco, claim("accepted", text="Done.", evidence=[a_file()]))
    plain = actor_for(administrator)
    actor = replace(plain, opened=frozenset({f"outcome:{red.id}"}))
    page = followup.commitment(actor, red.ref, "MA")
    [line] = followup.history(actor, page)
    assert (line.claim.text, len(line.evidence)) == ("Done.", 1)
    token = db.session.scalars(select(Evidence)).one().file.token
    assert followup.evidence_file(actor, token).token == token
    with pytest.raises(NotFound):
        followup.evidence_file(plain, token)
    with pytest.raises(NotFound):
        acts.report(actor, jordan, claim("accepted"))
    for permission in (
        Permission.OUTCOME_EDIT,
        Permission.OUTCOME_RELABEL,
        Permission.OUTCOME_RETIRE,
        Permission.OUTCOME_PUBLISH,
    ):
        assert not allows(actor, permission, red), permission
    for permission in (Permission.FOLLOWUP_REPORT, Permission.FOLLOWUP_SCHEDULE):
        assert "to be read and nothing else" in str(reason_against(actor, permission, jordan))
        assert reason_against(actor, permission, make.commitment("JO")) is None
    mine = make.outcome()
    with pytest.raises(Denied):
        service.link_outcomes(actor, mine, red, LinkKind.REFINES)


def test_a_report_marked_higher_is_opened_with_its_outcome(make, administrator):
    commitment = make.commitment("MA")
    acts.report(
        make.actor("focal-point", party="MA"), commitment, claim(text="Quiet words.", handling="TLP:RED")
    )
    plain = actor_for(administrator)
    assert followup.visible_updates(plain, commitment) == []
    actor = replace(plain, opened=frozenset({f"outcome:{commitment.outcome_id}"}))
    assert len(followup.visible_updates(actor, commitment)) == 1


def test_an_opened_workshop_is_read_with_its_files_but_not_its_outcomes(make, administrator):
    workshop = make.workshop("WS-RED", handling="TLP:RED")
    red = make.outcome(workshop=workshop, handling="TLP:RED")
    plain = actor_for(administrator)
    actor = replace(plain, opened=frozenset({f"workshop:{workshop.id}"}))
    assert workshops.by_code(actor, "WS-RED") is workshop
    assert "WS-RED" not in dict(workshops.choices(actor))
    assert not allows(actor, Permission.WORKSHOP_EDIT, workshop)
    assert not allows(actor, Permission.OUTCOME_LOG, workshop)
    assert not rules.may_read(actor, red)
    with pytest.raises(NotFound):
        workshops.by_code(plain, "WS-RED")


def test_a_workshop_tells_why_it_is_shown(make):
    rapporteur, recorder = make.person("rapporteur"), make.person("coordinator")
    workshop = make.workshop(
        parties=("JO",), rapporteur=rapporteur, handling="TLP:AMBER", created_by_id=recorder.id
    )

    def said(person):
        return workshop_rules.why_visible(actor_for(person), workshop)

    assert said(rapporteur) == "Shown to you because you are its rapporteur."
    assert said(recorder) == "Shown to you because you recorded it."
    assert said(make.person(party="JO")) == "Shown to you because Jordan took part in the workshop."
    assert workshop_rules.why_visible(ANONYMOUS, workshop) == ""
