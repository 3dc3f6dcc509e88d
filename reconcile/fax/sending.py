"""One job, from its claim to what comes next of it; and attempts that were begun before, to their
ends.

The order is what loses nothing and sends nothing twice: the job is claimed; its document lies
there; the attempt is written down; only then it is dialled. What became of it and what comes next
is one transaction, tried until the database takes it.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from dialform.billing.ledger.errors import LedgerError
from dialform.fax.queue import Queue
from dialform.fax.queue.values import Attempt, Job, Limits, Next
from dialform.fax.released import Account, Trunk
from dialform.fax.sending import outcome as outcomes
from dialform.fax.sending.after import HOLDING, next_step
from dialform.fax.sending.dial import Dial, DialError, command
from dialform.fax.sending.ladder import rung
from dialform.fax.sending.outcome import Outcome
from dialform.reconcile.durable import checkpoint, explained
from dialform.reconcile.fax import calling
from dialform.reconcile.fax.calling import Caller
from dialform.reconcile.fax.choosing import Go, Stop, choose
from dialform.reconcile.fax.legs import Ended, Legs
from dialform.reconcile.fax.released import Released
from dialform.reconcile.fax.sheet import Out
from dialform.reconcile.ground import Ground
from dialform.switch import Link, SwitchError
from dialform.values import dataclass, replace

T = TypeVar("T")

MICRO = 1_000_000
LATER = 60
"""Seconds after which a fax is looked at again that may not go out now."""

DETAILS = (
    "fax_result_code", "fax_result_text", "fax_transfer_rate", "fax_ecm_used", "fax_t38_status",
    "fax_remote_station_id", "fax_document_transferred_pages", "fax_bad_rows", "fax_encoding_name",
    "sip_term_status", "hangup_cause", "billsec",
)  # fmt: skip
"""What is kept of a leg's variables, for people and for support."""

_NEVER = Outcome("never", "It was not dialled.", 0, "held")
_GONE = Account(
    number="", name="", e164="", header="", station_id="", deliver_to="", users=(), cover="", retries=0,
    resolution="fine", t38=True, ecm=True, toll="internal", sends=False, receives=False,
)  # fmt: skip
"""For the ladder of a job whose account is gone: it has no next attempt."""


@dataclass(frozen=True, slots=True)
class Call:
    """An attempt that is written down, and what goes with it."""

    job: Job
    go: Go
    attempt: Attempt
    command: str
    another: bool
    """Whether its way has a trunk more."""


class Sending:
    """What is done to each job of a host. `error` says why something cannot be sent, empty: all
    can.
    """

    def __init__(
        self, ground: Ground, queue: Queue, caller: Caller, legs: Legs, out: Out,
        released: Callable[[], Released], link: Link, wrong: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._host, self._times, self._log = ground.settings.host, ground.times, ground.log
        self._book = ground.book
        self._queue, self._caller, self._legs, self._out = queue, caller, legs, out
        self._released, self._link, self._wrong = released, link, wrong
        self._uuids: dict[int, str] = {}
        self.error = ""

    # What tasks do.

    async def send(self, job: Job) -> None:
        """A job that is due: dialled over its trunks, the next upon a failure of the one before."""
        try:
            await self._send(job)
        except LedgerError as error:
            self._wrong(str(error))
        except OSError as error:
            self.error = explained(error)
            await self._give_back(job, self.error)
        except DialError as error:
            self.error = str(error)
            await self._give_back(job, self.error)
        except SwitchError as error:
            await self._give_back(job, f"The switch cannot be asked: {error}")
        except Exception as error:
            self._log.exception("a fax is not sent", job=job.id, why=type(error).__name__)
            self._book.count("fax_restarts")
            words = f"A fax is not sent by a fault of dialform ({type(error).__name__})"
            self.error = f"{words}: please report it."
            await self._give_back(job, self.error)

    async def resume(self, attempt: Attempt) -> None:
        """An attempt that was begun before: watched to its end."""
        job = await self._sure(self._queue.job, attempt.job)
        if job is None:
            return
        self._uuids[job.id] = attempt.uuid
        ended = await self._surely(lambda: self._caller.follow(attempt))
        company = self._released().companies.get(job.tenant)
        account = company.accounts.get(job.account, _GONE) if company is not None else _GONE
        await self._end(job, account, attempt, ended, another=False)

    async def confess(self, attempt: Attempt) -> None:
        """An attempt that another host ended while this one was silent: the fax goes on there, so
        not here.
        """
        await self._caller.hang_up(attempt.uuid)
        await self.resume(attempt)

    async def hang_up(self, id_: int) -> None:
        """Somebody wants this job cancelled."""
        if (known := self._uuids.get(id_)) is not None:
            await self._caller.hang_up(known)

    # A job.

    async def _send(self, job: Job) -> None:
        tried: list[str] = []
        while True:
            found = await choose(job, self._released(), self._link.api, self._now())
            if isinstance(found, Stop):
                await self._stop(job, found)
                return
            trunk = await self._claim(job, found, tried)
            if trunk is None:
                if tried:
                    await self._give_back(job, "No other trunk is free.")
                return
            tried.append(trunk.name)
            another = any(one.name not in tried for one in found.trunks)
            call = await self._begin(job, found, trunk, another)
            if call is None:
                await self._give_back(job, "")
                return
            ended = await self._dial(call)
            next_ = await self._end(job, found.account, call.attempt, ended, another=another)
            if next_.state != "sending":
                return
            again = await self._sure(self._queue.job, job.id)
            if again is None:
                return
            job = again

    async def _dial(self, call: Call) -> Ended:
        """Once, whatever the database says meanwhile."""
        try:
            return await self._caller.dial(call.command, call.attempt)
        except LedgerError as error:
            self._wrong(str(error))
        return await self._surely(lambda: self._caller.follow(call.attempt))

    async def _stop(self, job: Job, found: Stop) -> None:
        now = self._now()
        if not found.later:
            self._log.info("a fax failed", job=job.id, tenant=job.tenant, why=found.words)
            await asyncio.to_thread(self._queue.fail, job.id, found.words, now, self._host)
            self._book.count("fax_jobs.failed")
            return
        wait = LATER * MICRO * (0.8 + 0.4 * self._times.chance())
        await asyncio.to_thread(
            self._queue.hold, job.id, found.words, now + int(wait), now, self._host
        )

    async def _claim(self, job: Job, go: Go, tried: list[str]) -> Trunk | None:
        """The first trunk that has room, and was not tried just now."""
        for trunk in go.trunks:
            limits = Limits(go.company.concurrent_faxes, trunk.max_faxes)
            if trunk.name not in tried and await asyncio.to_thread(
                self._queue.claim, job.id, self._host, trunk.name, limits, self._now()
            ):
                return trunk
        return None

    async def _begin(self, job: Job, go: Go, trunk: Trunk, another: bool) -> Call | None:
        """Lay the document there and write the attempt down. None: it is not to be dialled."""
        released, own = self._released(), str(uuid.uuid4())
        dial = Dial(
            uuid=own, job=job, company=go.company, account=go.account, way=go.way, trunk=trunk,
            rung=rung(job.step, go.account), start=job.confirmed, file=self._out.path(own),
            revision=released.revision,
        )  # fmt: skip
        line = command(dial, released.ways)
        sheets = await asyncio.to_thread(self._queue.sheets, job.document)
        if sheets is None:
            raise DialError(f"The document of fax {job.id} is not in the ledger any more.")
        await asyncio.to_thread(self._out.write, own, sheets, job.coarse)
        attempt = Attempt(
            uuid=own, job=job.id, number=0, host=self._host, core=self._link.core_uuid, trunk=trunk.name,
            step=job.step, start=job.confirmed, began=self._now(), ended=0, outcome="", cause="", pages=0,
        )  # fmt: skip
        checkpoint("fax.begin")
        self._uuids[job.id] = own
        if not await asyncio.to_thread(self._queue.begin, attempt):
            await asyncio.to_thread(self._out.remove, own)
            return None
        checkpoint("fax.begun")
        self.error = ""
        return Call(job, go, attempt, line, another)

    async def _end(
        self, job: Job, account: Account, attempt: Attempt, ended: Ended, *, another: bool
    ) -> Next:
        """Write down what became of an attempt, and what comes next."""
        checkpoint("fax.ended")
        became = self._became(attempt, ended)
        earlier = await self._sure(self._queue.attempts, job.id)
        words = [one.outcome for one in earlier if one.uuid != attempt.uuid]
        now = await self._sure(self._queue.job, job.id)
        job = now if now is not None else job
        start = replace(job, confirmed=max(job.confirmed, attempt.start))
        came = replace(became, pages=max(0, attempt.start + became.pages - start.confirmed))
        next_ = next_step(
            start, account, came, self._now(), self._times.chance(), earlier=words, another=another
        )
        if became is _NEVER:
            next_ = replace(next_, cause="", due=self._now() + HOLDING * MICRO // 10)
        details = {name: ended.variables[name] for name in DETAILS if name in ended.variables}
        written = await self._sure(
            self._queue.end, attempt.uuid, became.word, became.words, became.pages, details, next_,
            self._now(),
        )  # fmt: skip
        checkpoint("fax.written")
        if written:
            self._tell(job, attempt, became, next_)
        self._uuids.pop(job.id, None)
        self._legs.forget(attempt.uuid)
        await asyncio.to_thread(self._out.remove, attempt.uuid)
        return next_

    def _became(self, attempt: Attempt, ended: Ended) -> Outcome:
        if ended is calling.NEVER:
            return _NEVER
        leg = self._legs.watch(attempt.uuid)
        known = max(leg.pages, attempt.pages)
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

    # What may go wrong meanwhile.

    async def _give_back(self, job: Job, why: str) -> None:
        """What is claimed and not dialled goes back to the queue."""
        now = self._now()
        try:
            await asyncio.to_thread(
                self._queue.hold, job.id, why, now + HOLDING * MICRO, now, self._host
            )
        except LedgerError as error:
            self._wrong(str(error))

    async def _sure(self, work: Callable[..., T], *given: Any) -> T:
        """What the database says, as soon as it does."""
        return await self._surely(lambda: asyncio.to_thread(work, *given))

    async def _surely(self, work: Callable[[], Awaitable[T]]) -> T:
        attempt = 0
        while True:
            try:
                return await work()
            except LedgerError as error:
                attempt += 1
                self._wrong(str(error))
                await self._times.sleep(self._times.pause(attempt))

    def _now(self) -> int:
        return int(self._times.now() * MICRO)
