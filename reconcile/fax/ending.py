"""What became of an attempt, and what comes next: worked out, and written down in one transaction."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping

from dialform.fax.queue import Queue
from dialform.fax.queue.values import Attempt, Job, Next
from dialform.fax.released import Account
from dialform.fax.sending import outcome as outcomes
from dialform.fax.sending.after import next_step
from dialform.fax.sending.outcome import Outcome
from dialform.reconcile.durable import checkpoint
from dialform.reconcile.fax import calling
from dialform.reconcile.fax.insisting import Insisting
from dialform.reconcile.fax.legs import Ended, Legs
from dialform.reconcile.fax.released import Released
from dialform.reconcile.fax.sheet import Out
from dialform.reconcile.ground import Ground
from dialform.values import replace

MICRO = 1_000_000
SOON = 3
"""Seconds after which what was not dialled is."""

DETAILS = (
    "fax_result_code", "fax_result_text", "fax_transfer_rate", "fax_ecm_used", "fax_t38_status",
    "fax_remote_station_id", "fax_document_transferred_pages", "fax_bad_rows", "fax_encoding_name",
    "sip_term_status", "hangup_cause", "billsec",
)  # fmt: skip
"""What is kept of a leg's variables, for people and for support."""

_NEVER = Outcome("never", "It was not dialled.", 0, "held")


class Ending:
    """Ends attempts of a host."""

    def __init__(
        self, ground: Ground, queue: Queue, legs: Legs, out: Out, insist: Insisting,
        released: Callable[[], Released],
    ) -> None:  # fmt: skip
        self._times, self._log, self._book = ground.times, ground.log, ground.book
        self._queue, self._legs, self._out, self._insist = queue, legs, out, insist
        self._released = released

    async def end(
        self, job: Job, account: Account, attempt: Attempt, ended: Ended, *, another: bool
    ) -> Next:
        """Write down what became of an attempt, and what comes next. One in doubt ends once more."""
        checkpoint("fax.ended")
        became = self._became(attempt, ended)
        earlier = await self._insist.ask(self._queue.attempts, job.id)
        words = [one.outcome for one in earlier if one.uuid != attempt.uuid]
        now = await self._insist.ask(self._queue.job, job.id)
        job = now if now is not None else job
        start = replace(job, confirmed=max(job.confirmed, attempt.start))
        came = replace(became, pages=max(0, attempt.start + became.pages - start.confirmed))
        next_ = next_step(
            start, account, came, self._now(), self._times.chance(), earlier=words, another=another
        )
        if became is _NEVER and next_.state == "queued":
            next_ = replace(next_, cause="", due=self._now() + SOON * MICRO)
        details = {name: ended.variables[name] for name in DETAILS if name in ended.variables}
        doubt = ended is calling.DOUBTFUL
        written = await self._insist.ask(
            self._queue.end, attempt.uuid, became.word, became.words, became.pages, details, next_,
            self._now(), doubt,
        )  # fmt: skip
        checkpoint("fax.written")
        if doubt:
            return next_
        if written:
            self._tell(job, attempt, became, next_)
        self._legs.forget(attempt.uuid)
        with contextlib.suppress(OSError):  # the next agent sweeps
            await asyncio.to_thread(self._out.remove, attempt.uuid)
        return next_

    def _became(self, attempt: Attempt, ended: Ended) -> Outcome:
        if ended is calling.NEVER:
            return _NEVER
        leg = self._legs.watch(attempt.uuid)
        known = max(leg.pages, attempt.pages)
        if ended is calling.DOUBTFUL:
            return Outcome("lost", "The switch could not be reached any more.", known, "lost")
        if ended is calling.LOST:
            return outcomes.lost(known)
        if ended is calling.REFUSED:
            return Outcome("refused", "The switch did not understand what it was told.", 0, "ours")
        said: Mapping[str, str] = {**ended.variables, "fax_start_page": str(attempt.start)}
        found = outcomes.of(ended.cause, said, self._released().ways.failures)
        return replace(found, pages=max(found.pages, known))

    def _tell(self, job: Job, attempt: Attempt, became: Outcome, next_: Next) -> None:
        self._log.info(
            "a fax was tried", job=job.id, tenant=job.tenant, trunk=attempt.trunk, uuid=attempt.uuid,
            outcome=became.word, pages=became.pages, next=next_.state,
        )  # fmt: skip
        self._book.count(f"fax_attempts.{became.word}")
        if became.pages:
            self._book.count("fax_pages_sent", became.pages)
        if next_.state in ("sent", "failed", "cancelled"):
            self._book.count(f"fax_jobs.{next_.state}")

    def _now(self) -> int:
        return int(self._times.now() * MICRO)
