"""Which commit runs on which host, by what the agents say."""

from collections.abc import Mapping
from typing import Any

from dialform.console.ground import Ground
from dialform.reconcile import status
from dialform.reconcile.waves.blocking import FRESH
from dialform.reconcile.waves.errors import StoreError
from dialform.reconcile.waves.record import Record, moment, record
from dialform.values import dataclass

_AGAIN = 10.0
"""Seconds that what was read is good for."""


@dataclass(frozen=True, slots=True)
class HostState:
    """A host. `commit` is what was proven there last; `trouble` is why nobody should believe it, or why it
    is not ready. `at` is when its agent said so, in seconds since 1970.
    """

    name: str
    wave: int
    commit: str = ""
    ready: bool = False
    trouble: str = ""
    at: float | None = None
    version: str = ""
    held: str = ""
    """Why it does not go on, with the way out: of this host alone."""

    @property
    def well(self) -> bool:
        """Whether it runs what it says, and is ready."""
        return self.ready and not self.trouble


class Hosts:
    """What is known of all hosts, asked now and then."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._read: tuple[float, list[HostState]] | None = None

    async def states(self) -> list[HostState]:
        """All hosts of the platform, in the order in which changes reach them."""
        now = self._ground.clocks.steady()
        if self._read is None or now - self._read[0] > _AGAIN:
            self._read = (now, await self._states())
        return self._read[1]

    async def _states(self) -> list[HostState]:
        ground = self._ground
        view = ground.released().view
        known = {name: one.wave for name, one in view.platform.hosts.items()} if view else {}
        own = await ground.off(_own, ground)
        records: dict[str, Record] = {}
        error = ""
        if ground.statuses is not None:
            try:
                records = await ground.statuses.read(list(known))
            except StoreError as problem:
                error = f"the hosts' word cannot be read: {problem}"
        wall = ground.clocks.wall()
        found = []
        for name, wave in sorted(known.items(), key=lambda pair: (pair[1], pair[0])):
            if own is not None and own.get("host") == name:
                found.append(_here(own, wave, wall))
            else:
                found.append(_there(name, wave, records.get(name), wall, error))
        return found


def hosts_of(ground: Ground) -> Hosts:
    """The one of a portal."""
    found: Hosts = ground.parts.setdefault("hosts", Hosts(ground))
    return found


def _own(ground: Ground) -> dict[str, Any] | None:
    """What the agent of this host says; without an agent, what is compiled here."""
    folders = ground.folders()
    if folders.state is None:
        return {"host": folders.current.name, "applied": {"commit": ground.released().commit}}
    return status.read(folders.state / "status.json")


def _here(said: Mapping[str, Any], wave: int, wall: float) -> HostState:
    applied = said.get("applied") or {}
    if "conditions" not in said:
        return HostState(
            said["host"], wave, applied.get("commit") or "", True, "", None, "",
            "no agent looks after it: this is what was compiled here",
        )  # fmt: skip
    one = record(said)
    trouble = status.life(said, wall) or (one["reason"] if not one["ready"] else "")
    held = said.get("held") or {}
    why = f"{held['message']} {held['way_out']}".strip() if held.get("message") else ""
    return HostState(
        one["host"], wave, one["commit"], one["ready"], trouble, moment(one["at"]), one["version"], why
    )  # fmt: skip


def _there(name: str, wave: int, one: Record | None, wall: float, error: str) -> HostState:
    if one is None:
        return HostState(name, wave, trouble=error or "it says nothing here")
    at = moment(one["at"])
    old = at is None or wall - at > FRESH
    trouble = "its agent has said nothing for long" if old else ""
    trouble = trouble or ("" if one["ready"] else one["reason"] or "not ready")
    return HostState(name, wave, one["commit"], one["ready"], trouble, at, one["version"])
