"""Compiling: check, render what changed, and release each host's folder in one step."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import dialform
from dialform.compiler import resolved
from dialform.compiler.across import tenants_of
from dialform.compiler.cache import Index, env_names
from dialform.compiler.check import Run, conclude
from dialform.compiler.hosts import resolve_platform
from dialform.compiler.keys import Keys
from dialform.compiler.platform import LoadedPlatform, load_platform
from dialform.compiler.release import Released, Stage, manifest, revision
from dialform.compiler.scope import PlatformView
from dialform.compiler.stamp import (
    FOLDER,
    Stamp,
    compiler_digest,
    env_digests,
    git_head,
    secret_signatures,
)
from dialform.compiler.unit import Context, TenantResult
from dialform.schema.diagnostic import Diagnostic, Severity


class Renderer(Protocol):
    """What turns resolved objects into files (`renderers.freeswitch`)."""

    def render_tenant(self, tenant: resolved.Tenant) -> list[resolved.Artifact]:
        """The files of one tenant, the same on every host."""

    def render_host(
        self,
        platform: resolved.Platform,
        host: resolved.Host,
        tenants: Sequence[resolved.TenantSummary],
        revision: str,
    ) -> list[resolved.Artifact]:
        """The files of one host that are not a tenant's."""

    def boot_command(self, host: resolved.Host) -> list[str]:
        """How the switch is started from the folder."""


@dataclass(slots=True)
class Outcome:
    """What came of a compile. `why` says for each compiled tenant what made it necessary.

    `infos` counts the info findings of tenants that were not compiled again; the others are in
    `diagnostics`.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    infos: int = 0
    tenants: int = 0
    compiled: int = 0
    files: int = 0
    boot: dict[str, list[str]] = field(default_factory=dict)
    revision: str = ""
    placeholders: bool = False
    released: bool = False
    why: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """How to compile. `full` compiles every tenant again, for a report of all findings."""

    out: Path
    secrets: Path | None = None
    strict: bool = False
    full: bool = False

    @property
    def key(self) -> list[str]:
        """What of the options changes the outcome."""
        return ["strict"] if self.strict else []


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """One compile at a time in one output folder; a second one waits."""
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    with (out / FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(run: Run, renderer: Renderer, options: Options) -> Outcome:
    """Compile a site. Nothing is released where there is an error. Raises OSError for `out`."""
    started = time.time_ns()
    with locked(options.out):
        return _Build(run, renderer, options, started).run_all()


class _Build:
    def __init__(self, run: Run, renderer: Renderer, options: Options, started: int) -> None:
        self.run = run
        self.renderer = renderer
        self.options = options
        self.out = options.out
        self.started = started
        self.index = Index(options.out)
        self.outcome = Outcome(tenants=len(run.tree.tenants))
        self.work = options.out / ".tenants.new"

    def run_all(self) -> Outcome:
        run, outcome = self.run, self.outcome
        platform = load_platform(run.tree, run.read)
        if platform.view is None:
            context = Context(None, run.store, run.head)
            results = {r.slug: r for r in run.tenants(sorted(run.tree.tenants), context)}
            outcome.diagnostics = conclude(run, platform, results, strict=self.options.strict)
            return outcome
        keys = Keys(run, self.index, platform.view, self.out)
        shutil.rmtree(self.work, ignore_errors=True)
        try:
            results, fresh, env = self._tenants(keys, platform.view)
            shared, hosts, flaws = resolve_platform(platform.view, run.store)
            more = [platform.documents[flaw.document].diagnostic(flaw) for flaw in flaws]
            strict = self.options.strict
            outcome.diagnostics = conclude(run, platform, results, strict=strict, more=more)
            outcome.placeholders = run.store.placeholders
            if not any(d.severity is Severity.ERROR for d in outcome.diagnostics):
                self._release(platform, keys, shared, hosts, results, fresh, env)
        finally:
            shutil.rmtree(self.work, ignore_errors=True)
        return outcome

    def _tenants(
        self, keys: Keys, view: PlatformView
    ) -> tuple[dict[str, TenantResult], set[str], dict[str, tuple[str, ...]]]:
        run, outcome, index = self.run, self.outcome, self.index
        reasons = {slug: keys.why(slug) for slug in sorted(run.tree.tenants)}
        outcome.why = {slug: reason for slug, reason in reasons.items() if reason}
        again = [slug for slug in reasons if self.options.full or slug in outcome.why]
        outcome.compiled = len(again)
        env = {slug: env_names(run.read(p) for p in run.tree.tenants[slug]) for slug in again}
        results = {}
        for slug in reasons.keys() - set(again):
            kept = index.tenants[slug]
            result = TenantResult(slug, list(kept.diagnostics), [], kept.claims, kept.summary)
            result.media, result.files = kept.media, kept.files
            results[slug] = result
            outcome.infos += kept.infos
        context = Context(view, run.store, run.head, self.renderer.render_tenant)
        for result in run.tenants(again, context, self._write):
            results[result.slug] = result
        return results, set(again), env

    def _write(self, result: TenantResult) -> list[Released]:
        """Write a tenant's files to a place of their own, in whichever process made them."""
        stage = Stage(self.work, result.slug, self.run.tree.root)
        return [stage.write(artifact) for artifact in result.artifacts]

    def _release(
        self,
        platform: LoadedPlatform,
        keys: Keys,
        shared: resolved.Platform,
        hosts: Sequence[resolved.Host],
        results: dict[str, TenantResult],
        fresh: set[str],
        env: dict[str, tuple[str, ...]],
    ) -> None:
        view, outcome, index = platform.view, self.outcome, self.index
        assert view is not None
        homes = {host.name: tenants_of(view, host.name, results) for host in hosts}
        commit = _commit(self.run.tree.root)
        outputs: dict[str, list[int]] = {}
        stages = []
        for host in hosts:
            stage = Stage(self.out, host.name, self.run.tree.root)
            own = self._host(stage, shared, host, homes, results, fresh)
            files = [*own, *(one for slug in homes[host.name] for one in results[slug].files)]
            header = {
                "host": host.name,
                **commit,
                "compiler": f"{dialform.__version__}+{compiler_digest()[:12]}",
                "revision": outcome.revision,
                "placeholders": self.run.store.placeholders,
                "wave": host.wave,
                "boot": outcome.boot[host.name],
            }
            content = manifest(header, files)
            last = stage.write(resolved.Artifact("manifest.json", "platform", content))
            outputs |= {f"{host.name}/{one.path}": one.signature for one in (*files, last)}
            outcome.files += len(files) + 1
            stages.append(stage)
        for stage in stages:
            stage.release()
        self._forget(set(homes))
        for slug in fresh:
            index.tenants[slug] = keys.keep(results[slug], env[slug])
        for slug in index.tenants.keys() - results.keys():
            del index.tenants[slug]
        keys.remember_digests(self.started)
        index.save()
        self._stamp(outputs, platform)
        outcome.released = True

    def _host(
        self,
        stage: Stage,
        shared: resolved.Platform,
        host: resolved.Host,
        homes: dict[str, list[str]],
        results: dict[str, TenantResult],
        fresh: set[str],
    ) -> list[Released]:
        """Stage a host: links to its tenants' files, then its own, with the revision of all."""
        slugs = homes[host.name]
        where = {slug: f"{self.work}/.{slug}.new" for slug in fresh}
        for slug in slugs:
            source = where.get(slug) or self._released_at(slug, homes)
            for one in results[slug].files:
                stage.take(f"{source}/{one.path}", one)
        summaries = [s for slug in slugs if (s := results[slug].summary) is not None]
        outcome = self.outcome
        outcome.boot[host.name] = self.renderer.boot_command(host)
        draft = self.renderer.render_host(shared, host, summaries, "")
        tenants = [one for slug in slugs for one in results[slug].files]
        outcome.revision = revision(tenants, draft)
        final = self.renderer.render_host(shared, host, summaries, outcome.revision)
        return [stage.write(artifact) for artifact in final]

    def _released_at(self, slug: str, homes: dict[str, list[str]]) -> str:
        for host, slugs in homes.items():
            if slug in slugs and (self.out / host).exists():
                return f"{self.out}/{host}"
        return f"{self.out}/{next(iter(homes))}"

    def _forget(self, hosts: set[str]) -> None:
        """Remove the folders of hosts that the site no longer has."""
        for folder in self.out.iterdir():
            if folder.name not in hosts and (folder / "manifest.json").is_file():
                shutil.rmtree(folder, ignore_errors=True)

    def _stamp(self, outputs: dict[str, list[int]], platform: LoadedPlatform) -> None:
        run, outcome, index = self.run, self.outcome, self.index
        documents = [
            source.text.encode() for d in platform.documents.values() for source in d.sources
        ]
        names = {name for kept in index.tenants.values() for name in kept.env}
        names |= set(env_names(documents))
        told = [d for d in outcome.diagnostics if d.severity is not Severity.INFO]
        Stamp(self.out).write(
            compiler=compiler_digest(),
            options=self.options.key,
            head=git_head(run.tree.root),
            secrets=secret_signatures(self.options.secrets),
            salt=index.salt,
            env=env_digests(index.salt, names, os.environ),
            inputs={e.path: [e.size, e.mtime_ns, e.inode] for e in run.tree.entries.values()},
            written=self.started,
            outputs=outputs,
            tenants=outcome.tenants,
            files=outcome.files,
            warnings=len(told),
            infos=len(outcome.diagnostics) - len(told) + outcome.infos,
            revision=outcome.revision,
            placeholders=outcome.placeholders,
            boot=outcome.boot,
        )


def _commit(root: Path) -> dict[str, object]:
    """The commit that the files are of; `dirty` where they differ from it."""
    head = git_head(root)
    if not head:
        return {"commit": None, "dirty": False}
    try:
        status = subprocess.run(
            ["git", "status", "--porcelain", "--", "."],
            cwd=root, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return {"commit": head, "dirty": True}
    return {"commit": head, "dirty": status.returncode != 0 or bool(status.stdout.strip())}
