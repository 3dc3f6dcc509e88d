"""The flags of a host's switch, kept as the ledger says: at each booking and payment, and as time goes on."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from dialform.billing.consequences.flags import NONE, FlagError, Flags, can_be_flagged, flag
from dialform.billing.consequences.standing import standings, version
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.compiler.terms import Terms
from dialform.reconcile.times import Times
from dialform.reconcile.together import woken
from dialform.switch import Link, SwitchError

EVERY = 0.5
"""Seconds between two looks at the ledger: other hosts book there too, and days end."""
CHECKING = 60.0
"""Seconds after which what stands on the switch is read again."""

Heard = Callable[[str, str, str], None]
"""Is told of each change: tenant, what it was, what it is."""


class Flagging:
    """Keeps the flags. `wake` says that something was booked; it may be called at any time."""

    def __init__(
        self, ledger: Ledger, terms: Callable[[], Mapping[str, Terms]], link: Link, times: Times,
        heard: Heard, log: Any, *, ours: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        """`ours` says whether this switch may be told anything."""
        self._ledger, self._terms, self._link, self._times = ledger, terms, link, times
        self._heard, self._log, self._ours = heard, log, ours
        self._flags = Flags()
        self._awake = asyncio.Event()
        self._connection: tuple[str, int] | None = None
        self._seen: tuple[object, ...] = ()
        self._booked = True
        self._checked = 0.0
        self.error = ""
        """Why flags may not be what they should be; empty: they are."""

    @property
    def there(self) -> dict[str, str]:
        """The flags that stand on the switch, by tenant."""
        return dict(self._flags.there)

    def wake(self) -> None:
        """Something happened that flags may depend on."""
        self._booked = True
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled. What goes wrong outside is kept in `error`, and tried again."""
        while True:
            try:
                await self.turn()
            except (LedgerError, FlagError, SwitchError) as error:
                if str(error) != self.error:
                    self._log.warning("flags are not set", why=str(error))
                self.error = str(error)
            await woken(self._awake, EVERY)

    async def turn(self) -> None:
        """Once: what the ledger says, and what differs of it on the switch. Raises what it names in `run`."""
        if not self._link.connected or not self._ours():
            return
        connection = (self._link.core_uuid, self._link.reconnects)
        terms, booked = self._terms(), self._booked
        self._booked = False
        seen = (await asyncio.to_thread(self._version), connection, terms)
        checking = self._times.steady() - self._checked >= CHECKING
        if seen == self._seen and not booked and not checking:
            return
        self._seen = ()
        wanted = await asyncio.to_thread(self._wanted, terms)
        if connection != self._connection:
            self._flags.forget()
        elif checking:
            able = [slug for slug, one in terms.items() if can_be_flagged(one)]
            await self._flags.check(self._link.api, able)
        if checking:
            self._checked = self._times.steady()
        for change in await self._flags.bring(self._link.api, wanted):
            self._heard(change.tenant, change.before, change.now)
        self._connection, self._seen, self.error = connection, seen, ""

    def _version(self) -> tuple[object, ...]:
        """Another one where the ledger is, or where a day may have ended: those end with a minute."""
        return (*version(self._ledger.database), int(self._times.now()) // 60)

    def _wanted(self, terms: Mapping[str, Terms]) -> dict[str, str]:
        """Of every tenant: first those that can have one. What was one of a tenant without limits goes."""
        asked = [one for one in terms.values() if can_be_flagged(one)]
        wanted = {}
        if asked:
            now = int(self._times.now() * 1_000_000)
            with self._ledger.database.reading() as connection:
                found = standings(connection, asked, now)
            wanted = {one.slug: flag(one, found[one.slug]) for one in asked}
        return wanted | {slug: NONE for slug in terms if slug not in wanted}
