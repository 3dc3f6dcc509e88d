"""The agent's state folder: where everything in it lies."""

from pathlib import Path

from dialform.compiler.states.agent import CURRENT, default_state
from dialform.values import dataclass

__all__ = ["Layout", "default_state"]


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths below one state folder. Nothing is made here."""

    root: Path

    @property
    def repository(self) -> Path:
        """The bare clone of the site's repository."""
        return self.root / "repository"

    @property
    def site(self) -> Path:
        """The commit that is checked out; what did not change keeps its times."""
        return self.root / "site"

    @property
    def mixed(self) -> Path:
        """The site with the last good files of tenants that have errors, made when there are such."""
        return self.root / "mixed"

    @property
    def build(self) -> Path:
        """The compiler's output, with its cache."""
        return self.root / "build"

    @property
    def generations(self) -> Path:
        """What was compiled for the switch, a folder each."""
        return self.root / "generations"

    @property
    def current(self) -> Path:
        """The link to the generation that the switch runs."""
        return self.root / CURRENT

    @property
    def record(self) -> Path:
        """What is known of the switch, and what is under way."""
        return self.root / "record.json"

    @property
    def applied(self) -> Path:
        """What was proven last."""
        return self.root / "applied.json"

    @property
    def phones(self) -> Path:
        """Which configuration phones were told to fetch."""
        return self.root / "phones.json"

    @property
    def guard(self) -> Path:
        """The signers, limits and admins of the commit applied last."""
        return self.root / "guard.json"

    @property
    def quarantine(self) -> Path:
        """Commits that failed, and why."""
        return self.root / "quarantine.json"

    @property
    def suspended(self) -> Path:
        """There while the agent is suspended."""
        return self.root / "suspended.json"

    @property
    def status(self) -> Path:
        """The last status."""
        return self.root / "status.json"

    @property
    def request(self) -> Path:
        """What a command asks of the running agent."""
        return self.root / "request.json"

    @property
    def answer(self) -> Path:
        """What the agent answered last."""
        return self.root / "answer.json"

    @property
    def lock(self) -> Path:
        """Held by the one agent."""
        return self.root / "lock"
