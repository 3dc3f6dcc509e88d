"""Money: what may be used and is, what it costs, calls and their recordings."""

from dialform.console.money import account, calls, quota, recordings, statement, usage

PAGES = (
    *quota.PAGES,
    *usage.PAGES,
    *calls.PAGES,
    *recordings.PAGES,
    *account.PAGES,
    *statement.PAGES,
)

__all__ = ["PAGES"]
