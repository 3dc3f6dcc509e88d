"""Alembic's environment: the connection is the caller's, and so is its transaction."""

from alembic import context

from dialform.billing.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # One transaction for all: what fails leaves nothing, and who waits for it finds it done.
    transaction_per_migration=False,
)
context.run_migrations()
