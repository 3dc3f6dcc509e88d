"""The call tests of a site: those of its tenants and those of calls.d/."""

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase

from dialform.compiler.calltests import owner
from dialform.proof.sources import Sources
from dialform.schema.calltest import CallTest
from dialform.schema.diagnostic import Place
from dialform.schema.shape import shape_check
from dialform.schema.tree import Tree
from dialform.schema.types import Model
from dialform.values import dataclass

_HOLDS_CALLS = re.compile(rb"(?<![\w-])[\"']?calls[\"']?\s*:")


class _Tests(Model):
    """The part of a file that holds tests."""

    calls: list[CallTest] = []


@dataclass(frozen=True, slots=True)
class Case:
    """A call test with the tenant that it belongs to and its place in the YAML."""

    tenant: str
    test: CallTest
    place: Place

    @property
    def title(self) -> str:
        """What it is called in a report: its name, or the call that it makes."""
        test = self.test
        if test.name:
            return test.name
        at = f" at {test.at}" if test.at else ""
        press = f" press {test.press}" if test.press else ""
        return f"{test.caller} → {test.to}{at}{press}"

    @property
    def id(self) -> str:
        """What it is found by: the tenant, the file with the line, the title."""
        return f"{self.tenant}: {self.title}"


def collect(sources: Sources, owner_of: Callable[[str], str]) -> list[Case]:
    """All tests of a site that was found valid, in the order of their files.

    `owner_of` tells whose an outside number is. Where the same test stands twice, it is there twice.
    """
    return [*_of_tenants(sources), *_of_site(sources, owner_of)]


def chosen(
    cases: Sequence[Case], patterns: Sequence[str], tenants: Sequence[str] = ()
) -> list[Case]:
    """The cases that one of the patterns fits: a part of what they are called or of their place, or a
    glob over it. None at all: every case.
    """
    return [
        case
        for case in cases
        if (not tenants or case.tenant in tenants)
        and (not patterns or any(_fits(case, pattern) for pattern in patterns))
    ]


def tenants_with_tests(tree: Tree) -> list[str]:
    """The tenants whose files hold tests."""
    return [slug for slug, paths in sorted(tree.tenants.items()) if _holds(tree, paths)]


def _fits(case: Case, pattern: str) -> bool:
    texts = (case.id, f"{case.place.file}:{case.place.line}", case.tenant)
    wanted = pattern.lower()
    return any(wanted in text.lower() or fnmatchcase(text.lower(), wanted) for text in texts)


def _holds(tree: Tree, paths: Sequence[str]) -> bool:
    return any(_HOLDS_CALLS.search(tree.read(path)) for path in paths)


def _of_tenants(sources: Sources) -> Iterator[Case]:
    for slug in tenants_with_tests(sources.tree):
        name = f"tenants.d/{slug}"
        yield from _read(sources, name, lambda _, slug=slug: slug)  # type: ignore[misc]


def _of_site(sources: Sources, owner_of: Callable[[str], str]) -> Iterator[Case]:
    country = str(sources.data("platform.yaml").get("country") or "US")
    for path in sources.tree.calls:
        dids = _Owners(owner_of)
        yield from _read(sources, path, lambda test, dids=dids: owner(test, dids, country)[0])  # type: ignore[misc]


class _Owners(dict[str, str]):
    """Numbers with their owners, asked one by one."""

    def __init__(self, owner_of: Callable[[str], str]) -> None:
        super().__init__()
        self._owner_of = owner_of

    def get(self, number: str, default: str = "") -> str:  # type: ignore[override]
        return self._owner_of(number) or default


def _read(sources: Sources, name: str, whose: Callable[[CallTest], str]) -> Iterator[Case]:
    written = sources.data(name).get("calls")
    tests, _ = shape_check(_Tests, name, {"calls": written or []})
    document = sources.document(name)
    for index, test in enumerate(tests.calls if tests else ()):
        yield Case(whose(test), test, document.place(("calls", index)))
