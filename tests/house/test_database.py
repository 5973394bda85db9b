"""Migrations: up and down with data in them, and equal to the models."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from tracker.accounts.models import PartyKind
from tracker.core.db import Base, db
from tracker.core.vocabulary import Handling, Language, RoleName
from tracker.followup.vocabulary import Assurance, Implementation, Position, Stage
from tracker.outcomes.vocabulary import Kind, LinkKind, Quality, Record


def test_migrations_make_exactly_the_models(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_and_up_again_with_data_in_them(app, make):
    workshop = make.workshop()
    make.outcome(
        workshop=workshop,
        addressees=("JO", "MA"),
        themes=("prisons",),
        versions={"fr": "Former le personnel."},
    )
    make.adoption("ES")
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade(revision="head")
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_sqlite_is_tuned_as_decided(app):
    with db.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_vocabularies_are_the_agreed_ones():
    assert [str(m) for m in Record] == ["draft", "published", "retired"]
    assert [str(m) for m in Position] == [
        "awaiting-reply", "under-consideration", "accepted", "accepted-with-alternative", "not-accepted",
        "not-applicable",
    ]  # fmt: skip
    assert [str(m) for m in Implementation] == [
        "not-started", "planned", "in-progress", "partly-implemented", "implemented", "implemented-otherwise",
        "closed-superseded", "closed-no-longer-relevant", "closed-not-implemented",
    ]  # fmt: skip
    assert [str(m) for m in Assurance] == [
        "none",
        "self-reported",
        "evidence-attached",
        "verified",
        "disputed",
    ]
    assert [str(m) for m in Quality] == ["reported", "documented", "peer-reviewed", "recommended", "retired"]
    assert [str(m) for m in Stage] == [
        "interested", "assessing-fit", "adapting", "piloting", "adopted", "sustained", "not-transferable",
        "stopped",
    ]  # fmt: skip
    assert [str(m) for m in LinkKind] == ["reiterates", "refines", "contradicts", "supersedes", "answers"]
    assert [str(m) for m in Handling] == [
        "TLP:CLEAR",
        "TLP:GREEN",
        "TLP:AMBER",
        "TLP:AMBER+STRICT",
        "TLP:RED",
    ]
    assert [str(m) for m in Kind] == ["recommendation", "practice"]
    assert [str(m) for m in Language] == ["en", "fr", "es", "ar"]
    assert [str(m) for m in PartyKind] == ["country", "body"]
    assert len(RoleName) == 7
