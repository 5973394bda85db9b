"""What SQL lets through is exactly what the tokens open, for every label, record and relation."""

from itertools import product

import pytest
from sqlalchemy import select

from tracker.accounts.actors import actor_for
from tracker.core.db import db, unit_of_work
from tracker.core.errors import NotFound
from tracker.core.permissions import ANONYMOUS, OPERATOR, PUBLIC, Actor
from tracker.core.vocabulary import Handling
from tracker.outcomes import queries, rules
from tracker.outcomes.models import Outcome, OutcomeLink
from tracker.outcomes.vocabulary import LinkKind, Record


@pytest.fixture
def cast(make):
    """People in every relation that a record can have to somebody, by what they are."""
    return {
        "author": make.person("expert"),
        "rapporteur": make.person("rapporteur"),
        "other rapporteur": make.person("rapporteur"),
        "host": make.person("focal-point", party="CY"),
        "participant": make.person("focal-point", party="JO"),
        "addressed": make.person("focal-point", party="MA"),
        "named party": make.person("focal-point", party="ES"),
        "proposer": make.person("focal-point", party="IT"),
        "named person": make.person("reader"),
        "stranger": make.person("reader", party="FR"),
        "coordinator": make.person("coordinator"),
        "administrator": make.person("administrator"),
        "reviewer": make.person("reviewer", party="DE"),
    }


@pytest.fixture
def actors(cast):
    """The same as actors, and those without an account."""
    return {name: actor_for(person) for name, person in cast.items()} | {
        "nobody": ANONYMOUS,
        "the public": Actor(id=None, name="", access_tokens=frozenset({PUBLIC})),
        "operator": OPERATOR,
    }


@pytest.fixture
def records(make, cast):
    """One outcome for each record, label, and whether it has a workshop, an author, addressees, names."""
    workshop = make.workshop(parties=("JO",), hosts=("CY",), rapporteur=cast["rapporteur"])
    make.workshop(parties=("FR",), rapporteur=cast["other rapporteur"])
    # In one unit of work, so that the index is brought up to date once.
    with unit_of_work():
        for record, label, held, authored, told in product(
            Record, Handling, (True, False), (True, False), (True, False)
        ):
            make.outcome(
                record=str(record),
                handling=str(label),
                workshop=workshop if held else None,
                author=cast["author"] if authored else None,
                addressees=("MA",) if told else (),
                named_parties=("ES",) if told else (),
                named_people=(cast["named person"],) if told else (),
                proposers=("IT",),
            )
    return list(db.session.scalars(select(Outcome)))


def test_sql_and_tokens_agree_in_every_case(records, actors):
    assert len(records) == 3 * 5 * 8
    for name, actor in actors.items():
        by_sql = set(db.session.scalars(select(Outcome.id).where(queries.visible_to(actor))))
        by_tokens = {outcome.id for outcome in records if rules.may_read(actor, outcome)}
        assert by_sql == by_tokens, name


SIGNED_IN = {
    "author", "rapporteur", "other rapporteur", "host", "participant", "addressed", "named party", "proposer",
    "named person", "stranger", "coordinator", "administrator", "reviewer",
}  # fmt: skip
OPENED_TO = {
    ("published", "TLP:CLEAR"): SIGNED_IN | {"the public"},
    ("published", "TLP:GREEN"): SIGNED_IN,
    ("published", "TLP:AMBER"): {"author", "rapporteur", "host", "participant", "addressed"},
    ("published", "TLP:AMBER+STRICT"): {"author", "named party"},
    ("published", "TLP:RED"): {"author", "named person"},
    ("retired", "TLP:GREEN"): SIGNED_IN,
    ("retired", "TLP:RED"): {"author", "named person"},
    ("draft", "TLP:CLEAR"): {"author", "rapporteur", "coordinator"},
    ("draft", "TLP:GREEN"): {"author", "rapporteur", "coordinator"},
    ("draft", "TLP:AMBER"): {"author", "rapporteur"},
    ("draft", "TLP:AMBER+STRICT"): {"author", "rapporteur"},
    ("draft", "TLP:RED"): {"author", "rapporteur"},
}


def test_each_label_opens_a_record_to_those_it_names(records, actors):
    seen = {
        name: {
            (str(outcome.record), str(outcome.handling))
            for outcome in records
            if rules.may_read(actor, outcome)
        }
        for name, actor in actors.items()
        if name != "operator"
    }
    for case, expected in OPENED_TO.items():
        assert {name for name, cases in seen.items() if case in cases} == expected, case


def test_a_hidden_outcome_is_not_found_by_its_reference(make):
    secret = make.outcome(handling="TLP:RED")
    with pytest.raises(NotFound):
        queries.by_ref(make.actor("administrator"), secret.ref)
    assert queries.by_refs(make.actor("coordinator"), [secret.ref]) == {}


def test_a_reference_is_found_however_it_is_typed(make):
    outcome = make.outcome()
    assert queries.by_ref(make.actor(), f" {outcome.ref.lower()} ").id == outcome.id


def test_a_link_whose_other_end_is_hidden_is_not_told(make):
    from_here, hidden = make.outcome(), make.outcome(handling="TLP:RED")
    with unit_of_work() as session:
        session.add(OutcomeLink(source=from_here, target=hidden, kind=LinkKind.REFINES))
    assert queries.visible_links(make.actor(), from_here) == []
    assert len(queries.visible_links(OPERATOR, from_here)) == 1
