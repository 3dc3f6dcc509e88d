"""Faxes beside the loop: those that go out and those that came in. It never holds the loop up.

What ends it is said and tried again. It lives as long as the ledger stays where it is, with a
connection of its own to the switch; the parts are `outward` and `inward`. Where no tenant has a fax
account, nothing runs.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Queue
from dialform.fax.released import Company, ReleaseError
from dialform.reconcile import durable
from dialform.reconcile.besides import is_ours, relived
from dialform.reconcile.billing import terms as agreed
from dialform.reconcile.billing.place import Place, place_of
from dialform.reconcile.fax import released
from dialform.reconcile.fax.inward import Inward
from dialform.reconcile.fax.outward import Outward
from dialform.reconcile.fax.released import Released
from dialform.reconcile.ground import Ground
from dialform.reconcile.together import first_of, woken

TICK = 1.0
"""Seconds between two looks at what was proven."""


class Faxes:
    """Runs for as long as the agent does. `wake` says that something was proven."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._awake = asyncio.Event()
        self._room = ground.layout.root / "fax"
        self._released: Released | None = None
        self._unread = ""
        self._said: dict[str, Any] = {}

    def wake(self) -> None:
        """A generation was proven."""
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled; nothing that goes wrong here ends it."""
        await relived(
            self._ground.times, self._life, (LedgerError, ReleaseError), self._wrong, self._fault
        )

    async def _life(self) -> None:
        """One life: until the ledger, the records or the mail server are others."""
        first = await self._first()
        place = await asyncio.to_thread(place_of, self._ground.settings, first.folder)
        ledger = await asyncio.to_thread(open_ledger, place.url)
        link = self._ground.another_link()
        await asyncio.to_thread(self._leave)
        try:
            outward = Outward(
                self._ground, Queue(ledger.database), ledger.database, link, self._now_released,
                place.spool, ours=lambda: is_ours(self._ground),
            )  # fmt: skip
            inward = Inward(
                self._ground, ledger.database, link, self._companies,
                lambda: self._now_released().folder, lambda: place.spool, lambda: place.sender,
            )  # fmt: skip
            work = (link.run(), outward.run(), inward.run(), self._follow(place, outward, inward))
            await first_of(work)
        finally:
            await link.close()
            await asyncio.to_thread(ledger.close)

    async def _first(self) -> Released:
        """What is proven, once somebody has a fax account; or had one, and left something to do."""
        while True:
            found = await self._read()
            if found is not None and (found.companies or self._is_left()):
                return found
            await self._tick()

    def _is_left(self) -> bool:
        return self._room.is_dir()

    def _leave(self) -> None:
        """For an agent that starts when nobody has an account any more: what is queued is to be told so."""
        with contextlib.suppress(OSError):
            durable.make_folder(self._room)

    async def _read(self) -> Released | None:
        """What was proven last, read where it is another one. Raises ReleaseError."""
        folder = agreed.proven(self._ground)
        if folder is not None and (self._released is None or self._released.folder != folder):
            revision = await asyncio.to_thread(self._revision, folder)
            self._released = await asyncio.to_thread(released.read, folder, revision)
        return self._released

    def _revision(self, folder: Path) -> str:
        found = self._ground.generations.find(folder.name)
        return found.revision if found is not None else ""

    def _now_released(self) -> Released:
        assert self._released is not None
        return self._released

    def _companies(self) -> Mapping[str, Company]:
        return self._now_released().companies

    async def _follow(self, place: Place, outward: Outward, inward: Inward) -> None:
        """Follows what is proven, and says how it goes; ends where the place is another one now."""
        while True:
            before, self._unread = self._released, ""
            try:
                found = await self._read()
            except ReleaseError as error:
                self._unread = str(error)
            else:
                if found is not None and found is not before:
                    settings = self._ground.settings
                    if await asyncio.to_thread(place_of, settings, found.folder) != place:
                        return
                    outward.wake()
                    inward.wake()
            self._say({"error": self._unread or None, **outward.section(), **inward.section()})
            await self._tick()

    async def _tick(self) -> None:
        await woken(self._awake, TICK)

    def _say(self, values: dict[str, Any]) -> None:
        """The section of the status; written where it changed."""
        book = self._ground.book
        book.data["fax"] = values
        said = {**values, "oldest": 0}
        if said != self._said:
            book.save()
            self._said = said

    def _fault(self, kind: str) -> None:
        self._ground.log.exception("faxes ended", why=kind)
        self._ground.book.count("fax_restarts")
        self._wrong(f"Faxes ended by a fault of their own ({kind}); the log says where.")

    def _wrong(self, words: str) -> None:
        self._ground.log.warning("faxes", why=words)
        self._ground.book.data["fax"] |= {"error": words}
        self._ground.book.save()
