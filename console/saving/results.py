"""What the rules say of a site in a commit. Of two commits only tenants that differ are looked at anew."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from dialform.compiler.check import Run, conclude
from dialform.compiler.platform import load_platform
from dialform.compiler.reviewing.roles import mentioning
from dialform.compiler.secrets import open_store
from dialform.compiler.unit import Context, TenantResult
from dialform.console.saving.objects import Files
from dialform.console.saving.repository import Repository
from dialform.console.site import Site
from dialform.schema.diagnostic import Diagnostic
from dialform.values import dataclass

PART = "saving.results"
_KEPT = 6


@dataclass(frozen=True, slots=True)
class _Known:
    """One commit: the names of its contents, each tenant's result, all findings."""

    contents: Mapping[str, str]
    results: Mapping[str, TenantResult]
    findings: Sequence[Diagnostic]


class Results:
    """Findings by commit. Safe to use from threads; one works at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()

    @classmethod
    def of(cls, repository: Repository) -> "Results":
        """The one of a repository."""
        found: Results = repository.ground.parts.setdefault(PART, cls())
        return found

    def findings(self, site: Site) -> Sequence[Diagnostic]:
        """All findings of a commit, in their fixed order."""
        with self._lock:
            if site.commit in self._known:
                self._known.move_to_end(site.commit)
                return self._known[site.commit].findings
            made = self._look(site)
            self._known[site.commit] = made
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return made.findings

    def _look(self, site: Site) -> _Known:
        tree = site.tree
        files = tree.files
        assert isinstance(files, Files)
        contents = {path: files.blobs[path] for path in tree.entries}
        run = Run(tree, open_store(None, {}), jobs=1)
        platform = load_platform(tree, run.read)
        context = Context(platform.view, run.store, run.head, infos=False)
        known = self._nearest(contents)
        stale = set(tree.tenants) if known is None else _stale(known, contents, site)
        results = {s: r for s, r in known.results.items() if s in tree.tenants} if known else {}
        again = sorted(s for s in tree.tenants if s in stale or s not in results)
        results |= {one.slug: one for one in run.tenants(again, context)}
        return _Known(contents, results, conclude(run, platform, results))

    def _nearest(self, contents: Mapping[str, str]) -> _Known | None:
        """The commit that is known and differs in the fewest files."""
        return min(
            self._known.values(), default=None,
            key=lambda one: len(one.contents.items() ^ contents.items()),
        )  # fmt: skip


def _stale(known: _Known, contents: Mapping[str, str], site: Site) -> set[str]:
    """The tenants whose results may be others: theirs changed, or what they name, or the platform."""
    differ = {path for path, _ in known.contents.items() ^ contents.items()}
    tops = {path.split("/", 1)[0] for path in differ}
    if tops - {"tenants.d", "media", "calls.d"}:
        return set(site.tree.tenants)
    stale = {
        path.split("/")[1].removesuffix(".yaml") for path in differ if path.startswith("tenants.d/")
    }
    media = sorted(path for path in differ if path.startswith("media/"))
    return stale | (set(mentioning(site.tree, media)) if media else set())
