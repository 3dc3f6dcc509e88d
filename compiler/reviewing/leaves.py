"""What differs between two models of a tenant, object by object and field by field.

Nothing is guessed here, no object is taken for another one under a new name: rights depend on it.
"""

from collections.abc import Iterator
from typing import Any, Literal

from dialform.compiler.planning.objects import ObjectId
from dialform.compiler.reviewing.rights import PBX_TABLES
from dialform.schema.fax import FAX_TABLES, Fax
from dialform.schema.rule import Path
from dialform.schema.tenant import Tenant
from dialform.schema.types import Model
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that differs. `path` is where it stands in the document, `fields` are below that.

    `table` is the document's own, by which rights go. A field () is the whole object.
    """

    id: ObjectId
    table: str
    action: Literal["create", "update", "delete"]
    path: Path
    fields: tuple[Path, ...]


def leaves(old: Any, new: Any, path: Path = ()) -> Iterator[Path]:
    """The deepest paths at which two values differ. A list differs as a whole."""
    if isinstance(old, Model) and type(old) is type(new):
        for name, about in type(old).model_fields.items():
            yield from leaves(getattr(old, name), getattr(new, name), (*path, about.alias or name))
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from leaves(old.get(key), new.get(key), (*path, key))
    elif old != new:
        yield path


def differences(slug: str, old: Tenant, new: Tenant) -> Iterator[Difference]:
    """Every object of a tenant's PBX that differs, table by table."""
    for table in (name for name in Tenant.model_fields if name in PBX_TABLES):
        before, after = _entries(table, old), _entries(table, new)
        for path in sorted(before.keys() | after.keys(), key=str):
            one, other = before.get(path), after.get(path)
            fields = tuple(leaves(one, other))
            if not fields:
                continue
            action: Literal["create", "update", "delete"] = "update"
            if one is None:
                action = "create"
            elif other is None:
                action = "delete"
            kind = "_".join(map(str, path[:-1])) or table
            key = str(path[-1]) if len(path) > 1 else ""
            yield Difference(ObjectId(slug, kind, key), table, action, path, fields)


def _entries(table: str, tenant: Tenant) -> dict[Path, Any]:
    """The objects of a table by their paths; what there is only one of stands by itself."""
    value = getattr(tenant, table)
    if table == "fax":
        return _faxes(value)
    if isinstance(value, dict):
        return {(table, key): entry for key, entry in value.items()}
    return {(table,): value}


def _faxes(fax: Fax) -> dict[Path, Any]:
    found: dict[Path, Any] = {
        ("fax", table, key): entry
        for table in FAX_TABLES
        for key, entry in getattr(fax, table).items()
    }
    rest = {name: getattr(fax, name) for name in Fax.model_fields if name not in FAX_TABLES}
    return {**found, ("fax",): rest}
