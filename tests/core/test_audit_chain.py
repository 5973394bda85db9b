"""The audit log cannot be changed unnoticed: the first entry that was touched is named."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tracker.core import audit, audit_chain
from tracker.core.audit_chain import Damage
from tracker.core.db import db, unit_of_work
from tracker.core.permissions import OPERATOR

ENTRIES = 150


@pytest.fixture
def log(app):
    """A log of 150 entries whose guards were taken away, as somebody with the file in hand can."""
    with unit_of_work() as session:
        standing = audit_chain.count()
        for number in range(standing, ENTRIES):
            after = {"text": f"Change {number}", "handling": "TLP:GREEN", "themes": ["prisons", "سجون"]}
            audit.record(OPERATOR, "edit", "outcome", number, {"text": "Before"}, after)
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(text("DROP TRIGGER audit_entry_no_delete"))
    assert audit_chain.verify() == audit_chain.Verdict(ENTRIES, seal=_seal(ENTRIES))


def _seal(number):
    return db.session.scalar(text("SELECT seal FROM audit_entry WHERE number = :n"), {"n": number})


def _tamper(statement, **values):
    with unit_of_work() as session:
        session.execute(text(statement), values)


CHANGES = {
    "who": "UPDATE audit_entry SET actor_name = 'Somebody else' WHERE number = :n",
    "whose number": "UPDATE audit_entry SET actor_id = 77777 WHERE number = :n",
    "when": "UPDATE audit_entry SET at = '2001-01-01 00:00:00.000000' WHERE number = :n",
    "what": "UPDATE audit_entry SET act = 'publish-x' WHERE number = :n",
    "which kind": "UPDATE audit_entry SET record_kind = 'x' WHERE number = :n",
    "which record": "UPDATE audit_entry SET record_id = 88888 WHERE number = :n",
    "before": 'UPDATE audit_entry SET before = \'{"text": "Invented"}\' WHERE number = :n',
    "after": 'UPDATE audit_entry SET after = \'{"text": "Invented"}\' WHERE number = :n',
    "seal": "UPDATE audit_entry SET seal = '" + "f" * 64 + "' WHERE number = :n",
}


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_any_changed_entry_is_named(log, number):
    # Another part of the entry each time, so that over all entries every part is tried.
    part = sorted(CHANGES)[number % len(CHANGES)]
    _tamper(CHANGES[part], n=number)
    found = audit_chain.verify()
    assert (found.number, found.damage) == (number, Damage.CHANGED), part


@pytest.mark.parametrize("part", CHANGES)
def test_every_part_of_an_entry_counts(log, part):
    _tamper(CHANGES[part], n=50)
    assert audit_chain.verify().number == 50


@pytest.mark.parametrize("number", [1, 2, 50, ENTRIES - 1, ENTRIES])
def test_a_removed_entry_is_missed(log, number):
    _tamper("DELETE FROM audit_entry WHERE number = :n", n=number)
    found = audit_chain.verify()
    assert (found.number, found.damage) == (number, Damage.MISSING)


def test_entries_cut_off_at_the_end_are_missed(log):
    _tamper("DELETE FROM audit_entry WHERE number > 90")
    assert audit_chain.verify().number == 91


def test_cutting_off_the_end_and_its_mark_is_found(log):
    seal = _seal(90)
    _tamper("DELETE FROM audit_entry WHERE number > 90")
    _tamper("UPDATE audit_head SET number = 90, seal = :seal", seal=seal)
    assert audit_chain.verify().damage is Damage.END


def test_what_was_noted_elsewhere_proves_a_log_cut_off_with_its_old_mark(log):
    head = db.session.execute(text("SELECT number, seal, own_seal FROM audit_head")).one()
    noted = (head.number, head.seal)
    with unit_of_work():
        audit.record(OPERATOR, "edit", "outcome", 1)
        audit.record(OPERATOR, "edit", "outcome", 2)
    later = audit_chain.verify()
    _tamper("DELETE FROM audit_entry WHERE number > :n", n=head.number)
    _tamper(
        "UPDATE audit_head SET number = :n, seal = :s, own_seal = :o",
        n=head.number,
        s=head.seal,
        o=head.own_seal,
    )
    assert audit_chain.verify(noted).is_whole
    assert audit_chain.verify((later.entries, later.seal)).number == ENTRIES + 1


@pytest.mark.parametrize("number", [1, 50, ENTRIES, ENTRIES + 1])
def test_an_inserted_entry_is_named(log, number):
    _tamper("UPDATE audit_entry SET number = number + 1000 WHERE number >= :n", n=number)
    _tamper("UPDATE audit_entry SET number = number - 999 WHERE number > 1000")
    _tamper(
        "INSERT INTO audit_entry (number, seal, at, actor_name, act, record_kind) "
        "VALUES (:n, :s, '2024-06-10 10:00:00.000000', 'Nobody', 'edit', 'outcome')",
        n=number,
        s="a" * 64,
    )
    assert audit_chain.verify().number == number


def test_an_entry_without_number_is_found(log):
    _tamper(
        "INSERT INTO audit_entry (at, actor_name, act, record_kind) "
        "VALUES ('2024-06-10 10:00:00.000000', 'Nobody', 'edit', 'outcome')"
    )
    assert audit_chain.verify().damage is Damage.INSERTED


def test_two_entries_that_changed_places_are_found(log):
    first, second = sorted(random.Random(4).sample(range(1, ENTRIES), 2))
    _tamper("UPDATE audit_entry SET number = 5000 WHERE number = :n", n=first)
    _tamper("UPDATE audit_entry SET number = :m WHERE number = :n", m=first, n=second)
    _tamper("UPDATE audit_entry SET number = :n WHERE number = 5000", n=second)
    assert audit_chain.verify().number == first


def test_a_chain_made_anew_without_the_key_is_refused(log, app):
    app.config["SECRET_KEY"] = "another"
    found = audit_chain.verify()
    assert (found.number, found.damage) == (1, Damage.CHANGED)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses(app, statement):
    with unit_of_work():
        audit.record(OPERATOR, "edit", "outcome", 1)
    with pytest.raises(IntegrityError, match="append-only"), unit_of_work() as session:
        session.execute(text(statement))
    assert audit_chain.verify().is_whole


def test_what_fails_leaves_no_gap(app):
    def fail():
        with unit_of_work():
            audit.record(OPERATOR, "edit", "outcome", 1)
            raise ValueError("stop")

    before = audit_chain.count()
    with pytest.raises(ValueError, match="stop"):
        fail()
    with unit_of_work():
        audit.record_many(OPERATOR, "import", "outcome", [(n, None, {"n": n}) for n in range(5)])
        audit.record(OPERATOR, "edit", "outcome", 1)
    assert audit_chain.verify().entries == before + 6


def test_entries_of_an_older_version_are_sealed_once(app):
    with unit_of_work() as session:
        session.execute(text("DROP TRIGGER audit_entry_no_delete"))
        session.execute(text("DELETE FROM audit_entry"))
        session.execute(text("DELETE FROM audit_head"))
        for n in range(3):
            session.execute(
                text(
                    "INSERT INTO audit_entry (at, actor_name, act, record_kind, after) "
                    "VALUES (:at, 'Operator', 'edit', 'outcome', '{\"b\": 1, \"a\": [2]}')"
                ),
                {"at": (datetime(2024, 6, 10, tzinfo=UTC) + timedelta(days=n)).strftime("%F %T.000000")},
            )
    assert audit_chain.seal_older() == 3
    assert audit_chain.seal_older() == 0
    assert audit_chain.verify().entries == 3
