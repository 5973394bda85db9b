"""Which items a person reads; the same said for one item in Python and for many in SQL."""

import itertools

import pytest
from sqlalchemy import select

from tests.followup.cast import claim, finding
from tracker.accounts.actors import actor_for
from tracker.core.clock import at, now
from tracker.core.db import db
from tracker.core.permissions import ANONYMOUS, OPERATOR, PUBLIC, Actor
from tracker.core.vocabulary import Handling
from tracker.followup import queries, service
from tracker.followup.models import Commitment, Update
from tracker.followup.visibility import update_visible, visible_items
from tracker.outcomes.models import Outcome
from tracker.outcomes.queries import visible_to


@pytest.fixture
def world(make):
    """Outcomes of every label with reports of every label above it, and people in every relation to them."""
    named, rapporteur = make.person(), make.person("rapporteur")
    workshop = make.workshop(parties=("MA",), hosts=("CY",), rapporteur=rapporteur)
    author = make.person("focal-point", party="JO")
    for place, label in itertools.product((workshop, None), Handling):
        outcome = make.outcome(
            handling=str(label),
            workshop=place,
            addressees=("JO", "FR"),
            named_parties=("JO",),
            named_people=(named, author),
        )
        for handling in Handling:
            if handling.rank >= label.rank:
                service.report(
                    actor_for(author), outcome.commitments[0], claim(text="Said.", handling=str(handling))
                )
    people = [
        named,
        rapporteur,
        author,
        make.person("focal-point", party="JO"),
        make.person(party="FR"),
        make.person(party="MA"),
        make.person(party="CY"),
        make.person("reviewer", party="ES"),
        make.person("coordinator"),
        make.person("administrator"),
    ]
    public = Actor(id=None, name="", access_tokens=frozenset({PUBLIC}))
    return [OPERATOR, ANONYMOUS, public, *(actor_for(person) for person in people)]


def test_sql_and_python_say_the_same_of_every_item_and_actor(world):
    updates = list(db.session.scalars(select(Update)))
    assert len(updates) == 30
    sizes = []
    for actor in world:
        query = (
            select(Update.id)
            .join(Commitment, Commitment.id == Update.commitment_id)
            .join(Outcome)
            .where(visible_to(actor), visible_items(actor, Update, Commitment.party_id))
        )
        in_sql = set(db.session.scalars(query))
        assert in_sql == {update.id for update in updates if update_visible(actor, update)}
        sizes.append(len(in_sql))
    assert sizes[0] == 30
    assert len(set(sizes)) > 5


def readers_of(make, label):
    """Who reads a report with this label on a GREEN recommendation of a workshop."""
    named = make.person()
    workshop = make.workshop(parties=("MA",))
    author = make.person("focal-point", party="JO")
    commitment = make.commitment("JO", workshop=workshop, named_people=(named,))
    service.report(actor_for(author), commitment, claim(text="Said.", handling=label))
    people = {
        "author": author,
        "own": make.person(party="JO"),
        "present": make.person(party="MA"),
        "named": named,
        "other": make.person("reviewer", party="ES"),
        "coordinator": make.person("coordinator"),
        "administrator": make.person("administrator"),
    }
    return {who for who, person in people.items() if queries.visible_updates(actor_for(person), commitment)}


def test_who_reads_a_report_marked_higher_than_its_recommendation(make):
    everyone = {"author", "own", "present", "named", "other", "coordinator", "administrator"}
    assert readers_of(make, "TLP:GREEN") == everyone
    assert readers_of(make, "TLP:AMBER") == {"author", "own", "present"}
    assert readers_of(make, "TLP:AMBER+STRICT") == {"author", "own"}
    assert readers_of(make, "TLP:RED") == {"author", "named"}


def test_a_hidden_report_shows_in_no_date(make):
    commitment = make.commitment("JO")
    focal_point, reader = make.actor("focal-point", party="JO"), make.actor("reader")
    with at(now().replace(year=2025, month=1, day=2)):
        service.report(focal_point, commitment, claim("accepted", text="Open words."))
    service.report(focal_point, commitment, claim(text="Own words.", handling="TLP:AMBER+STRICT"))
    dates = [
        queries.list_page(actor, queries.Filters(), 1).items[0].last_update.year
        for actor in (reader, focal_point)
    ]
    assert dates == [2025, now().year]
    assert [line.claim.text for line in queries.history(reader, commitment)] == ["Open words."]


def test_a_finding_does_not_point_to_a_claim_that_the_reader_may_not_read(make):
    commitment = make.commitment("JO", workshop=make.workshop(parties=("ES",)))
    reviewer = make.actor("reviewer", party="ES")
    service.report(
        make.actor("focal-point", party="JO"), commitment, claim("accepted", "planned", handling="TLP:AMBER")
    )
    service.assess(reviewer, commitment, finding("verified", text="Seen."))
    [line] = queries.history(make.actor("reader"), commitment)
    assert (line.finding.text, line.looked_at) == ("Seen.", None)
    assert queries.history(reviewer, commitment)[1].looked_at is not None
