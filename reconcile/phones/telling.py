"""Telling one phone: where it is registered, it gets the vendor's own event; else nobody is told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol

from dialform.compiler.phones.catalogue import vendor_of
from dialform.reconcile.phones.choosing import own
from dialform.reconcile.phones.listed import Phone
from dialform.switch import questions
from dialform.switch.notices import notify
from dialform.switch.questions import Ask, Registered
from dialform.values import dataclass

What = Literal["resync", "reboot"]


class Switch(Protocol):
    """A `Client` or a `Link`."""

    async def api(self, command: str, *, timeout: float | None = None) -> str:
        """The reply to an API command."""

    async def send_event(self, name: str, headers: Mapping[str, str]) -> str:
        """Fires an event."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of telling a phone. `how` is one of

    - `told`: it is registered, and the switch took the event for that; `at` says where. More is not to be
      known: what the phone answers, the switch tells nobody. That it fetched, the service knows;
    - `unregistered`: it is at no profile, under none of its lines: it fetches when it is switched on;
    - `deaf`: its vendor documents no such event.
    """

    phone: Phone
    how: Literal["told", "unregistered", "deaf"]
    event: str = ""
    at: tuple[Registered, ...] = ()


async def tell(
    switch: Switch, profiles: Iterable[str], phone: Phone, what: What = "resync",
    lines: Sequence[str] = (),
) -> Told:  # fmt: skip
    """Tell a phone to fetch its configuration, or to start again. It is told once, by the first line that
    it is registered for. `lines` are others than those of now that it may still be registered for: they
    are looked at first. Raises SwitchError.
    """
    vendor = vendor_of(phone.vendor)
    event = getattr(vendor, what) if vendor is not None else ""
    if not event:
        return Told(phone, "deaf")
    profiles = tuple(profiles)
    for who in dict.fromkeys((*lines, *phone.lines)):
        found = [
            one
            for profile in profiles
            for one in await questions.registered(switch.api, profile, who)
        ]
        # After a restart it may be there twice, at one contact.
        if mine := tuple({one.contact: one for one in own(phone, found)}.values()):
            for one in mine:
                await notify(switch, one, event)
            return Told(phone, "told", event, mine)
    return Told(phone, "unregistered", event)


async def phone_profiles(ask: Ask) -> tuple[str, ...]:
    """The profiles of the switch that phones register at. Raises SwitchError."""
    found = await questions.profiles(ask)
    return tuple(sorted(one for one in found if one.startswith("internal")))
