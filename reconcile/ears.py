"""What the switch says by itself: something is down, gone, started again; somebody guesses passwords."""

import asyncio
from collections.abc import Callable

from dialform.reconcile.concluding import Tell
from dialform.reconcile.ground import Ground
from dialform.reconcile.watching.attackers import SUBSCRIPTIONS, Alarm, Attackers
from dialform.reconcile.watching.carriers import carriers
from dialform.switch import Event, Overflow, SwitchError

CHANGES = (
    "sofia::gateway_state", "sofia::gateway_delete", "sofia::profile_start", "SHUTDOWN", "STARTUP",
    "MODULE_UNLOAD",
)  # fmt: skip
"""What the agent wants to hear, so that drift is seen when it begins (sofia.c, switch_core.c)."""

SECONDS = 5.0
"""How often it is looked whether an attack is over."""


class Ears:
    """Listens for as long as the agent lives."""

    def __init__(self, ground: Ground, changed: Callable[[], None], tell: Tell | None) -> None:
        """`changed` is called where the switch may no longer be as it was."""
        self.ground, self._changed, self._tell = ground, changed, tell
        self.attackers = Attackers()
        self._runs = ""

    async def run(self) -> None:
        """Until it is cancelled, or the link is closed."""
        self._know()
        await self.ground.link.subscribe(*CHANGES, *SUBSCRIPTIONS)
        ticking = asyncio.create_task(self._tick())
        try:
            async for event in self.ground.link.events():
                await self._hear(event)
        except SwitchError:
            return
        finally:
            ticking.cancel()

    async def _hear(self, event: Event | Overflow) -> None:
        book = self.ground.book
        if isinstance(event, Overflow):
            book.count("events_overflowed", event.lost)
            self._changed()
        elif event.subclass in SUBSCRIPTIONS:
            await self._say(self.attackers.note(event, self.ground.times.steady()))
        else:
            self._changed()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(SECONDS)
            self._know()
            now = self.ground.times.steady()
            await self._say(self.attackers.tick(now))
            self.ground.book.data["attackers"] = self.attackers.status(now)

    def _know(self) -> None:
        """The carriers are those of what runs: a change brings others."""
        current = self.ground.generations.current()
        if current is not None and current.name != self._runs:
            self._runs = current.name
            self.attackers.know(carriers(current.folder))

    async def _say(self, alarms: list[Alarm]) -> None:
        for alarm in alarms:
            self.ground.log.warning("attack", kind=alarm.kind, source=alarm.source)
            if self._tell is not None:
                await self._tell("attack" if alarm.raised else "attack_over", alarm.message)
