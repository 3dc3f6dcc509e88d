"""A state's files as objects: what a change is told of."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dialform.compiler.planning.objects import ObjectId, Spot
from dialform.compiler.planning.plain import plain, unlike_default
from dialform.compiler.prune import shape_check_all
from dialform.compiler.states.state import State
from dialform.schema.billing import TABLES, Billing
from dialform.schema.calltest import Calls
from dialform.schema.document import Document, load
from dialform.schema.fax import FAX_TABLES, Fax
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Routes
from dialform.schema.rule import Path
from dialform.schema.tenant import ACCOUNT_KEYS, Tenant
from dialform.schema.types import Model
from dialform.values import dataclass, field

_SINGLE = ("feature_codes", "recording", "do_not_call", "block", "parking", "calls")
"""A tenant's objects of which there is one at most."""

_TABLES = tuple(
    name
    for name in Tenant.model_fields
    if name in ("numbers", "payments") or name not in (*ACCOUNT_KEYS, *_SINGLE, "fax")
)


@dataclass(frozen=True, slots=True)
class Object:
    """One object: its data, where it stands, and which of its fields say something."""

    id: ObjectId
    data: dict[str, Any]
    spot: Spot = field(compare=False, repr=False)
    said: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """What people call it, where it has a name."""
        for key in ("name", "label", "company", "description"):
            if isinstance(found := self.data.get(key), str):
                return found
        return ""


Objects = Mapping[ObjectId, Object]


def tenant_of(state: State, slug: str) -> tuple[Tenant | None, Document]:
    """A tenant as far as it can be read, with its places."""
    name = f"tenants.d/{slug}"
    if name not in state.parsed:
        contents = [(path, _read(state, path)) for path in state.tree.tenants.get(slug, ())]
        document, _ = load(name, contents)
        model, _, _ = shape_check_all(Tenant, name, document.data, {"company": slug})
        state.parsed[name] = model, document
    found: tuple[Tenant | None, Document] = state.parsed[name]
    return found


def tenant_objects(state: State, slug: str) -> Objects:
    """The objects of a tenant; none where the state has no such tenant."""
    if slug not in state.tree.tenants:
        return {}
    model, document = tenant_of(state, slug)
    return _by_id(_tenant(slug, model, document)) if model else {}


def _by_id(objects: Iterable[Object]) -> Objects:
    return {one.id: one for one in objects}


def _tenant(slug: str, tenant: Tenant, document: Document) -> Iterator[Object]:
    account = ACCOUNT_KEYS - {"numbers", "payments"}
    data = {name: plain(inner) for name in account if (inner := getattr(tenant, name)) is not None}
    said = frozenset(unlike_default(tenant) & account)
    yield Object(ObjectId(slug, "account"), data, Spot(document, ("company",)), said)
    for table in _TABLES:
        for key, model in getattr(tenant, table).items():
            yield _object(ObjectId(slug, table, key), model, document, (table, key))
    yield from _fax(slug, tenant.fax, document)
    for name in _SINGLE:
        value = getattr(tenant, name)
        if isinstance(value, Model):
            if name in tenant.model_fields_set:
                yield _object(ObjectId(slug, name), value, document, (name,))
        elif value:
            inner = {name: plain(value)}
            yield Object(ObjectId(slug, name), inner, Spot(document, (name,)), frozenset(inner))


def _fax(slug: str, fax: Fax, document: Document) -> Iterator[Object]:
    """Accounts and documents each by itself; what holds for all of them is one more."""
    for table in FAX_TABLES:
        for key, model in getattr(fax, table).items():
            path = ("fax", table, key)
            yield _object(ObjectId(slug, f"fax_{table}", key), model, document, path)
    if said := fax.model_fields_set - {*FAX_TABLES}:
        whole = {key: inner for key, inner in plain(fax).items() if key not in FAX_TABLES}
        yield Object(ObjectId(slug, "fax"), whole, Spot(document, ("fax",)), frozenset(said))


def _object(id_: ObjectId, model: Model, document: Document, path: Path) -> Object:
    data = plain(model)
    if id_.table == "inbound_routes":
        data = {"to": data}  # a destination is one value
        return Object(id_, data, Spot(document, path), frozenset(data))
    return Object(id_, dict(data), Spot(document, path), frozenset(unlike_default(model)))


def platform_objects(state: State, paths: Iterable[str]) -> Objects:
    """The platform's objects that stand in these files."""
    found: list[Object] = []
    providers = {path: name for name, path in state.tree.providers.items()}
    for path in paths:
        if not state.tree.has(path):
            continue
        if path in providers:
            found += _one(Provider, state, path, ObjectId("", "providers", providers[path]))
        elif path in state.tree.calls:
            found += _one(Calls, state, path, ObjectId("", "calls", path))
        elif path in _ROOT:
            found += _ROOT[path](state, path)
    return _by_id(found)


def _load(model: type[Model], state: State, path: str) -> tuple[Any, Document]:
    document, _ = load(path, [(path, _read(state, path))])
    made, _, _ = shape_check_all(model, path, document.data)
    return made, document


def _one(model: type[Model], state: State, path: str, id_: ObjectId) -> Iterator[Object]:
    made, document = _load(model, state, path)
    if made is not None:
        yield _object(id_, made, document, ())


def _platform(state: State, path: str) -> Iterator[Object]:
    made, document = _load(Platform, state, path)
    if made is None:
        return
    data, said = plain(made), frozenset(unlike_default(made))
    data.pop("hosts")
    yield Object(ObjectId("", "platform"), data, Spot(document, ()), said - {"hosts"})
    for name, host in made.hosts.items():
        yield _object(ObjectId("", "hosts", name), host, document, ("hosts", name))


def _routes(state: State, path: str) -> Iterator[Object]:
    made, document = _load(Routes, state, path)
    for name, route in made.routes.items() if made else ():
        yield _object(ObjectId("", "routes", name), route, document, ("routes", name))


def _billing(state: State, path: str) -> Iterator[Object]:
    made, document = _load(Billing, state, path)
    if made is None:
        return
    for table in TABLES:
        for name, model in getattr(made, table).items():
            yield _object(ObjectId("", table, name), model, document, (table, name))
    for key in sorted(made.model_fields_set - {*TABLES}):
        value = {"to": plain(getattr(made, key))}
        yield Object(ObjectId("", "billing", key), value, Spot(document, (key,)), frozenset(value))


_ROOT = {"platform.yaml": _platform, "routes.yaml": _routes, "billing.yaml": _billing}


def _read(state: State, path: str) -> bytes:
    try:
        return state.read(path)
    except OSError:
        return b""  # a finding says so where the state is checked


def covers(objects: Objects) -> set[str]:
    """The cover pages that a tenant's fax accounts name."""
    named = (one.data.get("cover") for id_, one in objects.items() if id_.table == "fax_accounts")
    return {file for file in named if isinstance(file, str)}


def uses(objects: Objects, path: str) -> bool:
    """Whether any object names this file."""
    return any(_names(one.data, path) for one in objects.values())


def _names(value: Any, text: str) -> bool:
    if isinstance(value, dict):
        return any(_names(inner, text) for inner in value.values())
    if isinstance(value, list):
        return any(_names(inner, text) for inner in value)
    return bool(value == text)
