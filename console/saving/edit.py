"""What somebody wants to be otherwise: another value at a path, and what stood there when they began."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from weakref import WeakKeyDictionary

from dialform.console.errors import NotThere
from dialform.console.site import Site
from dialform.schema.document import Document, load
from dialform.schema.editing import GONE, at
from dialform.schema.rule import Path
from dialform.values import dataclass

ANYWAY = "*"
"""As `was`: whatever stands there now."""

PLATFORM: Mapping[str, str] = {
    "platform": "platform.yaml", "routes": "routes.yaml", "billing": "billing.yaml",
}  # fmt: skip
"""The platform's documents by the first step of a path; those of providers are named by the second."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`value` at `path` of a tenant, or (GONE) nothing; plain data, as YAML means it.

    `tenant` None are the platform's files: the first step of the path is then the document (`platform`,
    `routes`, `billing`, or `providers` with its name as the second step), and the rest is as the file has it:
    `("routes", "routes", "us-voice")`, `("platform", "hosts", "pbx1")`, `("providers", "backup", "host")`.
    The path `()` of a tenant, and `("providers", name)`, is all of it: so one comes and goes.

    `was` is `digest_of(value_at(…))` when somebody began: empty (or None) where there was nothing. ANYWAY
    asks for no comparison.
    """

    tenant: str | None
    path: Path
    value: Any
    was: str | None = None

    @property
    def document(self) -> str:
        """The document that it is about, as the site names it. Raises NotThere."""
        return document_name(self.tenant, self.path)

    @property
    def inside(self) -> Path:
        """Its path in that document."""
        return inside(self.tenant, self.path)


def document_name(tenant: str | None, path: Path) -> str:
    """`tenants.d/acme`, `routes.yaml`, `providers.d/backup.yaml`. Raises NotThere."""
    if tenant is not None:
        return f"tenants.d/{tenant}"
    first = str(path[0]) if path else ""
    if first == "providers" and len(path) > 1:
        return f"providers.d/{path[1]}.yaml"
    if first not in PLATFORM:
        raise NotThere("There is no such part of the platform.")
    return PLATFORM[first]


def inside(tenant: str | None, path: Path) -> Path:
    """A path without what names the document."""
    if tenant is not None:
        return path
    return path[2:] if path[:1] == ("providers",) else path[1:]


def plain(value: Any) -> Any:
    """A value as YAML has it: texts, numbers, truth values, None, lists and maps."""
    if isinstance(value, Mapping):
        return {str(k): plain(one) for k, one in value.items() if one is not GONE}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(one) for one in items]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


def digest_of(data: Any) -> str:
    """A name for a value, the same whatever the order of its keys; empty for GONE."""
    if data is GONE:
        return ""
    text = json.dumps(plain(data), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def value_at(site: Site, tenant: str | None, path: Path) -> Any:
    """What a site's files say at a path, as plain data; GONE where nothing does."""
    name = document_name(tenant, path)
    if not files_of(site, name):
        return GONE
    return at(document_of(site, name).data, inside(tenant, path))


_documents: WeakKeyDictionary[Site, dict[str, Document]] = WeakKeyDictionary()


def document_of(site: Site, name: str) -> Document:
    """A document of a site as it is written; an empty one where there is none."""
    known = _documents.setdefault(site, {})
    if name not in known:
        contents = []
        for path in files_of(site, name):
            try:
                contents.append((path, site.tree.read(path)))
            except OSError:
                continue
        known[name] = load(name, contents)[0]
    return known[name]


def files_of(site: Site, name: str) -> list[str]:
    """The files of a document."""
    slug = name.removeprefix("tenants.d/")
    if slug != name:
        return list(site.tree.tenants.get(slug, ()))
    return [name] if site.tree.has(name) else []
