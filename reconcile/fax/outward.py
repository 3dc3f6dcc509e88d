"""Faxes that go out, put together: which are due, how many at once, what is left of before.

The queue says what may be claimed, and counts over all hosts; this is one host's part. Each job
that is being sent has a task of its own (`sending`).
"""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from dialform.billing.ledger.database import Database
from dialform.billing.ledger.errors import LedgerError
from dialform.fax.queue import Queue
from dialform.fax.queue.values import Job, Next
from dialform.reconcile.durable import explained
from dialform.reconcile.fax.calling import Caller
from dialform.reconcile.fax.legs import Legs
from dialform.reconcile.fax.released import Released
from dialform.reconcile.fax.room import Room
from dialform.reconcile.fax.sending import Sending
from dialform.reconcile.fax.sheet import Out
from dialform.reconcile.ground import Ground
from dialform.reconcile.together import woken
from dialform.switch import Client, Link

EVERY = 1.0
"""Seconds between two looks at the queue."""
BEATING = 30.0
"""Seconds between two words that this host's agent lives, and two looks at what nobody sees to."""
FORSAKING = 3600.0
"""Seconds between two looks at faxes of tenants that live nowhere any more."""
WEEK = 7 * 86_400
"""Seconds after which they have failed."""
COUNTING = 10.0
"""Seconds between two questions to the queue for the status."""
MOST = 200
"""Faxes that one host sends at once, whatever its tenants and trunks may."""
MICRO = 1_000_000


class Outward:
    """Runs for as long as a ledger and a link do. What goes wrong with the queue is said, and tried
    again.
    """

    def __init__(
        self, ground: Ground, queue: Queue, database: Database, link: Link,
        released: Callable[[], Released], records: Path | None, *,
        ours: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        """`records` is the switch's spool of call records, `ours` says whether the switch may be
        told anything.
        """
        self._host, self._times, self._log = ground.settings.host, ground.times, ground.log
        self._queue, self._link, self._released, self._ours = queue, link, released, ours
        self._legs = Legs(link, ground.times, self._paged)
        self._out = Out(ground.layout.root)
        caller = Caller(link, self._legs, database, records, ground.times)
        self._caller = caller
        self.sending = Sending(
            ground, queue, caller, self._legs, self._out, released, link, self._wrong
        )
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._pages: set[asyncio.Task[Any]] = set()
        self._awake = asyncio.Event()
        self._beaten = self._counted = self._forsook = float("-inf")
        self._found = False
        self._section: dict[str, Any] = {}
        self.error = ""
        """Why nothing can be sent; empty: it can."""

    def wake(self) -> None:
        """Something was proven, or somebody wants something sent."""
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled, on a link that others run."""
        self._link.on_up.append(self._up)
        listening = asyncio.create_task(self._legs.run())
        try:
            while True:
                await self._round()
                await woken(self._awake, EVERY)
        finally:
            self._link.on_up.remove(self._up)
            tasks = [listening, *self._tasks.values(), *self._pages]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _up(self, _: Client) -> None:
        """A new connection: what happened meanwhile nobody told."""
        self._legs.poke()
        self._awake.set()

    async def _round(self) -> None:
        try:
            await self.turn()
            self.error = self._trouble()
        except LedgerError as error:
            self._wrong(str(error))
        except OSError as error:
            self._wrong(explained(error))

    def _trouble(self) -> str:
        if not self._link.connected:
            return f"Nothing is sent: {self._link.error or 'no connection to the switch yet'}"
        return self.sending.error

    def _wrong(self, words: str) -> None:
        if words != self.error:
            self._log.warning("faxes are not sent", why=words)
        self.error = words

    # One turn.

    async def turn(self) -> None:
        """Once: what is to be taken up again, ended, begun. Raises LedgerError, OSError."""
        self._tasks = {id_: task for id_, task in self._tasks.items() if not task.done()}
        beaten = await self._beat()
        if self._ours():
            if beaten or not self._found:
                await self._look_around()
                await self._find_again()
                await self._forsake()
            for job in await asyncio.to_thread(self._queue.wished, self._host):
                await self.sending.hang_up(job.id)
            if self._link.connected:
                await self._begin()
        await self._count()

    async def _beat(self) -> bool:
        """Says that this host lives, now and then. True: it did."""
        now = self._times.steady()
        if now - self._beaten < BEATING:
            return False
        await asyncio.to_thread(self._queue.beat, self._host, self._now())
        self._beaten = now
        return True

    async def _look_around(self) -> None:
        """Whether other hosts are silent; and what is in doubt of this one."""
        for job in await asyncio.to_thread(self._queue.abandoned, self._now()):
            if job.tenant in self._released().tenants:
                await self._take_over(job)
        for attempt in await asyncio.to_thread(self._queue.doubtful, self._host):
            await self.sending.part_with(attempt)
            self._start(attempt.job, self.sending.resume(attempt))

    async def _take_over(self, job: Job) -> None:
        """Another host's agent is silent: the job goes on here, behind what was confirmed."""
        words = f"The agent of {job.host} says nothing any more."
        next_ = Next(
            "queued", words, self._now(), job.step, job.confirmed, job.coarse, counts=False
        )
        if await asyncio.to_thread(self._queue.take_over, job.id, next_, self._now()):
            self._log.warning("a fax was taken over", job=job.id, silent=job.host)

    async def _find_again(self) -> None:
        """What nobody here sees to: attempts are watched on, claims given back.

        An agent before this one had begun it; or a fault ended the task that did.
        """
        open_ = await asyncio.to_thread(self._queue.open_attempts, self._host)
        if not self._found:
            await asyncio.to_thread(self._out.sweep, {attempt.uuid for attempt in open_})
        for job in await asyncio.to_thread(self._queue.unbegun, self._host):
            if job.id not in self._tasks:
                now = self._now()
                await asyncio.to_thread(self._queue.hold, job.id, "", now, now, self._host)
        for attempt in open_:
            self._start(attempt.job, self.sending.resume(attempt))
        self._found = True

    async def _forsake(self) -> None:
        """Fail what nobody sends any more. A tenant that gets the same name is not to send it years later."""
        now = self._times.steady()
        if now - self._forsook < FORSAKING:
            return
        self._forsook, at = now, self._now()
        tenants = self._released().tenants
        count = await asyncio.to_thread(self._queue.forsake, tenants, at - WEEK * MICRO, at)
        if count:
            self._log.warning("faxes of tenants that are gone have failed", count=count)

    async def _begin(self) -> None:
        """Start what is due, as far as there is room; the rest waits for its turn."""
        released = self._released()
        due = await asyncio.to_thread(self._queue.due, released.tenants, self._now())
        if not due:
            return
        room = Room(released, await asyncio.to_thread(self._queue.running))
        for job in due:
            if len(self._tasks) >= MOST:
                return
            if job.id not in self._tasks and room.take(job):
                self._start(job.id, self.sending.send(job))

    def _start(self, id_: int, work: Coroutine[Any, Any, None]) -> None:
        if id_ in self._tasks and not self._tasks[id_].done():
            work.close()
            return
        self._tasks[id_] = asyncio.create_task(work)

    # What is said.

    def _paged(self, uuid: str, pages: int) -> None:
        """A page was confirmed: written down at once, for whoever comes after a crash."""
        task = asyncio.create_task(asyncio.to_thread(self._page, uuid, pages))
        self._pages.add(task)
        task.add_done_callback(self._pages.discard)

    def _page(self, uuid: str, pages: int) -> None:
        try:
            self._queue.page(uuid, pages)
        except LedgerError as error:  # the end of the attempt says it again
            self._log.debug("a page is not written down", why=str(error))

    async def _count(self) -> None:
        now = self._times.steady()
        if now - self._counted < COUNTING:
            return
        self._counted = now
        found = await asyncio.to_thread(self._queue.waiting, self._now())
        waiting = [one for one in found if one.tenant in self._released().tenants]
        oldest = min((one.since for one in waiting), default=0)
        self._section = {
            "due": sum(one.count for one in waiting),
            "oldest": (self._now() - oldest) // MICRO if oldest else 0,
        }

    def section(self) -> dict[str, Any]:
        """What the status says of it. No tenant is named."""
        return {
            "sending": sum(not task.done() for task in self._tasks.values()),
            "due": 0,
            "oldest": 0,
            **self._section,
            "send_error": self.error or None,
        }

    def _now(self) -> int:
        return int(self._times.now() * MICRO)
