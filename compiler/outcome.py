"""What goes into a compile, and what comes of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from dialform.compiler import resolved, resolved_host
from dialform.schema.diagnostic import Diagnostic
from dialform.values import dataclass, field


class Renderer(Protocol):
    """What turns resolved objects into files (`renderers.freeswitch`)."""

    def render_tenant(self, tenant: resolved.Tenant) -> list[resolved.Artifact]:
        """The files of one tenant, the same on every host."""

    def render_host(
        self,
        platform: resolved_host.Platform,
        host: resolved_host.Host,
        tenants: Sequence[resolved.TenantSummary],
        revision: str,
    ) -> list[resolved.Artifact]:
        """The files of one host that are not a tenant's."""

    def boot_command(self, host: resolved_host.Host) -> list[str]:
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
    """How to compile. `full` compiles every tenant again, for a report of all findings.

    `commit` is what the files are of, where they lie in no repository that could say it.
    """

    out: Path
    secrets: Path | None = None
    strict: bool = False
    full: bool = False
    commit: str = ""

    @property
    def key(self) -> list[str]:
        """What of the options changes the outcome."""
        return ["strict"] if self.strict else []
