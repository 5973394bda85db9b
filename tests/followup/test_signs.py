from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from tests.followup.cast import claim
from tracker.core import clock
from tracker.core.clock import today
from tracker.core.db import db, unit_of_work
from tracker.followup import queries, service
from tracker.followup.models import Commitment
from tracker.followup.signs import Sign, clause_of, months_before, signs
from tracker.followup.vocabulary import Assurance, Implementation, Position
from tracker.outcomes.models import Outcome


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-400, ["overdue"]), (-1, ["overdue"]), (0, ["due-soon"]), (30, ["due-soon"]), (31, []), (None, [])],
)
def test_the_date_says_overdue_and_due_soon(make, days, expected):
    commitment = make.commitment("JO", due=None if days is None else today() + timedelta(days=days))
    assert signs(commitment) == expected


def test_its_own_date_goes_before_that_of_the_recommendation(make):
    commitment = make.commitment("JO", due=today() - timedelta(days=9))
    service.set_due(make.actor("coordinator"), commitment, today() + timedelta(days=300))
    assert signs(commitment) == []


@pytest.mark.parametrize(
    ("position", "implementation"),
    [
        ("not-accepted", None),
        ("not-applicable", "in-progress"),
        ("accepted", "implemented"),
        ("accepted", "implemented-otherwise"),
        ("accepted", "closed-superseded"),
    ],
)
def test_nothing_is_overdue_where_nothing_is_owed(make, position, implementation):
    commitment = make.commitment("JO", due=date(2020, 1, 1))
    with unit_of_work():
        commitment.position = Position(position)
        commitment.implementation = Implementation(implementation) if implementation else None
        commitment.last_update_at = datetime(2020, 1, 1, tzinfo=UTC)
    assert signs(commitment) == []


@pytest.mark.parametrize(
    ("position", "implementation", "owed"),
    [
        ("accepted", "implemented", True),
        ("accepted", "implemented-otherwise", True),
        ("accepted", "closed-superseded", False),
        ("not-accepted", "implemented", False),
        ("not-applicable", "implemented", False),
    ],
)
def test_what_is_disputed_is_owed_again(make, position, implementation, owed):
    commitment = make.commitment("JO", due=date(2020, 1, 1))
    with unit_of_work():
        commitment.position, commitment.implementation = Position(position), Implementation(implementation)
        commitment.assurance = Assurance.DISPUTED
    assert (Sign.OVERDUE in signs(commitment)) is commitment.is_open is owed


@pytest.mark.parametrize("record", ["draft", "retired"])
def test_drafts_and_retired_ones_have_no_signs(make, record):
    assert signs(make.commitment("JO", due=date(2020, 1, 1), record=record)) == []


def test_stale_is_what_was_answered_and_then_left_alone(make):
    commitment = make.commitment("JO")
    with clock.at(datetime(2026, 1, 31, 12, tzinfo=UTC)):
        service.report(make.actor("focal-point", party="JO"), commitment, claim("accepted", "planned"))
    assert signs(commitment, date(2026, 7, 31)) == []
    assert signs(commitment, date(2026, 8, 1)) == [Sign.STALE]


def test_who_never_replied_is_not_stale(make):
    assert signs(make.commitment("JO"), date(2090, 1, 1)) == []


def test_months_are_counted_by_the_calendar():
    assert months_before(date(2026, 8, 31), 6) == date(2026, 2, 28)
    assert months_before(date(2026, 3, 15), 15) == date(2024, 12, 15)
    assert months_before(date(2024, 2, 29), 0) == date(2024, 2, 29)


def test_sql_and_python_give_the_same_signs(make):
    dues = [
        None,
        today() - timedelta(days=1),
        today(),
        today() + timedelta(days=30),
        today() + timedelta(days=31),
    ]
    records = ("published", "published", "draft", "retired")
    number = 0
    for position in (None, *Position):
        for implementation, assurance in product(
            (None, *Implementation), (Assurance.NONE, Assurance.DISPUTED)
        ):
            number += 1
            outcome = make.outcome(due=dues[number % 5], addressees=("JO",), record=records[number % 4])
            with unit_of_work():
                commitment = outcome.commitments[0]
                commitment.position, commitment.implementation = position, implementation
                commitment.assurance = assurance
                commitment.opened_at = datetime(2020 if number % 3 else 2030, 1, 1, tzinfo=UTC)
                commitment.last_update_at = [None, clock.now(), datetime(2021, 1, 1, tzinfo=UTC)][
                    number % 7 % 3
                ]
    every = list(db.session.scalars(select(Commitment)))
    assert len(every) == 140
    for sign in Sign:
        in_sql = set(db.session.scalars(select(Commitment.id).join(Outcome).where(clause_of(sign))))
        assert in_sql == {commitment.id for commitment in every if sign in signs(commitment)}
        assert in_sql
    is_open = set(db.session.scalars(select(Commitment.id).where(queries.open_clause())))
    assert is_open == {commitment.id for commitment in every if commitment.is_open}
