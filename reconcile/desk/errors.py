"""What may go wrong at the desk. Each is one sentence for the operator.

```
DeskError
├── NotThere     what was named is not there, or is another tenant's: the same words for both
├── NotAllowed   the user's permissions do not allow it
├── Unusable     what was typed is no number, no UUID
└── Failed       the switch did not do it; the message says what it said
```
"""


class DeskError(Exception):
    """One sentence."""


class NotThere(DeskError):  # noqa: N818 - they say what is the matter, as in dialform.switch
    """Not there, as far as the scope reaches."""


class NotAllowed(DeskError):  # noqa: N818
    """Beyond the user's permissions."""


class Unusable(DeskError):  # noqa: N818
    """No number, no UUID."""


class Failed(DeskError):  # noqa: N818
    """The switch did not do it."""
