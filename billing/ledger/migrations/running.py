"""Running the frozen SQL of a revision."""

from collections.abc import Callable, Iterable

from alembic import op


def run(make: Callable[[str], Iterable[str]]) -> None:
    """Run the statements that `make` gives for the database at hand."""
    bind = op.get_bind()
    dialect = bind.dialect.name
    for each in make(dialect):
        # psycopg reads % as the place of a value.
        bind.exec_driver_sql(each if dialect == "sqlite" else each.replace("%", "%%"))
