"""The resolved site: where calls meet or wait: conferences, paging, the parking lot."""

from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Conference:
    """A room. PINs are only digits, empty where there is none; `max_members` 0 is no limit.

    `greeting` is a path below the tenant's media, `music` the slug of a music on hold; empty for none.
    """

    number: str
    name: str
    pin: str = field(default="", repr=False)
    moderator_pin: str = field(default="", repr=False)
    max_members: int = 0
    greeting: str = ""
    music: str = ""
    record: bool = False
    waits: bool = False
    announce: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """Extensions whose phones open their loudspeakers. `name` is what they show."""

    number: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parking:
    """The parking lot. `first` and `last` are slots; `timeout` is seconds until a call comes back.

    `call_back`: who transferred a call to the lot is called and told its slot.
    """

    lot: str
    first: int
    last: int
    timeout: int
    call_back: bool
