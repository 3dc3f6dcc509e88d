"""Every destination of a tenant with its place: the edges of the call flow graph."""

from collections.abc import Iterator

from dialform.schema.destination import Destination
from dialform.schema.rule import Path
from dialform.schema.tenant import Tenant
from dialform.values import dataclass

Node = tuple[str, str]
"""An object of the call flow: its kind as destinations name it, and its key."""

TABLES = {
    "extension": "extensions", "ring_group": "ring_groups", "ivr": "ivr_menus",
    "voicemail": "voicemails", "queue": "call_queues", "conference": "conferences",
}  # fmt: skip
"""The kinds that are objects with a number, and the table that holds them."""

WORDS = {
    "extension": "extension", "ring_group": "ring group", "ivr": "IVR menu",
    "voicemail": "mailbox", "queue": "call queue", "conference": "conference",
    "fax": "fax account", "schedule": "schedule", "did": "number", "paging": "paging group",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edge:
    """From an object to where it sends a call. `pressed` says that the caller pressed a key for it, `tone`
    that the caller is a fax machine, as is heard by its tone.
    """

    source: Node
    destination: Destination
    path: Path
    pressed: bool = False
    tone: bool = False

    @property
    def place(self) -> Path:
        """Where the name of what it leads to is written."""
        return (*self.path, "detect_fax" if self.tone else self.destination.kind)

    @property
    def owner(self) -> str:
        """The object as bills and traces name it."""
        return f"{WORDS[self.source[0]]} {self.source[1]}"


def edges(tenant: Tenant) -> Iterator[Edge]:
    """All destinations, those inside of schedules included."""
    for number, extension in tenant.extensions.items():
        for reason in ("no_answer", "busy", "unregistered"):
            yield from _unfold(
                ("extension", number), getattr(extension, reason), ("extensions", number, reason)
            )
    for number, group in tenant.ring_groups.items():
        path: Path = ("ring_groups", number, "no_answer")
        yield from _unfold(("ring_group", number), group.no_answer, path)
    for number, menu in tenant.ivr_menus.items():
        node, path = ("ivr", number), ("ivr_menus", number)
        for digits, option in menu.options.items():
            yield from _unfold(node, option, (*path, "options", digits), pressed=True)
        yield from _unfold(node, menu.invalid, (*path, "invalid"), pressed=True)
        yield from _unfold(node, menu.no_input, (*path, "no_input"))
    for number, queue in tenant.call_queues.items():
        node, path = ("queue", number), ("call_queues", number)
        yield from _unfold(node, queue.timeout, (*path, "timeout"))
        yield from _unfold(node, queue.no_agent, (*path, "no_agent"))
    for did, destination in tenant.inbound_routes.items():
        yield from _unfold(("did", did), destination, ("inbound_routes", did))
        if destination.detect_fax is not None:
            account = Destination(fax=destination.detect_fax)
            yield Edge(("did", did), account, ("inbound_routes", did), tone=True)


def _unfold(
    source: Node, destination: Destination | None, path: Path, pressed: bool = False
) -> Iterator[Edge]:
    if destination is None:
        return
    yield Edge(source, destination, path, pressed)
    yield from _unfold(source, destination.open, (*path, "open"), pressed)
    yield from _unfold(source, destination.closed, (*path, "closed"), pressed)


def ends(destination: Destination | None) -> Iterator[Destination]:
    """The destinations that a call can really come to: a schedule stands for its two."""
    if destination is None:
        return
    if destination.kind == "schedule":
        yield from ends(destination.open)
        yield from ends(destination.closed)
    else:
        yield destination
