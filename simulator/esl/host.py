"""What the event socket needs of the switch behind it."""

from typing import Protocol

from dialform.simulator.esl.serial import Stamped
from dialform.simulator.events import Event, Events
from dialform.simulator.faults import Faults


class Host(Protocol):
    """A switch, as its event socket sees it."""

    events: Events
    faults: Faults

    @property
    def password(self) -> str:
        """What `auth` must say."""

    def stamp(self, event: Event) -> Stamped:
        """The event with its number and its date."""

    def publish(self, event: Stamped) -> None:
        """Gives an event that has its number to every client."""

    def new_uuid(self) -> str:
        """A fresh UUID."""

    async def api(self, command: str, argument: str) -> str | None:
        """Runs an API command; None where the switch has no such command."""

    def message(self, uuid: str, headers: dict[str, str]) -> bool:
        """Gives a channel a message (`sendmsg`); False where there is no such channel."""
