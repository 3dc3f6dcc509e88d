"""What is known of the switch by now, and when it was asked: one copy for all who watch."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from dialform.console.live.moment import Moment
from dialform.console.live.sources import OF_EVENT, SHARE, SOURCES, Books, Source
from dialform.switch import SwitchError, UnexpectedReply
from dialform.switch.events import Event, Overflow
from dialform.switch.questions import Ask
from dialform.values import dataclass, field

LAG = 2
"""How often is asked after something happened: the core's tables lag behind its events (`show`)."""


@dataclass(slots=True)
class _State:
    value: Any
    asked: float | None = None
    took: float = 0.0
    stirred: int = 0


@dataclass(slots=True)
class Seen:
    """The answers by source. `clock` gives seconds that never go back."""

    ask: Ask
    clock: Callable[[], float]
    error: str = ""
    """Why the switch could not be asked last; empty: it could."""
    _books: Books = field(default_factory=Books)
    _states: dict[str, _State] = field(default_factory=dict)
    _moment: Moment | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __getitem__(self, name: str) -> Any:
        return self._state(name).value

    def _state(self, name: str) -> _State:
        if name not in self._states:
            self._states[name] = _State(SOURCES[name].empty)
        return self._states[name]

    def moment(self) -> Moment:
        """The last answers, and why there are no newer ones."""
        if self._moment is None or self._moment.error != self.error:
            self._moment = Moment(**{name: self[name] for name in SOURCES}, error=self.error)
        return self._moment

    def heard(self, item: Event | Overflow) -> bool:
        """Take an event in. True: there is something to ask for."""
        if isinstance(item, Overflow):
            self.forget()
            return True
        name = OF_EVENT.get(item.kind)
        if name is None:
            return False
        if name == "legs":
            self._books.legs.touch(item.get("Unique-ID"))
        self.stir(name)
        return True

    def stir(self, *names: str) -> None:
        """Something was done: ask again soon."""
        for name in names:
            self._state(name).stirred = LAG

    def forget(self) -> None:
        """It may be another switch, or events were lost: ask for all of it anew."""
        self._books.legs.forget()
        for state in self._states.values():
            state.asked = None

    def due(self, name: str, within: float | None = None) -> bool:
        """Whether a source is to be asked again now; `within`: for somebody who looks once."""
        state, source = self._state(name), SOURCES[name]
        if state.asked is None:
            return True
        age = self.clock() - state.asked
        if within is not None:
            return age > within or bool(state.stirred)
        least = max(source.soon if state.stirred else source.late, state.took / SHARE)
        return age >= least

    async def look(self, names: Iterable[str], within: float | None = None) -> bool:
        """Ask for what is due of these. True: some was asked for. An error is kept in `error`."""
        async with self._lock:
            due = [SOURCES[name] for name in names if self.due(name, within)]
            try:
                for source in due:
                    await self._one(source)
            except SwitchError as error:
                self.error = str(error)
                self.forget()
            else:
                if due:
                    self.error = ""
            return bool(due)

    async def _one(self, source: Source) -> None:
        state = self._state(source.name)
        began = self.clock()
        state.stirred = max(state.stirred - 1, 0)
        try:
            value = await source.ask(self._books, self.ask)
        except UnexpectedReply:
            # It lacks a module, say: nothing is known of that, and all else goes on.
            value = source.empty
        state.asked = self.clock()
        if value != state.value:  # the same answer stays the same object: nobody draws it again
            state.value, self._moment = value, None
        state.took = state.asked - began
