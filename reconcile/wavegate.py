"""Waves: this host waits until every host of an earlier wave is proven with the same commit."""

import asyncio
import json
from collections.abc import Callable
from typing import Protocol

from dialform.reconcile.generations import Generation
from dialform.reconcile.ground import Ground
from dialform.reconcile.policy import Hold, hold
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.history import Relation
from dialform.reconcile.waves.blocking import blocking
from dialform.reconcile.waves.store import StatusStore, StoreError
from dialform.values import dataclass


class Relations(Protocol):
    """What of a source the gate asks."""

    def relation(self, before: str, after: str) -> Relation:
        """As `Source.relation`."""


@dataclass(slots=True)
class Waves:
    """The gate. Without a store, a site of one wave passes."""

    ground: Ground
    source: Relations
    store: Callable[[str], StatusStore | None]
    """The store of a platform. Raises StoreError."""

    async def hold(self, generation: Generation, commit: str) -> Hold | None:
        """Why this host waits with a commit, or None."""
        waves = hosts_and_waves(self.ground)
        mine = self.ground.settings.host
        earlier = {name for name, wave in waves.items() if wave < generation.wave and name != mine}
        if not earlier:
            return None
        try:
            store = self.store(self.ground.book.data["platform"])
            if store is None:
                return hold("NoStatusStore")
            records = await store.read(sorted(earlier))
        except StoreError as error:
            return hold("WaitingForWave", hosts=str(error))
        found = await asyncio.to_thread(
            blocking, records, waves, mine, commit, self._is_descendant, self.ground.times.now()
        )
        return hold("WaitingForWave", hosts="; ".join(found)) if found else None

    def _is_descendant(self, commit: str, theirs: str) -> bool:
        try:
            return self.source.relation(commit, theirs) in ("same", "forward")
        except SourceError:
            return False


def hosts_and_waves(ground: Ground) -> dict[str, int]:
    """Each host of the platform and its wave, as the commit was compiled: every host has a manifest."""
    found = {}
    for path in sorted(ground.layout.build.glob("*/manifest.json")):
        if path.parent.name.startswith("."):
            continue  # what the compiler prepares
        try:
            with path.open("rb") as file:
                header = json.loads(file.read())
        except (OSError, ValueError):
            continue
        found[path.parent.name] = int(header.get("wave") or 0)
    return found
