"""What was changed, by whom and when: the commits of the branch, and branches that wait."""

import re
from collections.abc import Iterator, Sequence

from dialform.console.errors import NotThere
from dialform.console.saving.place import Place
from dialform.console.saving.repository import Repository, away
from dialform.console.visitor import Visitor
from dialform.reconcile.source import SourceError
from dialform.values import dataclass, field

PORTAL = "portal/"
_BY = re.compile(r" \(by (?P<subject>[^()\s]+) in the portal\)\Z")
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_ODD = re.compile(r"[^A-Za-z0-9._/-]")
_FORM = "%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%B%x00"
_MOST = 100
"""Branches that are told of at most."""
_LONG = 50
"""Commits of a branch that are looked at; what has more is an admin's alone."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. Times are seconds since 1970; `subject` is who it is by in the site, "" where that is not
    known (it was not made in the portal); `title` and `body` are its message.
    """

    hash: str
    parents: tuple[str, ...]
    author: str
    email: str
    at: float
    committed: float
    title: str
    body: str = ""
    subject: str = ""
    tenants: tuple[str, ...] = ()
    """The tenants whose files it touches; `platform` says whether it touches others, too."""
    platform: bool = False

    @property
    def short(self) -> str:
        """Its name as people write it."""
        return self.hash[:10]

    def visible(self, visitor: Visitor) -> bool:
        """Whether somebody may see it: an admin all, others what is of their tenant alone."""
        if visitor.admin:
            return True
        return not self.platform and self.tenants == (visitor.tenant,)


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
    return f"~~{found}" if _HASH.match(found) else found


def changes(repository: Repository, *, fresh: float = float("inf")) -> list[Change]:
    """The branches that wait, the newest first. Raises Away."""
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
    for key in [one for one in known if one[2] != tip or heads.get(one[0]) != one[1]]:
        known.pop(key, None)
    return sorted(found, key=lambda one: -one.head.committed)[:_MOST]


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


def log(
    repository: Repository, revisions: str = "", *, limit: int = 50, skip: int = 0,
    paths: Sequence[str] = (),
) -> list[Commit]:  # fmt: skip
    """Commits, the newest first: those of the site in the branch that is applied where none are named.
    `paths` are of the site.

    Raises Away, NotThere.
    """
    place = repository.place
    spec = revisions or repository.heads()[repository.branch]
    if spec.startswith("-"):
        raise NotThere("There is no such commit.")
    where = [place.outside(path) for path in paths]
    if not revisions and not where and place.folder:
        where = [place.folder]
    try:
        told = repository.copy.question(
            "log", f"--format={_FORM}", "-z", "--raw", "--full-diff", "--no-renames", "-m",
            "--first-parent", "--no-abbrev", f"--max-count={limit}", f"--skip={skip}",
            "--end-of-options", spec, "--", *where,
        )  # fmt: skip
    except SourceError as error:
        if error.kind == "git":
            raise NotThere("There is no such commit.") from None
        raise away(error) from None
    return list(_commits(told.decode("utf-8", "replace"), place))


def commit(repository: Repository, name: str) -> Commit:
    """One commit by its full name. Raises NotThere, Away."""
    if not _HASH.match(name):
        raise NotThere("There is no such commit.")
    if not repository.copy.ref(name):
        raise NotThere("There is no such commit.")
    found = log(repository, name, limit=1)
    if not found:
        raise NotThere("There is no such commit.")
    return found[0]


def applied(repository: Repository, name: str) -> bool:
    """Whether a commit is part of the branch that is applied. Raises Away."""
    tip = repository.heads()[repository.branch]
    copy = repository.copy
    return copy.git.ask("merge-base", "--is-ancestor", name, tip, within=copy.limits.ask).code == 0


def _about_the_site(repository: Repository, base: str, head: str) -> bool:
    """Whether a branch differs in the site at all: beside it there may be other things in the repository."""
    copy, folder = repository.copy, repository.place.folder
    asked = ("diff", "--quiet", "--no-ext-diff", "--no-renames", base, head, "--", folder)
    return not folder or copy.git.ask(*asked, within=copy.limits.ask).code != 0


def _commits(told: str, place: Place) -> Iterator[Commit]:
    """What `git log` printed: seven fields, then the rows of what it touches. Only NUL parts them, which no
    name and no message can hold: whatever else stands in one is text.
    """
    parts, at = told.split("\0"), 0
    while at + 7 <= len(parts):
        if not parts[at].strip():
            at += 1
            continue
        fields = [parts[at].lstrip("\n"), *parts[at + 1 : at + 7]]
        at += 7
        paths = []
        while at < len(parts) and (not parts[at].strip() or parts[at].lstrip("\n").startswith(":")):
            if parts[at].strip():
                at += 1
                paths.append(parts[at])
            at += 1
        yield _commit(fields, [place.shown(path) for path in paths])


def _commit(fields: Sequence[str], paths: Sequence[str]) -> Commit:
    message = fields[6].strip()
    first, _, body = message.partition("\n")
    by = _BY.search(first)
    slugs = {
        path.split("/")[1].removesuffix(".yaml")
        for path in paths if path.startswith("tenants.d/") and "/" in path
    }  # fmt: skip
    others = [path for path in paths if not path.startswith("tenants.d/")]
    media = {
        path.split("/")[1] for path in others if path.startswith("media/") and path.count("/") > 1
    }
    platform = any(not p.startswith("media/") or p.count("/") < 2 for p in others)
    return Commit(
        fields[0], tuple(fields[1].split()), fields[2], fields[3], float(fields[4]), float(fields[5]),
        first[: by.start()] if by else first, body.strip(), by["subject"] if by else "",
        tuple(sorted(slugs | media)), platform,
    )  # fmt: skip
