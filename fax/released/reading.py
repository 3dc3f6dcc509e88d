"""Reading the files of `renderers/fax`."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from dialform.fax.released.accounts import Account, Company, Contact, Document
from dialform.fax.released.ways import Trunk, Way, Ways

T = TypeVar("T")

_FOLDER, _WAYS = "fax/tenants", "fax/ways.json"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")


class ReleaseError(Exception):
    """A file of the released folder is broken: one sentence with the way out."""


def company(root: Path, slug: str) -> Company | None:
    """A tenant of a host's folder; None where it has no fax account. Raises ReleaseError."""
    path = root / _FOLDER / f"{slug}.json"
    if not _SLUG.fullmatch(slug) or not path.exists():
        return None
    return _read(path, _company)


def companies(root: Path) -> Iterator[Company]:
    """All tenants with fax accounts, by slug. Raises ReleaseError."""
    for path in sorted((root / _FOLDER).glob("*.json")):
        yield _read(path, _company)


def ways_of(root: Path) -> Ways:
    """The ways out; none where no route is for faxes. Raises ReleaseError."""
    path = root / _WAYS
    return _read(path, _ways) if path.exists() else Ways((), {}, {}, frozenset())


def _read(path: Path, make: Callable[[dict[str, Any]], T]) -> T:
    try:
        return make(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(
            f"{path} cannot be read ({type(error).__name__}): compile and apply the site again."
        ) from None


def _company(data: dict[str, Any]) -> Company:
    barred = data["do_not_call"]
    plain = (
        "timezone", "country", "language", "suspended", "plan", "cap", "cap_backend",
        "concurrent_faxes", "keep_days", "home", "premium",
    )  # fmt: skip
    return Company(
        slug=data["tenant"],
        name=data["company"],
        **{name: data[name] for name in plain},
        barred=frozenset(barred["numbers"]),
        barred_prefixes=tuple(barred["prefixes"]),
        accounts={
            one["number"]: Account(**{**one, "users": tuple(one["users"])})
            for one in data["accounts"]
        },
        documents={slug: Document(slug, **one) for slug, one in data["documents"].items()},
        contacts={
            slug: Contact(slug, one["name"], one["fax"], one["email"], tuple(one["groups"]))
            for slug, one in data["contacts"].items()
        },
    )


def _ways(data: dict[str, Any]) -> Ways:
    return Ways(
        routes=tuple(
            Way(**{**one, "providers": tuple(one["providers"])}) for one in data["routes"]
        ),
        trunks={
            name: Trunk(name=name, **{**one, "codecs": tuple(one["codecs"])})
            for name, one in data["trunks"].items()
        },
        forms={
            name: tuple((regex, replacement) for regex, replacement in patterns)
            for name, patterns in data["forms"].items()
        },
        failures=frozenset(data["failures"]),
    )
