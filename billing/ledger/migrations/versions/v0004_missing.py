"""Since when the site misses somebody of the portal, and who they were."""

from dialform.billing.ledger.migrations.missing import drops, statements
from dialform.billing.ledger.migrations.running import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    run(statements)


def downgrade() -> None:
    """Take them away: whoever is missed comes back by their name alone."""
    run(drops)
