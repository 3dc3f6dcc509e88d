"""What can go wrong between hosts.

```text
StoreError
├── BadStoreUrlError     the setting names no store
└── StoreUnreachableError   it was asked and did not answer as it should
```
"""


class StoreError(Exception):
    """A status store cannot be used. The text is one sentence, without any secret."""


class BadStoreUrlError(StoreError):
    """What was configured names no store that there is."""


class StoreUnreachableError(StoreError):
    """The store did not take or give a record."""
