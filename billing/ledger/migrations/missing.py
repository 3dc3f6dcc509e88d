"""Whom of the portal the site misses, as SQL: what the fourth revision adds.

Frozen: whatever changes later is another revision's.
"""

from collections.abc import Iterator

_COLUMNS = {"missed": "BIGINT NOT NULL DEFAULT 0", "person": "TEXT NOT NULL DEFAULT ''"}


def statements(dialect: str) -> Iterator[str]:
    """What makes all of it, in order."""
    for name, kind in _COLUMNS.items():
        yield f"ALTER TABLE portal_accounts ADD COLUMN {name} {kind}"


def drops(dialect: str) -> Iterator[str]:
    """What removes all of it."""
    for name in reversed(_COLUMNS):
        yield f"ALTER TABLE portal_accounts DROP COLUMN {name}"
