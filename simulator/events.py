"""What happens on the switch, as events, and who wants to know.

An event here has only its own headers. What FreeSWITCH puts before them (Core-UUID, times, sequence) is
the business of whoever sends it out: `esl/stamp.py`.
"""

from collections.abc import Callable

from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """Where in FreeSWITCH's source the event is fired: it stands in three headers of each event."""

    file: str
    function: str
    line: int


@dataclass(slots=True)
class Event:
    """One event, `CHANNEL_ANSWER` say, with headers in the order in which the switch writes them."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)
    subclass: str = ""
    """Of CUSTOM events: `sofia::register`."""
    body: str | None = None
    source: Source = Source("switch_core.c", "switch_core", 1)
    lead: dict[str, str] = field(default_factory=dict)
    """Headers before the others; the switch says some of them twice."""


Listener = Callable[[Event], None]


class Events:
    """The bus of one switch. Listeners are called at once, in the order in which they came."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with each event from now on; what is returned ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def fire(self, event: Event) -> None:
        """Tells everybody."""
        for listener in tuple(self._listeners):
            listener(event)
