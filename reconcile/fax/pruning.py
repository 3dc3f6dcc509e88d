"""What is kept for some days only (`fax.keep_days`): faxes that came in, with their files, and those sent."""

from collections.abc import Iterable
from pathlib import Path

from dialform.fax.queue import Inbox, Queue
from dialform.fax.queue.values import Received
from dialform.fax.released import Company
from dialform.reconcile import durable

MICRO = 1_000_000
_DAY = 86_400 * MICRO
_MOST = 500
"""Faxes of a tenant that go at a time."""


def prune(
    inbox: Inbox, queue: Queue, host: str, folder: Path, companies: Iterable[Company],
    still_there: frozenset[str], now: int,
) -> int:  # fmt: skip
    """Remove what is too old; how much that was. `folder` is where this host keeps PDFs.

    A fax whose mail is still owed stays, and one of `still_there`, whose TIFF could not be removed: it would
    be taken up again. First the file goes, then the row: who dies in between finds the row again. Raises
    LedgerError, OSError.
    """
    removed = 0
    for company in companies:
        if not company.keep_days:
            continue
        before = now - company.keep_days * _DAY
        while gone := queue.prune(company.slug, before, _MOST):
            removed += gone
        for fax in inbox.old(host, company.slug, before, _MOST):
            if fax.uuid not in still_there:
                _forget(inbox, folder, fax)
                removed += 1
    return removed


def _forget(inbox: Inbox, folder: Path, fax: Received) -> None:
    file = Path(fax.file)
    # Only what we wrote is removed, whatever stands in the row: a database is easier to write to than a disk.
    if (
        fax.file
        and file.parent == folder / fax.tenant
        and file.stem == fax.uuid
        and file.parent.is_dir()
    ):
        durable.remove(file)
    inbox.forget(fax.uuid)
