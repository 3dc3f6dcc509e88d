"""The phones of a tenant, as its index lists them for the provisioning service."""

import json
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = "phones/tenants"
"""Below a host's compiled folder: a file a tenant that has phones (renderers/phones/index.py)."""


class Phone(NamedTuple):
    """A phone that fetches its configuration. A tuple: there may be fifty thousand."""

    mac: str
    tenant: str
    vendor: str
    model: str
    revision: str
    """Names all that it fetches."""
    lines: tuple[str, ...] = ()
    """Whom it is registered for, as the switch files them: `1001.acme@acme.example.com`."""


def listed(text: str) -> list[Phone]:
    """The phones of one index. Raises ValueError where it is damaged."""
    try:
        data = json.loads(text)
        return [_phone(data["tenant"], row) for row in data["devices"]]
    except (KeyError, TypeError) as error:
        raise ValueError(f"an index of phones is damaged: {error!r}") from None


def phones_in(folder: Path) -> dict[str, Phone]:
    """All phones of a host's compiled folder by their MAC. Raises OSError, ValueError."""
    found: dict[str, Phone] = {}
    for path in sorted((folder / FOLDER).glob("*.json")):
        found |= {one.mac: one for one in listed(path.read_text("utf-8"))}
    return found


def _phone(tenant: str, row: dict[str, Any]) -> Phone:
    lines = tuple(f"{extension}.{tenant}@{domain}" for extension, domain in row["lines"])
    return Phone(row["mac"], tenant, row["vendor"], row["model"], row["revision"], lines)
