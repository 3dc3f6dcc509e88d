"""Save: edits become a commit, which is checked, reviewed, and merged at once or left for a review."""

from collections.abc import Callable, Mapping, Sequence

from dialform.compiler.planning.words import SIGNS, fields_words, named
from dialform.console.errors import Away, Refused
from dialform.console.page import Context
from dialform.console.saving.checks import Checked, check_commit
from dialform.console.saving.commits import Author, author_of, commit, message_of, slug_of
from dialform.console.saving.copy import Pushed
from dialform.console.saving.documents import Changed, changed_files
from dialform.console.saving.edit import Edit
from dialform.console.saving.errors import Denied, Invalid
from dialform.console.saving.finding import Finding
from dialform.console.saving.forges import propose
from dialform.console.saving.history import branch_id
from dialform.console.saving.merging import merged_edits
from dialform.console.saving.numbers import next_number
from dialform.console.saving.repository import FRESH, Repository, away, unwritable
from dialform.console.saving.selfservice import at_once
from dialform.console.saving.trust import signature_of, untrusted
from dialform.console.site import Site
from dialform.console.turns import turn
from dialform.reconcile.source import SourceError
from dialform.schema.editing import Gone
from dialform.values import dataclass

TRIES = 5
"""How often somebody else may be quicker."""

MERGED = "It is merged: the hosts apply it when they fetch it next."

UPLOADS = ("media/", "rates/", "keys/", "calls.d/")
"""Where files may be put whole, as they are."""


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
        _uploads(given)
        base = repository.tip(fresh=FRESH)
        changed = changed_files(base, merged_edits(repository, base, edits)) | given
        made, changes = _commit(repository, base, _outside(repository, changed), author, "Check")
        if not changes:
            return Checked()
        names = [author.subject]
        return check_commit(repository, base, made, names, edits, changes, tests=tests)

    with turn(context):
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
    with turn(context):
        done = await ground.off(lambda: _save(Repository.of(ground), edits, given, author, message))
    if done.changed:
        context.audit(
            "save", what=message.split("\n", maxsplit=1)[0], commit=done.commit, branch=done.branch,
            merged=done.merged,
        )  # fmt: skip
    return done


def _save(
    repository: Repository, edits: Sequence[Edit], files: Changed, author: Author, message: str
) -> Saved:
    _uploads(files)

    def changed(base: Site) -> Changed:
        made = changed_files(base, merged_edits(repository, base, edits)) | files
        return _outside(repository, made)

    return keep(repository, author, message, changed, edits)


def keep(
    repository: Repository, author: Author, message: str, changed: Callable[[Site], Changed],
    edits: Sequence[Edit] = (),
) -> Saved:  # fmt: skip
    """Make a commit of what `changed` says of the newest one, by paths from the repository's root, and put it
    where it belongs. Where somebody else is quicker it is asked again. Raises as `save` does.
    """
    for _ in range(TRIES):
        repository.renew()
        base = repository.tip()
        made, files = _commit(repository, base, changed(base), author, message)
        if not files:
            return Saved(
                repository.branch, base.commit, "", True, Checked(), "Nothing is changed by it."
            )
        checked = check_commit(repository, base, made, [author.subject], edits, files)
        if checked.errors:
            raise Invalid(checked.findings)
        if checked.review is not None and not checked.review.allowed:
            raise Denied(checked.review.denied)
        saved = _placed(repository, base, made, checked, author, message)
        if saved is not None:
            return saved
        repository.fetch()
    raise Away("Others change the site all the time just now. Nothing was changed; try again.")


def _commit(
    repository: Repository, base: Site, files: Changed, author: Author, message: str
) -> tuple[str, list[str]]:
    """A commit that nothing names, and the files that it changes: none where nothing differs."""
    now = repository.ground.clocks.wall()
    text = message_of(message, author)
    try:
        signature = signature_of(repository.ground)
        with repository.using() as copy:
            made = commit(copy, base.commit, files, author, text, now, signature)
    except SourceError as error:
        raise away(error) from None
    except OSError as error:
        raise unwritable(error) from None
    return made, [] if made == base.commit else [repository.place.shown(path) for path in files]


def _outside(repository: Repository, files: Changed) -> Changed:
    """Files of the site by their paths from the repository's root."""
    return {repository.place.outside(path): content for path, content in files.items()}


def _placed(
    repository: Repository, base: Site, made: str, checked: Checked, author: Author, message: str
) -> Saved | None:
    """The commit merged, or on a branch of its own; None where somebody else was quicker."""
    entry = repository.ground.settings.entry
    words = entry.self_service if entry is not None else ()
    why = ""
    after = repository.site(made)
    own = checked.allowed and at_once(words, base, after, checked.files, author.subject)
    if own and not checked.passed and checked.tests is not None and checked.tests.failed:
        count = len(checked.tests.failed)
        why = f" (with it {count} call test{'s fail' if count > 1 else ' fails'})"
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
    branch = _name(repository, author, message)
    pushed = repository.push(made, branch)
    if pushed.moved:
        return None
    if not pushed.done:
        raise Refused(f"The repository did not take it: {pushed.refused}. Nothing was changed.")
    body = described(checked, message)
    asked = propose(
        repository.ground, branch, repository.branch, message.split("\n", maxsplit=1)[0], body
    )
    way = f"It waits until somebody who may merges it{why}: branch {branch}."
    if asked is not None and asked.url:
        way = f"It waits until somebody merges its merge request{why}."
    elif asked is not None:
        way += f" No merge request was opened: {asked.trouble}."
    url = f"/changes/{branch_id(branch)}"
    return Saved(branch, made, url, False, checked, way, asked.url if asked else "")


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


def _name(repository: Repository, author: Author, message: str) -> str:
    """A branch's name that is free."""
    start = f"portal/{author.folder}/"
    names = (name.removeprefix(start) for name in repository.heads() if name.startswith(start))
    numbers = [int(number) for name in names if (number := name.partition("-")[0]).isdigit()]
    counter = repository.folder.parent / "numbers" / author.folder
    return f"{start}{next_number(counter, max(numbers, default=0))}-{slug_of(message)}"


def _uploads(files: Changed) -> None:
    for path in files:
        parts = path.split("/")
        odd = any(not part or part.startswith(".") or not part.isprintable() for part in parts)
        if odd or len(parts) < 2 or not path.startswith(UPLOADS) or "\\" in path:
            raise Refused(f"'{path}' is no place for a file.")
