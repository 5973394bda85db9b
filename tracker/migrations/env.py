"""How Alembic reaches the database: through the running application."""

from alembic import context
from flask import current_app

extension = current_app.extensions["migrate"]

with extension.db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=extension.db.metadatas[None],
        transaction_per_migration=True,
        **extension.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
