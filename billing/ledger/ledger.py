"""The ledger: all that may be done with it. `opening.open_ledger` opens one."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import count
from threading import RLock
from typing import TypeVar

from sqlalchemy import Connection

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger import booking, copies, journal, notices, paying, rerating, verifying
from dialform.billing.ledger.copies import Copies, Copy
from dialform.billing.ledger.crossings import crossed
from dialform.billing.ledger.database import Database
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.rerating import Wanted
from dialform.billing.ledger.sql import Sql, sql
from dialform.billing.ledger.totals import Totals
from dialform.billing.ledger.values import Booked, Fault, Live, Rerated, Stored
from dialform.billing.rating.prices import PriceIndex
from dialform.compiler.terms import Prices, Terms

T = TypeVar("T")


class Ledger:
    """Facts, usage, entries and what follows. Times are microseconds since 1970, amounts micro-units.

    Each method that changes something is one transaction: when it returns, what it did is on the disk; when
    it raises LedgerError, nothing of it is. It may be used from many threads, and a ledger from many
    processes; in PostgreSQL from many hosts. What is only asked stands in `queries`, with `reading`.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._copies = Copies()
        self._lock = RLock()

    def __repr__(self) -> str:
        return f"<Ledger {self.database.name}>"

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database. Its file may then be copied."""
        self.database.close()

    @property
    def name(self) -> str:
        """How messages name it, without anything secret."""
        return self.database.name

    def book(self, facts: Sequence[Fact], *, now: int) -> Booked:
        """Book facts in one transaction: what is new is rated and charged, the rest told apart.

        Facts may come in any order and as often as they like. A few hundred at a time cost the least.

        Args:
            facts: of any hosts and tenants.
            now: the present, in microseconds: when it was booked, not what it is priced by.

        Raises:
            LedgerError: nothing of it was booked. With LedgerBusyError the same may succeed later.
        """
        if not facts:
            return Booked((), (), frozenset())
        return self._write(lambda words: booking.book(words, self._copies, facts, now))

    def store_terms(
        self, host: str, prices: Prices, tenants: Iterable[Terms], *, at: int
    ) -> Stored:
        """Keep what a host is given from `at` (microseconds) on, and book the payments that are new.

        What is as it was is not kept again. A payment that was booked with another amount or date is not
        booked; it is returned, and a notice is left. Raises LedgerError.
        """
        given = list(tenants)
        return self._write(lambda words: self._store(words, host, prices, given, at))

    def _store(
        self, words: Sql, host: str, prices: Prices, tenants: list[Terms], at: int
    ) -> Stored:
        words.alone()
        self._copies.refresh(words)
        count = copies.store(words, self._copies, host, prices, tenants, at)
        words.lock(sorted(one.slug for one in tenants))
        new, changed = paying.new_and_changed(words, tenants)
        if too_much := paying.too_much(new):
            raise LedgerError(
                f"Payment {too_much[0]} is larger than any that can be booked: see to its amount in the site."
            )
        left = [paying.word(each) for each in changed]
        totals = Totals(words)
        totals.read(one.slug for one in tenants)
        if new:
            paying.pay(words, totals, new, at)
            totals.write()
        left += crossed(
            words, self._copies, totals, (one.slug for one in tenants), first_after=True
        )
        notices.leave(words, left, at)
        return Stored(count, tuple(sorted({terms.slug for terms, _ in new})), tuple(changed))

    def reading(self) -> AbstractContextManager[Connection]:
        """The ledger as it stands at one moment, for `queries` and `lines`. Raises LedgerError."""
        return self.database.reading()

    def rerate(
        self, *, tenant: str | None = None, since: int | None = None, until: int | None = None,
        now: int, everything: bool = False, dry_run: bool = False,
    ) -> list[Rerated]:  # fmt: skip
        """Rate anew, by what the hosts were given last, as if that had held: reversal and new charge.

        What comes to the same stays as it is. One transaction a batch: what is done when it fails is done.

        Args:
            tenant: this one alone.
            since: answered (else begun) at this moment or later, in microseconds.
            until: before this one.
            now: the present.
            everything: what has a price as well; else only what has none.
            dry_run: say what would change, and change nothing.

        Raises:
            LedgerError: the batches before are done.
        """
        wanted = Wanted(tenant, since, until, everything)
        with self._lock, self.reading() as reading:
            last = rerating.last(sql(reading))
            if dry_run:
                self._copies.refresh(sql(reading))
                return rerating.tried(sql(reading), self._copies, wanted, last, now)
        done: list[Rerated] = []
        place = 0
        while place < last:
            found, place = self._write(
                lambda words: rerating.batch(words, self._copies, wanted, place, last, now)  # noqa: B023
            )
            done += found
        return done

    def verify(self) -> list[Fault]:
        """Audit everything that is kept: nothing, or what does not add up, in words. Raises LedgerError."""
        with self._lock, self.reading() as reading:
            words = sql(reading)
            self._copies.refresh(words)
            return verifying.faults(words, self._copies)

    def terms_at(self, host: str, tenant: str, at: int) -> Terms | None:
        """What a tenant had agreed to on a host at a moment, without its payments; None: nothing is known."""
        return self._asked(lambda words: self._copies.terms_at(words, host, tenant, at))

    def prices_at(self, host: str, at: int) -> PriceIndex | None:
        """The prices of a host at a moment, None where it never had any."""
        return self._asked(lambda words: self._copies.prices_at(words, host, at))

    def terms(self, tenant: str, host: str = "") -> Terms | None:
        """What is known last of a tenant: on a host, else on any of them."""
        return self._asked(lambda words: self._copies.newest_terms(words, tenant, host))

    def prices(self, host: str) -> PriceIndex | None:
        """The prices that a host was given last."""
        return self._asked(lambda words: self._copies.newest_prices(words, host))

    def tenants(self) -> list[str]:
        """All tenants that the ledger was ever told of, sorted."""
        with self._lock, self.database.reading() as connection:
            self._copies.refresh(sql(connection))
            return self._copies.tenants()

    def journal_answer(self, *legs: Fact, seen: int) -> None:
        """Keep legs that were answered (`ended` is 0, `core` names the switch's run), up at `seen`."""
        self._write(lambda words: journal.answered(words, legs, seen))

    def journal_seen(self, host: str, core: str, at: int) -> int:
        """All legs of this run of a host's switch are up at this moment. How many there are."""
        return self._write(lambda words: journal.seen(words, host, core, at))

    def journal_gone(self, *uuids: str) -> None:
        """These channels are over, with nothing to book. `book` does so by itself."""
        self._write(lambda words: journal.gone(words, uuids))

    def live(self, host: str) -> list[Live]:
        """The legs of a host that were answered and have no record yet, the longest first."""
        with self.database.reading() as connection:
            return journal.of(sql(connection), host)

    def _asked(self, find: Callable[[Sql], Copy[T] | None]) -> T | None:
        with self._lock, self.database.reading() as connection:
            words = sql(connection)
            self._copies.refresh(words)
            found = find(words)
            return found.value if found else None

    def _write(self, work: Callable[[Sql], T]) -> T:
        attempts = count()

        def once(connection: Connection) -> T:
            if next(attempts):
                self._copies.forget()  # what was read of the one before is taken back with it
            return work(sql(connection))

        with self._lock:
            try:
                return self.database.write(once)
            except BaseException:
                self._copies.forget()  # the commit itself may be what failed
                raise
