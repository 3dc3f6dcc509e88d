"""The rules of the call flow: what exists, what goes in circles, what ends nowhere, what is unused."""

from bisect import bisect
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from itertools import islice, pairwise

from dialform.compiler.destinations import TABLES, WORDS, Edge, Node
from dialform.compiler.scope import Scope, near, nearest
from dialform.schema.rule import Flaw
from dialform.schema.rules import flow as rules

_MOST_CIRCLES = 100
_LONGEST_CIRCLE = 12


def check_flow(scope: Scope) -> Iterator[Flaw]:
    """All findings about destinations and the graph that they form."""
    found = list(scope.edges)
    yield from _existence(scope, found)
    yield from _loops(scope, found)
    yield from _ends(scope)
    yield from _hours(scope)
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
        or (extension is None and scope.has("extensions", number))
    )


def _existence(scope: Scope, found: list[Edge]) -> Iterator[Flaw]:
    tenant = scope.tenant
    boxes = {n: None for n, e in tenant.extensions.items() if e.voicemail} | dict.fromkeys(
        tenant.voicemails
    )
    for edge in found:
        kind, name = edge.destination.kind, edge.destination.target
        path = edge.place
        if kind == "schedule":
            if not scope.has("schedules", name):
                hint = near(name, tenant.schedules)
                yield scope.flaw(rules.UnknownSchedule, *path, name=name, near=hint)
        elif kind == "voicemail":
            if not has_mailbox(scope, name):
                hint = near(name, boxes)
                if name in tenant.extensions:
                    hint = f"extension {name} has no mailbox: give it voicemail: true"
                yield scope.flaw(
                    rules.UnknownDestination, *path, kind="mailbox", name=name, near=hint
                )
        elif kind == "fax":
            if name not in tenant.fax.accounts:
                hint = _no_account(scope, name)
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
            return f'{name} is {_article(WORDS[kind])}: write {{{kind}: "{name}"}}'
    return ""


def _no_account(scope: Scope, name: str) -> str:
    extension = scope.tenant.extensions.get(name)
    if extension is None or extension.type != "fax":
        return near(name, scope.tenant.fax.accounts)
    way = f'add fax: {{accounts: {{"{name}": {{deliver_to: ...}}}}}}'
    return f'{way}; for the fax machine behind it, write {{extension: "{name}"}}'


def _loops(scope: Scope, found: list[Edge]) -> Iterator[Flaw]:
    """Circles along edges that no key press guards.

    Circles that share a step are one mistake as long as mending that step mends them all; it is told
    at that step.
    """
    steps: dict[Node, dict[Node, Edge]] = defaultdict(dict)
    for edge in found:
        if not edge.pressed and edge.destination.kind in TABLES:
            target = (edge.destination.kind, edge.destination.target)
            steps[edge.source].setdefault(target, edge)
    told: list[tuple[list[Node], set[tuple[Node, Node]]]] = []
    for circle in islice(_circles(steps), _MOST_CIRCLES):
        mine = set(pairwise([*circle, circle[0]]))
        same = next((shared for _, shared in told if shared & mine), None)
        if same is None:
            told.append((circle, mine))
        else:
            same &= mine
    for circle, shared in told:
        ring = deque(circle)
        while (ring[-1], ring[0]) not in shared:
            ring.rotate()
        names = [f"{WORDS[kind]} {name}" for kind, name in (*ring, ring[0])]
        if len(names) > _LONGEST_CIRCLE:
            names = [*names[: _LONGEST_CIRCLE - 1], "…", names[-1]]
        edge = steps[ring[-1]][ring[0]]
        yield scope.flaw(rules.Loop, *edge.path, circle=" → ".join(names))


def _circles(steps: Mapping[Node, Mapping[Node, Edge]]) -> Iterator[list[Node]]:
    """A circle for each step that leads back, found in one walk over the graph."""
    done: set[Node] = set()
    for start in sorted(steps):
        if start in done:
            continue
        trail: dict[Node, Iterator[Node]] = {start: iter(steps[start])}
        while trail:
            node, onward = next(reversed(trail.items()))
            target = next(onward, None)
            if target is None:
                del trail[node]
                done.add(node)
            elif target in trail:
                walked = list(trail)
                yield walked[walked.index(target) :]
            elif target not in done:
                trail[target] = iter(steps.get(target, ()))


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
    for number, queue in scope.tenant.call_queues.items():
        if queue.max_wait and queue.timeout is None:
            yield scope.flaw(
                rules.EndsNowhere,
                "call_queues",
                number,
                on="key",
                what=f"call queue {number} has no `timeout`: callers are hung up on after "
                f"{queue.max_wait} s",
                way='add timeout: {voicemail: "..."} or {hangup: true}',
            )


def _hours(scope: Scope) -> Iterator[Flaw]:
    for slug, schedule in scope.tenant.schedules.items():
        path = ("schedules", slug)
        if not schedule.open:
            yield scope.flaw(rules.NeverOpen, *path, on="key", name=slug)
        taken: list[tuple[int, int, int]] = []
        for index, hours in enumerate(schedule.open):
            clash = None
            for begin, end in hours.spans():
                place = bisect(taken, (begin, end, index))
                near_by = taken[max(place - 1, 0) : place + 1]
                clash = next((n for a, b, n in near_by if a < end and begin < b), clash)
                if clash is None:
                    taken.insert(place, (begin, end, index))
            if clash is not None:
                what = "these hours are open"
                yield scope.flaw(
                    rules.RepeatedHours, *path, "open", index, what=what, first=clash + 1
                )
        days: dict[tuple[int, int, int | None], int] = {}
        for index, day in enumerate(schedule.closed):
            every = days.get((day.month, day.day, None))
            first = days.setdefault((day.month, day.day, day.year), index)
            first = every if every is not None else first
            if first != index:
                what = "this day is closed"
                yield scope.flaw(
                    rules.RepeatedHours, *path, "closed", index, what=what, first=first + 1
                )


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
                what = f"{_article(other.rsplit(' ', 1)[0])}, not an extension"
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
    return f"{'an' if words[0] in 'aeiouAEIOU' else 'a'} {words}"


def _object(scope: Scope, number: str) -> str:
    """What has this number, in words; empty where nothing has."""
    for kind, table in TABLES.items():
        if scope.has(table, number):
            return f"{WORDS[kind]} {number}"
    return ""


def _unused(scope: Scope, found: list[Edge]) -> Iterator[Flaw]:
    tenant = scope.tenant
    named = {edge.destination.target for edge in found if edge.destination.kind == "schedule"}
    for slug in _nobody_names(tenant.schedules, named):
        what = f"schedule '{slug}'"
        yield scope.flaw(rules.Unreachable, "schedules", slug, on="key", object=what)
    named = {device.profile for device in tenant.devices.values() if device.profile}
    for slug in _nobody_names(tenant.device_profiles, named):
        what = f"profile '{slug}'"
        yield scope.flaw(rules.Unreachable, "device_profiles", slug, on="key", object=what)
    if tenant.extensions:
        return  # whoever has a phone can dial every number
    onward: dict[Node, list[Node]] = defaultdict(list)
    for edge in found:
        onward[edge.source].append((edge.destination.kind, edge.destination.target))
    reached: set[Node] = set()
    waiting: list[Node] = [("did", did) for did in tenant.inbound_routes]
    while waiting:
        for target in onward[waiting.pop()]:
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    for kind, table in TABLES.items():
        for number in getattr(tenant, table):
            if (kind, number) not in reached:
                what = f"{WORDS[kind]} {number}"
                yield scope.flaw(rules.Unreachable, table, number, on="key", object=what)


def _nobody_names(table: Mapping[str, object], named: set[str]) -> Iterator[str]:
    """The objects that nothing names. One that a wrong name nearly names is told there already."""
    meant = {nearest(name, table) for name in named - table.keys()}
    return (slug for slug in table if slug not in named and slug not in meant)
