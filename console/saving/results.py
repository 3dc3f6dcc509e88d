"""What the rules say of a site in a commit. Of two commits only tenants that differ are looked at anew."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

from dialform.compiler.check import Run, conclude
from dialform.compiler.platform import load_platform
from dialform.compiler.reviewing.roles import mentioning
from dialform.compiler.secrets import open_store
from dialform.compiler.unit import Context, TenantResult
from dialform.console.saving.objects import Blobs, Files
from dialform.console.saving.repository import Repository
from dialform.console.saving.surveyor import Surveyed, remembered, survey
from dialform.console.site import Site
from dialform.schema.diagnostic import Diagnostic
from dialform.schema.rules.secrets import MasterMissing
from dialform.values import dataclass

PART = "saving.results"
_KEPT = 6
MANY = 60
"""More tenants than this are looked at by another process."""


@dataclass(frozen=True, slots=True)
class _Known:
    """One commit: the names of its contents, each tenant's result, all findings."""

    contents: Mapping[str, str]
    results: Mapping[str, TenantResult]
    findings: Sequence[Diagnostic]


class Results:
    """Findings by commit. Safe to use from threads; one works at a time."""

    def __init__(self, blobs: Blobs, file: Path) -> None:
        """`blobs` are the repository's, `file` is where what many tenants were found to be is remembered."""
        self._blobs, self._file = blobs, file
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._remembered = False

    @classmethod
    def of(cls, repository: Repository) -> "Results":
        """The one of a repository."""
        file = repository.ground.state / "findings"
        found: Results = repository.ground.parts.setdefault(PART, cls(repository.blobs, file))
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
        known = self._nearest(contents)
        stale = set(tree.tenants) if known is None else _stale(known, contents, site)
        results = {s: r for s, r in known.results.items() if s in tree.tenants} if known else {}
        again = sorted(s for s in tree.tenants if s in stale or s not in results)
        if len(again) > MANY:
            results = dict(survey(self._blobs, site.commit, self._file).results)
        else:
            context = Context(platform.view, run.store, run.head, infos=False)
            results |= {one.slug: one for one in run.tenants(again, context)}
        found = conclude(run, platform, results)
        # No secret is looked at here, and that is meant.
        told = [one for one in found if one.code != MasterMissing.code]
        return _Known(contents, results, told)

    def _nearest(self, contents: Mapping[str, str]) -> _Known | Surveyed | None:
        """The commit that is known and differs in the fewest files."""
        known: list[_Known | Surveyed] = list(self._known.values())
        if not self._remembered and len(contents) > MANY:
            self._remembered = True
            known += [found] if (found := remembered(self._file)) else []
        return min(
            known, default=None, key=lambda one: len(one.contents.items() ^ contents.items())
        )


def _stale(known: _Known | Surveyed, contents: Mapping[str, str], site: Site) -> set[str]:
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
