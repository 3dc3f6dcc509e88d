"""Takes up what the switch received: a TIFF becomes a PDF and an entry of the inbox, once, and then goes.

The order is what loses nothing: first the PDF, on the disk; then the row that names it, committed; then the
TIFF goes. Whoever dies in between does the rest again, under the same names. Where something fails the TIFF
stays where it is, and the status says why.
"""

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dialform.fax.queue import Inbox
from dialform.fax.queue.values import NO_MAIL, Received
from dialform.fax.receiving.tiff import has_page
from dialform.fax.receiving.told import LOST, UNTOLD, Told
from dialform.fax.released import Account, Company
from dialform.reconcile import durable
from dialform.reconcile.fax.spool import Arrived, Spool, TooLargeError
from dialform.values import dataclass, field, replace

MODE = 0o640
"""Of a PDF: for the agent's group to read."""
MICRO = 1_000_000
TRIES = 3
"""How often a TIFF that cannot be read is tried: the machine may have been short of something."""

Convert = Callable[[Path], tuple[bytes, int]]
"""From a TIFF to a PDF and its pages (`fax.documents.pdf_of`)."""


@dataclass(slots=True)
class Looked:
    """What came of a round. `waits` says of files that could not be taken yet why, by uuid."""

    taken: list[Received] = field(default_factory=list)
    waits: dict[str, str] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)
    """Files that are taken and cannot be removed."""
    away: str = ""
    """Why the ledger cannot be written: then nothing more is tried in this round."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a fax: its file, whether it is a PDF, its size, its pages (0: nobody could count)."""

    file: Path
    size: int
    pages: int
    readable: bool


class Receiver:
    """What is done to each fax of a host. All of it blocks."""

    def __init__(
        self, inbox: Inbox, host: str, folder: Path, convert: Convert, unreadable: type[Exception],
        companies: Callable[[], Mapping[str, Company]], log: Any,
    ) -> None:  # fmt: skip
        """`folder` is where PDFs are kept. `unreadable` is what `convert` raises of what it cannot read."""
        self._inbox, self._host, self._folder = inbox, host, folder
        self._convert, self._unreadable = convert, unreadable
        self._companies, self._log = companies, log
        self._failed: dict[str, int] = {}

    def take(self, spool: Spool, one: Arrived, told: Told | None, looked: Looked) -> None:
        """Take one up whose leg is gone. Raises LedgerError, OSError: then it lies there as before."""
        row = self._inbox.one(one.uuid)
        if row is None or not row.file or not Path(row.file).exists():
            kept = self._keep(spool, one, looked)
            if kept is None:
                return
            looked.taken.append(self._write_down(one, told, row, kept))
            self._failed.pop(one.uuid, None)
        if not self._remove(spool, one):
            looked.stuck.append(one.path)

    def without(self, told: Told) -> bool:
        """A fax that left no file: an entry, and a mail only where the switch said that it has pages.

        Those are lost, and their sender does not know: the disk was full. False where it is known already.
        Raises LedgerError.
        """
        mails = bool(told.pages) and self._mails(told.tenant, told.account)
        row = replace(self._row(told.tenant, told.account, told), due=0 if mails else NO_MAIL)
        return self._inbox.take(replace(row, ok=False, result=LOST) if told.pages else row)

    def _keep(self, spool: Spool, one: Arrived, looked: Looked) -> Kept | None:
        """Its pages on the disk: as a PDF, or as they came where that cannot be made. None: not now."""
        try:
            raw = spool.content(one)
        except FileNotFoundError:
            return None  # somebody took it away
        except TooLargeError:
            looked.waits[one.uuid] = (
                f"{spool.folder / one.path} is larger than any fax: look at it, and remove it by hand."
            )
            return None
        try:
            content, pages = self._pdf(one, raw)
        except OSError:
            raise
        except Exception as error:
            if not isinstance(error, self._unreadable):  # a fault of ours keeps no fax from anybody
                self._log.exception("a fax was not converted", uuid=one.uuid)
            tries = self._failed[one.uuid] = self._failed.get(one.uuid, 0) + 1
            if tries < TRIES and has_page(raw):
                looked.waits[one.uuid] = f"A fax cannot be turned into a PDF yet: {error}"
                return None
            self._log.warning("a fax is kept as it came", uuid=one.uuid, why=str(error))
            return Kept(self._file(one, ".tif", raw), len(raw), 0, has_page(raw))
        return Kept(self._file(one, ".pdf", content), len(content), pages, True)

    def _pdf(self, one: Arrived, raw: bytes) -> tuple[bytes, int]:
        """By a copy: what the switch's user may change while it is read is not trusted."""
        with tempfile.TemporaryDirectory(prefix="dialform-fax-") as work:
            copy = Path(work, f"{one.uuid}.tif")
            copy.write_bytes(raw)
            return self._convert(copy)

    def _file(self, one: Arrived, suffix: str, content: bytes) -> Path:
        folder = self._folder / one.tenant
        durable.make_folder(self._folder)
        durable.make_folder(folder)
        file = folder / f"{one.uuid}{suffix}"
        durable.write(file, content, MODE)
        return file

    def _write_down(
        self, one: Arrived, told: Told | None, row: Received | None, kept: Kept
    ) -> Received:
        """The row, with its file. One that is there without a file, or whose file is gone, gets it."""
        made = self._made(one, told, kept)
        if row is None:
            if self._inbox.take(made):
                return made
            row = made
        if row.result == LOST:  # it was not: the spool was, for a while
            self._inbox.found(made)
            return made
        pages = kept.pages or row.pages
        self._inbox.filed(one.uuid, str(kept.file), pages, kept.size)
        return replace(row, file=str(kept.file), pages=pages, size=kept.size)

    def _made(self, one: Arrived, told: Told | None, kept: Kept) -> Received:
        """An entry as it is now."""
        changed = int(one.changed * MICRO)
        known = told or Told(one.uuid, one.tenant, one.account, at=changed, result=UNTOLD)
        worth = kept.readable or known.pages > 0
        mails = worth and self._mails(one.tenant, one.account)
        made = self._row(one.tenant, one.account, replace(known, at=known.at or changed))
        return replace(
            made, file=str(kept.file), size=kept.size, pages=kept.pages or made.pages,
            due=0 if mails else NO_MAIL,
        )  # fmt: skip

    def _row(self, tenant: str, account: str, told: Told) -> Received:
        return Received(
            uuid=told.uuid, tenant=tenant, account=account, host=self._host, at=told.at,
            caller=told.caller, did=told.did, station_id=told.station_id, pages=told.pages,
            ok=told.ok, result=told.result, seconds=told.seconds, file="", size=0, mailed=0, mail="",
            tries=0,
        )  # fmt: skip

    def _mails(self, tenant: str, number: str) -> bool:
        """Whether somebody wants a mail of it. Of an account that is gone nobody can say: it waits."""
        account = account_of(self._companies(), tenant, number)
        return account is None or bool(account.deliver_to)

    def _remove(self, spool: Spool, one: Arrived) -> bool:
        """Whether the TIFF is out of the way. That it may not be removed is told, and stops nothing."""
        with contextlib.suppress(PermissionError):
            return spool.remove(one)
        return False


def account_of(companies: Mapping[str, Company], tenant: str, account: str) -> Account | None:
    """An account of the released folder, if it is there."""
    company = companies.get(tenant)
    return company.accounts.get(account) if company is not None else None
