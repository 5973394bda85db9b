"""The demonstration loads through the same rules as everything else."""

import pytest
from sqlalchemy import func, select

from tracker import instance
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.demo import load as demonstration
from tracker.followup.models import Commitment, Evidence
from tracker.followup.vocabulary import Assurance, Implementation, Position
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record
from tracker.search import indexing


@pytest.fixture
def loaded(app):
    demonstration.load(lambda _steps: None)
    return app


def test_it_loads_whole_and_the_index_agrees(loaded):
    assert demonstration.is_loaded()
    assert instance.examine().is_sound
    assert len(indexing.engine()) == len(demonstration.content()["outcomes"])


def test_it_shows_every_state(loaded):
    assert set(db.session.scalars(select(Outcome.record))) == set(Record)
    assert set(db.session.scalars(select(Commitment.position))) >= set(Position)
    assert set(db.session.scalars(select(Commitment.implementation))) >= set(Implementation)
    assert set(db.session.scalars(select(Commitment.assurance))) == set(Assurance)
    assert db.session.scalar(select(func.count()).select_from(Evidence)) > 5


def test_everything_in_it_is_marked_illustrative(loaded):
    assert set(db.session.scalars(select(Outcome.illustrative))) == {True}


def test_every_page_of_an_illustrative_outcome_says_so(loaded, visit):
    person = db.session.scalars(select(Person).where(Person.email == "coordinator@demo.example")).one()
    visitor = visit(person)
    commitment = db.session.scalars(
        select(Commitment).join(Outcome).where(Outcome.record == Record.PUBLISHED)
    ).first()
    ref, party = commitment.outcome.ref, commitment.party.code
    for address in (
        f"/outcomes/{ref}",
        f"/outcomes/{ref}/history",
        f"/outcomes/{ref}/versions",
        f"/follow-up/{ref}/{party}",
        "/outcomes/",
        "/follow-up/",
        "/search?q=prison",
        "/workshops/CTJ-2024-LCA",
        "/themes/prisons",
    ):
        assert "llustrative" in visitor.get(address).text, address


def test_each_door_opens_once(loaded, app):
    client = app.test_client()
    for _name, token in demonstration.sign_in_links():
        assert client.get(f"/sign-in/{token}").status_code == 200
