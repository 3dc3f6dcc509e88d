"""The first tables."""

from dialform.billing.ledger.migrations.first import drops, statements
from dialform.billing.ledger.migrations.running import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them, with what refuses money from nothing."""
    run(statements)


def downgrade() -> None:
    """Remove them, with all that is in them."""
    run(drops)
