"""What a simulated switch does wrong on purpose, for tests of whoever talks to it."""

from dialform.values import dataclass, field


@dataclass(slots=True)
class Faults:
    """Faults of the event socket. They can be changed while the switch runs.

    A connection reads them for each reply: `faults.delay = 2` slows all that follows.
    """

    delay: float = 0.0
    """Seconds before each reply to `api` and `sendevent`, and before each job of `bgapi`."""
    delays: dict[str, float] = field(default_factory=dict)
    """The same for commands that begin so: `{"reloadxml": 5}`."""
    replies: dict[str, str] = field(default_factory=dict)
    """Said instead of the right reply to commands that begin so. The command is not run."""
    silent: set[str] = field(default_factory=set)
    """Commands that begin so are run, and never answered."""
    drop_after: int | None = None
    """A connection ends after it has sent so many more bytes, in the midst of a reply."""
    drop_on: set[str] = field(default_factory=set)
    """A connection ends when a command comes that begins so; the command is not run."""
    garbage: bytes = b""
    """Sent as it is, instead of whatever would be sent."""
    refuse: bool = False
    """New connections end before the greeting."""

    def slowness(self, command: str) -> float:
        """Seconds to wait before the reply to this command."""
        return self.delay + sum(v for k, v in self.delays.items() if command.startswith(k))

    def reply(self, command: str) -> str | None:
        """The wrong reply to this command, if there is one."""
        return next((v for k, v in self.replies.items() if command.startswith(k)), None)

    def swallows(self, command: str) -> bool:
        """Whether this command gets no answer."""
        return any(command.startswith(start) for start in self.silent)

    def drops(self, command: str) -> bool:
        """Whether this command ends the connection."""
        return any(command.startswith(start) for start in self.drop_on)
