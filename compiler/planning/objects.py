"""The words of a change: which object, which field, from what to what, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from dialform.schema.diagnostic import Place
from dialform.schema.rule import Path

if TYPE_CHECKING:
    from dialform.schema.document import Document

Action = Literal["create", "update", "delete", "rename"]

PLATFORM: Mapping[str, str] = {
    "platform": "platform", "hosts": "host", "providers": "provider", "routes": "route",
    "packages": "package", "rates": "rate", "plans": "plan", "rate_files": "rate file",
    "billing": "billing setting",
    "keys": "key", "calls": "call tests",
}  # fmt: skip
"""The platform's tables, in the order in which a plan has them, and how people call an entry."""

TENANT: Mapping[str, str] = {
    "account": "account", "numbers": "number", "payments": "payment", "users": "user",
    "feature_codes": "feature codes", "extensions": "extension", "voicemails": "mailbox",
    "ring_groups": "ring group", "call_queues": "call queue", "conferences": "conference",
    "music_on_hold": "music", "recording": "recording", "schedules": "schedule",
    "ivr_menus": "IVR menu", "inbound_routes": "inbound route", "follow_me": "follow-me",
    "device_profiles": "device profile", "devices": "device", "fax": "fax settings",
    "fax_accounts": "fax account", "fax_documents": "fax document",
    "contacts": "contact", "do_not_call": "do-not-call list", "block": "block list",
    "paging": "paging group", "parking": "parking", "calls": "call tests", "media": "media",
}  # fmt: skip
"""The same of a tenant. `account` is all that stands at the top of its files and is no table."""

WITHHELD = "(secret)"
"""Stands for a secret wherever a value is shown or kept."""


@dataclass(frozen=True, slots=True, order=True)
class ObjectId:
    """One object of a site. `tenant` is empty for the platform's, `key` where there is only one."""

    tenant: str
    table: str
    key: str = ""

    @property
    def word(self) -> str:
        """What kind of object it is, in people's words."""
        return (TENANT if self.tenant else PLATFORM)[self.table]

    @property
    def name(self) -> str:
        """The object without its tenant: `extension 1001`."""
        key = self.key.removeprefix("media/") if self.table == "media" else self.key
        return f"{self.word} {key}" if key else self.word

    def __str__(self) -> str:
        return f"{self.tenant} {self.name}" if self.tenant else self.name

    @property
    def order(self) -> tuple[Any, ...]:
        """The platform first, then tenants by slug; tables as people think of them."""
        tables = list(TENANT if self.tenant else PLATFORM)
        return (self.tenant, tables.index(self.table), len(self.key), self.key)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field from old to new. With `secret` both values are withheld.

    `follows` says that it differs only in the number or name of a renamed object that it names.
    """

    path: Path
    old: Any
    new: Any
    secret: bool = False
    follows: bool = False

    @property
    def dotted(self) -> str:
        """Its path in one word: `ports.internal`."""
        return ".".join(str(step) for step in self.path)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an object stands in one of the two states. Its line is looked up when asked for."""

    document: "Document" = field(repr=False)
    path: Path = ()

    @property
    def file(self) -> str:
        """The file, relative to the site."""
        return self.place().file

    def place(self, *more: str | int) -> Place:
        """The line of the object, or of a field of it."""
        return self.document.place((*self.path, *more), "key")


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one object. `renamed_from` is the old key (of a tenant: its old slug)."""

    id: ObjectId
    action: Action
    fields: tuple[FieldChange, ...] = ()
    renamed_from: str = ""
    before: Spot | None = field(default=None, compare=False, repr=False)
    after: Spot | None = field(default=None, compare=False, repr=False)
    title: str = ""
    """What people call the object, where it has a name."""

    @property
    def follows(self) -> bool:
        """Whether nothing changes but the names of renamed objects."""
        return self.action == "update" and all(one.follows for one in self.fields)
