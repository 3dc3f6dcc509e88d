"""The first tables."""

from collections.abc import Callable, Iterable

from alembic import op

from dialform.billing.ledger.migrations.first import drops, statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them, with what refuses money from nothing."""
    _run(statements)


def downgrade() -> None:
    """Remove them, with all that is in them."""
    _run(drops)


def _run(make: Callable[[str], Iterable[str]]) -> None:
    bind = op.get_bind()
    dialect = bind.dialect.name
    for each in make(dialect):
        # psycopg reads % as the place of a value.
        bind.exec_driver_sql(each if dialect == "sqlite" else each.replace("%", "%%"))
