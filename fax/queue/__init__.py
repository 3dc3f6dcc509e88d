"""Faxes that are to go out and faxes that came in, in the ledger's database."""

from dialform.fax.queue.inbox import Inbox
from dialform.fax.queue.queue import Queue

__all__ = ["Inbox", "Queue"]
