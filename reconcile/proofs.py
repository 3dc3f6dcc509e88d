"""Whether a proof of the table holds: the switch is asked until it does, or its time is over."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping

from dialform.compiler.planning.actions import Proof, filled
from dialform.switch.hub import Expectation
from dialform.switch.questions import Ask
from dialform.values import dataclass

_LOOK, _SOON = 0.05, 0.01
"""Seconds between two looks; a profile that restarts may be gone for no longer than the second."""


@dataclass(frozen=True, slots=True)
class Prover:
    """Asks for proofs. Raises what asking raises."""

    ask: Ask
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic

    async def shows(self, proof: Proof, parts: Mapping[str, str]) -> bool:
        """Whether it holds at this moment."""
        return _finds(proof.shows, parts, await self._asked(proof, parts))

    async def rows(self, proof: Proof | None, parts: Mapping[str, str]) -> frozenset[object]:
        """What is there before a command, and must be gone after it."""
        if proof is None or not proof.rows:
            return frozenset()
        return _rows(proof, parts, await self._asked(proof, parts))

    async def doubt(
        self, proof: Proof, parts: Mapping[str, str], before: frozenset[object],
        seen: dict[str, str], came: Expectation | None = None,
    ) -> tuple[str, str]:  # fmt: skip
        """Waits until it holds. Why it does not, and the last reply; both empty: it is proven.

        `seen` are answers by question that came late enough to count; this one's is added. `came` is
        where the proof's event is waited for, since before the command.
        """
        question = proof.question.format(**parts)
        if proof.again:

            def gone(said: str) -> bool:
                return not _finds(proof.shows, parts, said) or (came is not None and came.seen)

            reply = await self._until(question, gone, proof.within, _SOON)
            if not gone(reply):
                return f"`{question}` never showed it gone", reply

        def holds(said: str) -> bool:
            if proof.rows:
                return before.isdisjoint(_rows(proof, parts, said))
            if proof.shows:
                return _finds(proof.shows, parts, said)
            return not _finds(proof.hides, parts, said)

        reply = seen.get(question, "")
        if not reply or not holds(reply):
            reply = seen[question] = await self._until(question, holds, proof.within, _LOOK)
        return ("", "") if holds(reply) else (f"`{question}` does not prove it", reply)

    async def _asked(self, proof: Proof, parts: Mapping[str, str]) -> str:
        return await self.ask(proof.question.format(**parts))

    async def _until(
        self, question: str, holds: Callable[[str], bool], within: float, pause: float
    ) -> str:
        """Asks until it holds or the time is over; the last reply."""
        end = self.clock() + within
        while not holds(reply := await self.ask(question)) and self.clock() < end:
            await self.sleep(pause)
        return reply


def _finds(pattern: str, parts: Mapping[str, str], reply: str) -> bool:
    return re.search(filled(pattern, parts), reply, re.MULTILINE) is not None


def _rows(proof: Proof, parts: Mapping[str, str], reply: str) -> frozenset[object]:
    return frozenset(re.findall(filled(proof.hides, parts), reply, re.MULTILINE))
