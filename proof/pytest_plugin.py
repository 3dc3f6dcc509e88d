"""The pytest plugin: call tests in Python, and those of the YAML as pytest's own.

    def test_christmas(call):
        result = call("+19175550100", "+12125550199", at="2026-12-25T10:00")
        assert result.voicemail == "1999"

`pytest --dialform-site DIR` says which site is meant, and collects its `calls:` too; the ini option
`dialform_site` only says which. Everything else is imported when a call is made.
"""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from dialform.proof.collect import Case
    from dialform.proof.runner import Result as TestResult
    from dialform.proof.site import Result, Site

_MADE = pytest.StashKey["list[Result]"]()
_SITE = pytest.StashKey["Site"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line and of the ini file."""
    group = parser.getgroup("dialform", "call tests of a Dialform site")
    group.addoption("--dialform-site", metavar="DIR", help="run the call tests of this site too")
    group.addoption("--dialform-secrets", metavar="DIR", help="the folder of its secrets")
    group.addoption("--dialform-host", metavar="NAME", default="", help="the host to call on")
    parser.addini("dialform_site", "the site that the fixtures `call` and `dialform` mean")


@pytest.fixture(scope="session")
def dialform(pytestconfig: pytest.Config) -> "Site":
    """The site, compiled once for all tests."""
    return _site(pytestconfig)


@pytest.fixture
def call(dialform: "Site", request: pytest.FixtureRequest) -> "Callable[..., Result]":
    """Makes a call through the site's compiled files: see `Site.call`. A test that fails shows its calls."""
    made = request.node.stash.setdefault(_MADE, [])

    def make(caller: str, to: str, **more: Any) -> "Result":
        result = dialform.call(caller, to, **more)
        made.append(result)
        return result

    return make


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Adds the traces of the calls of a test that failed."""
    report = yield
    if report.when == "call" and report.failed and _MADE in item.stash:
        made = item.stash[_MADE]
        for number, result in enumerate(made, 1):
            report.sections.append((f"Dialform call {number}", result.trace))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Adds the call tests of the site that the command line names."""
    if not config.getoption("--dialform-site"):
        return
    site = _site(config)
    parent = _Calls.from_parent(session, name="calls", nodeid="calls")
    for case in site.cases():
        name = f"{case.place.file}:{case.place.line} {case.id}"
        items.append(CallItem.from_parent(parent, name=name, case=case, site=site))


class _Calls(pytest.Collector):
    """Stands above the call tests of a site."""

    def collect(self) -> list[pytest.Item]:
        return []


class CallItem(pytest.Item):
    """One call test of the YAML."""

    def __init__(self, *, case: "Case", site: "Site", **more: Any) -> None:
        super().__init__(**more)
        self.case = case
        self.site = site

    def runtest(self) -> None:
        """Make the call and judge it."""
        from datetime import UTC, datetime

        from dialform.proof.runner import run_one

        result = run_one(self.case, self.site.caller, datetime.now(UTC))
        if not result.passed:
            raise CallFailedError(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was expected, what happened, and the trace."""
        if not isinstance(excinfo.value, CallFailedError):
            return super().repr_failure(excinfo, style)
        from dialform.proof.runner import trace_of

        result = excinfo.value.result
        reasons = "\n".join(result.reasons)
        return f"{reasons}\n\n{trace_of(result, self.site.caller)}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the test in the YAML."""
        place = self.case.place
        return self.site.sources.tree.root / place.file, place.line - 1, self.case.id


class CallFailedError(AssertionError):
    """A call test did not hold."""

    def __init__(self, result: "TestResult") -> None:
        super().__init__("; ".join(result.reasons))
        self.result = result


def _site(config: pytest.Config) -> "Site":
    if _SITE not in config.stash:
        from dialform.proof.compiled import SiteError
        from dialform.proof.site import CallError, Site

        named = config.getoption("--dialform-site")
        written = config.getini("dialform_site")
        root = Path(named) if named else config.rootpath / (written or ".")
        try:
            config.stash[_SITE] = Site.open(
                root,
                secrets=config.getoption("--dialform-secrets"),
                host=config.getoption("--dialform-host"),
            )
        except CallError as error:
            raise pytest.UsageError(f"{error} Name it with --dialform-site DIR.") from None
        except SiteError as error:
            found = "\n".join(f"{d.file}:{d.line}: {d.message}" for d in error.diagnostics)
            raise pytest.UsageError(f"the site has errors:\n{found}") from None
    return config.stash[_SITE]
