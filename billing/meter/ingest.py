"""Facts into the ledger, and the files that they came from put away: each step may be the last one.

The ledger books in one transaction and knows each key, so whatever is delivered again, by whomever, is a
no-op; only then a file is moved.
"""

import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from dialform.billing.facts import Fact
from dialform.billing.ledger.errors import LedgerError, LedgerRefusedError
from dialform.billing.ledger.values import CONFLICT, NEW, SAME, SUPERSEDED, Booked
from dialform.billing.meter.stats import Stats
from dialform.billing.rating.charge import UNRATED
from dialform.billing.spool import Alarm, Batch, Delivery, Spool

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

_One = TypeVar("_One")

_COUNTED = {NEW: "booked", SAME: "duplicates", SUPERSEDED: "superseded", CONFLICT: "conflicts"}
_OTHER = (
    "The ledger has this leg with other content: which of the two is right has to be looked at."
)


class Ingest:
    """Books for one host. It blocks; one thread at a time."""

    def __init__(
        self, ledger: "Ledger", host: str, spool: Spool | None, stats: Stats,
        now: Callable[[], int], alarm: Alarm,
    ) -> None:  # fmt: skip
        """`now` is in microseconds since 1970."""
        self.ledger, self.host, self.spool, self.stats = ledger, host, spool, stats
        self._now, self._alarm = now, alarm
        self.took = False
        """Whether the ledger took anything since this was set to False."""

    def files(self, batch: Batch) -> frozenset[str]:
        """Book a batch of files and put them away; whose they were. Raises LedgerError: they all stay."""
        assert self.spool is not None
        self.stats.bad += batch.bad
        self.stats.files += len(batch.read)
        try:
            return self._settle(batch.read)
        except Exception as error:
            if _is_the_ledgers(error):
                raise
            self._probe()
            return self._one_by_one(batch.read)

    def facts(self, facts: Sequence[Fact], counted: str) -> frozenset[str]:
        """Book facts that no file delivered; `counted` names their place in the stats. Raises LedgerError."""
        booked = self._book(facts)
        new = sum(outcome in (NEW, SUPERSEDED) for outcome in booked.outcomes)
        setattr(self.stats, counted, getattr(self.stats, counted) + new)
        return booked.tenants

    def events(self, ends: Sequence[Sequence[Fact]], counted: str) -> frozenset[str]:
        """The same for several legs, of which one that the ledger cannot take holds none of the others."""
        try:
            return self.facts([fact for facts in ends for fact in facts], counted)
        except Exception as error:
            if _is_the_ledgers(error):
                raise
            self._probe()
            touched, failed = _each(ends, lambda facts: self.facts(facts, counted))
            for facts, error in failed:
                self._alarm("bad", f"{facts[0].uuid} is not booked: {_why(error)}")
                self.stats.dropped += len(facts)
            return touched

    def _settle(self, read: Sequence[Delivery]) -> frozenset[str]:
        assert self.spool is not None
        booked = self._book([fact for one in read for fact in one.facts])
        outcomes = iter(booked.outcomes)
        clashes = [CONFLICT in [next(outcomes) for _ in one.facts] for one in read]
        self.spool.settle(one for one, clash in zip(read, clashes, strict=True) if not clash)
        for one, clash in zip(read, clashes, strict=True):
            if clash:
                self._refuse(one, _OTHER)
        return booked.tenants

    def _book(self, facts: Sequence[Fact]) -> Booked:
        if not facts:
            return Booked((), (), frozenset())
        booked = self.ledger.book(facts, now=self._now())
        self.took = True
        for outcome in booked.outcomes:
            name = _COUNTED[outcome]
            setattr(self.stats, name, getattr(self.stats, name) + 1)
        self.stats.unrated += sum(
            charge is not None and charge.status == UNRATED for charge in booked.charges
        )
        return booked

    def _probe(self) -> None:
        """Whether the ledger takes anything at all: if not, that is the trouble. Raises LedgerError."""
        self.ledger.journal_seen(self.host, "", self._now())

    def _one_by_one(self, read: Sequence[Delivery]) -> frozenset[str]:
        """Something in a batch is not taken, and it is not the ledger's state: find it, book the others."""
        touched, failed = _each(read, lambda one: self._settle([one]))
        for one, error in failed:
            self._refuse(one, f"The ledger cannot take it: {_why(error)}")
        return touched

    def _refuse(self, one: Delivery, why: str) -> None:
        assert self.spool is not None
        self.spool.refuse(one, why)
        self.stats.bad += 1


def _each(
    given: Sequence[_One], take: Callable[[_One], frozenset[str]]
) -> tuple[frozenset[str], list[tuple[_One, Exception]]]:
    """Take one after the other: the tenants touched, and what was not taken, with why.

    Where nothing at all is taken and the fault is ours, it is no record's: raises LedgerError, so that all of
    them stay for a version without it.
    """
    touched: frozenset[str] = frozenset()
    failed: list[tuple[_One, Exception]] = []
    for one in given:
        try:
            touched |= take(one)
        except Exception as error:
            if _is_the_ledgers(error):
                raise
            failed.append((one, error))
    ours = [error for _, error in failed if not isinstance(error, LedgerError)]
    if ours and len(failed) == len(given):
        raise LedgerError(f"Nothing can be booked: {_why(ours[0])}") from ours[0]
    return touched, failed


def _is_the_ledgers(error: Exception) -> bool:
    """Whether the ledger's state is at fault, and no record: all of it is tried again."""
    return isinstance(error, LedgerError) and not isinstance(error, LedgerRefusedError)


def _why(error: Exception) -> str:
    """The ledger's own sentence; of a fault of ours, where it is."""
    if isinstance(error, LedgerError):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {last.name}, line {last.lineno}"
    return f"a fault of dialform ({where}); please report it."
