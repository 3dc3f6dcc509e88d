"""What can go wrong between the agent and a site's repository, in one table.

```text
SourceError    kind: a key of KINDS
```
"""

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A way in which a repository fails: what to do, and whether it may pass by itself."""

    way_out: str
    passes: bool = False


KINDS: dict[str, Kind] = {
    "unreachable": Kind("look at the network, the URL and the other side", passes=True),
    "timeout": Kind("look at the network and at the load of the other side", passes=True),
    "denied": Kind(
        "give the agent's user a deploy key or a credential helper that may read it, see "
        "docs/site-repository.md"
    ),
    "host_key": Kind(
        "compare it with what the forge publishes, then put it into known_hosts of the agent's user"
    ),
    "not_found": Kind("look at --site, and whether the agent's user may see the repository"),
    "no_branch": Kind("name another with --branch, or push it"),
    "empty": Kind("push a first commit"),
    "bad_url": Kind("name an https, ssh or file URL, or a path, with --site"),
    "ownership": Kind(
        "if you trust its owner, run as the agent's user: git config --global --add "
        "safe.directory PATH"
    ),
    "disk_full": Kind("make room where the state folder lies", passes=True),
    "not_writable": Kind("give the agent's user the right to write in its state folder"),
    "damaged": Kind("it is cloned anew as soon as the remote can be reached", passes=True),
    "broken": Kind("run `git fsck` there, or push the commits to a sound repository"),
    "bad_commit": Kind("take it back in a new commit"),
    "no_commit": Kind("fetch it, or name another commit"),
    "keys": Kind("mend the file in keys/, or pin others with --trusted-signers"),
    "no_git": Kind("install git (2.34 or later; 2.38 for --merges clean)"),
    "git": Kind("run the same in a terminal as the agent's user to see all that git says"),
}
"""All kinds. A new one is an entry here; a test asks that each has a way out."""


class SourceError(Exception):
    """A repository did not give what was asked. `reason` is one clause without secrets or full stop."""

    def __init__(self, reason: str, kind: str) -> None:
        assert kind in KINDS, kind
        super().__init__(f"{reason}; {KINDS[kind].way_out}")
        self.reason = reason
        self.kind = kind

    @property
    def way_out(self) -> str:
        """What to do about it."""
        return KINDS[self.kind].way_out

    @property
    def passes(self) -> bool:
        """Whether trying again later may be enough."""
        return KINDS[self.kind].passes
