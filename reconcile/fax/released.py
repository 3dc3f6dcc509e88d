"""What the agent's faxes go by: the accounts and ways of what was proven last."""

from collections.abc import Mapping
from pathlib import Path

from dialform.fax.released import Company, Ways, companies, ways_of
from dialform.values import dataclass

_TENANTS = "freeswitch/tenants"


@dataclass(frozen=True, slots=True)
class Released:
    """Of one compiled folder. `tenants` are all that live on this host, with a fax account or
    without.
    """

    folder: Path
    revision: str
    companies: Mapping[str, Company]
    ways: Ways
    tenants: frozenset[str]


def read(folder: Path, revision: str) -> Released:
    """Reads it all. Raises ReleaseError."""
    found = {one.slug: one for one in companies(folder)}
    try:
        tenants = {entry.name for entry in (folder / _TENANTS).iterdir() if entry.is_dir()}
    except OSError:
        tenants = set()
    return Released(folder, revision, found, ways_of(folder), frozenset(tenants) | found.keys())
