"""What is kept of each tenant's last compile, so that only what changed is compiled again."""

import dataclasses
import hashlib
import json
import re
import secrets as entropy
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialform.compiler.release import Released
from dialform.compiler.resolved import TenantSummary
from dialform.compiler.scope import PlatformView
from dialform.compiler.stamp import FOLDER, replace
from dialform.compiler.unit import Claims
from dialform.schema.diagnostic import Diagnostic, Place, Severity

_INDEX = "index.json"
_ENV = re.compile(rb"\benv\b[\"']?\s*:\s*[\"']?([A-Za-z_][A-Za-z0-9_]*)")

WORDS = {
    "files": "its own files changed",
    "platform": "platform.yaml changed in what tenants take from it",
    "packages": "packages or plans changed",
    "routes": "the routes changed",
    "providers": "the providers changed",
    "media": "a sound file that it uses changed",
    "secrets": "the secrets changed",
    "compiler": "Dialform itself changed",
}
"""The parts of a tenant's key, and how a miss is explained."""


@dataclass(slots=True)
class Kept:
    """One tenant's entry. `diagnostics` leaves infos out; `infos` is how many there were."""

    parts: dict[str, str]
    media: tuple[str, ...]
    env: tuple[str, ...]
    diagnostics: list[Diagnostic]
    infos: int
    claims: Claims
    summary: TenantSummary
    files: list[Released]


class Index:
    """All entries, by slug, and the digests of input files by their signature."""

    def __init__(self, out: Path) -> None:
        self.path = out / FOLDER / _INDEX
        self.tenants: dict[str, Kept] = {}
        self.digests: dict[str, list[Any]] = {}
        self.salt = entropy.token_hex(16)
        try:
            data = json.loads(self.path.read_bytes())
            self.digests, self.salt = data["digests"], data["salt"]
            self.tenants = {slug: _kept(entry) for slug, entry in data["tenants"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            self.tenants, self.digests = {}, {}

    def save(self) -> None:
        """Write the index, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        data = {
            "salt": self.salt,
            "digests": self.digests,
            "tenants": {slug: dataclasses.asdict(kept) for slug, kept in self.tenants.items()},
        }
        replace(self.path, json.dumps(data).encode())


def _kept(data: dict[str, Any]) -> Kept:
    claims, summary = data["claims"], data["summary"]
    return Kept(
        parts=data["parts"],
        media=tuple(data["media"]),
        env=tuple(data["env"]),
        diagnostics=[
            Diagnostic(**{**one, "severity": Severity(one["severity"])})
            for one in data["diagnostics"]
        ],
        infos=data["infos"],
        claims=Claims(
            domain=(claims["domain"][0], Place(**claims["domain"][1])),
            dids=tuple((did, Place(**place)) for did, place in claims["dids"]),
            devices=tuple((mac, Place(**place)) for mac, place in claims["devices"]),
        ),
        summary=TenantSummary(
            **{
                **summary,
                "dids": tuple((did, provider) for did, provider in summary["dids"]),
                "timezones": tuple(summary["timezones"]),
            }
        ),
        files=[Released(**one) for one in data["files"]],
    )


def digest(*parts: str | bytes) -> str:
    """A short digest of several texts that cannot run into one another."""
    result = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        result.update(len(raw).to_bytes(8, "big") + raw)
    return result.hexdigest()[:32]


_NOT_TAKEN = {"hosts", "safety", "admins", "trusted_signers", "provisioning", "mail", "core_db"}


def view_parts(view: PlatformView) -> dict[str, str]:
    """What every tenant takes from the platform, digested part by part."""
    platform = view.platform
    taken = {
        name: repr(getattr(platform, name))
        for name in type(platform).model_fields
        if name not in _NOT_TAKEN
    }
    billing = view.billing
    return {
        "platform": digest(json.dumps(taken, sort_keys=True), *sorted(view.incomplete)),
        "packages": digest(repr(sorted(billing.packages.items())), *sorted(billing.plans)),
        "routes": digest(repr(sorted(view.routes.items()))),
        "providers": digest(*sorted(view.providers)),
    }


def media_digest(paths: Iterable[str], digests: Mapping[str, str]) -> str:
    """A digest of the sound files that a tenant uses, missing ones included."""
    return digest(*(part for path in sorted(paths) for part in (path, digests.get(path, ""))))


def env_names(contents: Iterable[bytes]) -> tuple[str, ...]:
    """The environment variables that files refer to as secrets."""
    return tuple(sorted({name.decode() for raw in contents for name in _ENV.findall(raw)}))


def why(old: Kept | None, parts: Mapping[str, str]) -> str:
    """Why a tenant has to be compiled; empty where its entry still holds."""
    if old is None:
        return "it was not compiled before"
    changed = [WORDS[name] for name in WORDS if old.parts.get(name) != parts[name]]
    return "; ".join(changed)


def drop(out: Path) -> None:
    """Forget everything: the next compile is a cold one."""
    shutil.rmtree(out / FOLDER, ignore_errors=True)
