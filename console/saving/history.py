"""What was changed, by whom and when: commits."""

import re
from collections.abc import Iterator, Sequence

from dialform.console.errors import NotThere
from dialform.console.saving.place import Place
from dialform.console.saving.repository import Repository, away
from dialform.console.visitor import Visitor
from dialform.reconcile.source import SourceError
from dialform.values import dataclass

_BY = re.compile(r" \(by (?P<subject>[^()\s]+) in the portal\)\Z")
HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_FORM = "%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%B%x00"


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


def log(
    repository: Repository, revisions: str = "", *, limit: int = 50, skip: int = 0,
    paths: Sequence[str] = (),
) -> list[Commit]:  # fmt: skip
    """Commits, the newest first: those of the site in the branch that is applied where none are named.
    `paths` are of the site.

    Raises Away, NotThere.
    """
    place = repository.place
    spec = revisions or repository.head
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
    if not HASH.match(name):
        raise NotThere("There is no such commit.")
    try:
        there = repository.copy.ref(name)
    except SourceError as error:
        raise away(error) from None
    if not there:
        raise NotThere("There is no such commit.")
    found = log(repository, name, limit=1)
    if not found:
        raise NotThere("There is no such commit.")
    return found[0]


def applied(repository: Repository, name: str) -> bool:
    """Whether a commit is part of the branch that is applied. Raises Away."""
    copy, asked = repository.copy, ("merge-base", "--is-ancestor", name, repository.head)
    try:
        return copy.git.ask(*asked, within=copy.limits.ask).code == 0
    except SourceError as error:
        raise away(error) from None


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
