"""Compiling: check, render what changed, and release each host's folder in one step."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dialform.compiler import resolved, resolved_host
from dialform.compiler.across import tenants_of
from dialform.compiler.cache import Index, KeptHost
from dialform.compiler.check import Run, asked, conclude, prices_of
from dialform.compiler.digests import digest, env_names
from dialform.compiler.hosts import resolve_platform
from dialform.compiler.keys import Keys
from dialform.compiler.looks import Group, Looks
from dialform.compiler.manifest import MANIFEST, manifest, patched
from dialform.compiler.outcome import Options, Outcome, Renderer
from dialform.compiler.platform import LoadedPlatform, load_platform
from dialform.compiler.pricing.handed import BILLING, hand_over, price_bytes, price_mark
from dialform.compiler.release import MODE_SECRET, PENDING, Released, Stage, reloaded, revision
from dialform.compiler.scope import PlatformView
from dialform.compiler.stamp import (
    FOLDER,
    SITE,
    Stamp,
    code_files,
    compiler_digest,
    compiler_name,
    env_digests,
    git_head,
    secret_signatures,
    signature,
)
from dialform.compiler.states.source import platform_source
from dialform.compiler.unit import Context, TenantResult
from dialform.schema.diagnostic import Severity

__all__ = ["Options", "Outcome", "Renderer", "build", "locked"]


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """One compile at a time in one output folder; a second one waits."""
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    with (out / FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(run: Run, renderer: Renderer, options: Options, stamp: Stamp | None = None) -> Outcome:
    """Compile a site. Nothing is released where there is an error. Raises OSError for `out`.

    `stamp` is that of the last release, where somebody has asked it already.
    """
    started = time.time_ns()
    with locked(options.out):
        now = Stamp(options.out)
        if stamp is None or stamp.data != now.data:
            stamp = now
        try:
            return _Build(run, renderer, options, stamp, started).run_all()
        finally:
            stamp.close()


class _Build:
    def __init__(
        self, run: Run, renderer: Renderer, options: Options, stamp: Stamp, started: int
    ) -> None:
        self.run = run
        self.renderer = renderer
        self.options = options
        self.out = options.out
        self.started = started
        stamp.look()
        stamp.look_behind()
        self.stamp = stamp
        self.index = Index(options.out)
        self.outcome = Outcome(tenants=len(run.tree.tenants))
        self.stages: dict[str, Stage] = {}
        self.homes: dict[str, list[str]] = {}

    def run_all(self) -> Outcome:
        run, outcome, strict = self.run, self.outcome, self.options.strict
        platform = load_platform(run.tree, run.read)
        view = platform.view
        if view is None:
            context = Context(None, run.store, run.head)
            results = {r.slug: r for r in run.tenants(sorted(run.tree.tenants), context)}
            outcome.diagnostics = conclude(run, platform, results, strict=strict)
            return outcome
        hosts = view.platform.hosts
        self.homes = {host: tenants_of(view, host, run.tree.tenants) for host in hosts}
        keys = Keys(run, self.index, view, self.homes, self.stamp)
        shared, ready, flaws = resolve_platform(view, run.store)
        reasons = {slug: keys.why(slug) for slug in sorted(run.tree.tenants)}
        outcome.why = {slug: reason for slug, reason in reasons.items() if reason}
        again = [slug for slug in reasons if self.options.full or slug in outcome.why]
        outcome.compiled = len(again)
        results = self._tenants(view, again)
        more = [platform.documents[flaw.document].diagnostic(flaw) for flaw in flaws]
        mark = digest(price_mark(platform, keys), repr(asked(results)))
        if self.index.priced[0] != mark:
            self.index.priced = mark, prices_of(platform, results)
        priced = self.index.priced[1]
        outcome.diagnostics = conclude(
            run, platform, results, strict=strict, more=more, priced=priced
        )
        outcome.placeholders = run.store.placeholders
        if not any(d.severity is Severity.ERROR for d in outcome.diagnostics):
            looks = self._release(keys, platform, shared, ready, results)
            self._remember(keys, platform, [results[slug] for slug in again], looks)
            outcome.released = True
        return outcome

    def _tenants(self, view: PlatformView, again: Sequence[str]) -> dict[str, TenantResult]:
        """Results of all tenants: those of `again` compiled, the others as they are in the index."""
        run, results = self.run, {}
        for slug in run.tree.tenants.keys() - set(again):
            kept = self.index.tenants[slug]
            result = TenantResult(slug, list(kept.diagnostics), [], kept.claims, kept.summary)
            result.media, result.terms, result.meets = kept.media, kept.terms, kept.meets
            results[slug] = result
            self.outcome.infos += kept.infos
        looks, spoilt = self.stamp.looks, self.stamp.changed_behind()
        self.stamp.forget()
        for host in self.homes:
            held = dict(looks.groups(host))
            self.stages[host] = Stage(
                self.out, host, run.tree.root, held, spoilt.get(host, {}).keys()
            )
        infos = self.options.full
        context = Context(view, run.store, run.head, self.renderer.render_tenant, infos)
        for result in run.tenants(again, context, self._write):
            results[result.slug] = result
            self.outcome.infos += result.infos
        return results

    def _home(self, slug: str) -> Stage | None:
        """The first host that a tenant lives on; its files are written there, and linked elsewhere."""
        return next((self.stages[h] for h, slugs in self.homes.items() if slug in slugs), None)

    def _write(self, result: TenantResult) -> list[Released]:
        """Write a tenant's files, in whichever process made them."""
        stage = self._home(result.slug)
        return [stage.write(artifact) for artifact in result.artifacts] if stage else []

    def _release(
        self,
        keys: Keys,
        platform: LoadedPlatform,
        shared: resolved_host.Platform,
        hosts: Sequence[resolved_host.Host],
        results: dict[str, TenantResult],
    ) -> Looks:
        """Complete each host's folder and put it in its place."""
        commit = _commit(self.run.tree.root, self.options.commit)
        looks = Looks()
        mark, prices = price_mark(platform, keys), price_bytes(platform.book)
        for host in hosts:
            stage = self.stages[host.name]
            tenants, moved = self._take(stage, host.name, results)
            own = [
                *self._own(stage, keys.shared_secrets, shared, host, results),
                *self._source(keys, stage, host.name, results),
                *self._billing(stage, host.name, mark, prices, results),
            ]
            header = {
                "host": host.name,
                **commit,
                "compiler": compiler_name(),
                "revision": self.outcome.revision,
                "placeholders": self.run.store.placeholders,
                "wave": host.wave,
                "boot": self.outcome.boot[host.name],
            }
            content = self._manifest(stage, header, [*own, *moved], tenants.keys())
            last = stage.write(resolved.Artifact(MANIFEST, "platform", content))
            looks.tenants |= tenants
            looks.hosts[host.name] = list(tenants)
            looks.own[host.name] = Group.of((*own, last))
        self.outcome.files = len(looks)
        for stage in self.stages.values():
            stage.release()
        self._forget()
        return looks

    def _take(
        self, stage: Stage, host: str, results: dict[str, TenantResult]
    ) -> tuple[dict[str, Group], list[Released]]:
        """The tenants of a host, and the files of those that do not lie here already: they are linked,
        where they were not written here.
        """
        groups: dict[str, Group] = {}
        moved: list[Released] = []
        for slug in self.homes[host]:
            home = self._home(slug)
            fresh = bool(self.outcome.why.get(slug)) or self.options.full
            if not fresh and stage.keep(slug):
                groups[slug] = self.stamp.looks.tenants[slug]
                continue
            files = results[slug].files if fresh else self.index.tenants[slug].files
            if fresh and home is stage:
                stage.written([one.path for one in files])
            elif home is not None:
                above = home.folder if fresh else home.final
                for one in files:
                    stage.take(f"{above}/{one.path}", one)
            moved += files
            groups[slug] = Group.of(files)
        return groups, moved

    def _manifest(
        self, stage: Stage, header: dict[str, Any], moved: list[Released], slugs: Iterable[str]
    ) -> bytes:
        """The manifest: where few files moved, from the last one."""
        kept = [slug for slug in slugs if stage.kept(slug)]
        known = self.stamp.changed().get(stage.final.name, {}).get("", ())
        if kept and MANIFEST not in known:
            last = (stage.final / MANIFEST).read_bytes()
            made = patched(last, header, stage.gone(), moved)
            if made is not None:
                return made
        files = [one for slug in kept for one in self.index.tenants[slug].files]
        return manifest(header, [*moved, *files])

    def _source(
        self, keys: Keys, stage: Stage, host: str, results: dict[str, TenantResult]
    ) -> list[Released]:
        """What the host is compiled from, so that its folder can say what it runs."""
        media = {path for slug in self.homes[host] for path in results[slug].media}
        name = f"{host}/{SITE}"
        kept = platform_source(stage, self.run.tree, media, keys, self.index.hosts.get(name))
        self.index.hosts[name] = kept
        return kept.files

    def _billing(
        self,
        stage: Stage,
        host: str,
        mark: str,
        prices: Callable[[], bytes],
        results: dict[str, TenantResult],
    ) -> list[Released]:
        """What the host is to charge, and what its tenants agreed to."""
        terms = [found for slug in self.homes[host] if (found := results[slug].terms) is not None]
        name = f"{host}/{BILLING}"
        kept = hand_over(stage, host, mark, prices, terms, self.index.hosts.get(name))
        self.index.hosts[name] = kept
        return kept.files

    def _own(
        self,
        stage: Stage,
        secrets: str,
        shared: resolved_host.Platform,
        host: resolved_host.Host,
        results: dict[str, TenantResult],
    ) -> list[Released]:
        """The host's own files, with the revision, which is a digest of everything."""
        slugs = self.homes[host.name]
        summaries = [s for slug in slugs if (s := results[slug].summary) is not None]
        outcome = self.outcome
        outcome.boot[host.name] = self.renderer.boot_command(host)
        key = digest(repr(shared), repr(host), repr(summaries), secrets, compiler_digest())
        kept = self.index.hosts.get(host.name)
        if kept is None or kept.key != key or self._differs(host.name, kept):
            kept = KeptHost(key, [], {})
            for artifact in self.renderer.render_host(shared, host, summaries, PENDING):
                if PENDING.encode() in (artifact.content or b""):
                    kept.drafts[artifact.path] = (artifact.content or b"").decode()
                kept.files.append(stage.write(artifact))
        else:
            for one in kept.files:
                stage.take(f"{stage.final}/{one.path}", one)
        tree = [row for slug in slugs for row in self._reloaded(slug, results)]
        outcome.revision = revision([*tree, *reloaded(kept.files)], kept.drafts)
        for position, one in enumerate(kept.files):
            if one.path in kept.drafts:
                content = kept.drafts[one.path].replace(PENDING, outcome.revision).encode()
                secret = one.mode == MODE_SECRET
                written = resolved.Artifact(one.path, one.owner, content, secret=secret)
                kept.files[position] = stage.write(written)
        self.index.hosts[host.name] = kept
        return kept.files

    def _reloaded(self, slug: str, results: dict[str, TenantResult]) -> Iterable[Sequence[str]]:
        """What the switch's tree holds of a tenant."""
        files = results[slug].files
        return reloaded(files) if files else self.index.tenants[slug].reloaded

    def _differs(self, host: str, kept: KeptHost) -> bool:
        """Whether somebody changed the host's own files."""
        return any(
            signature(f"{self.out}/{host}/{one.path}") != one.signature for one in kept.files
        )

    def _forget(self) -> None:
        """Remove the folders of hosts that the site no longer has."""
        for folder in self.out.iterdir():
            if folder.name not in self.homes and (folder / "manifest.json").is_file():
                gone = folder.name.removeprefix(".").removesuffix(".next")
                if gone not in self.homes:
                    shutil.rmtree(folder, ignore_errors=True)

    def _remember(
        self,
        keys: Keys,
        platform: LoadedPlatform,
        fresh: Sequence[TenantResult],
        looks: Looks,
    ) -> None:
        run, outcome, index = self.run, self.outcome, self.index
        for result in fresh:
            index.tenants[result.slug] = keys.keep(result)
        index.hosts = {
            name: kept for name, kept in index.hosts.items() if name.split("/")[0] in self.homes
        }
        for slug in index.tenants.keys() - run.tree.tenants.keys():
            del index.tenants[slug]
        keys.remember_digests(self.started)
        index.save()
        sources = [source for d in platform.documents.values() for source in d.sources]
        names = {name for kept in index.tenants.values() for name in kept.env}
        names |= set(env_names(source.text.encode() for source in sources))
        told = [d for d in outcome.diagnostics if d.severity is not Severity.INFO]
        self.stamp.write(
            looks,
            code=code_files(),
            compiler=compiler_digest(),
            options=self.options.key,
            head=git_head(run.tree.root),
            secrets=secret_signatures(self.options.secrets),
            salt=index.salt,
            env=env_digests(index.salt, names, os.environ),
            inputs={e.path: [e.size, e.mtime_ns, e.inode] for e in run.tree.entries.values()},
            written=self.started,
            tenants=outcome.tenants,
            files=outcome.files,
            warnings=len(told),
            infos=len(outcome.diagnostics) - len(told) + outcome.infos,
            revision=outcome.revision,
            placeholders=outcome.placeholders,
            boot=outcome.boot,
        )


def _commit(root: Path, said: str) -> dict[str, object]:
    """The commit that the files are of; `dirty` where they differ from it."""
    if said:
        return {"commit": said, "dirty": False}
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
