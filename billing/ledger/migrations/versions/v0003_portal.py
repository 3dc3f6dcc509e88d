"""What the portal keeps: accounts, sessions, drafts, and what was done."""

from dialform.billing.ledger.migrations.portal import drops, statements
from dialform.billing.ledger.migrations.running import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run(statements)


def downgrade() -> None:
    """Remove them, with all accounts and the record of what was done."""
    run(drops)
