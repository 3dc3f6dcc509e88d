"""Caps that several hosts count together in Redis: what a crash left in the counts is taken out again.

The agent has a connection of its own for it: a Redis that takes connections and answers nothing holds up
whoever asks, and must not hold up the loop.
"""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from dialform.reconcile.ground import Ground
from dialform.reconcile.times import Times
from dialform.reconcile.watching.shares import Share, Shares
from dialform.renderers.freeswitch import caps
from dialform.switch import Link, SwitchError
from dialform.switch.questions import Ask, channels
from dialform.values import dataclass

EVERY = 4.0
"""Seconds between two looks."""

_TRUNK = re.compile(r"limit hiredis dialform dialform:trunk:([\w.-]+) ")
_NAMED = re.compile(r"\bname=dialform:(\S+)")


def counted_trunks(generation: Path) -> frozenset[str] | None:
    """The trunks whose calls a generation counts in Redis; None where it has no Redis."""
    switch = generation / "freeswitch"
    if not (switch / "autoload_configs" / "hiredis.conf.xml").is_file():
        return None
    try:
        text = (switch / "dialplan" / "outbound.xml").read_text("utf-8")
    except OSError:
        return frozenset()
    return frozenset(_TRUNK.findall(text))


async def holders(ask: Ask, trunks: frozenset[str]) -> dict[str, int]:
    """The legs of a switch that hold a count, by key. Raises SwitchError.

    A leg that holds has a number in `hiredis_raw_response`; which count it holds say our own marks.
    """
    found: dict[str, int] = {}

    async def of(uuid: str, name: str) -> str:
        return (await ask(f"uuid_getvar {uuid} {name}")).strip()

    for leg in await channels(ask):
        if not (await of(leg.uuid, "hiredis_raw_response")).isdecimal():
            continue
        keys = []
        if await of(leg.uuid, "dialform_holds") == "true":
            keys.append(f"tenant:{await of(leg.uuid, 'dialform_tenant')}")
        if (
            leg.direction == "outbound"
            and (trunk := await of(leg.uuid, "dialform_trunk")) in trunks
        ):
            keys.append(f"trunk:{trunk}")
        for key in keys:
            found[key] = found.get(key, 0) + 1
    return found


@dataclass(slots=True, eq=False)
class Caps:
    """One host's part in the counts. `generation` is the folder of what runs, None where nothing does."""

    host: str
    generation: Callable[[], Path | None]
    log: Any
    times: Times
    mended: Callable[[str], None]
    """Is told each key that was set right, by its kind."""
    said: Callable[[dict[str, Any]], None]
    """Is given what there is to say of it, for the status."""

    async def run(self, link: Link) -> None:
        """Until it is cancelled. What goes wrong is said, and tried again at the next look."""
        seen, beat = Shares(self.host), 0
        while True:
            trunks = counted_trunks(folder) if (folder := self.generation()) else None
            if trunks is not None:
                beat += 1
                try:
                    await self.look(link, seen, trunks, beat)
                except (SwitchError, ValueError) as error:
                    self.said({"error": _words(error), "silent": []})
            await self.times.sleep(EVERY)

    async def look(self, link: Link, seen: Shares, trunks: frozenset[str], beat: int) -> None:
        """One look: leave word, read all, set right. Raises SwitchError, ValueError."""
        live = await holders(link.api, trunks)
        _, words = caps.read_all(await link.api(caps.ALL))
        before = words.get(self.host)
        await self._say(link, Share(link.core_uuid, beat, live))
        if before is not None:
            await self._restarted(link, Share.read(before))
        await link.api(caps.name_connection(self.host))
        counts, words = caps.read_all(await link.api(caps.ALL))
        connected = set(_NAMED.findall(await link.api(caps.CONNECTIONS)))
        plain = {key.removeprefix("dialform:"): count for key, count in counts.items()}
        found = seen.look(self.times.steady(), plain, words, connected)
        for host in found.gone:
            self.log.warning("a host is gone from redis", gone=host)
            await link.api(caps.forget(host))
        for one in found.wrong:
            await self._mend(link, one.key, one.counted, one.live)
        self.said({"error": None, "silent": list(found.silent)})

    async def _say(self, link: Link, share: Share) -> None:
        reply = (await link.api(caps.say(self.host, share.text()))).strip()
        if reply not in ("0", "1"):
            raise ValueError("redis did not take this host's word")

    async def _restarted(self, link: Link, before: Share) -> None:
        """A switch that was started again has none of its legs left: they are taken out at once.

        This host's new word stands there already: whoever dies here leaves it to the looks that follow.
        """
        if before.core == link.core_uuid:
            return
        counts, _ = caps.read_all(await link.api(caps.ALL))
        for key, count in before.live.items():
            counted = counts.get(f"dialform:{key}", 0)
            await self._mend(link, key, counted, max(counted - count, 0))

    async def _mend(self, link: Link, key: str, counted: int, live: int) -> None:
        kind, _, name = key.partition(":")
        command = caps.mend("hiredis", kind, name, counted, live)
        if command and (await link.api(command)).strip() in ("OK", "1"):
            self.log.warning("a count was set right", key=key, counted=counted, live=live)
            self.mended(kind)


def _words(error: Exception) -> str:
    return (
        str(error)
        if isinstance(error, SwitchError)
        else f"Redis does not answer as it should: {error}"
    )


async def beside(ground: Ground) -> None:
    """Looks for as long as the agent lives, where there is a Redis. It never ends by itself."""
    one = Caps(
        ground.settings.host, partial(_generation, ground), ground.log, ground.times,
        lambda kind: ground.book.count(f"caps_mended.{kind}"),
        lambda said: ground.book.data["billing"].update(caps=said),
    )  # fmt: skip
    while True:
        folder = None if ground.settings.report_only else one.generation()
        if folder is not None and counted_trunks(folder) is not None:
            link = ground.another_link()
            linked = asyncio.create_task(link.run())
            try:
                await one.run(link)
            except Exception as error:
                ground.log.exception("caps ended", why=type(error).__name__)
            finally:
                await link.close()
                await asyncio.gather(linked, return_exceptions=True)
        await ground.times.sleep(10 * EVERY)


def _generation(ground: Ground) -> Path | None:
    current = ground.generations.current()
    return None if current is None else current.folder
