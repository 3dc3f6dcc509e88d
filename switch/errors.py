# ruff: noqa: N818 - they say what happened, as in httpx
"""What can go wrong between us and a switch.

```
SwitchError
├── Unreachable        nobody lets us in; the command was not sent
├── Refused            the switch knows better than to let us in: password, or its ACL
├── Unsendable         the text cannot be a command (newline, NUL, too long); it was not sent
├── Unknown            the command was sent, and nobody knows what became of it
│   ├── Dropped        the connection ended before the reply
│   ├── ReplyTimeout   no reply in time; the connection was closed, for its replies are out of step
│   ├── JobTimeout     a job of `bgapi` did not end in time; the connection is as good as before
│   └── Garbled        what came is not the protocol; the connection was closed
├── UnexpectedReply    the reply is not one that this command gives when all is well
└── NotSeen            the event that was waited for did not come
```

Whoever catches `Unknown` asks the switch how things stand. Nothing here is ever sent again by itself.
"""


class SwitchError(Exception):
    """Whatever goes wrong with a switch."""


class Unreachable(SwitchError):
    """There is no connection. What was to be sent was not sent."""


class Refused(SwitchError):
    """The switch answers, and does not let us in."""


class Unsendable(SwitchError):
    """No command: it would end where a newline or a zero byte stands, or it is too long."""


class Unknown(SwitchError):
    """The outcome is unknown: the switch may have done it, or not, or half."""

    def __init__(self, why: str, command: str = "") -> None:
        super().__init__(why, command)
        self.why, self.command = why, command

    def __str__(self) -> str:
        return f"{shortened(self.command, 120)}: {self.why}" if self.command else self.why


class Dropped(Unknown):
    """The connection ended."""


class ReplyTimeout(Unknown):
    """No reply in time."""


class JobTimeout(Unknown):
    """A job in the background did not end in time; it may still run."""


class Garbled(Unknown):
    """The other side does not speak the protocol of the event socket, or beyond our limits."""


class UnexpectedReply(SwitchError):
    """A reply that is none to this command; `reply` is shortened."""

    def __init__(self, command: str, reply: str) -> None:
        reply = shortened(reply)
        super().__init__(command, reply)
        self.command, self.reply = command, reply

    def __str__(self) -> str:
        said = f"answers {self.reply!r}" if self.reply else "answers nothing"
        return f"{shortened(self.command, 120)}: the switch {said}"


class NotSeen(SwitchError):
    """The event did not come in time."""


def shortened(text: str, most: int = 200) -> str:
    """The beginning of a text, that it fits into a message."""
    text = text.strip()
    return text if len(text) <= most else f"{text[: most - 1]}…"
