"""What is asked of a commit before anybody sees it: findings, plan, review, call tests."""

from collections import Counter
from collections.abc import Iterable, Sequence

from dialform.compiler.planning.impact import Impact
from dialform.compiler.planning.plan import Plan, make_plan
from dialform.compiler.reviewing.grounds import Grounds
from dialform.compiler.reviewing.review import judge
from dialform.compiler.reviewing.touched import touched
from dialform.compiler.reviewing.verdicts import Review
from dialform.compiler.secrets import open_store
from dialform.compiler.states.repository import GitError
from dialform.compiler.states.repository import Repository as Asked
from dialform.console.errors import Away
from dialform.console.saving.edit import Edit, document_of
from dialform.console.saving.eyes import for_eyes
from dialform.console.saving.finding import Finding, Pointer
from dialform.console.saving.objects import state_at
from dialform.console.saving.repository import Repository
from dialform.console.saving.results import Results
from dialform.console.saving.trial import TestRun, Trial
from dialform.console.site import Site
from dialform.console.visitor import Visitor
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.values import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Checked:
    """What would come of edits. `findings` are those that the change brings, errors first.

    `plan` and `review` are None where errors leave nothing to plan; `tests` where none were run.
    """

    findings: tuple[Finding, ...] = ()
    plan: Plan | None = None
    review: Review | None = None
    tests: TestRun | None = None
    files: tuple[str, ...] = ()
    """The files that would change, from the site's root (`/…` for one beside the site); none where all is
    as it was.
    """
    standing: tuple[Diagnostic, ...] = field(default=())
    """Errors that the site has already, and that the change leaves there."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops it."""
        return tuple(one for one in self.findings if one.is_error)

    @property
    def impact(self) -> Impact:
        """What calls notice."""
        return self.plan.impact if self.plan else Impact.NONE

    @property
    def changes(self) -> bool:
        """Whether anything would change at all."""
        return bool(self.files)

    @property
    def allowed(self) -> bool:
        """Whether the visitor may do it, and the site would be valid."""
        return not self.errors and (self.review is None or self.review.allowed)

    @property
    def passed(self) -> bool:
        """Whether all checks pass: errors that the site had before count here, too."""
        tests = self.tests is None or not self.tests.failed
        held = self.plan is not None and (
            bool(self.plan.verdict.refusals) or bool(self.plan.rebooked)
        )
        return self.allowed and tests and not held and not self.standing


def check_commit(
    repository: Repository, base: Site, commit: str, viewer: Visitor, edits: Sequence[Edit],
    files: Iterable[str], *, tests: bool = True,
) -> Checked:  # fmt: skip
    """All checks of a commit against what it goes onto, by somebody and as they may see them. Raises Away."""
    after = repository.site(commit)
    results = Results.of(repository)
    had, fresh = results.findings(base), results.findings(after)
    new, standing = _new(had, fresh)
    documents = [document_of(after, name) for name in dict.fromkeys(e.document for e in edits)]
    pointer = Pointer(documents, edits)
    told = (for_eyes(pointer.finding(one), viewer) for one in new)
    findings = sorted(told, key=lambda one: not one.is_error)
    paths = tuple(files)
    errors = tuple(one for one in standing if one.severity is Severity.ERROR)
    try:
        review = review_of(repository, base, after, [viewer.subject])
        if any(one.is_error for one in findings):
            return Checked(tuple(findings), None, review, None, paths, errors)
        plan = make_plan(
            state_at("before", base.tree, base.commit), state_at("after", after.tree, commit),
            open_store(None, {}),
        )  # fmt: skip
    except GitError as error:
        raise Away(f"The repository cannot be read: {error.reason}.") from None
    trial = Trial.of(repository)
    run = trial.run(commit, _tested(paths, plan)) if tests and review.allowed else None
    return Checked(tuple(findings), plan, review, run, paths, errors)


def _tested(paths: Sequence[str], plan: Plan) -> Sequence[str]:
    """Whose call tests tell of a change; none: of all. Of what is in tenants' files it is theirs alone."""
    parts = [path.split("/") for path in paths]
    if all(part[0] in ("tenants.d", "media") and len(part) > 1 for part in parts):
        return sorted({part[1].removesuffix(".yaml") for part in parts})
    return plan.tenants


def review_of(repository: Repository, base: Site, after: Site, names: Sequence[str]) -> Review:
    """The review of a commit that goes onto another. Raises GitError."""
    place = repository.place
    found = touched(Asked(repository.folder), base.commit, after.commit)
    # A bare repository has no folder that one could stand in: it says all paths from its root.
    files = [replace(one, path=place.inside(one.shown)) for one in found]
    grounds = Grounds(tuple(names), base.tree, base.tree, after.tree, place.prefix)
    verdicts = sorted(judge(grounds, files), key=lambda one: one.order)
    return Review(grounds.person, base.commit, after.commit, tuple(verdicts))


def _new(
    had: Sequence[Diagnostic], fresh: Sequence[Diagnostic]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """What came, and what was there before: the same words about the same file, wherever it stands."""
    before = Counter((one.code, one.file, one.message) for one in had)
    new, standing = [], []
    for one in fresh:
        key = (one.code, one.file, one.message)
        if before[key]:
            before[key] -= 1
            standing.append(one)
        else:
            new.append(one)
    return new, standing
