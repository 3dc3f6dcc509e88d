"""A scheduler of coroutines on a clock of its own: virtual time, or real time that somebody feeds.

Many channels run side by side, each a coroutine, and always in the same order: tasks that are ready run
first in, first out; timers by their time, then in the order in which they were set. Nothing here sleeps.
With virtual time `run` jumps from timer to timer; a server calls `run(until=…)` as real time passes.
"""

from collections import deque
from collections.abc import Callable, Coroutine, Generator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from math import floor
from typing import Any


class Signal:
    """Something that coroutines wait for. `fire` wakes all that wait now; it keeps no memory."""

    __slots__ = ("_clock", "_waiting")

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self._waiting: list[tuple[Task, int]] = []

    def fire(self) -> None:
        """Wakes whoever waits, in the order in which they came."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for task, turn in waiting:
                self._clock.wake(task, turn, True)

    def add(self, task: "Task", turn: int) -> None:
        """Notes one who waits."""
        self._waiting.append((task, turn))
        if len(self._waiting) > 64:
            self._waiting = [entry for entry in self._waiting if entry[0].turn == entry[1]]


class _Pause:
    """What a coroutine hands to the scheduler when it waits."""

    __slots__ = ("seconds", "signals")

    def __init__(self, signals: tuple[Signal, ...], seconds: float | None) -> None:
        self.signals = signals
        self.seconds = seconds

    def __await__(self) -> Generator["_Pause", bool, bool]:
        return (yield self)


class Task:
    """One running coroutine."""

    __slots__ = ("coroutine", "done", "finished", "turn")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], finished: Signal) -> None:
        self.coroutine = coroutine
        self.turn = 0
        """Counts the waits; a wake-up that is meant for an earlier one is ignored."""
        self.done = False
        self.finished = finished


class Timer:
    """A function that is called later, unless it is cancelled before."""

    __slots__ = ("call", "cancelled")

    def __init__(self, call: Callable[[], None]) -> None:
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        """The function will not be called."""
        self.cancelled = True


class Clock:
    """The time since the start, in seconds, and all that waits for it."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.elapsed = 0.0
        self._epoch = start.timestamp()
        self._whole = floor(self._epoch)
        self._fraction = self._epoch - self._whole
        self._ready: deque[tuple[Task, bool]] = deque()
        self._timers: list[tuple[float, int, Task | None, int, Timer | None]] = []
        self._serial = 0

    @property
    def epoch(self) -> float:
        """Seconds since 1970."""
        return self._epoch + self.elapsed

    @property
    def microseconds(self) -> int:
        """Microseconds since 1970, as the switch stamps its events and records."""
        return round((self._epoch + self.elapsed) * 1_000_000)

    @property
    def second(self) -> int:
        """The whole second of the switch's clock, since 1970."""
        return self._whole + floor(self._fraction + self.elapsed + 1e-6)

    def until(self, second: int) -> float:
        """Seconds from now to the begin of a second of the switch's clock."""
        return second - self._whole - self._fraction - self.elapsed

    def moment(self) -> datetime:
        """The time of day, in UTC."""
        return (self.start + timedelta(seconds=self.elapsed)).astimezone(UTC)

    def signal(self) -> Signal:
        """A new signal of this clock."""
        return Signal(self)

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> Task:
        """Starts a coroutine: it runs when all that is ready before it has run."""
        task = Task(coroutine, Signal(self))
        self._ready.append((task, True))
        return task

    def now_or_later(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Runs a coroutine at once, up to where it waits; what is left of it runs on its own."""
        task = Task(coroutine, Signal(self))
        self._step(task, True)

    def later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Calls a function after so many seconds."""
        timer = Timer(call)
        self._push(self.elapsed + max(seconds, 0.0), None, 0, timer)
        return timer

    async def sleep(self, seconds: float) -> None:
        """Waits so many seconds."""
        await _Pause((), seconds)

    async def wait(self, *signals: Signal, timeout: float | None = None) -> bool:
        """Waits until one of the signals fires. False: the time was over first."""
        return await _Pause(signals, timeout)

    def wake(self, task: Task, turn: int, fired: bool) -> None:
        """Lets a task run on, if it still waits for what woke it."""
        if task.turn == turn and not task.done:
            task.turn += 1
            self._ready.append((task, fired))

    def due(self) -> float | None:
        """When the next thing happens, in seconds since the start; None when nothing will."""
        if self._ready:
            return self.elapsed
        while self._timers and self._stale(self._timers[0]):
            heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def run(self, until: float | None = None, ended: Callable[[], bool] = lambda: False) -> None:
        """Runs all that happens until then (None: until nothing does), or until `ended` says so."""
        while True:
            while self._ready:
                self._step(*self._ready.popleft())
            if ended():
                return
            due = self.due()
            if due is None or (until is not None and due > until):
                break
            self.elapsed, _, task, turn, timer = heappop(self._timers)
            if timer is not None:
                timer.call()
            elif task is not None:
                self.wake(task, turn, False)
        if until is not None:
            self.elapsed = max(self.elapsed, until)

    def _step(self, task: Task, fired: bool) -> None:
        try:
            pause = task.coroutine.send(None if task.turn == 0 else fired)
        except StopIteration:
            task.done = True
            task.finished.fire()
            return
        except BaseException:
            task.done = True
            raise
        task.turn += task.turn == 0
        for signal in pause.signals:
            signal.add(task, task.turn)
        if pause.seconds is not None:
            self._push(self.elapsed + max(pause.seconds, 0.0), task, task.turn, None)

    def _push(self, at: float, task: Task | None, turn: int, timer: Timer | None) -> None:
        self._serial += 1
        heappush(self._timers, (at, self._serial, task, turn, timer))

    @staticmethod
    def _stale(entry: tuple[float, int, Task | None, int, Timer | None]) -> bool:
        _, _, task, turn, timer = entry
        if timer is not None:
            return timer.cancelled
        return task is None or task.done or task.turn != turn
