"""The call flow of a tenant as a picture's value: boxes, arrows between them, what stands at each.

Who a caller reaches by dialling a number inside is not drawn: from every phone there would be an arrow
to everything.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from dialform.compiler.destinations import Edge, edges
from dialform.compiler.numbering import is_internal
from dialform.compiler.pictures.boxes import KINDS, Box, box_of, id_of
from dialform.schema.rule import Path
from dialform.schema.tenant import Tenant
from dialform.values import dataclass, replace

_REASONS = {"no_answer": "no answer", "busy": "busy", "unregistered": "no phone"}
_LABELS = _REASONS | {
    "no_agent": "no agent", "no_input": "no key", "invalid": "wrong key",
    "open": "open", "closed": "closed", "always": "always",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box to another. `style` is `goes`, `pressed` (a key leads there) or `rings` (a member)."""

    source: str
    target: str
    labels: tuple[str, ...]
    style: str
    path: Path

    @property
    def label(self) -> str:
        """What stands at the arrow."""
        return ", ".join(self.labels)


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes by their id, and arrows, both in a fixed order whatever order the files have."""

    boxes: dict[str, Box]
    arrows: tuple[Arrow, ...]


def flow_graph(tenant: Tenant, *, whole: bool = False) -> Graph:
    """The graph of a tenant. Without `whole`, phones that no flow comes to and that lead nowhere but to
    their own mailbox are left out.
    """
    drawn = _Drawn(tenant)
    for edge in edges(tenant):
        drawn.edge(edge)
    for arrow in (*_ringing(tenant), *_following(tenant), *_own_mailboxes(tenant)):
        drawn.arrow(arrow)
    for kind, key in _objects(tenant):
        drawn.box(id_of(tenant, kind, key))
    graph = drawn.graph()
    return graph if whole else _without_lone_phones(tenant, graph)


def reachable(graph: Graph, starts: Iterable[str]) -> Graph:
    """What a call can come to from these boxes, themselves included."""
    onward: dict[str, list[str]] = defaultdict(list)
    for arrow in graph.arrows:
        onward[arrow.source].append(arrow.target)
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        if (box := waiting.pop()) not in found:
            found.add(box)
            waiting += onward[box]
    return part(graph, found)


def part(graph: Graph, kept: set[str]) -> Graph:
    """Only these boxes, and the arrows among them."""
    return Graph(
        {key: box for key, box in graph.boxes.items() if key in kept},
        tuple(a for a in graph.arrows if a.source in kept and a.target in kept),
    )


class _Drawn:
    """Collects boxes and arrows; arrows between the same two boxes become one with all their labels."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._boxes: dict[str, Box] = {}
        self._arrows: dict[tuple[str, str, bool], Arrow] = {}
        self._decisions: dict[Path, str] = {}
        self._shared: dict[str, str] = {}

    def box(self, name: str, path: Path = ()) -> str:
        if name not in self._boxes:
            self._boxes[name] = box_of(self._tenant, name, path)
        return name

    def arrow(self, arrow: Arrow) -> None:
        self.box(arrow.source, arrow.path)
        self.box(arrow.target, arrow.path)
        key = (arrow.source, arrow.target, arrow.style == "rings")
        old = self._arrows.get(key)
        if old is not None:
            more = tuple(label for label in arrow.labels if label not in old.labels)
            style = old.style if old.style == arrow.style else "goes"
            arrow = replace(old, labels=old.labels + more, style=style)
        self._arrows[key] = arrow

    def edge(self, edge: Edge) -> None:
        inside = self._decisions.get(edge.path[:-1])
        source = inside or id_of(self._tenant, *edge.source)
        if inside is not None and inside in self._shared.values():
            first = next(path for path, name in self._decisions.items() if name == inside)
            if first != edge.path[:-1]:
                self._remember(edge)
                return  # the same decision is drawn already, with what follows it
        target = self._remember(edge) or id_of(
            self._tenant, edge.destination.kind, edge.destination.target
        )
        labels = _labels(self._tenant, edge, inside is not None)
        style = "pressed" if edge.pressed and inside is None else "goes"
        self.arrow(Arrow(source, target, labels, style, edge.path))

    def _remember(self, edge: Edge) -> str | None:
        """The box of a schedule. Uses that decide the same are one box, named after the first of them
        so that a changed use leaves the others where they are.
        """
        if edge.destination.kind != "schedule":
            return None
        same = edge.destination.model_dump_json(exclude_none=True, exclude={"detect_fax"})
        place = "/".join(map(str, edge.path[edge.path[0] == "inbound_routes" :]))
        name = self._shared.setdefault(same, f"schedule:{edge.destination.target}@{place}")
        self._decisions[edge.path] = name
        return name

    def graph(self) -> Graph:
        order = {kind: place for place, kind in enumerate(KINDS)}
        boxes = sorted(self._boxes.values(), key=lambda b: (order[b.kind], b.key, b.id))
        place = {box.id: index for index, box in enumerate(boxes)}
        arrows = sorted(
            map(_unanswered, self._arrows.values()),
            key=lambda a: (place[a.source], a.style == "rings", place[a.target]),
        )
        return Graph({box.id: box for box in boxes}, tuple(arrows))


def _unanswered(arrow: Arrow) -> Arrow:
    """All reasons together have one word."""
    reasons = _REASONS.values()
    if not set(reasons) <= set(arrow.labels):
        return arrow
    others = tuple(label for label in arrow.labels if label not in reasons)
    return replace(arrow, labels=("unanswered", *others))


def _labels(tenant: Tenant, edge: Edge, inside: bool) -> tuple[str, ...]:
    kind, key = edge.source
    last = str(edge.path[-1])
    if inside:
        return (last,)
    if kind == "did":
        return ("fax tone",) if edge.tone else ()
    if kind == "ivr" and len(edge.path) > 3:
        return (last,)
    if kind == "ring_group":
        return (f"no answer after {tenant.ring_groups[key].timeout} s",)
    if kind == "queue" and last == "timeout":
        wait = tenant.call_queues[key].max_wait
        return (f"after {wait} s" if wait else "waited too long",)
    return (_LABELS.get(last, last),)


def _ringing(tenant: Tenant) -> Iterator[Arrow]:
    """Members, agents, and who is paged."""
    for number, group in tenant.ring_groups.items():
        for index, member in enumerate(group.members):
            details = [f"after {member.delay} s"] if member.delay else []
            details += [f"for {member.timeout} s"] if member.timeout else []
            path: Path = ("ring_groups", number, "members", index)
            label = " ".join(["rings", *details])
            yield Arrow(
                f"ring_group:{number}", _far(tenant, member.number), (label,), "rings", path
            )
    for number, queue in tenant.call_queues.items():
        for index, agent in enumerate(queue.agents):
            label = f"agent, level {agent.level}" if agent.level > 1 else "agent"
            path = ("call_queues", number, "agents", index)
            yield Arrow(f"queue:{number}", _far(tenant, agent.number), (label,), "rings", path)
    for number, paging in tenant.paging.items():
        for index, phone in enumerate(paging.members):
            path = ("paging", number, "members", index)
            yield Arrow(f"paging:{number}", _far(tenant, phone), ("pages",), "rings", path)


def _following(tenant: Tenant) -> Iterator[Arrow]:
    for number, entry in tenant.follow_me.items():
        said = ", ".join(_LABELS[reason] for reason in entry.when)
        reasons = "" if _REASONS.keys() <= set(entry.when) else f" ({said})"
        many = len(entry.destinations) > 1 and entry.strategy == "sequence"
        for index, step in enumerate(entry.destinations):
            turn = f" {index + 1}" if many else ""
            path: Path = ("follow_me", number, "destinations", index)
            label = f"follow-me{turn}{reasons}"
            source = id_of(tenant, "extension", number)
            yield Arrow(source, _far(tenant, step.number), (label,), "goes", path)


def _own_mailboxes(tenant: Tenant) -> Iterator[Arrow]:
    """What has no destination of its own goes to an extension's own mailbox."""
    for number, extension in tenant.extensions.items():
        left = [word for reason, word in _REASONS.items() if getattr(extension, reason) is None]
        if left and (extension.voicemail or number in tenant.voicemails):
            source, path = id_of(tenant, "extension", number), ("extensions", number)
            yield Arrow(source, f"voicemail:{number}", tuple(left), "goes", path)


def _far(tenant: Tenant, number: str) -> str:
    """Who rings for a number: a colleague, or somebody outside."""
    return id_of(tenant, "extension" if is_internal(number) else "external", number)


def _objects(tenant: Tenant) -> Iterator[tuple[str, str]]:
    """What is drawn even where nothing leads to it."""
    yield from (("did", number) for number in tenant.numbers)
    for kind, table in (
        ("ivr", tenant.ivr_menus), ("ring_group", tenant.ring_groups), ("queue", tenant.call_queues),
        ("extension", tenant.extensions), ("voicemail", tenant.voicemails),
        ("conference", tenant.conferences), ("fax", tenant.fax.accounts), ("paging", tenant.paging),
    ):  # fmt: skip
        yield from ((kind, key) for key in table)


def _without_lone_phones(tenant: Tenant, graph: Graph) -> Graph:
    """Fifty phones with a mailbox each say nothing about the flow."""
    touched = {
        end
        for arrow in graph.arrows
        if arrow.source.removeprefix("extension:") != arrow.target.removeprefix("voicemail:")
        for end in (arrow.source, arrow.target)
    }
    left_out = {f"extension:{number}" for number in tenant.extensions} - touched
    left_out |= {
        box
        for number in tenant.extensions
        if (box := f"voicemail:{number}") not in touched and f"extension:{number}" in left_out
    }
    return part(graph, graph.boxes.keys() - left_out)
