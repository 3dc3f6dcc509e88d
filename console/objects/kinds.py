"""The kinds of objects: a row each, from which lists, details and forms are made."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from dialform.compiler.permissions import GATES
from dialform.console.forms.groups import Group
from dialform.console.forms.labels import words_of
from dialform.console.forms.nodes import MISSING, Node
from dialform.console.forms.reading import node_at, node_of, table_nodes
from dialform.console.forms.wording import Words
from dialform.console.need import ADMIN, Need
from dialform.console.objects.columns import COLUMNS, Column
from dialform.console.page import Menu
from dialform.schema.billing import TABLES, Billing
from dialform.schema.fax import FAX_TABLES
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Routes
from dialform.schema.rule import Path
from dialform.schema.tenant import ACCOUNT_KEYS, Tenant
from dialform.values import dataclass, replace


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
    owned: bool = False
    single: bool = False
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    key_label: str = "Number"
    menu: Menu | None = None
    about: str = ""
    sort: str = "key"

    @property
    def columns(self) -> tuple[Column, ...]:
        """What its list shows."""
        return COLUMNS.get(self.name, ())

    @property
    def table(self) -> str:
        """Its table as rights and plans name it."""
        return str(self.path[0]) if self.path else ""

    @property
    def renames(self) -> str:
        """What the table of references calls such objects; "" where they are not renamed here."""
        return RENAMES.get(self.name, "") if not self.document else ""

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
        if (self.path and self.path[0] in ACCOUNT_KEYS) or not self.path:
            return ADMIN
        tokens: tuple[str, ...] = (self.token,) if self.token else ()
        if self.table == "fax":
            tokens = ("receive_fax", "send_fax", "fax_setting")
        if self.name in ("extensions", "devices"):
            return Need("end_user")
        return Need("end_user" if self.owned else "tenant_admin", tokens)

    @property
    def words(self) -> Words | None:
        """What an object is called in its form where it is one field alone."""
        if not self.path or isinstance(self.node, Group):
            return None
        return words_of(Tenant, str(self.path[-1]))

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
        key, node = table_nodes(model, str(self.path[-1]))
        if self.without and isinstance(node, Group):
            node = replace(
                node, entries=tuple(e for e in node.entries if e.key not in self.without)
            )
        return key, node

    def path_of(self, key: str) -> Path:
        """The path of an object in its document."""
        return self.path if self.single else (*self.path, key)

    def edit_path(self, key: str) -> Path:
        """The same as saving wants it: of the platform's files, the document first."""
        return (self.document, *self.path_of(key)) if self.document else self.path_of(key)

    def named(self, key: str) -> str:
        """One object in words: `extension 1001`."""
        return self.one if self.single or not key else f"{self.one} {key}"


RENAMES: Mapping[str, str] = {
    "extensions": "extension", "voicemails": "voicemail", "ring-groups": "ring_group", "call-queues": "queue",
    "ivr-menus": "ivr", "conferences": "conference", "paging": "paging", "schedules": "schedule",
    "music": "music", "device-profiles": "profile", "devices": "device", "contacts": "contact",
    "users": "user",
}  # fmt: skip
"""Kinds that can be renamed, and what `compiler/references.py` calls them."""

_DOCUMENTS: dict[str, type[BaseModel]] = {
    "": Tenant, "platform": Platform, "routes": Routes, "billing": Billing,
}  # fmt: skip


_TENANT, _FLOW = "Phone system", "Call flow"


def _table(name: str, title: str, one: str, order: int, about: str = "", **more: Any) -> Kind:
    path = more.pop("path", (name.replace("-", "_"),))
    menu = Menu(title, more.pop("group", _TENANT), order)
    return Kind(name, title, one, path, menu=menu, about=about, **more)


_ALL = (
    _table("extensions", "Extensions", "extension", 10, owned=True,
           about="The numbers of people and places, with the accounts that their phones register with."),
    _table("devices", "Devices", "device", 12, owned=True, key_label="MAC address or name",
           about="Phones that fetch their configuration here, by MAC address; a webphone has a name."),
    _table("device-profiles", "Device profiles", "device profile", 14,
           "What several phones have in common.", key_label="Name"),
    _table("ring-groups", "Ring groups", "ring group", 20, "Several phones under one number.",
           group=_FLOW),
    _table("call-queues", "Call queues", "call queue", 22, "Callers wait for agents.", group=_FLOW),
    _table("ivr-menus", "IVR menus", "IVR menu", 24, "Menus for callers.", group=_FLOW),
    _table("inbound-routes", "Inbound routes", "inbound route", 30,
           "Where a call to each of your numbers goes.", key_label="Phone number", group=_FLOW),
    _table("schedules", "Schedules", "schedule", 32, "Open hours, for destinations that depend on them.",
           key_label="Name", group=_FLOW),
    _table("voicemails", "Mailboxes", "mailbox", 34, owned=True,
           about="Mailboxes that are no extension's own. An extension's own stands in its form."),
    _table("conferences", "Conferences", "conference", 36, "Rooms for several callers.",
           group=_FLOW),
    _table("follow-me", "Follow-me", "follow-me of", 38, "Where else an extension rings.", owned=True,
           key_label="Extension"),
    _table("music", "Music on hold", "music", 40, path=("music_on_hold",), key_label="Name",
           about="What held and waiting callers hear. The one called default is for all held callers.",
           group=_FLOW),
    _table("paging", "Paging groups", "paging group", 42, "Phones that open their loudspeakers.",
           group=_FLOW),
    _table("parking", "Parking", "parking", 44, "Where calls wait for somebody.", single=True,
           group=_FLOW),
    _table("blocked", "Blocked callers", "block list", 46, "Callers that are turned away.",
           path=("block",), single=True, group=_FLOW),
    _table("recording", "Recording", "recording", 48, single=True,
           about="What holds for recorded calls. Which are recorded is said at each extension.",
           group=_FLOW),
    _table("codes", "Own feature codes", "feature codes", 50, path=("feature_codes",), single=True,
           about="What is dialled for what, where it differs from the platform."),
    _table("call-tests", "Call tests", "call tests", 60, path=("calls",), single=True,
           about="Where calls must go; tested before a change is merged.", group=_FLOW),
    _table("fax-accounts", "Fax accounts", "fax account", 60, "Numbers that send and receive faxes.",
           path=("fax", "accounts"), group="Fax", owned=True, key_label="Fax extension"),
    _table("fax-documents", "Fax documents", "fax document", 62, path=("fax", "documents"), group="Fax",
           about="Documents of the site that are sent by their names.", key_label="Short name"),
    _table("contacts", "Contacts", "contact", 64, "The address book.", group="Fax", key_label="Short name"),
    _table("fax-settings", "Fax settings", "fax settings", 66, path=("fax",), group="Fax", single=True,
           without=FAX_TABLES),
    _table("do-not-call", "Do not call", "do-not-call list", 68, "Outside numbers that nobody may dial.",
           group="Fax", single=True),
    Kind("users", "Users", "user", ("users",), key_label="Short name",
         without=("permissions", "revoke")),
    Kind("numbers", "Numbers", "number", ("numbers",), key_label="Phone number"),
    Kind("payments", "Payments", "payment", ("payments",), key_label="Name"),
    Kind("company", "Account", "account", (), single=True,
         only=tuple(sorted(ACCOUNT_KEYS - {"numbers", "payments"}))),
    Kind("providers", "Trunks", "trunk", (), "providers", key_label="Short name"),
    Kind("routes", "Routes", "route", ("routes",), "routes", key_label="Name"),
    Kind("hosts", "Hosts", "host", ("hosts",), "platform", key_label="Name"),
    Kind("platform", "Platform", "platform", (), "platform", single=True, without=("hosts",)),
    Kind("packages", "Packages", "package", ("packages",), "billing", key_label="Name"),
    Kind("rates", "Rates", "rate", ("rates",), "billing", key_label="Name"),
    Kind("plans", "Plans", "plan", ("plans",), "billing", key_label="Name"),
    Kind("billing", "Billing settings", "billing setting", (), "billing", single=True, without=TABLES),
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
