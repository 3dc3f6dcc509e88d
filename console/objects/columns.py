"""The columns of lists, by kind."""

from collections.abc import Callable, Mapping
from typing import Any

from dialform.console.forms.choices import chosen, inside, spelt
from dialform.console.forms.destinations import WORDS
from dialform.values import dataclass

Shown = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `show` makes what stands there of the object's model."""

    label: str
    show: Shown
    kind: str = ""
    """A class of the cell: `num`, `wide-only`."""


def _of(*names: str) -> Shown:
    """The first of these attributes that says something."""

    def show(one: Any) -> Any:
        for name in names:
            if value := getattr(one, name, None):
                return value
        return ""

    return show


def _word(key: str, name: str) -> Shown:
    """A choice of a field (`CallQueue.strategy`) in the form's words, or some of them."""

    def show(one: Any) -> str:
        value = getattr(one, name)
        words = value if isinstance(value, list) else [value] if value else []
        return ", ".join(chosen(key, str(word)) for word in words)

    return show


def _yes(name: str) -> Shown:
    return lambda one: "yes" if getattr(one, name) else ""


def _count(name: str) -> Shown:
    return lambda one: len(getattr(one, name))


def _listed(name: str, of: str = "") -> Shown:
    def show(one: Any) -> str:
        found = [str(getattr(item, of) if of else item) for item in getattr(one, name)]
        return ", ".join(found[:6]) + (f" and {len(found) - 6} more" if len(found) > 6 else "")

    return show


def _many(name: str) -> Shown:
    """A map of numbers: `50 extensions, 5 conferences`."""

    def show(one: Any) -> str:
        return ", ".join(
            f"{count} {inside(spelt(key))}" for key, count in getattr(one, name).items()
        )

    return show


def _goes(name: str) -> Shown:
    """Where a destination of an object leads."""
    return lambda one: lead(getattr(one, name))


def lead(destination: Any) -> str:
    """A destination in words."""
    if destination is None:
        return ""
    if destination.kind == "schedule":
        way, else_ = lead(destination.open), lead(destination.closed)
        return f"{way} while {destination.target} is open, else {else_}"
    if destination.kind == "hangup":
        cause = inside(spelt(destination.target))
        return "hang up" if cause == "normal" else f"hang up ({cause})"
    word = "IVR menu" if destination.kind == "ivr" else WORDS[destination.kind].lower()
    return f"{word} {destination.target}"


_NAME = Column("Name", _of("name"))
_NO_ANSWER = Column("If nobody answers", _goes("no_answer"), "wide-only")

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "extensions": (
        _NAME,
        Column("Belongs to", _of("user")),
        Column("Used for", _word("Extension.type", "type"), "wide-only"),
        Column("Number shown outside", _of("caller_id"), "wide-only"),
        Column("Mailbox", _yes("voicemail")),
        _NO_ANSWER,
    ),
    "devices": (
        Column("Name", _of("label")),
        Column("Phone", lambda one: f"{one.vendor} {one.model or ''}".strip()),
        Column("Lines", _listed("lines", "extension")),
        Column("Profile", _of("profile"), "wide-only"),
        Column("Belongs to", _of("user")),
    ),
    "device-profiles": (
        Column("What it is for", _of("description")),
        Column("Sound formats", _listed("codecs"), "wide-only"),
        Column("How phones connect", _word("DeviceProfile.transport", "transport")),
        Column("Keys", _count("keys"), "num"),
    ),
    "ring-groups": (
        _NAME,
        Column("How it rings", _word("RingGroup.strategy", "strategy")),
        Column("Who rings", _listed("members", "number")),
        Column("Seconds", _of("timeout"), "num"),
        _NO_ANSWER,
    ),
    "call-queues": (
        _NAME,
        Column("Who is called next", _word("CallQueue.strategy", "strategy")),
        Column("Agents", _listed("agents", "number")),
        Column("Music", _of("music"), "wide-only"),
        Column("After the longest wait", _goes("timeout"), "wide-only"),
    ),
    "ivr-menus": (
        _NAME,
        Column("Greeting", _of("greeting"), "wide-only"),
        Column("Keys", _count("options"), "num"),
        Column("If nothing is pressed", _goes("no_input")),
    ),
    "inbound-routes": (Column("Where calls go", lead), Column("Faxes", _of("detect_fax"))),
    "schedules": (
        Column("Open hours", _listed("open")),
        Column("Closed days", _count("closed"), "num"),
    ),
    "voicemails": (
        _NAME,
        Column("Mailed to", _of("email")),
        Column("Greeting", _of("greeting"), "wide-only"),
    ),
    "conferences": (
        _NAME,
        Column("Most people", _of("max_members"), "num"),
        Column("PIN", _yes("pin")),
        Column("Recorded", _yes("record")),
    ),
    "follow-me": (
        Column("When", _word("FollowMe.when", "when")),
        Column("Numbers", _listed("destinations", "number")),
        Column("Order", _word("FollowMe.strategy", "strategy"), "wide-only"),
    ),
    "music": (Column("Files", _listed("files")), Column("Shuffled", _yes("shuffle"))),
    "paging": (_NAME, Column("Members", _listed("members"))),
    "fax-accounts": (
        Column("Number", _of("number")),
        Column("Mailed to", _of("deliver_to")),
        Column("People", _listed("users")),
    ),
    "fax-documents": (_NAME, Column("File", _of("file"))),
    "contacts": (
        _NAME,
        Column("Phone", _of("phone")),
        Column("Fax", _of("fax")),
        Column("Mail", _of("email"), "wide-only"),
        Column("Groups", _listed("groups")),
    ),
    "users": (
        _NAME,
        Column("Role", _word("User.role", "role")),
        Column("Mail", _of("email")),
        Column("In merge requests", _of("git"), "wide-only"),
    ),
    "numbers": (Column("Trunk", _of("provider")), Column("Description", _of("description"))),
    "payments": (
        Column("Date", _of("date")),
        Column("Amount", _of("amount"), "num"),
        Column("Note", _of("note")),
    ),
    "providers": (
        _NAME,
        Column("Server", _of("host")),
        Column("Transport", _word("Provider.transport", "transport")),
        Column("Registers", _yes("register_")),
        Column("In use", lambda one: "yes" if one.active else "no"),
        Column("Calls at once", _of("max_channels"), "num"),
    ),
    "routes": (
        Column("For", _word("Route.service", "service")),
        Column("Takes", lambda one: one.prefix or one.pattern or ", ".join(one.exact or ())),
        Column("Who may dial them", _word("Route.toll", "toll")),
        Column("Trunks", _listed("providers")),
        Column("Plan", _of("plan")),
    ),
    "hosts": (
        Column("Address", _of("address")),
        Column("Tenants", _listed("tenants")),
        Column("Wave", lambda one: one.wave, "num"),
    ),
    "packages": (Column("At once", _many("slots")), Column("Each month", _many("included"))),
    "rates": (
        Column("For", _word("Rate.service", "service")),
        Column("Which calls", _word("Rate.direction", "direction")),
        Column("Prefix", _of("prefix")),
        Column("Price", _of("per_minute", "per_page"), "num"),
        Column("File", _of("file")),
    ),
    "plans": (Column("Rates", _listed("rates")),),
}
"""What stands behind the key, which is each list's first column."""
