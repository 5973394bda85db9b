"""What must not be told beside the record: the name of a closed workshop, and who proposed what."""

import pytest

from tracker.accounts import service as accounts
from tracker.accounts.actors import actor_for
from tracker.core.db import unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.outcomes import history, service
from tracker.outcomes.data import TextData
from tracker.outcomes.vocabulary import Kind
from tracker.reports.csv_export import export_rows

NAMES = ("WS-SECRET", "Unspeakable meeting", "Hidden town")


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def secret(make, rapporteur):
    return make.workshop(
        "WS-SECRET",
        title="Unspeakable meeting",
        place="Hidden town",
        handling="TLP:RED",
        rapporteur=rapporteur,
        parties=("IT",),
    )


def as_program(app, person, address):
    headers = {"Authorization": f"Bearer {accounts.issue_token(OPERATOR, person, 'test')}"}
    return app.test_client().get(f"/api/v1{address}", headers=headers).text


@pytest.mark.parametrize("role", ["reader", "coordinator", "administrator", "expert"])
def test_a_closed_workshop_is_named_nowhere_by_its_open_outcomes(app, make, visit, secret, role):
    outcome = make.outcome("Read by everyone.", workshop=secret, themes=("prisons",), addressees=("JO",))
    practice = make.outcome("A practice.", workshop=secret, kind="practice")
    person = make.person(role)
    walk = visit(person)
    addresses = [
        "/",
        "/outcomes/",
        f"/outcomes/{outcome.ref}",
        f"/outcomes/{outcome.ref}/history",
        f"/outcomes/{outcome.ref}/versions",
        f"/outcomes/{practice.ref}",
        f"/follow-up/{outcome.ref}/JO",
        "/follow-up/",
        "/follow-up/adoptions/",
        "/search?q=everyone",
        "/search?q=unspeakable",
        "/themes/prisons",
        "/themes/prisons?view=workshops",
        "/reports/",
        "/workshops/",
    ]
    if role == "coordinator":
        endings = ("edit", "handling", "links", "versions/fr")
        addresses += [f"/outcomes/{outcome.ref}/{ending}" for ending in endings]
    said = {address: walk.get(address).html.main.text for address in addresses}
    said |= {a: as_program(app, person, a) for a in (f"/outcomes/{outcome.ref}", "/search?q=everyone")}
    said["csv"] = str(list(export_rows(actor_for(person))))
    told = [(address, name) for address, text in said.items() for name in NAMES if name in text]
    assert told == []
    assert outcome.ref in said["csv"]


def test_a_workshop_that_an_outcome_was_moved_from_is_named_to_those_who_may_open_it(
    make, secret, rapporteur
):
    outcome = make.outcome(workshop=secret)
    open_workshop = make.workshop("WS-OPEN")
    before = {"workshop": "WS-SECRET", "access": ["member"]}
    with unit_of_work():
        outcome.workshop = open_workshop
        service.note(OPERATOR, "import", outcome, before, {"workshop": "WS-OPEN", "access": ["member"]})
    [line] = history.history_of_outcome(make.actor("coordinator"), outcome)
    assert (line.open, line.changes) == (True, [])
    [line] = history.history_of_outcome(actor_for(rapporteur), outcome)
    assert [(c.before, c.after) for c in line.changes] == [("WS-SECRET", "WS-OPEN")]


def test_proposer_and_author_are_told_nowhere_under_the_chatham_house_rule(app, make, visit, rapporteur):
    author = make.person("expert", name="Expert from Rome")
    workshop = make.workshop("WS-1", parties=("JO",), rapporteur=rapporteur)
    given = service.OutcomeData(
        kind=Kind.RECOMMENDATION,
        texts=[TextData("en", "Share the lists of visits.")],
        workshop_id=workshop.id,
        proposer_ids=[make.party("IT").id],
        addressee_ids=[make.party("JO").id],
    )
    outcome = service.log_outcome(actor_for(author), given)
    service.add_version(actor_for(author), outcome, "fr", TextData("fr", "Partager les listes."))
    service.publish_outcome(actor_for(rapporteur), outcome)
    page = visit(rapporteur).get(f"/outcomes/{outcome.ref}")
    assert "Italy" in page
    assert "Expert from Rome" in page
    # As the act does it; the entries from before it stand.
    handling = service.HandlingData(outcome.handling, "Said in confidence.", chatham_house=True)
    service.relabel_outcome(actor_for(rapporteur), outcome, handling, outcome.version)
    for person in (rapporteur, make.person("coordinator"), make.person("administrator"), make.person()):
        walk = visit(person)
        endings = ["", "/history", "/versions"]
        if person is rapporteur:
            endings += ["/edit", "/handling", "/links"]
        said = [walk.get(f"/outcomes/{outcome.ref}{ending}").html.main.text for ending in endings]
        said.append(walk.get(f"/follow-up/{outcome.ref}/JO").html.main.text)
        said.append(walk.get("/outcomes/").html.main.table.text)
        said.append(as_program(app, person, f"/outcomes/{outcome.ref}"))
        said.append(str(list(export_rows(actor_for(person)))))
        for text in said:
            assert "Italy" not in text
            assert "Expert from Rome" not in text
        for words in ("Italy", "Rome", "body:IT", "country:IT"):
            assert outcome.ref not in walk.get(f"/search?q={words}").html.main.text
    assert [party.code for party in outcome.proposers] == ["IT"]
