"""What is done with a change that waits: examined, merged, taken back."""

import contextlib
from collections.abc import Sequence

from dialform.console.errors import Away, Forbidden, NotThere, Refused
from dialform.console.page import Context
from dialform.console.saving.checks import Checked, check_commit
from dialform.console.saving.commits import Author, commit_tree, message_of, tree_of
from dialform.console.saving.errors import Denied, Invalid
from dialform.console.saving.filemerge import merged_files
from dialform.console.saving.forges import withdraw
from dialform.console.saving.history import Commit
from dialform.console.saving.placing import MERGED, Saved
from dialform.console.saving.repository import Repository, away, unwritable
from dialform.console.saving.saving import TRIES
from dialform.console.saving.trust import WHY, signature_of, untrusted
from dialform.console.saving.waiting import Change, change
from dialform.console.site import Site
from dialform.console.turns import turn
from dialform.reconcile.source import SourceError
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Examined:
    """What would come of merging a change now. `clashes` are the files and paths that both sides changed;
    nothing is checked then.
    """

    change: Change
    commit: str
    checked: Checked
    clashes: tuple[str, ...] = ()

    @property
    def mergeable(self) -> bool:
        """Whether it may be merged by who asked."""
        return not self.clashes and self.checked.allowed and self.checked.changes


async def examine(context: Context, name: str, *, tests: bool = True) -> Examined:
    """A change that waits, checked against what is applied now, for the visitor.

    Raises NotThere (also where the visitor may not see it), Away.
    """
    with turn(context):
        return await context.ground.off(_examine, context, name, tests)


def _examine(context: Context, name: str, tests: bool) -> Examined:
    repository = Repository.of(context.ground)
    one = _visible(repository, context, name)
    base = repository.tip()
    made, clashes = _rebased(repository, base, one)
    if clashes:
        return Examined(one, "", Checked(), clashes)
    if made == base.commit:
        return Examined(one, made, Checked())
    return Examined(one, made, _checked(repository, base, made, context, tests=tests))


async def merge(context: Context, name: str, *, head: str = "") -> Saved:
    """Merge a change that waits: an admin's, where it is without errors.
    `head` is the commit that was looked at: another one that came since is not merged.

    Raises NotThere, Denied, Invalid, Refused (both sides changed the same; the branch is protected), Away.
    """
    with turn(context):
        done = await context.ground.off(_merge, context, name, head)
    context.audit("merge", change=name, commit=done.commit)
    return done


def _merge(context: Context, name: str, head: str) -> Saved:
    repository = Repository.of(context.ground)
    for _ in range(TRIES):
        repository.renew()
        one = _visible(repository, context, name)
        if head and one.head.hash != head:
            raise Refused("It was changed since you looked at it: look at it again, then merge it.")
        if not context.visitor.admin:
            raise Forbidden("An admin of the platform merges this.")
        base = repository.tip()
        made, clashes = _rebased(repository, base, one)
        if clashes:
            raise Refused(
                f"It cannot be merged: meanwhile others changed {', '.join(clashes[:3])}. Take it back, and "
                "make the change again."
            )
        checked = _checked(repository, base, made, context) if made != base.commit else Checked()
        if checked.errors:
            raise Invalid(checked.findings)
        if checked.review is not None and not checked.review.allowed:
            raise Denied(checked.review.denied)
        if made != base.commit and untrusted(repository, base, made):
            raise Refused(
                f"It cannot be merged here: {WHY}. Merge it where somebody signs, or give the portal a key "
                "(`console: signing_key`)."
            )
        done, ours = _pushed(repository, one, base, made)
        # What the portal itself put there for the merge was looked at, too.
        head = ours if head else head
        if done:
            return Saved(repository.branch, made, f"/changes/{made}", True, checked, MERGED)
        repository.fetch()
    raise Away("Others change the site all the time just now. Nothing was merged; try again.")


def _pushed(repository: Repository, one: Change, base: Site, made: str) -> tuple[bool, str]:
    """Whether it is there (not where somebody else was quicker), and what we left at the branch."""
    ours = one.head.hash
    if made not in (ours, base.commit):
        # A forge takes its merge request for merged when the branch's own commit is.
        moved = repository.push(made, one.branch, ours)
        if moved.moved:
            return False, ours
        ours = made if moved.done else ours
    if made != base.commit:
        pushed = repository.push(made, repository.branch, base.commit)
        if pushed.moved:
            return False, ours
        if not pushed.done:
            raise Refused(
                f"The repository did not take it: {pushed.refused}. Merge it at the forge, or ask an "
                "administrator."
            )
    # What somebody sent there meanwhile stays: it is not merged. A branch that is left has nothing to merge.
    with contextlib.suppress(Away):
        repository.remove(one.branch, ours)
    return True, ours


async def take_back(context: Context, name: str) -> None:
    """Remove a branch that waits: by who made it, or by an admin.

    Raises NotThere, Forbidden, Refused, Away.
    """

    def work() -> None:
        repository = Repository.of(context.ground)
        repository.renew()
        one = _visible(repository, context, name)
        if not context.visitor.admin and one.head.subject != context.visitor.subject:
            raise Forbidden("Only who made a change, or an admin, may take it back.")
        if not one.ours and not context.visitor.admin:
            raise Forbidden("This branch was not made in the portal.")
        pushed = repository.remove(one.branch, one.head.hash)
        if not pushed.done:
            raise Refused("It was changed meanwhile: look at it again.")
        withdraw(context.ground, one.branch)

    await context.ground.off(work)
    context.audit("take back", change=name)


def _visible(repository: Repository, context: Context, name: str) -> Change:
    one = change(repository, name)
    if not one.visible(context.visitor):
        raise NotThere("There is no such change.")
    return one


def _rebased(repository: Repository, base: Site, one: Change) -> tuple[str, tuple[str, ...]]:
    """The commit that a change is on top of what is applied now; the paths where that cannot be said."""
    if one.base == base.commit:
        return one.head.hash, ()
    files, clashes = merged_files(repository, one.base, one.head.hash, base.commit)
    if clashes:
        return "", tuple(clashes)
    who = Author(one.head.subject, one.head.author, one.head.email)
    text = _message(one.commits)
    wall, signature = repository.ground.clocks.wall(), signature_of(repository.ground)
    try:
        with repository.using() as copy:
            tree = tree_of(copy, base.commit, files)
            if tree == copy.question("rev-parse", f"{base.commit}^{{tree}}").decode().strip():
                return base.commit, ()
            return commit_tree(copy, tree, (base.commit,), who, text, wall, signature), ()
    except SourceError as error:
        raise away(error) from None
    except OSError as error:
        raise unwritable(error) from None


def _message(commits: Sequence[Commit]) -> str:
    newest = commits[0]
    body = [newest.body] if newest.body else []
    body += [f"- {one.title}" for one in reversed(commits[1:])]
    whole = f"{newest.title}\n\n" + "\n".join(body)
    return (
        message_of(whole, Author(newest.subject, "", ""))
        if newest.subject
        else whole.strip() + "\n"
    )


def _checked(
    repository: Repository, base: Site, made: str, context: Context, *, tests: bool = True
) -> Checked:  # fmt: skip
    asked = ("diff-tree", "-r", "-z", "--name-only", "--no-renames", base.commit, made)
    try:
        told = repository.copy.question(*asked).decode("utf-8", "replace")
    except SourceError as error:
        raise away(error) from None
    paths = [repository.place.shown(path) for path in told.split("\0") if path]
    return check_commit(repository, base, made, context.visitor, (), paths, tests=tests)
