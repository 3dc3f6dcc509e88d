"""The rules of the call flow: what exists, what goes in circles, what ends nowhere, what is unused."""

from collections import defaultdict
from collections.abc import Iterator

from dialform.compiler.destinations import TABLES, WORDS, Edge, Node
from dialform.compiler.scope import Scope, near
from dialform.schema.rule import Flaw
from dialform.schema.rules import flow as rules


def check_flow(scope: Scope) -> Iterator[Flaw]:
    """All findings about destinations and the graph that they form."""
    found = list(scope.edges)
    yield from _existence(scope, found)
    yield from _loops(scope, found)
    yield from _ends(scope)
    yield from _options(scope)
    yield from _members(scope)
    yield from _unused(scope, found)


def has_mailbox(scope: Scope, number: str) -> bool:
    """Whether a mailbox of this number exists: an entry, or an extension's own."""
    extension = scope.tenant.extensions.get(number)
    return (
        scope.has("voicemails", number)
        or bool(extension and extension.voicemail)
        or scope.cuts.touch("extensions", number)
    )


def _existence(scope: Scope, found: list[Edge]) -> Iterator[Flaw]:
    tenant = scope.tenant
    for edge in found:
        kind, name = edge.destination.kind, edge.destination.target
        path = (*edge.path, kind)
        if kind == "schedule":
            if not scope.has("schedules", name):
                hint = near(name, tenant.schedules)
                yield scope.flaw(rules.UnknownSchedule, *path, name=name, near=hint)
        elif kind == "voicemail":
            if not has_mailbox(scope, name):
                own = [n for n, e in tenant.extensions.items() if e.voicemail]
                hint = near(name, [*tenant.voicemails, *own])
                if name in tenant.extensions:
                    hint = f"extension {name} has no mailbox: give it voicemail: true"
                yield scope.flaw(
                    rules.UnknownDestination, *path, kind="mailbox", name=name, near=hint
                )
        elif kind == "fax":
            extension = tenant.extensions.get(name)
            if name not in tenant.fax.accounts and (not extension or extension.type != "fax"):
                hint = near(name, tenant.fax.accounts)
                yield scope.flaw(
                    rules.UnknownDestination, *path, kind="fax account", name=name, near=hint
                )
        elif kind in TABLES and not scope.has(TABLES[kind], name):
            yield scope.flaw(
                rules.UnknownDestination,
                *path,
                kind=WORDS[kind],
                name=name,
                near=_elsewhere(scope, name) or near(name, getattr(tenant, TABLES[kind])),
            )


def _elsewhere(scope: Scope, name: str) -> str:
    for kind, table in TABLES.items():
        if name in getattr(scope.tenant, table):
            return f'{name} is a {WORDS[kind]}: write {{{kind}: "{name}"}}'
    return ""


def _loops(scope: Scope, found: list[Edge]) -> Iterator[Flaw]:
    """Circles along edges that no key press guards; each circle is told once."""
    graph: dict[Node, list[Edge]] = defaultdict(list)
    for edge in found:
        if not edge.pressed and edge.destination.kind in TABLES:
            graph[edge.source].append(edge)
    done: set[Node] = set()
    for start in sorted(graph):
        trail: list[Node] = []
        stack: list[tuple[Node, Iterator[Edge]]] = []
        node: Node | None = start
        while node is not None or stack:
            if node is not None and node not in done and node not in trail:
                trail.append(node)
                stack.append((node, iter(graph.get(node, ()))))
            node = None
            if not stack:
                break
            step = next(stack[-1][1], None)
            if step is None:
                done.add(stack.pop()[0])
                trail.pop()
                continue
            target = (step.destination.kind, step.destination.target)
            if target in trail:
                circle = [*trail[trail.index(target) :], target]
                words = " → ".join(f"{WORDS[kind]} {name}" for kind, name in circle)
                yield scope.flaw(rules.Loop, *step.path, circle=words)
            else:
                node = target


def _ends(scope: Scope) -> Iterator[Flaw]:
    for number, group in scope.tenant.ring_groups.items():
        if group.no_answer is None:
            yield scope.flaw(
                rules.EndsNowhere,
                "ring_groups",
                number,
                on="key",
                what=f"ring group {number} has no `no_answer`: callers are hung up on after "
                f"{group.timeout} s",
                way='add no_answer: {voicemail: "..."} or {hangup: true}',
            )
    for number, menu in scope.tenant.ivr_menus.items():
        if not menu.options and not menu.direct_dial:
            yield scope.flaw(
                rules.EndsNowhere,
                "ivr_menus",
                number,
                on="key",
                what=f"IVR menu {number} offers nothing to press",
                way='add options: {"1": {extension: "1001"}}',
            )
        if menu.no_input is None:
            yield scope.flaw(
                rules.EndsNowhere,
                "ivr_menus",
                number,
                on="key",
                what=f"IVR menu {number} has no `no_input`: who presses nothing is hung up on",
                way='add no_input: {extension: "..."} or {hangup: true}',
            )
    for slug, schedule in scope.tenant.schedules.items():
        if not schedule.open:
            yield scope.flaw(rules.NeverOpen, "schedules", slug, on="key", name=slug)


def _options(scope: Scope) -> Iterator[Flaw]:
    for number, menu in scope.tenant.ivr_menus.items():
        for digits in menu.options if menu.direct_dial else ():
            if digits in scope.tenant.extensions:
                yield scope.flaw(
                    rules.OptionIsNumber,
                    *("ivr_menus", number, "options", digits),
                    on="key",
                    digits=digits,
                    object=f"extension {digits}",
                )


def _members(scope: Scope) -> Iterator[Flaw]:
    tenant = scope.tenant
    for group, entry in tenant.ring_groups.items():
        seen: set[str] = set()
        for index, member in enumerate(entry.members):
            path = ("ring_groups", group, "members", index)
            number = member.number
            if number in seen:
                yield scope.flaw(rules.MemberTwice, *path, number=number)
            seen.add(number)
            if number == group:
                what, way = "the group itself", "name extensions"
            elif number.startswith("+"):
                continue
            elif (other := _object(scope, number)) and not other.startswith("extension"):
                what = f"{_article(other)}, not an extension"
                way = "members are extensions, or outside numbers in E.164"
            elif not other:
                what, way = "no extension of this tenant", near(number, tenant.extensions)
            else:
                if member.delay >= entry.timeout:
                    yield scope.flaw(
                        rules.UncertainMember,
                        *path,
                        number=number,
                        delay=member.delay,
                        timeout=entry.timeout,
                    )
                continue
            yield scope.flaw(rules.UnknownMember, *path, number=number, what=what, way=way)


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiouAEIOU' else 'a'} {words.rsplit(' ', 1)[0]}"


def _object(scope: Scope, number: str) -> str:
    """What has this number, in words; empty where nothing has."""
    for kind, table in TABLES.items():
        if scope.has(table, number):
            return f"{WORDS[kind]} {number}"
    return ""


def _unused(scope: Scope, found: list[Edge]) -> Iterator[Flaw]:
    tenant = scope.tenant
    used = {edge.destination.target for edge in found if edge.destination.kind == "schedule"}
    for slug in tenant.schedules:
        if slug not in used:
            yield scope.flaw(
                rules.Unreachable, "schedules", slug, on="key", object=f"schedule '{slug}'"
            )
    profiles = {device.profile for device in tenant.devices.values()}
    for slug in tenant.device_profiles:
        if slug not in profiles:
            yield scope.flaw(
                rules.Unreachable, "device_profiles", slug, on="key", object=f"profile '{slug}'"
            )
    if tenant.extensions:
        return  # whoever has a phone can dial every number
    reached: set[Node] = set()
    waiting = [("did", did) for did in tenant.inbound_routes]
    while waiting:
        node = waiting.pop()
        for edge in found:
            target = (edge.destination.kind, edge.destination.target)
            if edge.source == node and target not in reached:
                reached.add(target)
                waiting.append(target)
    for kind, table in TABLES.items():
        for number in getattr(tenant, table):
            if (kind, number) not in reached:
                what = f"{WORDS[kind]} {number}"
                yield scope.flaw(rules.Unreachable, table, number, on="key", object=what)
