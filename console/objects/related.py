"""What refers to an object, and what it leads to, in the site that is shown."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from dialform.compiler.destinations import TABLES, Edge
from dialform.compiler.planning.objects import TENANT
from dialform.compiler.scope import Scope
from dialform.console.objects.kinds import BY_DESTINATION, BY_TABLE, KINDS, Kind
from dialform.console.objects.where import Where
from dialform.values import dataclass, replace

_NODES = {table: kind for kind, table in TABLES.items()} | {
    "schedules": "schedule", "inbound_routes": "did", "paging": "paging", "fax": "fax",
}  # fmt: skip
"""What a table's objects are as nodes of the call flow."""

_VALUES: dict[str, tuple[tuple[str, str], ...]] = {
    "users": (("extensions", "user"), ("devices", "user"), ("fax_accounts", "users")),
    "device_profiles": (("devices", "profile"),),
    "music_on_hold": (("call_queues", "music"), ("conferences", "music")),
    "extensions": (
        ("ring_groups", "members"), ("call_queues", "agents"), ("paging", "members"),
        ("devices", "lines"), ("follow_me", "destinations"), ("follow_me", ""), ("voicemails", ""),
        ("fax_accounts", ""),
    ),
    "numbers": (("extensions", "caller_id"), ("inbound_routes", ""), ("fax_accounts", "number")),
}  # fmt: skip
"""Where else objects are named: by table the tables and fields that may name one; "" is by its key."""


@dataclass(frozen=True, slots=True)
class Link:
    """Another object, and how both hang together."""

    words: str
    how: str
    path: str


def leads_to(place: Where, key: str) -> list[Link]:
    """Where calls go from an object."""
    scope = place.scope
    node = _node(place.kind)
    if scope is None or not node:
        return []
    found = [
        _link(scope, edge.destination.kind, edge.destination.target, _how(edge))
        for edge in scope.edges
        if edge.source == (node, key)
    ]
    return _reached(place, found)


def used_by(place: Where, key: str) -> list[Link]:
    """What names an object."""
    scope = place.scope
    if scope is None:
        return _in_platform(place, key)
    node = _node(place.kind)
    found = [
        _link(scope, edge.source[0], edge.source[1], _how(edge))
        for edge in scope.edges
        if (node and edge.destination.kind == node and edge.destination.target == key)
        or (edge.tone and node == "fax" and edge.destination.target == key)
    ]
    for table, field in _VALUES.get(place.kind.table, ()):
        found += [
            Link(
                f"{TENANT[table]} {other}",
                field.replace("_", " "),
                _kind(table).at(scope.slug, other),
            )
            for other, one in _objects(scope, table)
            if (other == key if not field else key in _named(getattr(one, field)))
        ]
    return _reached(place, found)


def path_of(place: Where, node: str, key: str) -> str:
    """The page of what a destination names; "" where there is none, or none for the visitor."""
    if place.scope is None:
        return ""
    path = _link(place.scope, node, key, "").path
    return path if path and _reaches(place, path) else ""


def _reached(place: Where, found: Iterable[Link]) -> list[Link]:
    """Each once; what the visitor may not look at is named, and leads nowhere."""
    return [
        one if not one.path or _reaches(place, one.path) else replace(one, path="")
        for one in dict.fromkeys(found)
    ]


def _reaches(place: Where, path: str) -> bool:
    name, _, key = path.removeprefix(f"/t/{place.tenant}/").partition("/")
    kind = KINDS[name]
    return kind.need.met(place.visitor) and replace(place, kind=kind).sees(unquote(key))


def _in_platform(place: Where, key: str) -> list[Link]:
    """What of the platform names an object of the platform."""
    view = place.site.view
    if view is None:
        return []
    found = []
    if place.kind.name == "providers":
        found = [("routes", name) for name, one in view.routes.items() if key in one.providers]
    if place.kind.name == "plans":
        found = [("routes", name) for name, one in view.routes.items() if one.plan == key]
    if place.kind.name == "rates":
        found = [("plans", name) for name, one in view.billing.plans.items() if key in one.rates]
    links = [
        Link(f"{KINDS[kind].one} {name}", "", KINDS[kind].at("", name)) for kind, name in found
    ]
    if place.kind.name in ("providers", "plans", "packages"):
        links += _in_tenants(place, key)
    return links


def _in_tenants(place: Where, key: str) -> Iterator[Link]:
    for slug in place.site.slugs:
        scope = place.site.tenant(slug)
        if scope is None:
            continue
        bought = scope.tenant.subscription
        if place.kind.name == "providers":
            count = sum(line.provider == key for line in scope.tenant.numbers.values())
            if count:
                words = f"{count} number{'s' if count > 1 else ''} of {slug}"
                yield Link(words, "", KINDS["numbers"].at(slug))
        elif bought and key == (bought.package if place.kind.name == "packages" else bought.plan):
            yield Link(f"tenant {slug}", "subscription", KINDS["company"].at(slug))


def _node(kind: Kind) -> str:
    return _NODES.get(kind.table, "") if kind.name not in ("fax-documents", "fax-settings") else ""


def _link(scope: Scope, node: str, key: str, how: str) -> Link:
    from dialform.compiler.destinations import WORDS

    words = f"{WORDS.get(node, node)} {key}" if node != "hangup" else "hang up"
    kind = KINDS.get(BY_DESTINATION.get(node, ""))
    if kind is None:
        return Link(words, how, "")
    if node == "voicemail" and key not in scope.tenant.voicemails:
        kind = KINDS["extensions"]  # an extension's own
    return Link(words, how, kind.at(scope.slug, key))


def _how(edge: Edge) -> str:
    """How an object leads on: `no answer`, `key 1`, `busy, while it is open`."""
    path = [str(step) for step in edge.path[2:]]
    if path[:1] == ["options"]:
        path = [f"key {path[1]}", *path[2:]]
    words = [_WAYS.get(one, one) for one in path]
    if edge.tone:
        words.append("for fax machines")
    return ", ".join(words).replace("_", " ")


_WAYS = {
    "open": "while it is open", "closed": "while it is closed", "no_answer": "if nobody answers",
    "busy": "if it is busy", "unregistered": "if no phone is connected", "invalid": "on a wrong key",
    "no_input": "if nothing is pressed", "timeout": "after the longest wait",
    "no_agent": "while no agent is logged in",
}  # fmt: skip
"""How a call comes from one object to the next, by the fields that say where."""


def _objects(scope: Scope, table: str) -> Iterator[tuple[str, Any]]:
    if table == "fax_accounts":
        yield from scope.tenant.fax.accounts.items()
    else:
        yield from getattr(scope.tenant, table).items()


def _kind(table: str) -> Kind:
    path = ("fax", "accounts") if table == "fax_accounts" else (table,)
    return BY_TABLE["", path]


def _named(value: Any) -> set[str]:
    """The texts of a field, or of the things in it."""
    if isinstance(value, list):
        return {text for one in value for text in _named(one)}
    if value is None or isinstance(value, str):
        return {value} if value else set()
    return {text for name in ("number", "extension") if (text := getattr(value, name, ""))}
