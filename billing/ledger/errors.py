"""What goes wrong with a ledger.

```text
LedgerError            one sentence with the way out; nothing was changed
├── LedgerBusyError    another writer had it for too long, or the database is not reached: try again
└── LedgerFullError    the disk is full
```
"""


class LedgerError(Exception):
    """The ledger cannot be used, or did not take something. One sentence, without any secret."""


class LedgerBusyError(LedgerError):
    """It may work the next time: what was to be booked is booked then."""


class LedgerFullError(LedgerError):
    """There is no room left. Nothing of what was to be booked is there."""
