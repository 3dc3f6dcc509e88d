"""What the live pages show, as plain values: where these are the same, nothing is drawn anew.

Times are the moments at which something began (seconds since 1970), never spans: browsers count those.
"""

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word; `kind` is its colour."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """One leg of a call: an extension with its name, or an outside number with what it says it is."""

    uuid: str
    tenant: str
    number: str
    name: str
    extension: bool
    trunk: str
    state: Badge
    doing: str
    """What it is in, or with whom it speaks."""
    since: int
    can_hold: bool
    held: bool


@dataclass(frozen=True, slots=True)
class Gateway:
    """A trunk. `numbers` are calls in, out and failed; None for whom they do not concern."""

    name: str
    state: Badge
    up: bool
    said: str
    retry: str
    ping: int
    numbers: tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that is registered. Its address is not shown to whom it does not concern."""

    tenant: str
    extension: str
    name: str
    address: str
    transport: str


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent of a queue. `mine`: the visitor may log it in and out."""

    number: str
    name: str
    status: Badge
    out: bool
    paused: bool
    calls: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in a queue. Number and name are empty for whom they do not concern."""

    number: str
    name: str
    since: int
    offered: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue with who waits and who takes calls."""

    tenant: str
    number: str
    name: str
    strategy: str
    waiting: tuple[Waiting, ...]
    agents: tuple[Agent, ...]
    free: int
    logged_in: int
    answered: int
    abandoned: int


@dataclass(frozen=True, slots=True)
class Parked:
    """A call that waits in a slot."""

    tenant: str
    slot: str
    party: Party | None


@dataclass(frozen=True, slots=True)
class Room:
    """A conference room with who is in it."""

    tenant: str
    room: str
    name: str
    members: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Now:
    """Numbers of the dashboard; None: not this visitor's business."""

    calls: int
    outside: int
    phones: int
    extensions: int
    trunks_up: int | None
    trunks: int | None
    waiting: int | None
    away: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that somebody asked for in the portal (click-to-call)."""

    id: int
    caller: str
    dialled: str
    said: str
    kind: str
    over: bool
