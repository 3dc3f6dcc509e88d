"""Between two commits: what differs on the disk or the switch though nobody changed it in git; the cure."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from dialform.compiler.planning.actions import least, step
from dialform.reconcile.applying import count
from dialform.reconcile.contact import meet
from dialform.reconcile.converge import steps
from dialform.reconcile.drift import Drift, drift
from dialform.reconcile.execute import execute
from dialform.reconcile.generations import Generation, GenerationError
from dialform.reconcile.ground import Ground
from dialform.reconcile.observe import Observed, observe
from dialform.reconcile.wanted import Resources
from dialform.switch import SwitchError, Unreachable, questions
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found, and what was left of it. `why`: it could not look, or not heal."""

    drift: Sequence[Drift] = ()
    left: Sequence[Drift] = ()
    why: str = ""


class Watch:
    """Looks at the generation that is to run, its files and the switch."""

    def __init__(self, ground: Ground, mend: Callable[[], Awaitable[str]]) -> None:
        """`mend` writes the files of what runs anew: why it could not, or empty."""
        self.ground, self._mend = ground, mend

    async def look(self, *, heal: bool) -> Found:
        """One look, and with `heal` the cure of what has one. The status says all of it."""
        ground, book = self.ground, self.ground.book
        gone = await self._gone()
        if gone and (not heal or (why := await self._mend())):
            book.data["drift"] = [told(one) for one in gone]
            book.condition("Drifted", True, "Drift", str(gone[0]))
            return Found(gone, gone, why if heal else "")
        target = self._target()
        if target is None:
            return Found()
        try:
            found, seen = await self._differences(target)
            found = [*gone, *found]
            left, why = found, ""
            if found and heal:
                book.doing(f"putting right: {found[0]}")
                why = await self._heal(target, any(one.between == "git-disk" for one in found))
                left, seen = await self._differences(target)
        except SwitchError as error:
            book.section("switch", connected=ground.link.connected, error=str(error))
            return Found(why=str(error))
        self._tell_status(found, left, seen, ground.wanted(target))
        await self._counts()
        return Found(found, left, why)

    async def _counts(self) -> None:
        """How much is going on, for the status and for metrics; no answer is no reason for anything."""
        with contextlib.suppress(SwitchError):
            self.ground.book.section("switch", **await questions.counts(self.ground.link.api))

    def _target(self) -> Generation | None:
        """What is to run: the generation that was proven last."""
        applied = self.ground.record.applied
        return self.ground.generations.find(applied.generation) if applied else None

    async def _gone(self) -> list[Drift]:
        """What of the folder of what was proven last is gone, if nothing can be read there any more.

        The switch still runs it.
        """
        applied = self.ground.record.applied
        target = self._target()
        if applied is None:
            return []
        if target is not None:
            try:
                self.ground.wanted(target)
            except GenerationError:
                bad = await self._damaged(target)
                return [Drift("file", path, "git-disk", "is damaged or missing") for path in bad]
            return []
        return [Drift("folder", applied.generation, "git-disk", "is gone")]

    async def _differences(self, target: Generation) -> tuple[list[Drift], Observed]:
        ground = self.ground
        if (wrong := await meet(ground, ground.link.api)) is not None:
            raise Unreachable(wrong.message)  # another one's: nothing of it is ours to put right
        want, known = ground.wanted(target), ground.record.known
        seen = await observe(ground.link.api, want.modules, known.waiting)
        disk = await self._damaged(target)
        current = ground.generations.current()
        found = drift(want, known, seen, disk)
        if current is None or current.name != target.name:
            found.insert(0, Drift("link", "current", "git-disk", f"is not {target.name}"))
        return found, seen

    async def _heal(self, target: Generation, damaged: bool) -> str:
        """Put right what can be, without ending a call. Why something was not, or empty."""
        ground = self.ground
        if damaged and (why := await self._files(target)):
            return why
        want, known = ground.wanted(target), ground.record.known
        # One connection: on the next one may be a switch that was started meanwhile.
        client = await ground.link.up(0.1)
        ask = ground.asking(client)
        seen = await observe(ask, want.modules, known.waiting)
        cures = [one for each in drift(want, known, seen) for one in each.steps]
        # Whoever edited a file may have reloaded it as well: no revision would show that.
        again = [step("reloadxml")] if damaged else []
        todo = least([*again, *cures, *steps(want, known, seen, want)])
        outcome = await execute(
            todo, ask, want=want, known=known, save=ground.learn, had=want,
            hear=client.expect, sleep=ground.sleep, clock=ground.times.steady,
        )  # fmt: skip
        count(ground.book, outcome)
        if outcome.failed is not None:
            return f"{outcome.failed.words}: {outcome.why}"
        if outcome.held:
            return f"{outcome.held[0].words} would end calls"
        return ""

    async def _damaged(self, target: Generation) -> list[str]:
        """Beside the loop: to look at tens of thousands of phones' files takes a second."""
        return await asyncio.to_thread(self.ground.generations.damaged, target)

    async def _files(self, target: Generation) -> str:
        """Files that were edited or deleted are written anew; `current` is what it should be."""
        ground = self.ground
        if await self._damaged(target) and (why := await self._mend()):
            return why
        current = ground.generations.current()
        if current is None or current.name != target.name:
            ground.lock.check()
            ground.generations.flip(target)
        return ""

    def _tell_status(
        self, found: Sequence[Drift], left: Sequence[Drift], seen: Observed, want: Resources
    ) -> None:
        book = self.ground.book
        book.data["drift"] = [told(one) for one in left]
        gone = [one for one in found if one not in left]
        for name, listed in (("drift_found", found), ("drift_healed", gone)):
            counts: dict[str, int] = book.data["counters"].setdefault(name, {})
            for one in listed:
                counts[one.kind] = counts.get(one.kind, 0) + 1
        words = "; ".join(str(one) for one in left[:5])
        book.condition("Drifted", bool(left), "Drift" if left else "AsInGit", words)
        book.section(
            "switch",
            gateways={name: int(one.up) for name, one in seen.gateways.items()},
            needs_restart=needs_restart(want, self.ground),
        )


def needs_restart(want: Resources, ground: Ground) -> list[str]:
    """What the switch reads only when it starts, and has not read in this version."""
    known = ground.record.known
    if not known.core_uuid:
        return []
    had: dict[str, Any] = dict(known.digests.get("boot", {}))
    names = [name for name in {**had, **want.boot} if had.get(name) != want.boot.get(name)]
    return sorted(name.rpartition("/")[2].removesuffix(".conf.xml") for name in names)


def told(one: Drift) -> dict[str, Any]:
    """A difference as plain data."""
    return {
        "kind": one.kind, "name": one.name, "between": one.between, "what": one.what,
        "cure": [cure.words for cure in one.steps],
    }  # fmt: skip
