"""Save: edits become a commit, which is checked, reviewed, and merged at once or left for a review."""

from collections.abc import Callable, Mapping, Sequence

from dialform.console.errors import Away, Refused
from dialform.console.page import Context
from dialform.console.saving.checks import Checked, check_commit
from dialform.console.saving.commits import Author, author_of, commit, message_of
from dialform.console.saving.documents import Changed, changed_files
from dialform.console.saving.edit import Edit
from dialform.console.saving.errors import Denied, Invalid
from dialform.console.saving.merging import merged_edits
from dialform.console.saving.placing import Saved, placed
from dialform.console.saving.repository import FRESH, Repository, away, unwritable
from dialform.console.saving.trust import signature_of
from dialform.console.site import Site
from dialform.console.turns import turn
from dialform.console.visitor import Visitor
from dialform.reconcile.source import SourceError
from dialform.schema.editing import Gone

TRIES = 5
"""How often somebody else may be quicker."""

UPLOADS = ("media/", "rates/", "keys/", "calls.d/")
"""Where files may be put whole, as they are."""


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
        made, changes = commit_on(repository, base, _outside(repository, changed), author, "Check")
        if not changes:
            return Checked()
        viewer = context.visitor
        return check_commit(repository, base, made, viewer, edits, changes, tests=tests)

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
    viewer, given = context.visitor, dict(files or {})
    with turn(context):
        done = await ground.off(lambda: _save(Repository.of(ground), edits, given, viewer, message))
    if done.changed:
        context.audit(
            "save", what=message.split("\n", maxsplit=1)[0], commit=done.commit, branch=done.branch,
            merged=done.merged,
        )  # fmt: skip
    return done


def _save(
    repository: Repository, edits: Sequence[Edit], files: Changed, viewer: Visitor, message: str
) -> Saved:
    _uploads(files)

    def changed(base: Site) -> Changed:
        made = changed_files(base, merged_edits(repository, base, edits)) | files
        return _outside(repository, made)

    return keep(repository, viewer, message, changed, edits)


def keep(
    repository: Repository, viewer: Visitor, message: str, changed: Callable[[Site], Changed],
    edits: Sequence[Edit] = (),
) -> Saved:  # fmt: skip
    """Make a commit of what `changed` says of the newest one, by paths from the repository's root, and put it
    where it belongs. Where somebody else is quicker it is asked again. Raises as `save` does.
    """
    author = author_of(viewer)
    for _ in range(TRIES):
        repository.renew()
        base = repository.tip()
        made, files = commit_on(repository, base, changed(base), author, message)
        if not files:
            return Saved(
                repository.branch, base.commit, "", True, Checked(), "Nothing is changed by it."
            )
        checked = check_commit(repository, base, made, viewer, edits, files)
        if checked.errors:
            raise Invalid(checked.findings)
        if checked.review is not None and not checked.review.allowed:
            raise Denied(checked.review.denied)
        saved = placed(repository, base, made, checked, author, message)
        if saved is not None:
            return saved
        repository.fetch()
    raise Away("Others change the site all the time just now. Nothing was changed; try again.")


def commit_on(
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


def _uploads(files: Changed) -> None:
    for path in files:
        parts = path.split("/")
        odd = any(not part or part.startswith(".") or not part.isprintable() for part in parts)
        if odd or len(parts) < 2 or not path.startswith(UPLOADS) or "\\" in path:
            raise Refused(f"'{path}' is no place for a file.")
