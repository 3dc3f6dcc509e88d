"""Save: edits become a commit, which is checked, reviewed, and merged at once or left for a review."""

from collections.abc import Mapping, Sequence

from dialform.console.errors import Away, Refused
from dialform.console.page import Context
from dialform.console.saving.checks import Checked, check_commit
from dialform.console.saving.commits import Author, author_of, commit, message_of, slug_of
from dialform.console.saving.documents import Changed, changed_files
from dialform.console.saving.edit import ANYWAY, Edit, digest_of, value_at
from dialform.console.saving.errors import Clash, Denied, Invalid, Overlap
from dialform.console.saving.finding import Finding
from dialform.console.saving.repository import FRESH, Repository, away
from dialform.console.saving.selfservice import at_once
from dialform.console.site import Site
from dialform.reconcile.source import SourceError
from dialform.schema.editing import GONE, Gone
from dialform.values import dataclass

_TRIES = 5
"""How often somebody else may be quicker."""

UPLOADS = ("media/", "rates/", "keys/")
"""Where files may be put that are no YAML."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of it. `merged`: it is applied as soon as the hosts fetch it; else `branch` waits, and `way`
    says in a sentence what happens next. `url` is its page in the portal, `request` the merge request's.
    """

    branch: str
    commit: str
    url: str
    merged: bool
    checked: Checked
    way: str = ""
    request: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Warnings and notes that came with it."""
        return self.checked.findings

    @property
    def changed(self) -> bool:
        """Whether there was anything to change."""
        return self.checked.changes


async def check(
    context: Context, edits: Sequence[Edit], *, files: Mapping[str, bytes | Gone] | None = None,
    tests: bool = True,
) -> Checked:  # fmt: skip
    """What would come of these edits: nothing is kept. Raises Clash, Refused, NotThere, Away."""
    ground = context.ground
    author = author_of(context.visitor)
    given = dict(files or {})

    def look() -> Checked:
        repository = Repository.of(ground)
        base = repository.tip(fresh=FRESH)
        return _made(repository, base, edits, given, author, "Check", tests=tests)[1]

    return await ground.off(look)


async def save(
    context: Context, edits: Sequence[Edit], message: str, *,
    files: Mapping[str, bytes | Gone] | None = None,
) -> Saved:  # fmt: skip
    """Make a commit of these edits, in the visitor's name.

    Raises Clash where somebody else changed the same, Invalid where the site would have errors, Denied where
    the visitor may not, Refused, NotThere and Away. Nothing is changed then.
    """
    ground = context.ground
    author = author_of(context.visitor)
    given = dict(files or {})
    done = await ground.off(lambda: _save(Repository.of(ground), edits, given, author, message))
    if done.changed:
        context.audit(
            "save", what=message.split("\n")[0], commit=done.commit, branch=done.branch,
            merged=done.merged,
        )  # fmt: skip
    return done


def _save(
    repository: Repository, edits: Sequence[Edit], files: Changed, author: Author, message: str
) -> Saved:
    for _ in range(_TRIES):
        with repository.using():
            base = repository.tip(fresh=FRESH)
            made, checked = _made(repository, base, edits, files, author, message)
        if not checked.changes:
            return Saved(repository.branch, base.commit, "", True, checked, "Nothing is changed.")
        if checked.errors:
            raise Invalid(checked.findings)
        if checked.review is not None and not checked.review.allowed:
            raise Denied(checked.review.denied)
        saved = _placed(repository, base, made, checked, edits, files, author, message)
        if saved is not None:
            return saved
        repository.fetch()
    raise Away("Others change the site all the time just now. Nothing was changed; try again.")


def _made(
    repository: Repository, base: Site, edits: Sequence[Edit], files: Changed, author: Author,
    message: str, *, tests: bool = True,
) -> tuple[str, Checked]:  # fmt: skip
    """A commit that nothing names, and what the checks say of it."""
    _uploads(files)
    now = _merged(base, edits)
    changed = changed_files(base, now) | files
    try:
        made = commit(
            repository.copy, base.commit, changed, author, message_of(message, author),
            repository.ground.clocks.wall(),
        )  # fmt: skip
    except SourceError as error:
        raise away(error) from None
    if made == base.commit:
        return made, Checked()
    names = [author.subject]
    return made, check_commit(repository, base, made, names, now, changed, tests=tests)


def _merged(base: Site, edits: Sequence[Edit]) -> list[Edit]:
    """The edits as they go onto what stands there now. Raises Clash."""
    clashes: list[Overlap] = []
    for edit in edits:
        if edit.was == ANYWAY:
            continue
        now = value_at(base, edit.tenant, edit.path)
        if digest_of(now) != (edit.was or "") and digest_of(now) != digest_of(edit.value):
            clashes.append(Overlap(edit, GONE, now, edit.value))
    if clashes:
        raise Clash(clashes)
    return list(edits)


def _placed(
    repository: Repository, base: Site, made: str, checked: Checked, edits: Sequence[Edit],
    files: Changed, author: Author, message: str,
) -> Saved | None:  # fmt: skip
    """The commit merged, or on a branch of its own; None where somebody else was quicker."""
    entry = repository.ground.settings.entry
    after = repository.site(made)
    words = entry.self_service if entry is not None else ()
    if checked.passed and at_once(words, base, after, checked.files):
        pushed = repository.push(made, repository.branch, base.commit)
        if pushed.done:
            way = "It is merged: the hosts apply it when they fetch it next."
            return Saved(repository.branch, made, f"/changes/{made}", True, checked, way)
        if pushed.moved:
            return None
        # The branch is protected: then it waits as all others do.
    branch = _name(repository, author, message)
    pushed = repository.push(made, branch)
    if pushed.moved:
        return None
    if not pushed.done:
        raise Refused(f"The repository did not take it: {pushed.refused}. Nothing was changed.")
    way = f"It waits on the branch {branch} until somebody who may merges it."
    return Saved(branch, made, f"/changes/{change_id(branch)}", False, checked, way)


def _name(repository: Repository, author: Author, message: str) -> str:
    """A branch's name that is free."""
    start = f"portal/{author.folder}/"
    taken = [
        int(number)
        for name in repository.heads()
        if name.startswith(start)
        and (number := name.removeprefix(start).partition("-")[0]).isdigit()
    ]
    counter = repository.folder.parent / "numbers" / author.folder
    from dialform.console.saving.numbers import next_number

    return f"{start}{next_number(counter, max(taken, default=0))}-{slug_of(message)}"


def change_id(branch: str) -> str:
    """The name of a branch's page: `acme.alice-3`."""
    _, author, rest = branch.split("/", 2)
    return f"{author}-{rest.partition('-')[0]}"


def _uploads(files: Changed) -> None:
    for path in files:
        parts = path.split("/")
        odd = any(not part or part.startswith(".") or not part.isprintable() for part in parts)
        if odd or len(parts) < 2 or not path.startswith(UPLOADS) or "\\" in path:
            raise Refused(f"'{path}' is no place for a file.")


__all__ = ["ANYWAY", "Saved", "change_id", "check", "save"]
