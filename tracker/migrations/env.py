"""How Alembic reaches the database: through the running application."""

from alembic import context
from flask import current_app

extension = current_app.extensions["migrate"]

with extension.db.engine.connect() as connection:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # Where SQLite cannot alter a table it is made anew and the old one dropped; with references enforced,
        # that would delete the rows that refer to it. Asked of the driver itself, since inside a transaction
        # it has no effect.
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=extension.db.metadatas[None],
        transaction_per_migration=True,
        **extension.configure_args,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        if is_sqlite:
            connection.rollback()
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
