"""The doctor for pages: off the loop, one run for all who ask the same, and not longer than a page waits."""

import asyncio
import re
from collections.abc import Sequence

from dialform.console.errors import Away
from dialform.console.ground import Ground as Portal
from dialform.proof.arriving import arriving
from dialform.proof.compiled import restricted
from dialform.reconcile.doctor.examine import examine_with_switch
from dialform.reconcile.doctor.finding import Finding, Level
from dialform.reconcile.doctor.ground import Ground, Subject
from dialform.reconcile.doctor.machine import Machine
from dialform.reconcile.sitefiles import SiteFiles
from dialform.values import dataclass, replace

PATIENCE = 20.0
"""Seconds that a page waits. The run goes on, and who asks again gets what it found."""
FRESH = 20.0
"""Seconds that what was found is shown again."""
AT_ONCE = 2
"""Runs at a time; more would only be slower."""
_KEPT = 64

_OWN = ("number", "phones", "calls outside", "fax jobs")
"""What findings of a tenant are about, besides those that name it."""
_OPERATORS = re.compile(
    r"`(?:dialform|systemctl|journalctl|fs_cli|xml_locate)|providers\.d|routes\.yaml|fs_cli|docs/|"
    r"dialform status|chgrp|install "
)
"""Ways out that need a hand on the host."""
_TELL = "Whoever runs the phone system for you (the platform's operators) can mend it: tell them."


@dataclass(frozen=True, slots=True)
class Asked:
    """What the doctor is asked, and for whom: `tenant` is empty for the whole host."""

    subjects: tuple[Subject, ...] = ()
    tenant: str = ""


class Diagnoses:
    """Runs of the doctor that all requests share."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._running: dict[Asked, asyncio.Task[list[Finding]]] = {}
        self._ended: dict[Asked, tuple[float, list[Finding]]] = {}

    async def findings(self, asked: Asked) -> list[Finding]:
        """What is found. Raises Away where it takes too long, or too many look already."""
        now = self._portal.clocks.steady()
        if asked in self._ended and now - self._ended[asked][0] < FRESH:
            return self._ended[asked][1]
        task = self._running.get(asked)
        if task is None:
            if len(self._running) >= AT_ONCE:
                raise Away("Others are being looked at right now. Ask again in half a minute.")
            task = asyncio.create_task(self._run(asked))
            self._running[asked] = task
        try:
            return await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        except TimeoutError:
            raise Away(
                "It takes longer than usual: load this page again in a minute, and it is there."
            ) from None

    async def _run(self, asked: Asked) -> list[Finding]:
        try:
            found = await self._portal.off(_examined, self._portal, asked)
            if len(self._ended) >= _KEPT:
                self._ended.clear()
            self._ended[asked] = (self._portal.clocks.steady(), found)
            return found
        finally:
            self._running.pop(asked, None)


def diagnoses_of(portal: Portal) -> Diagnoses:
    """The one of a portal."""
    found: Diagnoses = portal.parts.setdefault("diagnoses", Diagnoses(portal))
    return found


def _examined(portal: Portal, asked: Asked) -> list[Finding]:
    """In a thread of its own: checks block on disks, names and addresses."""
    return asyncio.run(examine_with_switch(_ground(portal, asked)))


def _ground(portal: Portal, asked: Asked) -> Ground:
    folders, site = portal.folders(), portal.released()
    tree = restricted(site.tree, [asked.tenant]) if asked.tenant else site.tree
    ground = Ground(
        Machine(), state=folders.state, folders=folders, site=SiteFiles(tree.root, tree),
        secrets=portal.store.folder, subjects=asked.subjects, tenant=asked.tenant,
    )  # fmt: skip
    ground.trace = arriving(folders.conf, ground.machine.now)
    return ground


def for_tenant(found: Sequence[Finding], slug: str) -> list[Finding]:
    """What a tenant administrator is told: of the platform only whether something is wrong with it."""
    own = [_plain(one) for one in found if _is_own(one, slug)]
    others = [one.level for one in found if not _is_own(one, slug)]
    if others:
        own.append(_platform(min(others)))
    return sorted(own, key=lambda one: one.level)


def _is_own(one: Finding, slug: str) -> bool:
    named = re.search(rf"(?<![\w-]){re.escape(slug)}(?![\w-])", one.about)
    return bool(named) or one.about.startswith(_OWN)


def _plain(one: Finding) -> Finding:
    """Without files of the host and commands for it."""
    way_out = _TELL if _OPERATORS.search(one.way_out) else one.way_out
    cause = "" if _OPERATORS.search(one.cause) else one.cause
    return replace(one, looked="", cause=cause, way_out=way_out)


def _platform(worst: Level) -> Finding:
    about = "the platform"
    if worst is Level.OK:
        return Finding(worst, about, "", "It is in order, as far as this was looked at.")
    if worst is Level.UNKNOWN:
        return Finding(worst, about, "", "Not all of it could be looked at.")
    return Finding(
        worst, about, "", "Something is wrong there, or could be.",
        "Its operators see what it is.", _TELL,
    )  # fmt: skip
