"""The kinds of objects: a row each, from which lists, details and forms are made."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from dialform.compiler.permissions import GATES
from dialform.console.forms.groups import Group
from dialform.console.forms.nodes import MISSING, Node
from dialform.console.forms.reading import node_at, node_of, table_nodes
from dialform.console.need import ADMIN, Need
from dialform.console.page import Menu
from dialform.schema.billing import Billing
from dialform.schema.fax import FAX_TABLES, Fax
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Routes
from dialform.schema.rule import Path
from dialform.schema.tenant import ACCOUNT_KEYS, Tenant
from dialform.values import dataclass, replace

Shown = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `show` makes what stands there of the object's model."""

    label: str
    show: Shown
    kind: str = ""
    """A class of the cell: `num`, `wide-only`."""


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    `path` leads to its table in the document (of a single thing: to the thing itself); `document` is ""
    for a tenant's, else one of the platform's files. `owned` kinds have objects that belong to users, who
    see and change their own.
    """

    name: str
    """In addresses."""
    title: str
    one: str
    path: Path
    document: str = ""
    columns: tuple[Column, ...] = ()
    owned: bool = False
    single: bool = False
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    key_label: str = "Number"
    menu: Menu | None = None
    about: str = ""
    sort: str = "key"

    @property
    def table(self) -> str:
        """Its table as rights and plans name it."""
        return str(self.path[0]) if self.path else ""

    @property
    def token(self) -> str:
        """The permission that gates it; "" for none."""
        return "" if self.document else GATES.get(self.table, "")

    @property
    def base(self) -> str:
        """The address of its list, with `{tenant}` in it where it is a tenant's."""
        return f"/admin/{self.name}" if self.document else f"/t/{{tenant}}/{self.name}"

    def at(self, tenant: str, *more: str) -> str:
        """An address: of the list, or below it."""
        from urllib.parse import quote

        return "/".join(
            [self.base.replace("{tenant}", tenant), *(quote(one, safe="") for one in more)]
        )

    @property
    def need(self) -> Need:
        """Who may come: whoever may own one, else who manages the tenant; the platform's are admins'."""
        if self.document:
            return ADMIN
        if self.path and self.path[0] in ACCOUNT_KEYS or not self.path:
            return ADMIN
        tokens = (self.token,) if self.token else ()
        if self.table == "fax":
            tokens = ("receive_fax", "send_fax", "fax_setting")
        if self.name in ("extensions", "devices"):
            return Need("end_user")
        return Need("end_user" if self.owned else "tenant_admin", tokens)

    @cached_property
    def node(self) -> Node:
        """What an object is in a form."""
        return self._nodes[1]

    @cached_property
    def key(self) -> Node:
        """What its key is in a form."""
        return self._nodes[0]

    @cached_property
    def _nodes(self) -> tuple[Node, Node]:
        key = table_nodes(Tenant, "users")[0]
        if self.document == "providers":
            return key, node_of(Provider)
        model: type[BaseModel] = _DOCUMENTS[self.document]
        for step in self.path[:-1]:
            model = model.model_fields[str(step)].annotation  # type: ignore[assignment]
        if not self.path:
            return key, node_of(model, self.without, self.only)
        if self.single:
            inner = model.model_fields[str(self.path[-1])].annotation
            if self.without and isinstance(inner, type) and issubclass(inner, BaseModel):
                return key, node_of(inner, self.without)
            node = node_at(model, str(self.path[-1]))
            # It is there while its form is shown: what makes it go is a button.
            if isinstance(node, Group):
                node = replace(node, optional=False, default=MISSING)
            return key, node
        return table_nodes(model, str(self.path[-1]))

    def path_of(self, key: str) -> Path:
        """The path of an object in its document."""
        return self.path if self.single else (*self.path, key)

    def edit_path(self, key: str) -> Path:
        """The same as saving wants it: of the platform's files, the document first."""
        return (self.document, *self.path_of(key)) if self.document else self.path_of(key)

    def named(self, key: str) -> str:
        """One object in words: `extension 1001`."""
        return self.one if self.single or not key else f"{self.one} {key}"


_DOCUMENTS: dict[str, type[BaseModel]] = {
    "": Tenant, "platform": Platform, "routes": Routes, "billing": Billing,
}  # fmt: skip


def _of(*names: str) -> Shown:
    """The first of these attributes that says something."""

    def show(one: Any) -> Any:
        for name in names:
            if value := getattr(one, name, None):
                return value
        return ""

    return show


def _count(name: str) -> Shown:
    return lambda one: len(getattr(one, name))


def _listed(name: str, of: str = "") -> Shown:
    def show(one: Any) -> str:
        found = [str(getattr(item, of) if of else item) for item in getattr(one, name)]
        return ", ".join(found[:6]) + (f" and {len(found) - 6} more" if len(found) > 6 else "")

    return show


def _goes(name: str) -> Shown:
    """Where a destination of an object leads."""
    return lambda one: lead(getattr(one, name))


def lead(destination: Any) -> str:
    """A destination in words."""
    from dialform.console.forms.destinations import WORDS

    if destination is None:
        return ""
    if destination.kind == "schedule":
        return f"{lead(destination.open)} while {destination.target} is open, else {lead(destination.closed)}"
    if destination.kind == "hangup":
        return "hang up" if destination.target == "normal" else f"hang up ({destination.target})"
    word = WORDS[destination.kind].lower() if destination.kind != "ivr" else "IVR menu"
    return f"{word} {destination.target}"


_NAME = Column("Name", _of("name"))
_TENANT = "Phone system"


def _table(
    name: str, title: str, one: str, columns: tuple[Column, ...], order: int, **more: Any
) -> Kind:
    path = more.pop("path", (name.replace("-", "_"),))
    group = more.pop("group", _TENANT)
    return Kind(name, title, one, path, columns=columns, menu=Menu(title, group, order), **more)


_ALL = (
    _table("extensions", "Extensions", "extension", (
        _NAME, Column("Belongs to", _of("user")), Column("Kind", _of("type"), "wide-only"),
        Column("Caller ID", _of("caller_id"), "wide-only"),
        Column("Mailbox", lambda one: "yes" if one.voicemail else ""),
        Column("If nobody answers", _goes("no_answer"), "wide-only")), 10, owned=True,
        about="The numbers of people and places, with the accounts that their phones register with."),
    _table("devices", "Devices", "device", (
        Column("Label", _of("label")), Column("Phone", lambda one: f"{one.vendor} {one.model or ''}".strip()),
        Column("Lines", _listed("lines", "extension")), Column("Profile", _of("profile"), "wide-only"),
        Column("Belongs to", _of("user"))), 12, owned=True, key_label="MAC address or name",
        about="Phones that fetch their configuration here, by MAC address; a webphone has a name."),
    _table("device-profiles", "Device profiles", "device profile", (
        Column("Description", _of("description")), Column("Codecs", _listed("codecs"), "wide-only"),
        Column("Transport", _of("transport")), Column("Keys", _count("keys"), "num")), 14,
        key_label="Name", about="What several phones have in common."),
    _table("ring-groups", "Ring groups", "ring group", (
        _NAME, Column("Strategy", _of("strategy")), Column("Members", _listed("members", "number")),
        Column("Seconds", _of("timeout"), "num"), Column("If nobody answers", _goes("no_answer"), "wide-only")), 20,
        about="Several phones under one number."),
    _table("call-queues", "Call queues", "call queue", (
        _NAME, Column("Strategy", _of("strategy")), Column("Agents", _listed("agents", "number")),
        Column("Music", _of("music"), "wide-only"), Column("After the longest wait", _goes("timeout"), "wide-only")), 22,
        about="Callers wait for agents."),
    _table("ivr-menus", "IVR menus", "IVR menu", (
        _NAME, Column("Greeting", _of("greeting"), "wide-only"), Column("Keys", _count("options"), "num"),
        Column("If nothing is pressed", _goes("no_input"))), 24, about="Menus for callers."),
    _table("inbound-routes", "Inbound routes", "inbound route", (
        Column("Where calls go", lead), Column("Faxes", _of("detect_fax"))), 30, key_label="Phone number",
        about="Where a call to each of your numbers goes."),
    _table("schedules", "Schedules", "schedule", (
        Column("Open hours", _listed("open")), Column("Closed days", _count("closed"), "num")), 32,
        key_label="Name", about="Open hours, for destinations that depend on them."),
    _table("voicemails", "Mailboxes", "mailbox", (
        _NAME, Column("Mailed to", _of("email")), Column("Greeting", _of("greeting"), "wide-only")), 34, owned=True,
        about="Mailboxes that are no extension's own. An extension's own stands in its form."),
    _table("conferences", "Conferences", "conference", (
        _NAME, Column("Members at most", _of("max_members"), "num"), Column("PIN", lambda one: "yes" if one.pin else ""),
        Column("Recorded", lambda one: "yes" if one.record else "")), 36, about="Rooms for several callers."),
    _table("follow-me", "Follow-me", "follow-me of", (
        Column("When", _listed("when")), Column("Numbers", _listed("destinations", "number")),
        Column("Order", _of("strategy"), "wide-only")), 38, owned=True, key_label="Extension",
        about="Where else an extension rings."),
    _table("music", "Music on hold", "music", (
        Column("Files", _listed("files")), Column("Shuffled", lambda one: "yes" if one.shuffle else "")), 40,
        path=("music_on_hold",), key_label="Name",
        about="What held and waiting callers hear. The one called default is for all held callers."),
    _table("paging", "Paging groups", "paging group", (
        _NAME, Column("Members", _listed("members"))), 42, about="Phones that open their loudspeakers."),
    _table("parking", "Parking", "parking", (), 44, single=True, about="Where calls wait for somebody."),
    _table("blocked", "Blocked callers", "block list", (), 46, path=("block",), single=True,
           about="Callers that are turned away."),
    _table("recording", "Recording", "recording", (), 48, single=True,
           about="What holds for recorded calls. Which are recorded is said at each extension."),
    _table("codes", "Own feature codes", "feature codes", (), 50, path=("feature_codes",), single=True,
           about="What is dialled for what, where it differs from the platform."),
    _table("call-tests", "Call tests", "call tests", (), 60, path=("calls",), single=True,
           about="Where calls must go; tested before a change is merged."),
    _table("fax-accounts", "Fax accounts", "fax account", (
        Column("Number", _of("number")), Column("Mailed to", _of("deliver_to")), Column("People", _listed("users"))), 60,
        path=("fax", "accounts"), group="Fax", owned=True, key_label="Fax extension",
        about="Numbers that send and receive faxes."),
    _table("fax-documents", "Fax documents", "fax document", (
        _NAME, Column("File", _of("file"))), 62, path=("fax", "documents"), group="Fax", key_label="Name",
        about="Documents of the site that are sent by their names."),
    _table("fax-settings", "Fax settings", "fax settings", (), 66, path=("fax",), group="Fax", single=True,
           without=FAX_TABLES),
    _table("contacts", "Contacts", "contact", (
        _NAME, Column("Phone", _of("phone")), Column("Fax", _of("fax")), Column("Mail", _of("email"), "wide-only"),
        Column("Groups", _listed("groups"))), 64, group="Fax", key_label="Short name",
        about="The address book."),
    _table("do-not-call", "Do not call", "do-not-call list", (), 68, group="Fax", single=True,
           about="Outside numbers that nobody may dial."),
    Kind("users", "Users", "user", ("users",), columns=(
        _NAME, Column("Role", _of("role")), Column("Mail", _of("email")), Column("Git handle", _of("git"), "wide-only")),
        key_label="Short name"),
    Kind("numbers", "Numbers", "number", ("numbers",), columns=(
        Column("Provider", _of("provider")), Column("Description", _of("description"))), key_label="Phone number"),
    Kind("payments", "Payments", "payment", ("payments",), columns=(
        Column("Date", _of("date")), Column("Amount", _of("amount"), "num"), Column("Note", _of("note"))),
        key_label="Name"),
    Kind("account", "Account", "account", (), single=True,
         only=tuple(sorted(ACCOUNT_KEYS - {"numbers", "payments"}))),
    Kind("providers", "Trunks", "provider", (), "providers", columns=(
        Column("Name", _of("name")), Column("Host", _of("host")), Column("Transport", _of("transport")),
        Column("Registers", lambda one: "yes" if one.register_ else "no"),
        Column("Active", lambda one: "yes" if one.active else "no"),
        Column("Channels", _of("max_channels"), "num")), key_label="Short name"),
    Kind("routes", "Routes", "route", ("routes",), "routes", columns=(
        Column("Service", _of("service")),
        Column("Takes", lambda one: one.prefix or one.pattern or ", ".join(one.exact or ())),
        Column("Toll", _of("toll")), Column("Providers", _listed("providers")), Column("Plan", _of("plan"))),
        key_label="Name"),
    Kind("hosts", "Hosts", "host", ("hosts",), "platform", columns=(
        Column("Address", _of("address")), Column("Tenants", _listed("tenants")), Column("Wave", _of("wave"), "num")),
        key_label="Name"),
    Kind("platform", "Platform", "platform", (), "platform", single=True, without=("hosts",)),
    Kind("packages", "Packages", "package", ("packages",), "billing", columns=(
        Column("Slots", lambda one: ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in one.slots.items())),
        Column("Included", lambda one: ", ".join(f"{v} {k.replace('_', ' ')}" for k, v in one.included.items()))),
        key_label="Name"),
    Kind("rates", "Rates", "rate", ("rates",), "billing", columns=(
        Column("Service", _of("service")), Column("Direction", _of("direction")), Column("Prefix", _of("prefix")),
        Column("Price", _of("per_minute", "per_page"), "num"), Column("File", _of("file"))), key_label="Name"),
    Kind("plans", "Plans", "plan", ("plans",), "billing", columns=(Column("Rates", _listed("rates")),),
         key_label="Name"),
    Kind("billing", "Billing settings", "billing setting", (), "billing", single=True,
         without=("packages", "rates", "plans")),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
"""By their name in addresses."""

BY_TABLE: Mapping[tuple[str, Path], Kind] = {(kind.document, kind.path): kind for kind in _ALL}
"""By document and path."""

BY_DESTINATION: Mapping[str, str] = {
    "extension": "extensions", "ring_group": "ring-groups", "ivr": "ivr-menus", "voicemail": "voicemails",
    "queue": "call-queues", "conference": "conferences", "fax": "fax-accounts", "schedule": "schedules",
    "did": "inbound-routes", "paging": "paging",
}  # fmt: skip
"""The kinds that destinations and pictures name."""

__all__ = ["BY_DESTINATION", "BY_TABLE", "KINDS", "Column", "Kind"]
