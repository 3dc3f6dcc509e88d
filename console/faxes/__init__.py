"""Faxes: those that came in, those that go out, sending one."""

from dialform.console.faxes import batches, book, drafts, inbox, outbox, sending
from dialform.console.faxes.tray import sweeping

PAGES = (*inbox.PAGES, *sending.PAGES, *drafts.PAGES, *batches.PAGES, *book.PAGES, *outbox.PAGES)
BESIDE = (sweeping,)

__all__ = ["BESIDE", "PAGES"]
