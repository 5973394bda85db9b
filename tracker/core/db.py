"""The database: base class of the models, SQLite's tuning, and the unit of work for every write."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from tracker.core.clock import now as now
from tracker.core.clock import today as today

#: Where the migrations stand.
MIGRATIONS = Path(__file__).parent.parent / "migrations"

#: Execution option that asks SQLite for the write lock at the start of a transaction.
IMMEDIATE = {"tracker_begin": "IMMEDIATE"}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: always aware in Python, stored without an offset so that every database sorts it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store the moment as naive UTC; raises ValueError for a naive value, which has no meaning."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back what was stored as an aware moment in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of every model; constraint names are fixed so that migrations can name them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[str]: JSON, dict[str, str]: JSON}


db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate()


def _on_connect(dbapi_connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins late and deferred; it is switched off so that
    # `_on_begin` below decides.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        # FULL, so that what was acknowledged survives a power cut.
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-32000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    # IMMEDIATE for units of work, because a deferred transaction that reads before it writes fails
    # under load instead of waiting. Reads stay deferred: they never block anybody.
    mode = connection.get_execution_options().get("tracker_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _tune(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)


def _plain_types(kind: str, thing: Any, _context: Any) -> str | bool:
    """How Alembic writes our column types: as plain ones, so that old migrations never depend on today's
    code.
    """
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(thing, Enum):
        return f"sa.String(length={thing.length})"
    return False


def init_database(app: Flask) -> None:
    """Bind the database to the application and tune its engine."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True, render_item=_plain_types)
    with app.app_context():
        _tune(db.engine)


def is_answering() -> bool:
    """Whether the database answers just now."""
    try:
        return bool(db.session.scalar(select(1)))
    except SQLAlchemyError:
        abandon()
        return False


def abandon() -> None:
    """Give up what this request or command has begun in the database, after something unexpected."""
    db.session.rollback()


@contextmanager
def unit_of_work(*, announce: bool = True) -> Iterator[Session]:
    """One transaction: the write lock first, one commit at the end, nothing at all if anything fails.

    Whatever was read before is read again inside, so rules are checked against what is true now. A unit
    opened inside another joins it. After the outermost commit the acts registered with `after_commit` run,
    unless `announce` is off.
    """
    session = db.session()
    if session.info.get("in_unit"):
        yield session
        return
    session.rollback()
    session.connection(execution_options=IMMEDIATE)
    session.info["in_unit"] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_unit"] = False
    if announce:
        for act in current_app.extensions.get("tracker_after_commit", ()):
            act()


def after_commit(app: Flask, act: Any) -> None:
    """Register `act`, called without arguments after every committed unit of work of `app`."""
    app.extensions.setdefault("tracker_after_commit", []).append(act)
