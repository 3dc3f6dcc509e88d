"""The queue of faxes that are to go out. Each method is one transaction of the ledger's database."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from dialform.billing.ledger.database import Database
from dialform.fax.queue import (
    asking,
    attempting,
    claiming,
    forsaking,
    hearing,
    pruning,
    submitting,
    wishing,
)
from dialform.fax.queue.asking import Which
from dialform.fax.queue.attempting import End
from dialform.fax.queue.submitting import Order
from dialform.fax.queue.values import (
    Attempt,
    Job,
    Limits,
    New,
    Next,
    Running,
    Sheets,
    State,
    Waiting,
)
from dialform.fax.queue.wishing import Cancelled


class Queue:
    """Jobs, their attempts and documents. Times are microseconds since 1970.

    A job is queued; or it is being sent, and then a host holds it, with an attempt that is open or none yet;
    or it is over. When a method that changes something returns, what it did is on the disk; when it raises
    LedgerError, nothing of it is, or, where the connection broke at the very end, all: `submit` of a batch,
    `claim`, `begin` and `end` may be said again and change nothing then. It may be used from many threads,
    processes and, in PostgreSQL, hosts.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(
        self, sheets: Sheets, tenant: str, account: str, news: Sequence[New], *,
        by: str, title: str, retries: int, coarse: bool, now: int, batch: str = "",
    ) -> list[int]:  # fmt: skip
        """Store a document and a job for each of `news`: all or nothing. The numbers of the jobs.

        Args:
            sheets: the document; one that is there already is shared.
            tenant: whose fax it is.
            account: the number of the fax account.
            news: to whom and when; a time of 0 is now.
            by: the user, empty for an operator.
            title: what it is about, for people.
            retries: attempts after the first.
            coarse: in standard resolution.
            now: the present.
            batch: a name of this command's own, as a UUID. What is there under it is not stored again.

        Raises:
            LedgerError: nothing was stored.
        """
        if not news:
            return []
        order = Order(tenant, account, by, title, retries, coarse, batch)
        return self._database.write(
            lambda connection: submitting.submit(connection, sheets, order, news, now)
        )

    def job(self, id_: int) -> Job | None:
        """One job."""
        with self._database.reading() as connection:
            return asking.job(connection, id_)

    def jobs(
        self, tenant: str | None = None, accounts: Collection[str] | None = None,
        states: Collection[str] | None = None, batch: str | None = None, *,
        after: int = 0, most: int = 100, newest: bool = False,
    ) -> list[Job]:  # fmt: skip
        """Jobs by number; with `newest` downwards. `after` is the last number of the page before.

        None means any; no account at all (an empty collection) has no job.
        """
        which = Which(tenant, accounts, states, batch)
        with self._database.reading() as connection:
            return asking.several(connection, which, after, most, newest)

    def counts(
        self, tenant: str | None = None, accounts: Collection[str] | None = None,
        batch: str | None = None,
    ) -> dict[State, int]:  # fmt: skip
        """How many jobs are in each state."""
        with self._database.reading() as connection:
            return asking.counts(connection, Which(tenant, accounts, None, batch))

    def attempts(self, id_: int) -> list[Attempt]:
        """The attempts of a job, the first first."""
        with self._database.reading() as connection:
            return attempting.of_job(connection, id_)

    def sheets(self, digest: str, name: str = "") -> Sheets | None:
        """A document, by the digest that a job names. It has no name of its own: `Job.file` is that."""
        with self._database.reading() as connection:
            return asking.sheets(connection, digest, name)

    def cancel(self, id_: int, now: int) -> Cancelled:
        """Send it no more: "cancelled", "sending" (its agent hangs up, and it is then), "" (it was over)."""
        return self._database.write(lambda connection: wishing.cancel(connection, id_, now))

    def retry(self, id_: int, now: int) -> bool:
        """Send now what waits, failed or was cancelled. Pages that arrived are not sent again."""
        return self._database.write(lambda connection: wishing.retry(connection, id_, now))

    def cancel_each(self, ids: Iterable[int], now: int) -> dict[int, Cancelled]:
        """As `cancel`, of many in one transaction."""
        wanted = sorted(set(ids))
        return self._database.write(
            lambda connection: {id_: wishing.cancel(connection, id_, now) for id_ in wanted}
        )

    def retry_each(self, ids: Iterable[int], now: int) -> dict[int, bool]:
        """As `retry`, of many in one transaction."""
        wanted = sorted(set(ids))
        return self._database.write(
            lambda connection: {id_: wishing.retry(connection, id_, now) for id_ in wanted}
        )

    def waiting(self, now: int) -> list[Waiting]:
        """What could go by now and does not, by tenant."""
        with self._database.reading() as connection:
            return asking.waiting(connection, now)

    def running(self) -> Running:
        """How many faxes are being sent, over all hosts."""
        with self._database.reading() as connection:
            return asking.running(connection)

    def seen(self) -> dict[str, int]:
        """When the agent of each host was last heard of."""
        with self._database.reading() as connection:
            return asking.seen(connection)

    # What an agent does.

    def due(self, tenants: Iterable[str], now: int) -> list[Job]:
        """The jobs of these tenants that may be tried now, tenants in turn; a few of each."""
        with self._database.reading() as connection:
            return claiming.due(connection, tenants, now)

    def claim(self, id_: int, host: str, trunk: str, limits: Limits, now: int) -> bool:
        """Take a job that is due, within the limits of its tenant and of the trunk, over all hosts.

        A host that holds it already and dials nothing for it may take it again, for another trunk. False:
        somebody else was faster, it was cancelled, or there is no room.
        """
        return self._database.write(
            lambda connection: claiming.claim(connection, id_, host, trunk, limits, now)
        )

    def begin(self, attempt: Attempt) -> bool:
        """Write down an attempt that is to be dialled, for a job that its host holds for that trunk.

        Its number is the next of the job, whatever it says. False: it is not to be dialled (somebody wants
        the job cancelled, or another host took it over); `hold` gives it back.
        """
        return self._database.write(lambda connection: attempting.begin(connection, attempt))

    def page(self, uuid: str, pages: int) -> bool:
        """The other machine has confirmed so many pages in this attempt. Fewer than before is no news."""
        return self._database.write(lambda connection: attempting.page(connection, uuid, pages))

    def end(
        self, uuid: str, outcome: str, cause: str, pages: int, details: Mapping[str, str],
        next: Next, now: int, doubt: bool = False,
    ) -> bool:  # fmt: skip
        """End an attempt, and say in the same transaction what comes next of its job.

        `pages` are those confirmed in this attempt; what `page` said before counts, too. A job whose pages
        have all arrived is sent, whatever `next` says; one that somebody wants cancelled is cancelled. Of an
        attempt in doubt (`doubtful`) only pages that arrived matter. With `doubt` it is in doubt from now on:
        whoever learns what became of it says so by another `end`. False: it had ended before.
        """
        said = End(outcome, cause, pages, details, doubt)
        return self._database.write(
            lambda connection: attempting.end(connection, uuid, said, next, now)
        )

    def hold(self, id_: int, cause: str, due: int, now: int, host: str = "") -> bool:
        """Let a job wait until `due`, and say why: one that is due, or one that `host` holds undialled.

        The first time it is noted since when (`Job.held`). One that somebody wants cancelled is cancelled.
        """
        return self._database.write(
            lambda connection: claiming.hold(connection, id_, cause, due, now, host)
        )

    def fail(self, id_: int, cause: str, now: int, host: str = "") -> bool:
        """Give up a job without an attempt: one that is queued, or one that `host` holds undialled."""
        return self._database.write(
            lambda connection: claiming.fail(connection, id_, cause, now, host)
        )

    def open_attempts(self, host: str) -> list[Attempt]:
        """The attempts of a host that nobody ended."""
        with self._database.reading() as connection:
            return attempting.open_of(connection, host)

    def doubtful(self, host: str) -> list[Attempt]:
        """A host's attempts that were given up while it, or its switch, was silent: `end` tells the truth."""
        with self._database.reading() as connection:
            return attempting.doubtful(connection, host)

    def unbegun(self, host: str) -> list[Job]:
        """The jobs that a host holds and dials nothing for: whoever starts again gives them back (`hold`)."""
        with self._database.reading() as connection:
            return claiming.unbegun(connection, host)

    def wished(self, host: str) -> list[Job]:
        """The jobs that a host sends and that somebody wants cancelled."""
        with self._database.reading() as connection:
            return wishing.wished(connection, host)

    def beat(self, host: str, now: int) -> None:
        """The agent of this host is alive."""
        self._database.write(lambda connection: hearing.beat(connection, host, now))

    def abandoned(self, now: int) -> list[Job]:
        """The jobs with hosts whose agents were silent for ten minutes."""
        with self._database.reading() as connection:
            return claiming.abandoned(connection, now)

    def take_over(self, id_: int, next: Next, now: int) -> bool:
        """End what a silent host had begun, and let the job go on by `next`. False: it is not silent."""
        return self._database.write(
            lambda connection: claiming.take_over(connection, id_, next, now)
        )

    def forsake(self, tenants: Collection[str], before: int, now: int) -> int:
        """Give up jobs of tenants that no host has: due before then, and no call of theirs since. How many.

        `tenants` are those of the host that asks.
        """
        return self._database.write(
            lambda connection: forsaking.forsake(connection, tenants, before, now)
        )

    def prune(self, tenant: str, before: int, most: int = 500) -> int:
        """Remove a tenant's jobs that were over before this moment, with what only they need. How many."""
        return self._database.write(
            lambda connection: pruning.prune(connection, tenant, before, most)
        )
