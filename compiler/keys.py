"""Which tenants must be compiled, and why: each tenant's key, part by part, against the index."""

import json
import os
from collections.abc import Iterable

from dialform.compiler import cache
from dialform.compiler.cache import Index, Kept
from dialform.compiler.check import Run
from dialform.compiler.digests import digest
from dialform.compiler.release import reloaded
from dialform.compiler.scope import PlatformView
from dialform.compiler.stamp import Stamp, compiler_digest, env_digests, signature
from dialform.compiler.unit import TenantResult
from dialform.schema.diagnostic import Severity
from dialform.schema.secret import SecretRef


class Keys:
    """The keys of one run. A file whose signature is known is not read for its digest."""

    def __init__(
        self,
        run: Run,
        index: Index,
        view: PlatformView,
        homes: dict[str, list[str]],
        stamp: Stamp,
    ) -> None:
        self.run = run
        self.index = index
        self.view = view
        self.out = stamp.out
        self._parts = {**cache.view_parts(view), "compiler": compiler_digest()}
        ours = view.platform.provisioning
        stored = run.store.fingerprint()
        self._secrets = digest(stored, self._meant([ours.admin_password if ours else None]))
        self.shared_secrets = digest(stored, self._meant(_of_hosts(view)))
        """Of all that stand in the platform's own files."""
        self._digests: dict[str, str] = {}
        self._housed = {host: set(slugs) for host, slugs in homes.items()}
        looks = stamp.looks
        self._known = {host: set(slugs) for host, slugs in looks.hosts.items()}
        self._changed = stamp.changed() if looks.mark else None

    def _meant(self, refs: Iterable[SecretRef | None]) -> str:
        """Which secrets these are: their `repr` does not say, nor the store's fingerprint of variables."""
        salt = self.index.salt
        parts: list[str] = []
        for ref in refs:
            named = {"ref": json.dumps(ref.as_data()) if ref else ""}
            variables = [ref.text] if ref and ref.form == "env" else []
            parts += env_digests(salt, named, named).values()
            parts += env_digests(salt, variables, os.environ).values()
        return digest(*parts)

    def file(self, path: str) -> str:
        """A digest of a file of the site; empty where there is none."""
        entry = self.run.tree.entries.get(path)
        if entry is None:
            return ""
        if path not in self._digests:
            known = self.index.digests.get(path)
            if known and known[:3] == [entry.size, entry.mtime_ns, entry.inode]:
                self._digests[path] = known[3]
            elif path.startswith("media/"):
                self._digests[path] = self._whole(path)
            else:
                self._digests[path] = digest(self.run.read(path))
        return self._digests[path]

    def _whole(self, path: str) -> str:
        try:
            return digest(self.run.tree.read(path))
        except OSError:
            return ""

    def of(self, slug: str, media: Iterable[str], env: Iterable[str]) -> dict[str, str]:
        """The parts of one tenant's key, by what it used: sound files, variables."""
        paths = self.run.tree.tenants[slug]
        variables = env_digests(self.index.salt, env, os.environ)
        return {
            **self._parts,
            "files": digest(*(part for path in paths for part in (path, self.file(path)))),
            "media": cache.media_digest(media, {path: self.file(path) for path in media}),
            "secrets": digest(self._secrets, *variables.values()),
        }

    def why(self, slug: str) -> str:
        """Why a tenant has to be compiled; empty where what was released still holds."""
        kept = self.index.tenants.get(slug)
        if kept is None:
            return "it was not compiled before"
        reason = cache.why(kept, self.of(slug, kept.media, kept.env))
        if reason:
            return reason
        if self._changed is None:
            return self._lost(slug, kept)
        for host, housed in self._housed.items():
            if slug not in housed:
                continue
            if slug not in self._known.get(host, ()):
                return f"it was not in the output of {host}"
            if paths := self._changed.get(host, {}).get(slug):
                return f"{paths[0]} in the output of {host} was changed or is missing"
        return ""

    def _lost(self, slug: str, kept: Kept) -> str:
        """The same by its entry, where the last compile did not end well."""
        for one in kept.files:
            for host, housed in self._housed.items():
                if slug in housed and signature(f"{self.out}/{host}/{one.path}") != one.signature:
                    return f"{one.path} in the output of {host} was changed or is missing"
        return ""

    def keep(self, result: TenantResult) -> Kept:
        """The index's entry for a tenant that was just compiled."""
        self._digests |= result.digests
        assert result.claims is not None
        assert result.summary is not None
        assert result.terms is not None
        told = [d for d in result.diagnostics if d.severity is not Severity.INFO]
        return Kept(
            parts=self.of(result.slug, result.media, result.env),
            media=result.media,
            env=result.env,
            diagnostics=told,
            infos=len(result.diagnostics) - len(told) + result.infos,
            claims=result.claims,
            summary=result.summary,
            terms=result.terms,
            meets=result.meets,
            reloaded=reloaded(result.files),
            packed=cache.packed(result.files),
        )

    def remember_digests(self, started: int) -> None:
        """Keep the digests of files that were surely not written to while they were read."""
        for path, value in self._digests.items():
            entry = self.run.tree.entries[path]
            if entry.mtime_ns < started - 50_000_000:
                self.index.digests[path] = [entry.size, entry.mtime_ns, entry.inode, value]
        gone = self.index.digests.keys() - self.run.tree.entries.keys()
        for path in gone:
            del self.index.digests[path]


def _of_hosts(view: PlatformView) -> Iterable[SecretRef | None]:
    """The secrets that files of hosts are made with."""
    platform = view.platform
    yield from (platform.redis_password, platform.core_db, platform.ledger)
    yield from (host.esl.password for _, host in sorted(platform.hosts.items()))
    yield from (provider.password for _, provider in sorted(view.providers.items()))
