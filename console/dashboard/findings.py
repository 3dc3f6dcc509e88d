"""What the checks find in the site that runs: looked for once a release, off the loop."""

import asyncio
from collections.abc import Mapping
from typing import Any

from dialform.compiler.check import Run, validate
from dialform.console.errors import Away
from dialform.console.ground import Ground
from dialform.console.site import Site
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.values import dataclass

PATIENCE = 0.5
"""Seconds that a page waits for it; a large site takes longer, and the page says so."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many errors and warnings there are."""

    errors: int
    warnings: int


class Findings:
    """The findings of the release that runs, by file."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._of: Site | None = None
        self._task: asyncio.Task[list[Diagnostic]] | None = None

    async def found(self, tenant: str = "") -> Found | None:
        """How many are in a tenant's files; in all with "". None: they are being looked for."""
        found = await self.listed(tenant)
        return None if found is None else _count(found)

    async def listed(self, tenant: str = "") -> list[Diagnostic] | None:
        """The errors and warnings in a tenant's files, errors first; in all with "". None: as `found`.

        Raises Away where the checks broke off; whoever asks next has them begin anew.
        """
        site = self._ground.released()
        if self._of is not site or self._task is None:
            self._of, self._task = site, asyncio.create_task(self._look(site))
        task = self._task
        await asyncio.wait([task], timeout=PATIENCE)
        if not task.done():
            return None
        if (error := task.exception()) is not None:
            self._broke(task, error)
            raise Away("The checks broke off, and the log says so. Load the page to try again.")
        own = [one for one in task.result() if not tenant or _is_of(one, tenant)]
        bad = [one for one in own if one.severity is not Severity.INFO]
        return sorted(bad, key=lambda one: (one.severity is not Severity.ERROR, one.order))

    def _broke(self, task: asyncio.Task[list[Diagnostic]], error: BaseException) -> None:
        """Tell it once, however many wait for it. Its text may hold what stands in the files."""
        if self._task is task:
            self._task = None
            self._ground.say("findings", "error", kind=type(error).__name__)

    async def _look(self, site: Site) -> list[Diagnostic]:
        run = Run(site.tree, self._ground.store, 1)
        return await self._ground.off(validate, run)


def _is_of(one: Diagnostic, tenant: str) -> bool:
    return one.file == f"tenants.d/{tenant}.yaml" or one.file.startswith(f"tenants.d/{tenant}/")


def _count(found: list[Diagnostic]) -> Found:
    by: Mapping[Any, int] = {
        severity: sum(one.severity is severity for one in found) for severity in Severity
    }
    return Found(by[Severity.ERROR], by[Severity.WARNING])


def findings_of(ground: Ground) -> Findings:
    """The one of a portal."""
    found: Findings = ground.parts.setdefault("findings", Findings(ground))
    return found
