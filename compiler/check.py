"""Checking a whole site: every tenant, the platform, and what only all of them together show."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from dialform.compiler import resolved, resolved_host
from dialform.compiler.across import check_across, tenants_of
from dialform.compiler.booked import Booked, check_payments
from dialform.compiler.collector import without_collector
from dialform.compiler.digests import digest, env_names
from dialform.compiler.hosts import resolve_platform
from dialform.compiler.later import platform_later
from dialform.compiler.media import HEAD
from dialform.compiler.platform import LoadedPlatform, load_platform
from dialform.compiler.pricing.check import Demand, check_prices, demand_of
from dialform.compiler.pricing.inline import DOCUMENT
from dialform.compiler.release import Released
from dialform.compiler.secrets import SecretStore
from dialform.compiler.sitecalls import check_site_calls
from dialform.compiler.unit import Context, TenantResult, compile_tenant
from dialform.schema.diagnostic import Diagnostic, Place, Severity
from dialform.schema.document import Document, load
from dialform.schema.ignores import apply_ignores, find_ignores
from dialform.schema.rule import Path
from dialform.schema.rules import files as file_rules
from dialform.schema.rules import platform as platform_rules
from dialform.schema.rules import secrets as secret_rules
from dialform.schema.tree import Tree
from dialform.values import dataclass, field

Progress = Callable[[int, int], None]
Write = Callable[[TenantResult], list[Released]]

_FEW = 24
"""With fewer tenants than this, another process costs more than it saves."""


@dataclass(slots=True)
class Run:
    """One run over a site. `jobs` 0 is one process a core; `progress` hears (done, total)."""

    tree: Tree
    store: SecretStore
    jobs: int = 0
    progress: Progress | None = None
    contents: dict[str, bytes] = field(default_factory=dict)
    unreadable: list[Diagnostic] = field(default_factory=list)

    def read(self, path: str) -> bytes:
        """A file of the site; one that cannot be read is a finding, and empty."""
        if path not in self.contents:
            try:
                self.contents[path] = self.tree.read(path)
            except OSError as error:
                reason = error.strerror or "unknown"
                self.unreadable.append(file_rules.Unreachable.at(Place(path), reason=reason))
                self.contents[path] = b""
        return self.contents[path]

    def head(self, path: str, size: int = HEAD, /) -> bytes:
        """The first bytes of a media file. Raises OSError."""
        return self.tree.head(path, size)

    def tenants(
        self, slugs: Sequence[str], context: Context, write: Write | None = None
    ) -> Iterator[TenantResult]:
        """Compile these tenants, over several processes where that pays."""
        work = _Work(context, self, write)
        with without_collector():
            yield from self._spread(work, slugs)

    def _spread(self, work: "_Work", slugs: Sequence[str]) -> Iterator[TenantResult]:
        jobs = min(self.jobs or os.cpu_count() or 1, max(len(slugs), 1))
        if jobs == 1 or (not self.jobs and len(slugs) < _FEW):
            yield from self._told(map(work.one, slugs), len(slugs))
            return
        # fork: the platform's view and the templates are there already, and nothing is pickled in.
        global _WORK  # noqa: PLW0603 -- the one way to hand a forked worker what cannot be pickled
        _WORK = work
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            yield from self._told(pool.imap_unordered(_one, slugs, chunksize=4), len(slugs))

    def _told(self, results: Iterator[TenantResult], total: int) -> Iterator[TenantResult]:
        for done, result in enumerate(results, 1):
            yield result
            if self.progress:
                self.progress(done, total)


@dataclass(slots=True)
class _Work:
    context: Context
    run: Run
    write: Write | None

    def one(self, slug: str) -> TenantResult:
        """Compile one tenant, and keep of it only what others need."""
        contents = [(path, self.run.read(path)) for path in self.run.tree.tenants[slug]]
        result = compile_tenant(slug, contents, self.context)
        found = apply_ignores(result.diagnostics, result.ignores)
        if not self.context.infos:
            result.diagnostics = [d for d in found if d.severity is not Severity.INFO]
            result.infos += len(found) - len(result.diagnostics)
        else:
            result.diagnostics = found
        result.ignores = []
        if self.write is not None:
            result.env = env_names(raw for _, raw in contents)
            result.digests = {path: digest(raw) for path, raw in contents}
            if result.artifacts:
                result.files = self.write(result)
                result.artifacts = []
        for path, _ in contents:
            self.run.contents.pop(path, None)
        return result


_WORK: _Work | None = None


def _one(slug: str) -> TenantResult:
    assert _WORK is not None
    return _WORK.one(slug)


def validate(run: Run, *, strict: bool = False, booked: Booked | None = None) -> list[Diagnostic]:
    """All findings of a site, in their fixed order. Writes nothing.

    `booked` are the payments that a ledger has: what the site says of them is held against those.
    """
    platform = load_platform(run.tree, run.read)
    context = Context(platform.view, run.store, run.head)
    results = {r.slug: r for r in run.tenants(sorted(run.tree.tenants), context)}
    more = []
    if booked:
        terms = {slug: one.terms for slug, one in results.items() if one.terms is not None}
        places = _Locator(run)
        for slug, flaw in check_payments(booked, terms):
            more.append(flaw.at(places(slug, flaw.path, flaw.on)))
    return conclude(run, platform, results, strict=strict, more=more)


def conclude(
    run: Run,
    platform: LoadedPlatform,
    results: dict[str, TenantResult],
    *,
    strict: bool = False,
    more: Sequence[Diagnostic] = (),
    priced: Sequence[Diagnostic] | None = None,
) -> list[Diagnostic]:
    """The tenants' findings with those of the platform and over all tenants.

    `priced` are those about prices, where somebody has them already.
    """
    found = [*run.tree.diagnostics, *run.unreadable, *platform.diagnostics, *more]
    documents = platform.documents
    if platform.view is not None:
        found += check_across(platform.view, documents, results, _Locator(run))
        found += check_site_calls(run.tree, run.read, platform, results)
        found += prices_of(platform, results) if priced is None else priced
        later = platform_later(platform.view.platform)
        found += [
            documents[flaw.document].diagnostic(flaw)
            for flaw in later
            if flaw.document in documents
        ]
        if run.store.placeholders:
            found.append(secret_rules.MasterMissing.at(Place("platform.yaml")))
    elif results and "platform.yaml" in documents:
        found.append(platform_rules.NoPlatform.at(Place("platform.yaml"), file="platform.yaml"))
    ignores = []
    for document in documents.values():
        for source in document.sources:
            here, bad = find_ignores(source.file, source.text)
            ignores += here
            found += bad
    found = apply_ignores(found, ignores)
    for result in results.values():
        found += result.diagnostics
    return _finish(found, strict=strict)


def asked(results: Mapping[str, TenantResult]) -> Demand:
    """What the tenants ask of the plans."""
    return demand_of(
        {slug: (one.terms.plan, one.meets) for slug, one in results.items() if one.terms}
    )


def prices_of(platform: LoadedPlatform, results: Mapping[str, TenantResult]) -> list[Diagnostic]:
    """All findings about prices."""
    document = platform.documents.get(DOCUMENT)
    if document is None or platform.view is None:
        return []
    return list(check_prices(platform.view, document, platform.book, asked(results)))


class _Locator:
    """Places in tenants' files, for findings over several tenants. They are rare: the files are read
    again for them.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._documents: dict[str, Document] = {}

    def __call__(self, slug: str, path: Path, on: str) -> Place:
        if slug not in self._documents:
            contents = [(p, self._run.read(p)) for p in self._run.tree.tenants[slug]]
            self._documents[slug], _ = load(f"tenants.d/{slug}", contents)
        return self._documents[slug].place(path, on)


def _finish(found: list[Diagnostic], *, strict: bool) -> list[Diagnostic]:
    """Each finding once, in the fixed order; with `strict` warnings are errors."""
    unique = sorted(set(found), key=lambda d: d.order)
    if not strict:
        return unique
    return [
        Diagnostic(d.code, Severity.ERROR, d.file, d.line, d.column, d.end, d.message, d.hint)
        if d.severity is Severity.WARNING
        else d
        for d in unique
    ]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a site holds, resolved: for commands that look at it without compiling it."""

    errors: list[Diagnostic]
    platform: resolved_host.Platform | None
    hosts: list[resolved_host.Host]
    summaries: dict[str, list[resolved.TenantSummary]]


def survey(run: Run) -> Survey:
    """Resolve the platform, its hosts and their tenants; `errors` says why where that fails."""
    platform = load_platform(run.tree, run.read)
    context = Context(platform.view, run.store, run.head)
    results = {r.slug: r for r in run.tenants(sorted(run.tree.tenants), context)}
    found = conclude(run, platform, results)
    errors = [d for d in found if d.severity is Severity.ERROR]
    if platform.view is None or errors:
        return Survey(errors, None, [], {})
    shared, hosts, _ = resolve_platform(platform.view, run.store)
    summaries = {
        host.name: [
            summary
            for slug in tenants_of(platform.view, host.name, results)
            if (summary := results[slug].summary) is not None
        ]
        for host in hosts
    }
    return Survey([], shared, hosts, summaries)
