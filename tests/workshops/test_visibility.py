"""What SQL lets through is exactly what the tokens open, for every label and relation."""

import pytest
from sqlalchemy import select

from tracker.accounts.actors import actor_for
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.permissions import ANONYMOUS, OPERATOR, PUBLIC, Actor
from tracker.core.vocabulary import Handling
from tracker.workshops import queries, rules
from tracker.workshops.models import Workshop


@pytest.fixture
def actors(make):
    creator, rapporteur = make.person("coordinator"), make.person("rapporteur")
    for label in Handling:
        make.workshop(
            parties=("JO",),
            hosts=("CY",),
            rapporteur=rapporteur,
            handling=str(label),
            created_by_id=creator.id,
        )
        make.workshop(parties=(), handling=str(label))
    return {
        "creator": actor_for(creator),
        "rapporteur": actor_for(rapporteur),
        "host": make.actor("focal-point", party="CY"),
        "participant": make.actor("focal-point", party="JO"),
        "stranger": make.actor("reader", party="FR"),
        "coordinator": make.actor("coordinator"),
        "administrator": make.actor("administrator"),
        "nobody": ANONYMOUS,
        "the public": Actor(id=None, name="", access_tokens=frozenset({PUBLIC})),
        "operator": OPERATOR,
    }


def test_sql_and_tokens_agree_in_every_case(actors):
    workshops = list(db.session.scalars(select(Workshop)))
    for name, actor in actors.items():
        by_sql = set(db.session.scalars(select(Workshop.id).where(queries.visible_to(actor))))
        assert by_sql == {w.id for w in workshops if rules.may_read(actor, w)}, name


SIGNED_IN = {"creator", "rapporteur", "host", "participant", "stranger", "coordinator", "administrator"}


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("TLP:CLEAR", SIGNED_IN | {"the public"}),
        ("TLP:GREEN", SIGNED_IN),
        ("TLP:AMBER", {"creator", "rapporteur", "host", "participant"}),
        ("TLP:AMBER+STRICT", {"creator", "rapporteur", "host", "participant"}),
        ("TLP:RED", {"creator", "rapporteur"}),
    ],
)
def test_each_label_opens_a_workshop_to_those_it_names(actors, label, expected):
    one = db.session.scalars(
        select(Workshop).where(Workshop.handling == label, Workshop.rapporteurs.any())
    ).one()
    assert {
        n for n, a in actors.items() if n != "operator" and one in queries.visible_among(a, [one.id]).values()
    } == expected


def test_a_hidden_workshop_is_not_found_by_its_code(make):
    workshop = make.workshop(handling="TLP:RED")
    with pytest.raises(NotFound):
        queries.by_code(make.actor("administrator"), workshop.code)
