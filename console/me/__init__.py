"""What is one's own: how one is called, one's mailboxes, phones and calls."""

from dialform.console.me import (
    calls,
    devices,
    forwarding,
    home,
    listening,
    mailbox,
    messages,
    rules,
)

PAGES = (
    *home.PAGES,
    *forwarding.PAGES,
    *rules.PAGES,
    *messages.PAGES,
    *listening.PAGES,
    *mailbox.PAGES,
    *devices.PAGES,
    *calls.PAGES,
)

__all__ = ["PAGES"]
