"""Faxes that are made ready: what was uploaded, how far the conversion is, what it will look like.

A draft is its maker's alone and lasts an hour. Its files lie in a folder of the portal's own, and go with it;
what a portal left behind that was killed goes when the next one starts.
"""

import asyncio
import secrets
import shutil
from pathlib import Path
from typing import Literal

from dialform.console.clocks import Clocks
from dialform.console.errors import NotThere
from dialform.console.ground import Ground
from dialform.fax.ordering import Checked, Order
from dialform.fax.queue.values import Sheets
from dialform.values import dataclass, field

LASTS = 3600.0
"""Seconds that a draft is kept."""
EACH, ALL = 4, 64
"""Drafts of one person, and of everybody: the oldest goes for a new one."""
_SWEEP = 60.0

Stage = Literal["converting", "ready", "failed", "queuing", "queued"]


@dataclass(slots=True)
class Sending:
    """A fax on its way to the queue. `token` names it, `batch` its faxes once they are queued.

    `said` is what is being done just now; `trouble` why it cannot be sent.
    """

    token: str
    owner: str
    tenant: str
    account: str
    folder: Path
    order: Order
    checked: Checked
    named: int
    made: float
    batch: str
    stage: Stage = "converting"
    said: str = "Converting"
    trouble: str = ""
    notes: tuple[str, ...] = ()
    title: str = ""
    pages: int = 0
    digest: str = ""
    has_body: bool = False
    dropped: bool = False
    """Nobody wants it any more."""
    task: "asyncio.Task[None] | None" = field(default=None, compare=False)

    def keep(self, name: str, sheets: Sheets) -> None:
        """Put pages into its folder."""
        for kind, content in (("fine", sheets.fine), ("standard", sheets.standard)):
            (self.folder / f"{name}.{kind}").write_bytes(content)
        (self.folder / f"{name}.txt").write_text(f"{sheets.digest}\n{sheets.pages}\n{sheets.name}")

    def kept(self, name: str) -> Sheets:
        """Pages out of its folder. Raises NotThere."""
        try:
            digest, pages, called = (self.folder / f"{name}.txt").read_text().split("\n", 2)
            fine, standard = (
                (self.folder / f"{name}.{kind}").read_bytes() for kind in ("fine", "standard")
            )
        except (OSError, ValueError):
            raise NotThere("This fax is not there any more: send it anew.") from None
        return Sheets(digest, called, int(pages), fine, standard)


class Tray:
    """All drafts. Used from the event loop alone; files are the caller's to read off it."""

    def __init__(self, root: Path, clocks: Clocks) -> None:
        self._root, self._clocks = root, clocks
        self._drafts: dict[str, Sending] = {}
        self.turn = asyncio.Semaphore(2)
        """Whoever converts takes a place: two at a time."""
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(mode=0o700, parents=True)

    def room(self) -> tuple[str, Path]:
        """A token that nobody guesses, and a folder under its name."""
        token = secrets.token_urlsafe(16)
        folder = self._root / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        return token, folder

    def put(self, sending: Sending) -> None:
        """Keep a draft; the oldest that is not being queued goes where there are too many."""
        self._drafts[sending.token] = sending
        mine = [one for one in self._drafts.values() if one.owner == sending.owner]
        for those, most in ((mine, EACH), (list(self._drafts.values()), ALL)):
            idle = [one for one in those if one.stage != "queuing" and one is not sending]
            for one in sorted(idle, key=lambda one: one.made)[: max(0, len(those) - most)]:
                self.drop(one)

    def one(self, token: str, owner: str, tenant: str) -> Sending:
        """A draft of somebody. Raises NotThere, for others' as for none."""
        found = self._drafts.get(token)
        if found is None or found.owner != owner or found.tenant != tenant:
            raise NotThere(
                "This fax is not there any more: it was sent, or more than an hour is gone. Send it anew."
            )
        return found

    def drop(self, sending: Sending) -> None:
        """Forget one, with its files."""
        self._drafts.pop(sending.token, None)
        # What is converted just now comes to its end by itself: it keeps its place among the few.
        sending.dropped = True
        shutil.rmtree(sending.folder, ignore_errors=True)

    def sweep(self) -> None:
        """Forget those that are too old."""
        limit = self._clocks.wall() - LASTS
        for one in list(self._drafts.values()):
            if one.made < limit and one.stage != "queuing":
                self.drop(one)


def tray(ground: Ground) -> Tray:
    """The portal's own."""
    found = ground.parts.get("fax_tray")
    if found is None:
        found = ground.parts["fax_tray"] = Tray(ground.state / "faxes", ground.clocks)
    assert isinstance(found, Tray)
    return found


async def sweeping(ground: Ground) -> None:
    """Forgets old drafts, for as long as the server runs."""
    while True:
        tray(ground).sweep()
        await ground.clocks.sleep(_SWEEP)
