"""One job, from its claim to what comes next of it; and attempts that were begun before.

The order is what loses nothing and sends nothing twice: the job is claimed; its document lies
there; the attempt is written down; only then it is dialled. What became of it and what comes next
is one transaction, tried until the database takes it.
"""

import asyncio
import uuid
from collections.abc import Callable

from dialform.billing.ledger.errors import LedgerError
from dialform.fax.queue import Queue
from dialform.fax.queue.values import Attempt, Job, Limits, Next
from dialform.fax.released import Account, Trunk
from dialform.fax.sending.after import HOLDING, for_a_day, waited
from dialform.fax.sending.dial import Dial, DialError, command
from dialform.fax.sending.ladder import rung
from dialform.reconcile.durable import checkpoint, explained
from dialform.reconcile.fax.calling import DOUBTFUL, Caller
from dialform.reconcile.fax.choosing import Go, Stop, choose
from dialform.reconcile.fax.ending import Ending
from dialform.reconcile.fax.insisting import Insisting
from dialform.reconcile.fax.legs import Ended, Legs
from dialform.reconcile.fax.released import Released
from dialform.reconcile.fax.sheet import Out
from dialform.reconcile.ground import Ground
from dialform.switch import Link, SwitchError
from dialform.values import dataclass

MICRO = 1_000_000
LATER = 60
"""Seconds after which a fax is looked at again that may not go out now."""

STALE = 4 * HOLDING
"""Seconds for which a fault is told: a fax that it hits is tried again sooner."""

_GONE = Account(
    number="", name="", e164="", header="", station_id="", deliver_to="", users=(), cover="", retries=0,
    resolution="fine", t38=True, ecm=True, toll="internal", sends=False, receives=False,
)  # fmt: skip
"""For the ladder of a job whose account is gone: it has no next attempt."""


@dataclass(frozen=True, slots=True)
class Call:
    """An attempt that is written down, and the command that makes it."""

    attempt: Attempt
    command: str


class Sending:
    """What is done to each job of a host."""

    def __init__(
        self, ground: Ground, queue: Queue, caller: Caller, legs: Legs, out: Out,
        released: Callable[[], Released], link: Link, wrong: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._host, self._times, self._log = ground.settings.host, ground.times, ground.log
        self._book = ground.book
        self._queue, self._caller, self._out = queue, caller, out
        self._released, self._link, self._wrong = released, link, wrong
        self._insist = Insisting(ground.times, wrong)
        self._ending = Ending(ground, queue, legs, out, self._insist, released)
        self._uuids: dict[int, str] = {}
        self._error, self._said = "", 0.0

    @property
    def error(self) -> str:
        """Why something cannot be sent; empty: all can. What is not said again is over."""
        return self._error if self._times.steady() - self._said < STALE else ""

    def _fails(self, words: str) -> str:
        self._error, self._said = words, self._times.steady()
        return words

    # What tasks do.

    async def send(self, job: Job) -> None:
        """A job that is due: dialled over its trunks, the next upon a failure of the one before."""
        try:
            await self._send(job)
        except LedgerError as error:
            self._wrong(str(error))
        except OSError as error:
            await self._give_back(job, self._fails(explained(error)))
        except DialError as error:
            await self._give_back(job, self._fails(str(error)))
        except SwitchError as error:
            await self._give_back(job, f"The switch cannot be asked: {error}")
        except Exception as error:
            self._log.exception("a fax is not sent", job=job.id, why=type(error).__name__)
            self._book.count("fax_restarts")
            words = f"A fax is not sent by a fault of dialform ({type(error).__name__})"
            await self._give_back(job, self._fails(f"{words}: please report it."))
        finally:
            self._uuids.pop(job.id, None)

    async def resume(self, attempt: Attempt) -> None:
        """An attempt that was begun before: watched to its end."""
        try:
            await self._resume(attempt)
        except Exception as error:  # it is found again at the next look
            self._log.exception("a fax is not watched", uuid=attempt.uuid, why=type(error).__name__)
            self._book.count("fax_restarts")

    async def _resume(self, attempt: Attempt) -> None:
        job = await self._insist.ask(self._queue.job, attempt.job)
        if job is None:
            return
        self._uuids[job.id] = attempt.uuid
        ended = await self._insist.until(lambda: self._caller.follow(attempt))
        company = self._released().companies.get(job.tenant)
        account = company.accounts.get(job.account, _GONE) if company is not None else _GONE
        await self._end(job, account, attempt, ended, another=False)
        self._uuids.pop(job.id, None)

    async def _end(
        self, job: Job, account: Account, attempt: Attempt, ended: Ended, *, another: bool
    ) -> Next:
        """Write down how an attempt ended.

        Of one in doubt others may take the job. Here nothing is done for it before the truth is known.
        """
        next_ = await self._ending.end(job, account, attempt, ended, another=another)
        while ended is DOUBTFUL:
            ended = await self._insist.until(lambda: self._caller.follow(attempt))
            next_ = await self._ending.end(job, account, attempt, ended, another=False)
        return next_

    async def part_with(self, attempt: Attempt) -> None:
        """Hang up a leg that was in doubt, where it is not wanted any more. Raises LedgerError."""
        job = await asyncio.to_thread(self._queue.job, attempt.job)
        if job is None or job.state in ("sent", "cancelled") or job.host not in ("", self._host):
            await self._caller.hang_up(attempt.uuid)

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
            now = await asyncio.to_thread(self._queue.job, job.id)
            if now is None:
                return
            job = now  # somebody may have tried it since it was found
            call = await self._begin(job, found, trunk)
            if call is None:
                await self._give_back(job, "")
                return
            ended = await self._dial(call)
            another = any(one.name not in tried for one in found.trunks)
            next_ = await self._end(job, found.account, call.attempt, ended, another=another)
            if next_.state != "sending":
                return

    async def _dial(self, call: Call) -> Ended:
        """Once, whatever the database says meanwhile."""
        try:
            return await self._caller.dial(call.command, call.attempt)
        except LedgerError as error:
            self._wrong(str(error))
        return await self._insist.until(lambda: self._caller.follow(call.attempt))

    async def _stop(self, job: Job, found: Stop) -> None:
        now = self._now()
        if not found.later:
            self._log.info("a fax failed", job=job.id, tenant=job.tenant, why=found.words)
            if await asyncio.to_thread(self._queue.fail, job.id, found.words, now, self._host):
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

    async def _begin(self, job: Job, go: Go, trunk: Trunk) -> Call | None:
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
            gone = Stop("Its document is not in the ledger any more.", later=False)
            await self._stop(job, gone)
            return None
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
        self._error = ""
        return Call(attempt, line)

    # What may go wrong meanwhile.

    async def _give_back(self, job: Job, why: str) -> None:
        """What is claimed and not dialled goes back to the queue; after a day of that it has failed."""
        now = self._now()
        try:
            if why and waited(job, now):
                await self._stop(job, Stop(for_a_day(why), later=False))
                return
            await asyncio.to_thread(
                self._queue.hold, job.id, why, now + HOLDING * MICRO, now, self._host
            )
        except LedgerError as error:
            self._wrong(str(error))

    def _now(self) -> int:
        return int(self._times.now() * MICRO)
