"""What is compiled, back to what was written: from contexts, numbers and names to a document and a path.

Works on plain data as it was read, so that a trace need not wait for the models. Where an object says
nothing of its own, the origin is the platform's default, or the object itself.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dialform.schema.rule import Path, Spot
from dialform.values import dataclass

PLATFORM = "platform.yaml"
ROUTES = "routes.yaml"


@dataclass(frozen=True, slots=True)
class Origin:
    """A path into a document; `on` says what of it is meant, the `key` or the `value`."""

    document: str
    path: Path
    on: Spot = "key"


TABLES = (
    "extensions", "ring_groups", "call_queues", "ivr_menus", "conferences", "voicemails", "paging",
)  # fmt: skip
"""The tables whose keys are numbers that phones dial."""

CODES = {
    "voicemail": "voicemail", "another mailbox": "voicemail",
    "forward all calls": "forward_on", "forward no calls": "forward_off",
    "do not disturb": "dnd_on", "disturb": "dnd_off", "pick up at an extension": "pickup",
    "pick up in a group": "pickup", "directory": "directory", "agent logs in": "agent_login",
    "agent logs out": "agent_logout", "conference of an extension": "conference",
    "intercom": "intercom",
}  # fmt: skip
"""The dialplan's names of what feature codes do, and the codes."""

_NODES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + r"\Z"), how)
    for pattern, how in (
        (r"did-(?P<n>[0-9]+)", "inbound"),
        (r"schedule-(?P<n>.+)", "schedule"),
        (r"voicemail-(?P<n>[0-9]+)", "mailbox"),
        (r"follow-(?P<n>[0-9]+)", "follow_me"),
        (r"(?:unanswered|missed|agent)-(?P<n>[0-9]+)", "extensions"),
        (r"left-(?P<n>[0-9]{2,6})-(?P<more>.*)", "left"),
        (r"external-(?P<n>[0-9]+)-(?P<more>.+)", "external"),
        (r"fax-(?P<n>[0-9]+)", "fax"),
        (r"(?:turn|member|next)-(?P<n>[0-9]+).*", "ring_groups"),
        (r"(?:room|pin)-(?P<n>[0-9]+)", "conferences"),
        (r"page-(?P<n>[0-9]+)", "paging"),
        (r"(?:park|into|parked|over|left)-.*|full|unparked|waits?|taken", "parking"),
        (r"blocked", "blocked"),
        (r"emergency", "emergency"),
    )
)
"""Numbers of a tenant's inner context, and the method below that knows where each was written."""

_REFUSED: dict[str, tuple[tuple[str, ...], ...]] = {
    "cap": (("limits", "concurrent_calls"),),
    "limit": (("limits", "daily"), ("limits", "monthly"), ("limits",)),
    "credit": (("subscription", "on_zero_credit"), ("subscription",)),
    "suspended": (("status",),),
    "blocked": (("block", "inbound"),),
    "do_not_call": (("do_not_call",),),
}
"""Where a tenant may have said that a call is refused, the nearest first."""

_OWNERS = {
    "extension": "extensions", "ring_group": "ring_groups", "ivr": "ivr_menus",
    "queue": "call_queues", "number": "inbound_routes",
}  # fmt: skip


class Origins:
    """The origins of one tenant's calls. The data are those of its files and the platform's."""

    def __init__(
        self,
        slug: str,
        tenant: Mapping[str, Any],
        platform: Mapping[str, Any],
        routes: Mapping[str, Any],
    ) -> None:
        self.slug = slug
        self.document = f"tenants.d/{slug}"
        self._tenant = tenant
        self._platform = platform
        self._routes = routes

    def came_to(self, context: str, number: str) -> Origin | None:
        """Where a number of a context was written: an object, a node of the flow, a route's trunk."""
        if context == self.slug:
            return self.dialled(number)
        if context == f"{self.slug}.flow":
            return self._node(number)
        if context == f"{self.slug}.pins":
            return self._of("conferences", number.removeprefix("pin-"))
        if context == "outbound" and number.startswith("trunk-"):
            return self.trunk(number.removeprefix("trunk-"))
        return None

    def matched(self, context: str, extension: str, number: str) -> Origin | None:
        """Where an entry of the dialplan was written, by its name; else the number that it took."""
        if context == "outbound":
            if extension in self._table(self._routes, "routes"):
                return Origin(ROUTES, ("routes", extension))
            if extension.startswith("trunk "):
                return self.trunk(extension.removeprefix("trunk "))
            return None
        if context == self.slug and extension in CODES:
            return self.code(CODES[extension])
        if extension == "do not call":
            return self.listed(("do_not_call",), number.removeprefix("outside-"))
        if extension == "anonymous caller":
            return self.listed(("block", "inbound"), "anonymous")
        if extension == "emergency":
            return self.emergency_route(number)
        if extension == "cap":
            return self._said(("limits", "concurrent_calls"))
        return self.came_to(context, number)

    def dialled(self, number: str) -> Origin | None:
        """Where the tenant's object with this number was written."""
        for table in TABLES:
            if number in self._table(self._tenant, table):
                return self._of(table, number)
        parking = self._table(self._tenant, "parking")
        if str(parking.get("lot", "")) == number:
            return Origin(self.document, ("parking", "lot"))
        first, _, last = str(parking.get("slots", "")).partition("-")
        if first.isdigit() and last.isdigit() and number.isdigit() and first <= number <= last:
            return Origin(self.document, ("parking", "slots"))
        return self.emergency_route(number)

    def code(self, name: str) -> Origin:
        """Where a feature code was written."""
        if name in self._table(self._tenant, "feature_codes"):
            return Origin(self.document, ("feature_codes", name))
        return Origin(PLATFORM, ("feature_codes", name))

    def emergency_route(self, number: str) -> Origin | None:
        """The route of a number that is dialled as it stands."""
        for name, route in self._table(self._routes, "routes").items():
            if isinstance(route, dict) and number in _texts(route.get("exact")):
                return Origin(ROUTES, ("routes", name))
        return None

    def trunk(self, name: str) -> Origin:
        """A provider's own file."""
        return Origin(f"providers.d/{name}.yaml", ("host",))

    def pressed(self, menu: str, keys: str) -> Origin | None:
        """The option of a menu that keys chose; the menu where they dialled an extension."""
        path = ("ivr_menus", menu, "options", keys)
        return Origin(self.document, path) if self._has(path) else self._of("ivr_menus", menu)

    def gave_up(self, menu: str, reason: str) -> Origin | None:
        """Where a menu sends a caller who presses nothing (`no_input`) or something wrong (`invalid`)."""
        for key in (reason, "no_input"):
            if self._has(("ivr_menus", menu, key)):
                return Origin(self.document, ("ivr_menus", menu, key))
        return self._of("ivr_menus", menu)

    def hours(self, node: str, condition: int) -> Origin | None:
        """The line of a schedule behind a condition of its entry: 0 is the first after the number's.

        Closed days come first, one condition each; then the open hours, two each where they go over
        midnight. After those the schedule is closed, because nothing says otherwise.
        """
        name = self.schedule_name(node)
        schedule = self._table(self._tenant, "schedules").get(name)
        if not isinstance(schedule, dict):
            return None
        closed = _texts(schedule.get("closed"))
        if condition < len(closed):
            return Origin(self.document, ("schedules", name, "closed", condition), "value")
        condition -= len(closed)
        for index, hours in enumerate(_texts(schedule.get("open"))):
            condition -= _conditions(hours)
            if condition < 0:
                return Origin(self.document, ("schedules", name, "open", index), "value")
        return self._of("schedules", name)

    def branch(self, origin: Origin | None, node: str, opened: bool) -> Origin | None:
        """The `open` or `closed` of the destination that named a schedule, below its origin."""
        if origin is None or origin.document != self.document:
            return None
        name = self.schedule_name(node)
        for path, destination in _destinations(self._at(origin.path), origin.path):
            if str(destination.get("schedule")) == name:
                return Origin(self.document, (*path, "open" if opened else "closed"))
        return None

    def missed(self, number: str, reason: str) -> Origin | None:
        """Where an extension's calls go for a reason; its mailbox where the reason names nothing."""
        for key in (reason, "voicemail"):
            if self._has(("extensions", number, key)):
                return Origin(self.document, ("extensions", number, key))
        return self._mailbox(number) or self._of("extensions", number)

    def refused(self, reason: str, caller: str = "", number: str = "") -> Origin | None:
        """Why a call was refused: what of the tenant, its caller or the platform says so."""
        if reason == "toll":
            if self._has(("extensions", caller, "toll")):
                return Origin(self.document, ("extensions", caller, "toll"))
            return Origin(PLATFORM, ("defaults", "toll"))
        if reason == "no_route":
            return Origin(ROUTES, ("routes",))
        if reason in ("blocked", "do_not_call"):
            return self.listed(_REFUSED[reason][0], number)
        if reason == "cap" and self._has(("extensions", caller, "max_calls")) and not number:
            return Origin(self.document, ("extensions", caller, "max_calls"))
        for path in _REFUSED.get(reason, ()):
            if self._has(path):
                return Origin(self.document, path)
        return None

    def listed(self, path: tuple[str, ...], number: str) -> Origin | None:
        """The entry of a list of numbers that names this one, or the list."""
        digits = _digits(number) or number
        for index, entry in enumerate(_texts(self._at(path))):
            if entry.endswith("*"):
                hit = digits.startswith(_digits(entry))
            else:
                hit = entry == number or (digits.isdigit() and _digits(entry) == digits)
            if hit:
                return Origin(self.document, (*path, index), "value")
        return self._said(path)

    def shown(self, caller: str) -> Origin | None:
        """Where the caller ID of an extension's calls to the outside was written."""
        for path in (("extensions", caller, "caller_id"), ("caller_id",)):
            if self._has(path):
                return Origin(self.document, path)
        return self._said(("numbers",))

    def _node(self, number: str) -> Origin | None:
        for pattern, how in _NODES:
            if found := pattern.match(number):
                parts = found.groupdict()
                key, more = parts.get("n") or "", parts.get("more") or ""
                if how in TABLES or how == "follow_me":
                    return self._of(how, key)
                made: Origin | None = getattr(self, f"_{how}")(key, more)
                return made
        return None

    def _inbound(self, digits: str, _: str) -> Origin | None:
        for table in ("inbound_routes", "numbers"):
            for written in self._table(self._tenant, table):
                if _digits(written) == digits:
                    return self._of(table, written)
            for written in self._table(self._tenant, table):
                national = _digits(written).lstrip("0")
                if national and digits.endswith(national):
                    return self._of(table, written)
        return None

    def _schedule(self, name: str, _: str) -> Origin | None:
        return self._of("schedules", self.schedule_name(name))

    def schedule_name(self, node: str) -> str:
        """The schedule of a node; one that leads to several places has several, as `office-2`."""
        name = node.removeprefix("schedule-")
        if name not in self._table(self._tenant, "schedules"):
            name = re.sub(r"-[0-9]+\Z", "", name)
        return name

    def _mailbox(self, number: str, _: str = "") -> Origin | None:
        if number in self._table(self._tenant, "voicemails"):
            return self._of("voicemails", number)
        path = ("extensions", number, "voicemail")
        return Origin(self.document, path) if self._has(path) else None

    def _left(self, queue: str, why: str) -> Origin | None:
        if queue not in self._table(self._tenant, "call_queues"):
            return self._parking("", "")
        key = "no_agent" if why == "NO_AGENT_TIMEOUT" else "timeout"
        path = ("call_queues", queue, key)
        return Origin(self.document, path) if self._has(path) else self._of("call_queues", queue)

    def _external(self, digits: str, owner: str) -> Origin | None:
        """An outside number that an object sends calls to; without the suffix that makes it unique."""
        kind, _, key = owner.partition("-")
        table = _OWNERS.get(kind, "")
        for name in (table, "follow_me") if table == "extensions" else (table,):
            for number, entry in self._table(self._tenant, name).items():
                same = number == key or (_digits(number) and _digits(number) == _digits(key))
                if same or key.startswith(f"{number}-"):
                    for path, written in _leaves(entry, (name, number)):
                        if _digits(written) == digits and len(digits) > 2:
                            return Origin(self.document, path, "value")
        return None

    def _fax(self, number: str, _: str) -> Origin | None:
        path = ("fax", "accounts", number)
        return Origin(self.document, path) if self._has(path) else self._of("extensions", number)

    def _parking(self, _: str, __: str) -> Origin | None:
        return self._said(("parking",))

    def _blocked(self, _: str, __: str) -> Origin | None:
        return self._said(("block", "inbound"))

    def _emergency(self, _: str, __: str) -> Origin | None:
        return self._said(("emergency",)) or Origin(PLATFORM, ("emergency",))

    def _of(self, table: str, key: str) -> Origin | None:
        return Origin(self.document, (table, key)) if self._has((table, key)) else None

    def _said(self, path: tuple[str, ...]) -> Origin | None:
        return Origin(self.document, path) if self._has(path) else None

    def _has(self, path: Path) -> bool:
        return self._at(path) is not None

    def _at(self, path: Path) -> Any:
        node: Any = self._tenant
        for step in path:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return None
        return node

    @staticmethod
    def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = data.get(name)
        return found if isinstance(found, dict) else {}


def _digits(text: object) -> str:
    return re.sub("[^0-9]", "", str(text))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [] if value is None else [str(value)]


def _conditions(hours: str) -> int:
    """How many conditions a line of open hours is compiled to (renderers/freeswitch/schedules.py)."""
    found = re.search(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})\s*\Z", hours)
    if not found:
        return 1
    start, end = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
    return 1 if end > start or not end else 2


def _destinations(node: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """All maps at and below a node."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from _destinations(value, (*path, key))


def _leaves(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """All scalars at and below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, (*path, index))
    elif node is not None:
        yield path, str(node)
