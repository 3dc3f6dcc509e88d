"""Who wants to know of events: streams that are read, and waits for a single one."""

import asyncio
import weakref
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from dialform.switch.errors import NotSeen, SwitchError
from dialform.switch.events import Event, Overflow
from dialform.switch.limits import Limits

Match = Callable[[Event], bool]


class Stream:
    """Events as they come, `async for event in stream`, from the moment in which it was made.

    Whoever reads too slowly finds an `Overflow` in place of the events that were given up. The end of
    the connection is raised (Dropped, say), when all that came before is read. One reader a stream.
    """

    def __init__(self, match: Match | None, limits: Limits, count: Callable[[int], None]) -> None:
        self._match, self._limits, self._count = match, limits, count
        self._items: deque[tuple[Event | Overflow, int]] = deque()
        self._bytes = 0
        self._end: SwitchError | None = None
        self._awake = asyncio.Event()

    def put(self, event: Event, size: int) -> None:
        """One event of `size` bytes, if the stream wants it."""
        if self._match is not None and not self._match(event):
            return
        if len(self._items) >= self._limits.events or self._bytes + size > self._limits.waiting:
            self._overflow()
        self._items.append((event, size))
        self._bytes += size
        self._awake.set()

    def _overflow(self) -> None:
        """What waits is stale by now: who asks anew has no use for it."""
        lost = sum(item.lost if isinstance(item, Overflow) else 1 for item, _ in self._items)
        self._count(sum(isinstance(item, Event) for item, _ in self._items))
        self._items.clear()
        self._items.append((Overflow(lost), 0))
        self._bytes = 0

    @property
    def holds(self) -> bool:
        """Whether an event waits here to be read."""
        return any(isinstance(item, Event) for item, _ in self._items)

    def fail(self, why: SwitchError) -> None:
        """Nothing will come any more."""
        self._end = why
        self._awake.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event | Overflow:
        while not self._items:
            if self._end is not None:
                raise self._end
            self._awake.clear()
            await self._awake.wait()
        item, size = self._items.popleft()
        self._bytes -= size
        return item


class Expectation:
    """Waits for events that a command provokes; made by `expect`, before the command."""

    def __init__(self, stream: Stream, leave: Callable[[], None]) -> None:
        self._stream, self._leave = stream, leave

    @property
    def seen(self) -> bool:
        """Whether one came already."""
        return self._stream.holds

    async def next(self, seconds: float) -> Event:
        """The next event that matches. Raises NotSeen after so many seconds, Dropped, Unreachable."""
        try:
            async with asyncio.timeout(seconds):
                found = await anext(self._stream)
                while isinstance(found, Overflow):
                    found = await anext(self._stream)
                return found
        except TimeoutError:
            raise NotSeen(f"the event did not come within {seconds:g} s") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()


class Hub:
    """All who listen. Streams that nobody holds any more are forgotten."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._streams: list[weakref.ref[Stream]] = []
        self._waits: list[Stream] = []
        self.overflowed = 0
        """Events that were given up, over all streams."""

    def _count(self, lost: int) -> None:
        self.overflowed += lost

    def stream(self, match: Match | None = None) -> Stream:
        """A new stream."""
        stream = Stream(match, self._limits, self._count)
        self._streams.append(weakref.ref(stream, self._forget))
        return stream

    def _forget(self, gone: weakref.ref[Stream]) -> None:
        self._streams = [each for each in self._streams if each is not gone]

    def expect(self, match: Match) -> Expectation:
        """A new expectation."""
        stream = Stream(match, self._limits, self._count)
        self._waits = [*self._waits, stream]
        return Expectation(stream, lambda: self._leave(stream))

    def _leave(self, stream: Stream) -> None:
        self._waits = [each for each in self._waits if each is not stream]

    def publish(self, event: Event, size: int) -> None:
        """Tells everybody."""
        for wait in self._waits:
            wait.put(event, size)
        for listening in self._streams:
            if (stream := listening()) is not None:
                stream.put(event, size)

    def fail_waits(self, why: SwitchError) -> None:
        """The connection is gone: what was expected on it does not come. Streams go on."""
        for stream in self._waits:
            stream.fail(why)
        self._waits = []

    def fail(self, why: SwitchError) -> None:
        """Ends all of them."""
        self.fail_waits(why)
        for listening in self._streams:
            if (stream := listening()) is not None:
                stream.fail(why)
        self._streams = []
