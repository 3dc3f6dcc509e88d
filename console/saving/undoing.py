"""A commit undone by another one, field by field: what was changed since stays. It is looked at before."""

from collections.abc import Sequence

from dialform.console.errors import NotThere, Refused
from dialform.console.page import Context
from dialform.console.saving.checks import Checked, check_commit
from dialform.console.saving.commits import author_of
from dialform.console.saving.documents import Changed
from dialform.console.saving.filemerge import merged_files
from dialform.console.saving.history import Commit, applied, commit, log
from dialform.console.saving.placing import Saved
from dialform.console.saving.repository import FRESH, Repository
from dialform.console.saving.saving import commit_on, keep
from dialform.console.site import Site
from dialform.console.turns import turn
from dialform.values import dataclass

WORD = "Take back"
"""How the message of such a commit begins."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What would come of undoing a commit now. `clashes` are the files and paths that others changed since,
    and `later` the commits that did; nothing is checked then.
    """

    commit: Commit
    checked: Checked
    clashes: tuple[str, ...] = ()
    later: tuple[Commit, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether who asked may undo it."""
        return not self.clashes and self.checked.allowed and self.checked.changes


async def examine_undo(context: Context, name: str) -> Undoing:
    """What undoing a commit would do, for the visitor: nothing is kept. Raises NotThere, Away."""

    def look() -> Undoing:
        repository = Repository.of(context.ground)
        repository.heads(fresh=FRESH)
        one = _undoable(repository, context, name)
        base = repository.tip()
        files, clashes = merged_files(repository, one.hash, one.parents[0], base.commit)
        if clashes:
            return Undoing(one, Checked(), tuple(clashes), _later(repository, one, clashes))
        author = author_of(context.visitor)
        made, paths = commit_on(repository, base, files, author, _message(one, WORD))
        if not paths:
            return Undoing(one, Checked())
        return Undoing(one, check_commit(repository, base, made, context.visitor, (), paths))

    with turn(context):
        return await context.ground.off(look)


async def revert(context: Context, name: str) -> Saved:
    """Make a commit that undoes another one, field by field; what was changed since stays.

    It is merged at once or waits, as all that is saved. Raises NotThere, Refused where others changed the
    same since, and all that `save` raises.
    """
    return await undo(context, name, WORD)


async def undo(context: Context, name: str, word: str) -> Saved:
    """The same, with the word that its message begins with."""

    def work() -> Saved:
        repository = Repository.of(context.ground)
        repository.renew()
        one = _undoable(repository, context, name)

        def files(base: Site) -> Changed:
            made, clashes = merged_files(repository, one.hash, one.parents[0], base.commit)
            if clashes:
                raise Refused(
                    f"It cannot be taken back by itself: others changed {', '.join(clashes[:3])} since. "
                    "Change it by hand."
                )
            return made

        return keep(repository, context.visitor, _message(one, word), files)

    with turn(context):
        done = await context.ground.off(work)
    if done.changed:
        context.audit("revert", commit=name, made=done.commit, merged=done.merged)
    return done


def _undoable(repository: Repository, context: Context, name: str) -> Commit:
    one = commit(repository, name)
    if not one.visible(context.visitor) or not applied(repository, name) or not one.parents:
        raise NotThere("There is no such commit.")
    return one


def _message(one: Commit, word: str) -> str:
    return f"{word}: {one.title}\n\nThis takes back commit {one.hash}."


def _later(repository: Repository, one: Commit, clashes: Sequence[str]) -> tuple[Commit, ...]:
    """The commits since that touched the files in which both sides differ."""
    files = [place.rpartition(" in ")[2] for place in clashes]
    span = f"{one.hash}..{repository.tip().commit}"
    paths = [path.removeprefix("/") for path in files if not path.startswith("/")]
    return tuple(log(repository, span, limit=5, paths=paths)) if paths else ()
