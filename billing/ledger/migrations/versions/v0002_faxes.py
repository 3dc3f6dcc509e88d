"""Faxes that are to go out, and those that came in."""

from dialform.billing.ledger.migrations.faxes import drops, statements
from dialform.billing.ledger.migrations.running import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run(statements)


def downgrade() -> None:
    """Remove them, with all faxes."""
    run(drops)
