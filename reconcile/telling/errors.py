"""What can be wrong with those whom the agent tells.

```text
TellingError
├── BadTargetError   the setting names no target, or one that is not safe to send to
└── NotDeliveredError   it was sent, and not taken; `again` says whether to try once more
```
"""


class TellingError(Exception):
    """The text is one sentence, without any secret."""


class BadTargetError(TellingError):
    """What was configured is no target."""


class NotDeliveredError(TellingError):
    """A target did not take a message. `wait` is how long it asked to be left alone, in seconds."""

    def __init__(self, why: str, *, again: bool, wait: float = 0.0) -> None:
        super().__init__(why)
        self.again, self.wait = again, wait
