"""The world around a simulated call: who is registered, who answers, which trunks are up.

Pure values. Whatever a scene leaves unsaid is as on a quiet working day: phones are registered, ring
and are not picked up; trunks are up; nobody has set a forward; every agent is at work.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from dialform.simulator.faxing.machine import FaxMachine
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Phone:
    """How one phone, or one number outside, takes a call. Times are seconds."""

    registered: bool = True
    """Whether the switch knows where the phone is. Numbers outside need no registration."""
    rings: bool = True
    """Whether it says that it rings (180). Without, the caller hears nothing until the answer."""
    answer_after: float | None = None
    """Seconds from the INVITE to the answer. None: it rings until the caller gives up."""
    cause: str | None = None
    """Refuses each call at once with this hangup cause: USER_BUSY, CALL_REJECTED, …"""
    hangup_after: float | None = 20.0
    """Seconds from the answer until it hangs up. None: it waits for the other side to do so."""
    press: str = ""
    """The keys that it presses after it answered: `1` to take a call, `*2` to hand it on."""
    fax: FaxMachine | None = None
    """It is a fax machine, and stays on the line as long as its session lasts."""
    returned: bool = False
    """A number of this very switch: the carrier brings the call back, with its fax, if it is one. Of `fax`
    only the times count then, and how the line fails.
    """


@dataclass(frozen=True, slots=True)
class Gateway:
    """The state of one trunk."""

    up: bool = True
    """A trunk that is down refuses at once, without asking the carrier."""
    cause: str | None = None
    """The carrier refuses each call with this hangup cause."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that stands around one call."""

    at: datetime = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    """When the call begins; aware."""
    phones: Mapping[str, Phone] = field(default_factory=dict)
    """By address, `1001@acme.example.com`."""
    phone: Phone = Phone()
    """All other phones."""
    outside: Mapping[str, Phone] = field(default_factory=dict)
    """Numbers beyond the trunks, by E.164 with a plus."""
    beyond: Phone = Phone(answer_after=3.0)
    """All other numbers beyond the trunks."""
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    """By the trunk's name; what is not named is up."""
    db: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Rows of mod_db: realm, then key → value. Forwards stand in `<slug>-cfa`, and so on."""
    agents: frozenset[str] | None = None
    """The queues' agents who are at work, as `acme.1001`. None: all of them."""
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Calls that are up already, by realm and resource of `limit`."""


@dataclass(frozen=True, slots=True)
class Dial:
    """One call: who dials what."""

    caller: str
    """A phone, `1001@acme.example.com`, or a number outside, `+1917…`, or `anonymous`."""
    to: str
    """The number as it is dialled."""
    press: tuple[str, ...] = ()
    """Keys; each is given to the next thing that reads any (a menu, a PIN, a prompt)."""
    name: str = ""
    """The caller's name as the caller's side sends it."""
    trunk: str = ""
    """Outside callers: the provider that the call comes by. Empty: the first known address."""
    patience: float = 600.0
    """Seconds after which the caller hangs up."""
    fax: FaxMachine | None = FaxMachine()
    """What calls where faxes are received. None: a person, who hears a whistle."""
    tone: bool = False
    """It is a fax machine wherever it calls: its tone (CNG) is heard from the answer on."""
