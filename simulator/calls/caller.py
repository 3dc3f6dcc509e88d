"""The caller profile of a channel: who calls, where to, and when what happened.

A channel gets a new one at each transfer; the old ones stay below it, as `callflow` in a CDR tells them.
The field names are those of `switch_caller_get_field_by_name`.
"""

from collections.abc import Sequence
from operator import attrgetter

from dialform.simulator.dialplan.hunt import Action
from dialform.values import dataclass, field


@dataclass(slots=True)
class Times:
    """Microseconds since 1970; 0 for what has not happened."""

    profile_created: int = 0
    created: int = 0
    answered: int = 0
    progress: int = 0
    progress_media: int = 0
    hungup: int = 0
    transferred: int = 0
    bridged: int = 0
    last_hold: int = 0
    hold_accum: int = 0
    resurrected: int = 0


@dataclass(slots=True)
class Extension:
    """What the dialplan said should be done, and how far that is."""

    name: str
    number: str
    actions: Sequence[Action]
    position: int = 0
    children: list["Profile"] = field(default_factory=list)
    """The profiles of `execute_extension`, in order."""


@dataclass(slots=True)
class Profile:
    """A caller profile."""

    destination_number: str = ""
    caller_id_number: str = ""
    caller_id_name: str = ""
    context: str = "default"
    dialplan: str = "XML"
    username: str = ""
    ani: str = ""
    aniii: str = ""
    network_addr: str = ""
    rdnis: str = ""
    uuid: str = ""
    source: str = "mod_sofia"
    chan_name: str = ""
    callee_id_name: str = ""
    callee_id_number: str = ""
    orig_caller_id_name: str = ""
    orig_caller_id_number: str = ""
    transfer_source: str = ""
    profile_index: str = "1"
    hide_name: bool = False
    hide_number: bool = False
    times: Times = field(default_factory=Times)
    extension: Extension | None = None
    originators: list["Profile"] = field(default_factory=list)
    originatees: list["Profile"] = field(default_factory=list)

    def clone(self) -> "Profile":
        """A copy to which nothing has happened yet: no times, no extension, no other parties."""
        return Profile(*_COPIED(self))

    def flip(self) -> None:
        """An outgoing leg that leads a call shows its called party as the caller."""
        name, number = self.caller_id_name, self.caller_id_number
        self.caller_id_name, self.callee_id_name = self.callee_id_name or name, name
        self.caller_id_number, self.callee_id_number = self.callee_id_number or number, number

    def get(self, name: str) -> str | None:
        """A field by the name that `${…}` and conditions use; None for what is no field."""
        if name in _PLAIN:
            value: str = getattr(self, name)
            return value or None
        if name in _FLAGS:
            return "true" if getattr(self, _FLAGS[name]) else "false"
        if name.endswith("_time") and name[:-5] in _TIMES:
            return str(getattr(self.times, name[:-5]))
        return "true" if name == "screen_bit" else None


_COPIED = attrgetter(*Profile.__match_args__[: Profile.__match_args__.index("times")])
"""The fields before those of what happened to it."""

_PLAIN = frozenset((
    "destination_number", "caller_id_number", "caller_id_name", "context", "dialplan", "username",
    "ani", "aniii", "network_addr", "rdnis", "uuid", "source", "chan_name", "callee_id_name",
    "callee_id_number", "orig_caller_id_name", "orig_caller_id_number", "transfer_source",
    "profile_index",
))  # fmt: skip
_FLAGS = {"privacy_hide_name": "hide_name", "privacy_hide_number": "hide_number"}
_TIMES = frozenset(
    [
        "profile_created",
        "created",
        "answered",
        "progress",
        "progress_media",
        "hungup",
        "transferred",
    ]
)
