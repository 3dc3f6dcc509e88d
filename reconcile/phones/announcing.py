"""The agent tells the phones whose files are not those that they heard of: some before they are logged out,
all others when what they shall fetch is proven.
"""

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from dialform.reconcile import suspension
from dialform.reconcile.contact import same_folder
from dialform.reconcile.generations import Generation
from dialform.reconcile.ground import Ground, Stopped
from dialform.reconcile.phones.heard import MOST_TRIES, Heard, Owed
from dialform.reconcile.phones.listed import FOLDER
from dialform.reconcile.phones.pace import Pace
from dialform.reconcile.phones.said import Said
from dialform.reconcile.phones.telling import phone_profiles, tell
from dialform.switch import Client, SwitchError, Unknown, Unreachable, questions
from dialform.values import dataclass

SERVICE = "phones/service.json"
_URGENT = 10.0
"""Seconds that those may take, all together, whose log-out waits for it; who is left is told after."""
_MOST_BATCH = 50


@dataclass(frozen=True, slots=True)
class _Checked:
    """The switch, for somebody who may be told to end, or whose place another agent has taken."""

    ground: Ground
    client: Client

    async def api(self, command: str, *, timeout: float | None = None) -> str:
        self._check()
        return await self.client.api(command, timeout=timeout)

    async def send_event(self, name: str, headers: Mapping[str, str]) -> str:
        self._check()
        return await self.client.send_event(name, headers)

    def _check(self) -> None:
        if self.ground.stopping:
            raise Stopped
        self.ground.lock.check()


class Announcer:
    """Tells phones, by what `ground.heard` says that they heard of."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._said = Said(ground.book, ground.times)

    # Before they are logged out.

    async def urgent(
        self, client: Client, target: Generation, tenants: Collection[str], who: Collection[str]
    ) -> int:
        """Tell the phones of these tenants that are about to be logged out: `1001.acme@acme.example.com`, or
        `@acme.example.com` for all of a domain. How many were told. What goes wrong is in the status, and
        holds nothing up. Raises OSError, Stopped, FencedError.
        """
        if not _resync(target.folder):
            return 0
        try:
            owed = await asyncio.to_thread(self._owed, target, self.ground.heard.copy(), tenants)
        except (OSError, ValueError) as error:
            self._said.say(target, error=str(error))
            return 0
        mine = [one for one in owed if _is_of(one, who)]
        if not mine:
            return 0
        self._said.say(target)
        before, times = self._said.told, self.ground.times
        most = min(_URGENT, self.ground.settings.confirm_within / 4)
        pace = Pace(max(self.ground.settings.phones_per_second, len(mine) / most), times)
        until, switch = times.steady() + most, _Checked(self.ground, client)
        try:
            await self._tell(switch, target, mine, pace, lambda: times.steady() >= until)
        except SwitchError as error:
            self._said.say(target, error=str(error))
        return self._said.told - before

    # When it is proven.

    async def go_on(self, client: Client) -> bool:
        """Tell all others, as many as may be told now. True: nobody is owed anything any more.

        Raises SwitchError, OSError, ValueError (a damaged index), Stopped, FencedError.
        """
        ground, target = self.ground, self.due()
        heard = ground.heard
        if target is None:
            return True
        if self.waits(target):
            return False
        if not _resync(target.folder):
            heard.settle(target.name)
            return True
        if not heard.there and not (target.folder / FOLDER).is_dir():
            heard.base = target.name  # no phone was ever here: nothing needs to be written
            return True
        owed = await asyncio.to_thread(self._owed, target, heard.copy())
        if self.waits(target) or (owed and not await self._is_ours(client)):
            return False
        return await self._all(_Checked(ground, client), target, owed)

    async def _all(self, switch: _Checked, target: Generation, owed: Sequence[Owed]) -> bool:
        """Tenant by tenant; what is done is written down shortly."""
        heard, failed, left = self.ground.heard, False, len(owed)
        pace = Pace(self.ground.settings.phones_per_second, self.ground.times)
        for slug, some in groupby(owed, key=lambda one: one.phone.tenant):
            mine = list(some)
            self._said.say(target, owed=left)
            told = await self._tell(switch, target, mine, pace, lambda: self.waits(target))
            if self.waits(target):  # who was told of another one meanwhile stands there by name
                return False
            if told:
                heard.all_of(slug, target.name)
            failed, left = failed or not told, left - len(mine)
        if not failed:
            heard.settle(target.name)
            if owed:
                self._said.say(target, owed=0, error="")
        return not failed

    def due(self) -> Generation | None:
        """The generation that some phones may not have heard of; None: all did."""
        applied = self.ground.record.applied
        if applied is None or self.ground.heard.is_settled(applied.generation):
            return None
        return self.ground.generations.find(applied.generation)

    def waits(self, target: Generation) -> bool:
        """Whether it is no time for it: another one is being applied, somebody said that nothing be done."""
        ground = self.ground
        applied = ground.record.applied
        return (
            ground.record.applying is not None
            or applied is None
            or applied.generation != target.name
            or ground.settings.report_only
            or suspension.read(ground.layout, ground.times.now()) is not None
        )

    async def _is_ours(self, client: Client) -> bool:
        folder = await questions.conf_folder(client.api)
        return same_folder(folder, self.ground.layout.current / "freeswitch")

    # Both.

    def _owed(
        self, target: Generation, heard: Heard, only: Collection[str] | None = None
    ) -> list[Owed]:
        found = {name: self.ground.generations.find(name) for name in heard.generations}
        folders = {name: one.folder for name, one in found.items() if one is not None}
        return heard.owed(target.folder, folders, only)

    async def _tell(
        self, switch: _Checked, target: Generation, owed: Sequence[Owed], pace: Pace,
        waits: Callable[[], bool],
    ) -> bool:  # fmt: skip
        """Tell them, at their pace. False: some are still owed it. Each batch is written down before."""
        if not owed:
            return True
        heard, failed = self.ground.heard, False
        profiles = await phone_profiles(switch.api)
        size = max(1, min(int(self.ground.settings.phones_per_second), _MOST_BATCH))
        left = list(owed)
        try:
            while left:
                if waits():
                    return False
                batch, left = left[:size], left[size:]
                batch = [one for one in batch if not self._given_up(target, one)]
                self.ground.lock.check()
                heard.begin(batch)
                for position, one in enumerate(batch):
                    await pace.turn()
                    try:
                        how = (await tell(switch, profiles, one.phone, lines=one.lines)).how
                    except (Unreachable, Unknown) as error:
                        sent = isinstance(error, Unknown)
                        heard.unsent(batch[position + sent :])
                        raise
                    except (SwitchError, ValueError) as error:
                        failed = self._failed(target, one, error) or failed
                    else:
                        heard.told(one)
                        self._said.say(target, how=how)
        finally:
            self.ground.lock.check()
            heard.save()
            self.ground.book.save()
        return not failed

    def _failed(self, target: Generation, one: Owed, error: Exception) -> bool:
        """Says it. True: it is to be tried again."""
        self.ground.log.warning("a phone was not told", mac=one.phone.mac, why=str(error))
        self._said.say(target, failing=(one.phone.mac, str(error)))
        return not self._given_up(target, one)

    def _given_up(self, target: Generation, one: Owed) -> bool:
        """Whether telling it was begun often enough: it is done with, and fetches when it does."""
        if self.ground.heard.tries.get(one.phone.mac, 0) < MOST_TRIES:
            return False
        self.ground.heard.told(one)
        self._said.say(target, how="failed")
        return True


def _is_of(one: Owed, who: Collection[str]) -> bool:
    """Whether a line of it is among those that are logged out."""
    lines: Iterable[str] = (*one.lines, *one.phone.lines)
    return any(line in who or f"@{line.rpartition('@')[2]}" in who for line in lines)


def _resync(folder: Path) -> bool:
    """Whether a site wants its phones told (`provisioning: {resync: false}`)."""
    try:
        data = json.loads((folder / SERVICE).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and data.get("resync") is not False
