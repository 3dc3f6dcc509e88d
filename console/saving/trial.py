"""Call tests of a commit: its files are compiled into a folder of the portal, without any secret."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dialform.compiler.secrets import open_store
from dialform.console.errors import Away
from dialform.console.saving.repository import Repository, away
from dialform.reconcile import durable
from dialform.reconcile.source import SourceError
from dialform.reconcile.source.checkout import check_out
from dialform.schema.tree import scan
from dialform.values import dataclass, replace

if TYPE_CHECKING:
    from dialform.proof.run import Caller
    from dialform.proof.runner import Result

PART = "saving.trial"
MOST = 100
"""Tenants whose call tests are run at most: of more, a pipeline runs them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a call: after how many seconds, how deep in the story, and what happens."""

    at: float
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of one call test: its name, where it stands, and why it failed."""

    tenant: str
    title: str
    file: str
    line: int
    reasons: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    """What became of the call of one that failed."""

    @property
    def passed(self) -> bool:
        """Whether all that it expects came to be."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class TestRun:
    """The call tests of the tenants that a change touches. `problem` says why they could not be run."""

    __test__ = False
    results: tuple[Tested, ...] = ()
    problem: str = ""

    @property
    def failed(self) -> tuple[Tested, ...]:
        """Those that failed."""
        return tuple(one for one in self.results if not one.passed)


class Trial:
    """Where call tests are run, one commit at a time."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._folder = repository.ground.state / "trial"
        self._lock = threading.Lock()

    @classmethod
    def of(cls, repository: Repository) -> "Trial":
        """The one of a repository."""
        found: Trial = repository.ground.parts.setdefault(PART, cls(repository))
        return found

    def run(self, commit: str, tenants: Sequence[str]) -> TestRun:
        """Run the call tests of these tenants (none named: of all that have some). Raises Away."""
        with self._lock:
            try:
                where = self._repository.place.folder
                check_out(self._repository.copy, commit, self._folder / "site", where)
            except SourceError as error:
                raise away(error) from None
            except OSError as error:
                raise Away(durable.explained(error)) from None
            return self._tests(tenants)

    def _tests(self, tenants: Sequence[str]) -> TestRun:
        from dialform.proof.collect import chosen, collect, tenants_with_tests
        from dialform.proof.compiled import Options, SiteError, compiled, restricted
        from dialform.proof.ground import owner_of
        from dialform.proof.run import Caller
        from dialform.proof.runner import run
        from dialform.proof.sources import Sources

        tree = scan(self._folder / "site")
        wanted = [slug for slug in tenants if slug in tree.tenants]
        if tenants and not wanted:
            return TestRun()
        # Of a thousand tenants those alone are read whose calls are tested.
        part = replace(restricted(tree, wanted), calls=tree.calls) if wanted else tree
        part.entries.update({path: tree.entries[path] for path in tree.calls})
        having = tenants_with_tests(part)
        if not tree.calls and not having:
            return TestRun()
        if len(wanted or tree.tenants) > MOST:
            return TestRun(problem=f"The call tests of more than {MOST} tenants are not run here.")
        options = Options(self._folder / "out", lambda: open_store(None, {}))
        try:
            made = compiled(tree, options, lambda: wanted or list(tree.tenants))
        except SiteError as error:
            return TestRun(problem=f"The site has errors: {error}.")
        except OSError as error:
            raise Away(durable.explained(error)) from None
        caller = Caller(Sources(part), made)
        confs = [made.conf(host) for host in made.hosts(caller.sources.hosts)]

        def owner(number: str) -> str:
            return next((found for conf in confs if (found := owner_of(conf, number))), "")

        cases = [one for one in collect(caller.sources, owner) if one.tenant or not wanted]
        cases = chosen(cases, (), wanted)
        return TestRun(tuple(_told(one, caller) for one in run(cases, caller, datetime.now(UTC))))


def _told(result: object, caller: "Caller") -> Tested:
    from dialform.proof.runner import Result

    assert isinstance(result, Result)
    case = result.case
    place = case.place.file, case.place.line
    if result.passed:
        return Tested(case.tenant, case.title, *place)
    return Tested(case.tenant, case.title, *place, tuple(result.reasons), _steps(result, caller))


def _steps(result: "Result", caller: "Caller") -> tuple[Step, ...]:
    from dialform.proof.paint import folded
    from dialform.proof.story import DETAIL, tell

    if result.made is None:
        return ()
    lines = folded([one for one in tell(result.made, caller.sources).lines if one.weight != DETAIL])
    return tuple(Step(one.at, min(one.level, 8), one.text) for one in lines)
