"""Runs migrations on the connection `Ledger.migrate` hands over, inside its transaction.

There is no ``alembic.ini``: run ``onrecord migrate``. A new migration is written by hand beside the
others; a test compares the migrated tables with the models.
"""

from alembic import context

from ledger.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite can undo DDL too; without this Alembic would not keep to one transaction there.
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
