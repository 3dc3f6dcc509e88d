"""Where a commit goes that was checked: into the branch that is applied, or onto one that waits."""

from dialform.compiler.planning.words import SIGNS, fields_words, named
from dialform.console.errors import Refused
from dialform.console.saving.checks import Checked
from dialform.console.saving.commits import Author, slug_of
from dialform.console.saving.copy import Pushed
from dialform.console.saving.finding import Finding
from dialform.console.saving.forges import propose
from dialform.console.saving.numbers import next_number
from dialform.console.saving.repository import Repository, away, unwritable
from dialform.console.saving.requests import remember
from dialform.console.saving.selfservice import at_once
from dialform.console.saving.trust import untrusted
from dialform.console.saving.waiting import branch_id
from dialform.console.site import Site
from dialform.reconcile.source import SourceError
from dialform.values import dataclass

AGAIN = "You saved just that before: it waits until somebody who may merges it."
MERGED = "It is merged: the hosts apply it when they fetch it next."


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


def placed(
    repository: Repository, base: Site, made: str, checked: Checked, author: Author, message: str
) -> Saved | None:
    """The commit merged, or on a branch of its own; None where somebody else was quicker."""
    entry = repository.ground.settings.entry
    words = entry.self_service if entry is not None else ()
    after = repository.site(made)
    own = checked.allowed and at_once(words, base, after, checked.files, author.subject)
    why = _failing(checked) if own else ""
    if own and checked.passed:
        why = untrusted(repository, base, made)
        pushed = (
            Pushed(refused=why) if why else repository.push(made, repository.branch, base.commit)
        )
        if pushed.done:
            return Saved(repository.branch, made, f"/changes/{made}", True, checked, MERGED)
        if pushed.moved:
            return None
        # The branch is protected, or nobody would take the commit: then it waits as all others do.
        why = f" ({why or pushed.refused})"
    with repository.using():
        # Who pressed the button twice has one change.
        if there := _there_already(repository, author, made):
            url = f"/changes/{branch_id(there)}"
            return Saved(there, repository.heads()[there], url, False, checked, AGAIN)
        branch = _branch_for(repository, author, message)
        pushed = repository.push(made, branch)
    if pushed.moved:
        return None
    if not pushed.done:
        raise Refused(f"The repository did not take it: {pushed.refused}. Nothing was changed.")
    body = described(checked, message)
    asked = propose(
        repository.ground, branch, repository.branch, message.split("\n", maxsplit=1)[0], body
    )
    way = f"It waits until somebody who may merges it{why}."
    if asked is not None and asked.url:
        way = f"It waits until somebody merges its merge request{why}."
        remember(repository, branch, asked.url)
    elif asked is not None:
        way += f" No merge request was opened: {asked.trouble}."
    url = f"/changes/{branch_id(branch)}"
    return Saved(branch, made, url, False, checked, way, asked.url if asked else "")


def _failing(checked: Checked) -> str:
    """Why what would be merged at once is not: the call tests that fail with it."""
    count = len(checked.tests.failed) if checked.tests is not None else 0
    return f" (with it {count} call test{'s fail' if count > 1 else ' fails'})" if count else ""


def described(checked: Checked, message: str) -> str:
    """What a merge request says: the message, what changes, and what the checks found."""
    lines = [message.partition("\n")[2].strip()]
    for item in checked.plan.items if checked.plan else ():
        fields = ", ".join(fields_words(item.change))
        words = f"{SIGNS[item.change.action]} {named(item.change)} {fields}".strip()
        lines.append(f"    {words}  [{item.impact.words}]")
    lines += [f"- {one.severity}: {one.message}" for one in checked.findings]
    tests = checked.tests
    if tests is not None and tests.results:
        failed = "".join(f"\n- call test fails: {one.title}" for one in tests.failed)
        lines.append(f"{len(tests.results) - len(tests.failed)} call tests pass.{failed}")
    return "\n".join(line for line in lines if line)


def _there_already(repository: Repository, author: Author, made: str) -> str:
    """A branch of the same person that waits with the same files, on the same ground; empty for none."""
    start, copy = f"portal/{author.folder}/", repository.copy

    def content(commit: str) -> bytes:
        asked = ("rev-parse", f"{commit}^{{tree}}", f"{commit}^")
        try:
            return copy.git.ask(*asked, within=copy.limits.ask).out
        except SourceError as error:
            raise away(error) from None

    mine = content(made)
    waiting = [(name, head) for name, head in repository.heads().items() if name.startswith(start)]
    return next((name for name, head in waiting if content(head) == mine), "")


def _branch_for(repository: Repository, author: Author, message: str) -> str:
    """A branch's name that is free. Raises Away."""
    start = f"portal/{author.folder}/"
    names = (name.removeprefix(start) for name in repository.heads() if name.startswith(start))
    numbers = [int(first) for name in names if (first := name.partition("-")[0]).isdigit()]
    counter = repository.folder.parent / "numbers" / author.folder
    try:
        number = next_number(counter, max(numbers, default=0))
    except OSError as error:
        raise unwritable(error) from None
    return f"{start}{number}-{slug_of(message)}"
