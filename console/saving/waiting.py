"""Branches that wait to be merged."""

import re

from dialform.console.errors import NotThere
from dialform.console.saving.history import HASH, Commit, log
from dialform.console.saving.repository import Repository, away
from dialform.console.saving.requests import addresses
from dialform.console.visitor import Visitor
from dialform.reconcile.source import SourceError
from dialform.values import dataclass, field, replace

PORTAL = "portal/"
_ODD = re.compile(r"[^A-Za-z0-9._/-]")
MOST = 100
"""Branches that a page tells of at most."""
_LONG = 50
"""Commits of a branch that are looked at; what has more is an admin's alone."""


@dataclass(frozen=True, slots=True)
class Change:
    """A branch that waits to be merged. `id` names it in addresses; `base` is where it left the branch that
    is applied, `ahead` and `behind` count commits from there.
    """

    id: str
    branch: str
    head: Commit
    base: str
    ahead: int
    behind: int
    commits: tuple[Commit, ...] = field(default=())
    request: str = ""
    """The address of its merge request, where one is known."""
    long: bool = False
    """Whether there are more commits than those: what they touch nobody has looked at."""

    @property
    def tenants(self) -> tuple[str, ...]:
        """The tenants that it touches."""
        return tuple(sorted({slug for one in self.commits for slug in one.tenants}))

    @property
    def platform(self) -> bool:
        """Whether it touches what is no tenant's."""
        return self.long or any(one.platform for one in self.commits)

    @property
    def ours(self) -> bool:
        """Whether the portal made it."""
        return self.branch.startswith(PORTAL)

    def visible(self, visitor: Visitor) -> bool:
        """Whether somebody may see it: an admin all, others what is of their tenant alone, plain users
        what is by themselves.
        """
        if visitor.admin:
            return True
        own = (
            bool(self.commits)
            and not self.long
            and all(one.visible(visitor) for one in self.commits)
        )
        return own and (visitor.manages or self.head.subject == visitor.subject)


def branch_id(branch: str) -> str:
    """The name of a branch's page, and of no other one: `~acme.alice~3-longer-ring` for one of the portal's.

    In a branch's name there is neither `~` nor `:`, nor a `/` at its beginning (`git help check-ref-format`),
    so two have never the same; none looks like the name of a commit, and none needs escapes in an address.
    """
    name = branch.removeprefix("portal") if branch.startswith(PORTAL) else branch
    found = _ODD.sub(lambda one: f":{ord(one[0]):x}:", name).replace("/", "~")
    return f"~~{found}" if HASH.match(found) else found


def changes(repository: Repository, *, fresh: float = float("inf")) -> list[Change]:
    """All branches that wait, the newest first: a list shows `MOST` of those that its reader may see. Raises
    Away.
    """
    heads = dict(repository.heads(fresh=fresh))
    tip = heads.pop(repository.branch, "")
    known: dict[tuple[str, str, str], Change | None] = repository.ground.parts.setdefault(
        "saving.changes", {}
    )
    found = []
    for branch, head in heads.items():
        key = (branch, head, tip)
        if key not in known:
            known[key] = _change(repository, branch, head, tip)
        one = known[key]
        if one is not None:
            found.append(one)
    for key in [one for one in list(known) if one[2] != tip or heads.get(one[0]) != one[1]]:
        known.pop(key, None)
    asked = addresses(repository) if found else {}
    found = [replace(one, request=asked.get(one.branch, "")) for one in found]
    return sorted(found, key=lambda one: -one.head.committed)


def change(repository: Repository, name: str, *, fresh: float = float("inf")) -> Change:
    """The branch with this id. Raises NotThere, Away."""
    for one in changes(repository, fresh=fresh):
        if one.id == name:
            return one
    raise NotThere("There is no such change (any more): it may be merged, or taken back.")


def _change(repository: Repository, branch: str, head: str, tip: str) -> Change | None:
    """A branch; None where all of it is merged, or where it has nothing in common with the other."""
    if not branch.isprintable():
        return None
    copy = repository.copy
    try:
        done = copy.git.ask("merge-base", tip, head, within=copy.limits.ask)
        base = done.out.decode().strip()
        if done.code or not base or base == head or not _about_the_site(repository, base, head):
            return None
        counts = copy.question("rev-list", "--left-right", "--count", f"{tip}...{head}").split()
    except SourceError as error:
        raise away(error) from None
    commits = tuple(log(repository, f"{base}..{head}", limit=_LONG + 1))
    if not commits:
        return None
    return Change(
        branch_id(branch), branch, commits[0], base, int(counts[1]), int(counts[0]), commits[:_LONG],
        long=len(commits) > _LONG,
    )  # fmt: skip


def _about_the_site(repository: Repository, base: str, head: str) -> bool:
    """Whether a branch differs in the site at all: beside it there may be other things in the repository."""
    copy, folder = repository.copy, repository.place.folder
    asked = ("diff", "--quiet", "--no-ext-diff", "--no-renames", base, head, "--", folder)
    return not folder or copy.git.ask(*asked, within=copy.limits.ask).code != 0
