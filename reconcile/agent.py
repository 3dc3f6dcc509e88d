"""The loop: a pass, a look at the switch, and then waiting for whatever comes first."""

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

from dialform.reconcile import byhand, requests, suspension
from dialform.reconcile.concluding import Result, Tell
from dialform.reconcile.durable import explained
from dialform.reconcile.ears import Ears
from dialform.reconcile.generations import GenerationError
from dialform.reconcile.ground import Ground, Stopped
from dialform.reconcile.passing import Pass
from dialform.reconcile.policy import Ending
from dialform.reconcile.systemd import Systemd
from dialform.reconcile.together import woken
from dialform.reconcile.watch import Found, Watch
from dialform.switch import Client

TICK = 1.0
"""Seconds between two looks at what people left in the state folder: requests, suspensions."""
SETTLE = 1.0
"""Seconds that the switch is left alone after it said that something changed there."""


AGAIN = 5.0
"""Seconds between two looks, however much the switch has to say."""


class Agent:
    """One agent on its ground. `run` is the loop, `cycle` one turn of it."""

    def __init__(
        self, ground: Ground, pass_: Pass, *, tell: Tell | None = None,
        publish: Callable[[], Awaitable[None]] | None = None, systemd: Systemd | None = None,
        beside: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
    ) -> None:  # fmt: skip
        """`publish` leaves this host's word for the others, after each turn; it never raises.

        `beside` runs as long as the loop does, each in a task of its own; none of it ever ends by itself.
        """
        self.ground, self.pass_ = ground, pass_
        self.watch = Watch(ground, pass_.compiling.mend)
        self._tell, self._publish, self._systemd = tell, publish, systemd or Systemd({})
        self._beside = beside
        self._woken = asyncio.Event()
        self._poked = False
        self._drifted = False
        self._suspended = ""

    # What may come from outside.

    def poke(self) -> None:
        """Make a pass at once: a webhook, SIGHUP."""
        self._poked = True
        self._woken.set()

    def stop(self) -> None:
        """End: the command that runs is the last one."""
        self.ground.stopping = True
        self._woken.set()

    # The loop.

    async def run(self) -> None:
        """Until it is stopped. Raises FencedError where another agent took its place."""
        self._systemd.ready("watching")
        self.ground.book.listeners.append(lambda said: self._systemd.status(in_words(said)))
        beside = [
            asyncio.create_task(Ears(self.ground, self._heard, self._tell).run()),
            asyncio.create_task(self._live()),
            *(asyncio.create_task(one()) for one in self._beside),
        ]
        self.ground.link.on_up.append(self._back)
        try:
            while not self.ground.stopping:
                result, _ = await self.cycle()
                if result.what not in ("unchanged", "held"):
                    gc.collect()  # by itself Python would let what an apply left lie for long
                self._changed = False  # that was heard of what was just done
                await self._wait()
        except Stopped:
            pass
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            self._systemd.stopping()
            self.ground.conclude()

    async def _live(self) -> None:
        """Tells systemd that the loop turns, whatever a pass is waiting for."""
        every = (self._systemd.watchdog or 60.0) / 3
        while True:
            self._systemd.alive()
            await asyncio.sleep(every)

    async def cycle(self) -> tuple[Result, Found]:
        """One turn: what was asked for, a pass, a look."""
        self._poked = False
        self._suspension = suspension.read(self.ground.layout, self.ground.times.now())
        result = await self.pass_.run(retry=await self._requests())
        found = await self.look(result)
        await self._published()
        return result, found

    async def look(self, result: Result | None = None) -> Found:
        """A look at disk and switch. Suspended, or only reporting, it heals nothing."""
        ground, settings = self.ground, self.ground.settings
        suspended = suspension.read(ground.layout, ground.times.now()) is not None
        heal = settings.drift == "heal" and not suspended and not settings.report_only
        under_way = ground.record.applying is not None
        try:
            found = await self.watch.look(heal=heal and not under_way)
        except (OSError, GenerationError) as error:
            found = Found(why=explained(error) if isinstance(error, OSError) else str(error))
        await self._told_of(found, healing=heal)
        await self._told_of_suspension()
        ground.book.doing("")
        ground.book.beat()
        return found

    async def _told_of(self, found: Found, *, healing: bool) -> None:
        """Drift is told when it begins, and when it is over."""
        if found.drift:
            words = "; ".join(str(one) for one in found.drift[:5])
            more = f"; it could not be healed: {found.why}" if found.why and healing else ""
            self.ground.log.warning("drift", found=words, left=len(found.left), why=found.why)
            await self._say("drift", f"{words}{more}")
            if not found.left:
                await self._say("healed", f"{words}: put right.")
        elif found.why:
            return  # nobody could look: it may be there still
        elif self._drifted:
            await self._say("healed", "Disk and switch are as in git again.")
        self._drifted = bool(found.left)

    async def _told_of_suspension(self) -> None:
        ground = self.ground
        one = suspension.read(ground.layout, ground.times.now())
        words = "" if one is None else one.reason
        ground.book.condition(
            "Suspended", one is not None, "Suspended" if one else "NotSuspended", words
        )
        ground.book.data["suspended"] = None if one is None else suspension.told(one)
        if words != self._suspended:
            await self._say("suspended" if one else "resumed", words or "It goes on.")
            self._suspended = words

    async def _requests(self) -> bool:
        """Does what was asked for. True: the next pass looks at the same commit again."""
        try:
            request = requests.take(self.ground.layout)
        except OSError as error:
            self.ground.log.warning("a request cannot be taken", why=explained(error))
            await asyncio.sleep(TICK)
            return False
        if request is None:
            return False
        try:
            done = await byhand.answer(self.ground, self.pass_.applier, request)
        except OSError as error:
            done = byhand.Done(requests.Answer(request.id, False, explained(error)))
        given = done.answer
        self.ground.log.info("asked", what=request.what, good=given.good, message=given.message)
        with contextlib.suppress(OSError):  # it is done, and in the log
            requests.answer(self.ground.layout, given)
        if done.accepted is not None:
            self.pass_.judge.accepted = done.accepted
        return done.retry

    # Waiting.

    async def _wait(self) -> None:
        """Until it is time again, somebody wants something, or the switch says that something changed."""
        ground, times = self.ground, self.ground.times
        until = times.steady() + ground.settings.interval * (0.9 + times.chance() / 5)
        began = times.steady()
        # What was left while the pass was under way counts, too.
        seen, looked = (False, self._suspension), began - AGAIN
        absent = (ground.book.data["held"] or {}).get("reason") == "SwitchUnreachable"
        failed = ground.book.status_of("Ready") == "False"
        if failed:
            until = min(until, times.steady() + max(ground.settings.interval / 4, 5.0))
        while not ground.stopping and times.steady() < until:
            if self._left_behind() != seen or self._poked:
                return
            if absent and ground.link.connected and times.steady() - began >= AGAIN:
                return  # what waited for the switch goes on
            if (self._changed or self._returned) and times.steady() - looked >= AGAIN:
                await asyncio.sleep(SETTLE)
                self._changed = self._returned = False
                await self.look()
                looked = times.steady()
            self._woken.clear()
            await woken(self._woken, min(TICK, max(until - times.steady(), 0)))

    _changed = _returned = False
    _suspension: suspension.Suspension | None = None

    def _left_behind(self) -> tuple[object, ...]:
        """What people left in the state folder: whether there is a request, and which suspension."""
        layout, now = self.ground.layout, self.ground.times.now()
        return layout.request.exists(), suspension.read(layout, now)

    def _heard(self) -> None:
        """The switch may no longer be as it was: it is looked at soon."""
        self._changed = True
        self._woken.set()

    async def _back(self, _: Client) -> None:
        """The switch is there again; it may be another one, or the same with other things in mind."""
        self._returned = True
        self._woken.set()

    async def _published(self) -> None:
        if self._publish is not None:
            await self._publish()

    async def _say(self, kind: str, message: str) -> None:
        if self._tell is not None:
            await self._tell(kind, message)


def in_words(status: Mapping[str, Any]) -> str:
    """A status in one line."""
    held, applied = status["held"], status["applied"]
    if status["doing"]:
        return str(status["doing"])
    if held:
        return f"{held['reason']}: {held['message']}"
    return (
        f"{(applied['commit'] or 'worktree')[:10]} runs, proven" if applied else "nothing applied"
    )


def ending(result: Result, found: Found, *, report: bool) -> Ending:
    """How a single turn ends: as its pass, or with drift that was only reported."""
    if result.ending is Ending.GOOD and report and found.left:
        return Ending.DRIFT
    if result.ending is Ending.GOOD and found.why:
        return Ending.FAILED
    return result.ending
