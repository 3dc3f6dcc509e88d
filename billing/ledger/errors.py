"""What goes wrong with a ledger.

```text
LedgerError            one sentence with the way out; nothing was changed
├── LedgerBusyError    another writer had it for too long, or the database is not reached: try again
├── LedgerFullError    the disk is full
└── LedgerRefusedError what was to be booked is at fault, not the ledger: others can be
```
"""


class LedgerError(Exception):
    """The ledger cannot be used, or did not take something. One sentence, without any secret."""


class LedgerBusyError(LedgerError):
    """It may work the next time: what was to be booked is booked then."""


class LedgerFullError(LedgerError):
    """There is no room left. Nothing of what was to be booked is there."""


class LedgerRefusedError(LedgerError):
    """It does not add up, or no database can keep it: it will be refused the next time, too."""
