"""What FreeSWITCH puts before the headers of each event: who it is, when, which number."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from dialform.simulator.esl.serial import Stamped
from dialform.simulator.events import Event
from dialform.values import dataclass, field


@dataclass(slots=True)
class Identity:
    """The switch as events show it."""

    core_uuid: str
    hostname: str = "simulator"
    name: str = "simulator"
    """`switchname`: the host's name where the configuration has none."""
    ipv4: str = "127.0.0.1"
    ipv6: str = "::1"


@dataclass(slots=True)
class Stamp:
    """Numbers and dates events. `now` is the time in seconds since the epoch."""

    identity: Identity
    now: Callable[[], float]
    zone: tzinfo = field(default=UTC)
    sequence: int = 0

    def __call__(self, event: Event) -> Stamped:
        """The event with all of its headers (`switch_event_prep_for_delivery_detailed`)."""
        self.sequence += 1
        moment = self.now()
        local = datetime.fromtimestamp(moment, self.zone)
        common = datetime.fromtimestamp(moment, UTC)
        who, source = self.identity, event.source
        headers = [("Event-Subclass", event.subclass)] if event.subclass else []
        headers += [
            ("Event-Name", event.name),
            ("Core-UUID", who.core_uuid),
            ("FreeSWITCH-Hostname", who.hostname),
            ("FreeSWITCH-Switchname", who.name),
            ("FreeSWITCH-IPv4", who.ipv4),
            ("FreeSWITCH-IPv6", who.ipv6),
            ("Event-Date-Local", f"{local:%Y-%m-%d %H:%M:%S}"),
            ("Event-Date-GMT", _rfc822(common)),
            (
                "Event-Date-Timestamp",
                str(round(moment * 1_000_000)),
            ),  # as the clock gives an answer's
            ("Event-Calling-File", source.file),
            ("Event-Calling-Function", source.function),
            ("Event-Calling-Line-Number", str(source.line)),
            ("Event-Sequence", str(self.sequence)),
        ]
        return Stamped((*headers, *event.lead.items(), *event.headers.items()), event.body)


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _rfc822(moment: datetime) -> str:
    """As RFC 822 has it, in English whatever the locale."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment:%d} {month} {moment:%Y %H:%M:%S} GMT"
