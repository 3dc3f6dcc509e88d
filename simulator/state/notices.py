"""What phones are told by NOTIFY without having asked: `sendevent NOTIFY` of the event socket.

After `general_event_handler` (mod_sofia.c): the event goes through a queue that the profiles' workers look
into, and to whoever is registered by then; an unknown profile or user, and an event that lacks something,
end there without a word.
"""

from collections.abc import Iterator

from dialform.simulator.clock import Clock
from dialform.simulator.events import Event, Events
from dialform.simulator.state.profiles import Profiles
from dialform.simulator.state.registrations import Registration, Registrations
from dialform.values import dataclass

TAKEN = 0.1
"""Seconds until a worker has taken the event: it may be at something else."""
_NEEDED = ("profile", "content-type", "event-string", "user", "host")


@dataclass(frozen=True, slots=True)
class Notice:
    """A NOTIFY that went out: to whom (`1001.acme@acme.example.com`), where to, of which event."""

    address: str
    contact: str
    agent: str
    event: str
    content_type: str
    body: str = ""


class Notices:
    """All of them, in the order in which they went out: `sent`."""

    def __init__(
        self, clock: Clock, events: Events, profiles: Profiles, registrations: Registrations
    ) -> None:
        self._clock, self._profiles, self._registrations = clock, profiles, registrations
        self.sent: list[Notice] = []
        self.close = events.subscribe(self._heard)

    def _heard(self, event: Event) -> None:
        if event.name == "NOTIFY":
            self._clock.later(TAKEN, lambda: self._take(event.headers, event.body or ""))

    def _take(self, said: dict[str, str], body: str) -> None:
        if not all(name in said for name in _NEEDED):
            return
        for one in self._meant(said):
            self.sent.append(
                Notice(
                    one.address, one.contact, one.agent, said["event-string"],
                    said["content-type"], body,
                )
            )  # fmt: skip

    def _meant(self, said: dict[str, str]) -> Iterator[Registration]:
        """By Call-ID, if one is named, whoever's it is; else all phones of the user."""
        profile = self._profiles.find(said["profile"])
        user = (said["user"], said["host"])
        for one in self._registrations if profile is not None else ():
            if profile is None or one.profile != profile.name:
                continue
            if (
                said["call-id"] == one.call_id
                if "call-id" in said
                else user == (one.user, one.domain)
            ):
                yield one
