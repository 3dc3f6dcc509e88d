"""What is kept of each tenant's last compile, so that only what changed is compiled again."""

import json
import secrets as entropy
import shutil
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from dialform.compiler.digests import digest
from dialform.compiler.phones.resolve import phone_ports
from dialform.compiler.release import Released
from dialform.compiler.resolved import TenantSummary
from dialform.compiler.scope import PlatformView
from dialform.compiler.stamp import FOLDER, replace
from dialform.compiler.terms import Paid, Terms
from dialform.compiler.unit import Claims
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.values import dataclass

_INDEX = "index.json"

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

OWN = ("files", "media", "secrets")
"""The parts that differ from tenant to tenant."""

_AGREED, _PAID = attrgetter(*Terms.__slots__), Terms.__slots__.index("payments")


@dataclass(slots=True)
class Kept:
    """One tenant's entry. `diagnostics` leaves infos out; `infos` is how many there were.

    `reloaded` is what the switch's tree holds of it. `packed` are its files as they stand in the index:
    of a thousand tenants those of one are asked for. `line` is the entry as it was read, if it was.
    """

    parts: dict[str, str]
    media: tuple[str, ...]
    env: tuple[str, ...]
    diagnostics: list[Diagnostic]
    infos: int
    claims: Claims
    summary: TenantSummary
    terms: Terms
    meets: bool
    reloaded: Sequence[Sequence[str]]
    packed: bytes
    line: bytes = b""

    @property
    def files(self) -> list[Released]:
        """Its files."""
        return [Released(*one) for one in json.loads(self.packed)]

    def as_line(self) -> bytes:
        """The entry without its files; `parts` are only the tenant's own."""
        if self.line:
            return self.line
        terms = list(_AGREED(self.terms))
        terms[_PAID] = [_values(one) for one in self.terms.payments]
        row = [
            {name: self.parts[name] for name in OWN},
            self.media,
            self.env,
            [_values(one) for one in self.diagnostics],
            self.infos,
            _values(self.claims),
            _values(self.summary),
            terms,
            self.meets,
            self.reloaded,
        ]
        return _dumped(row)

    @classmethod
    def of_row(cls, row: list[Any], common: dict[str, str], packed: bytes, line: bytes) -> "Kept":
        """The entry that a row holds."""
        own, media, env, told, infos, claims, summary, terms, meets, reloaded = row
        terms[_PAID] = tuple(Paid(*one) for one in terms[_PAID])
        slug, domain, dids, zone, zones, language, keep_days = summary
        return cls(
            {**common, **own},
            tuple(media),
            tuple(env),
            [_diagnostic(one) for one in told],
            infos,
            Claims(*claims),
            TenantSummary(
                slug=slug,
                domain=domain,
                dids=tuple((did, by) for did, by in dids),
                timezone=zone,
                timezones=tuple(zones),
                language=language,
                keep_days=keep_days,
            ),
            Terms(*terms),
            meets,
            reloaded,
            packed,
            line,
        )


def packed(files: Iterable[Released]) -> bytes:
    """Files as `Kept` has them."""
    return _dumped([_values(one) for one in files])


@dataclass(slots=True)
class KeptHost:
    """A host's own files. `drafts` holds those with the revision in them, as they were before it."""

    key: str
    files: list[Released]
    drafts: dict[str, str]

    def as_row(self) -> list[Any]:
        """The entry as plain lists."""
        return [self.key, [_values(one) for one in self.files], self.drafts]

    @classmethod
    def of_row(cls, row: list[Any]) -> "KeptHost":
        """The entry that a row holds."""
        return cls(row[0], [Released(*one) for one in row[1]], row[2])


def _diagnostic(row: list[Any]) -> Diagnostic:
    return Diagnostic(row[0], Severity(row[1]), *row[2:])


def _values(one: Any) -> list[Any]:
    return [getattr(one, name) for name in one.__slots__]


class Index:
    """All entries, by slug, and the digests of input files by their signature.

    Its file has a line for what all share, one for each tenant, and one for each tenant's files: what did
    not change is written as it was read, and files are read where they are asked for.
    """

    def __init__(self, out: Path) -> None:
        self.path = out / FOLDER / _INDEX
        self.tenants: dict[str, Kept] = {}
        self.digests: dict[str, list[Any]] = {}
        self.salt = entropy.token_hex(16)
        self.hosts: dict[str, KeptHost] = {}
        self.priced: tuple[str, list[Diagnostic]] = ("", [])
        """The findings about prices, behind the name of all that they are about."""
        try:
            head, *lines = self.path.read_bytes().split(b"\n")
            data = json.loads(head)
            slugs, common = data["tenants"], data["common"]
            own, files = lines[: len(slugs)], lines[len(slugs) :]
            rows = json.loads(b"[%s]" % b",".join(own))
            self.tenants = {
                slug: Kept.of_row(row, common, files, line)
                for slug, row, files, line in zip(slugs, rows, files, own, strict=True)
            }
            self.digests, self.salt = data["digests"], data["salt"]
            self.hosts = {name: KeptHost.of_row(row) for name, row in data["hosts"].items()}
            mark, told = data["priced"]
            self.priced = mark, [_diagnostic(one) for one in told]
        except (OSError, ValueError, KeyError, TypeError):
            self.tenants, self.digests, self.hosts = {}, {}, {}

    def save(self) -> None:
        """Write the index, whole or not at all.

        After a release every entry was checked or compiled against the same platform, so those parts
        are kept once.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        some = next(iter(self.tenants.values()), None)
        data = {
            "salt": self.salt,
            "digests": self.digests,
            "common": {k: v for k, v in some.parts.items() if k not in OWN} if some else {},
            "priced": [self.priced[0], [_values(one) for one in self.priced[1]]],
            "hosts": {name: kept.as_row() for name, kept in self.hosts.items()},
            "tenants": list(self.tenants),
        }
        lines = [one.as_line() for one in self.tenants.values()]
        files = [one.packed for one in self.tenants.values()]
        replace(self.path, b"\n".join((_dumped(data), *lines, *files)))


def _dumped(data: Any) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()


_NOT_TAKEN = {
    "hosts",
    "safety",
    "admins",
    "trusted_signers",
    "mail",
    "core_db",
    "ledger",
    "redis_password",
}


def view_parts(view: PlatformView) -> dict[str, str]:
    """What every tenant takes from the platform, digested part by part."""
    platform = view.platform
    taken = {
        name: repr(getattr(platform, name))
        for name in type(platform).model_fields
        if name not in _NOT_TAKEN
    }
    taken["ports"] = repr(phone_ports(platform))
    taken["mail"] = str(platform.mail is not None)
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


def why(old: Kept | None, parts: Mapping[str, str]) -> str:
    """Why a tenant has to be compiled; empty where its entry still holds."""
    if old is None:
        return "it was not compiled before"
    changed = [WORDS[name] for name in WORDS if old.parts.get(name) != parts[name]]
    return "; ".join(changed)


def drop(out: Path) -> None:
    """Forget everything: the next compile is a cold one."""
    shutil.rmtree(out / FOLDER, ignore_errors=True)
