"""The hub: asks the switch for all browsers at once, draws each view once for all who see the same, and wakes
whoever has not got it yet. Where nobody watches, nothing is asked.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

from dialform.console.errors import ConsoleError
from dialform.console.ground import Ground
from dialform.console.live.feed import Feed
from dialform.console.live.look import Look
from dialform.console.live.placing import Placing
from dialform.console.live.reach import Reach
from dialform.console.live.seen import Seen
from dialform.console.live.sources import OF_EVENT, SOURCES
from dialform.console.live.views import VIEWS, View
from dialform.console.site import Site
from dialform.console.templating import environment
from dialform.reconcile.desk.customers import Customer
from dialform.switch import SwitchError
from dialform.values import dataclass, replace

TICK = 1.0
"""Seconds between two rounds: more often nobody is asked, however many watch."""

MOST = 64
"""Streams of one account: who opens more loses the oldest."""

MOST_DRAWN = 4096
"""Drawings that are kept: of views in reaches that are watched, or were while a page was opened."""

FRESH = 2.0
"""Seconds for which an answer is good enough for a page that is opened."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A view for a reach: its values in a look, what it looks like, and a short name of that."""

    look: Look
    values: Any
    html: str
    digest: str


class Hub:
    """One for the portal (`hub_of`)."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.seen = Seen(ground.link.api, ground.clocks.steady)
        self.placing = Placing(ground, lambda: self.stir("legs"))
        self._feeds: dict[Feed, None] = {}
        self._drawn: dict[tuple[str, Reach], Drawn] = {}
        self._look: Look | None = None
        self._site: Site | None = None
        self._customers: dict[str, Customer | None] = {}
        self._stir = asyncio.Event()
        self._subscribed: set[str] = set()

    @property
    def watched(self) -> int:
        """Browsers that watch."""
        return len(self._feeds)

    # What is shown.

    def look(self) -> Look:
        """What is known now. It is the same one until something else is known, or another site runs.

        Where somebody watches, the rounds look which site runs.
        """
        moment = self.seen.moment()
        unseen = not self._feeds and self._is_another_site()
        if unseen or self._look is None or self._look.moment is not moment:
            site = self.ground.released()
            if self._site is not site:
                self._site, self._customers = site, {}
            self._look = Look(moment, site, self._customers, self.ground.customer, self.placing.of)
        return self._look

    def draw(self, view: View, reach: Reach) -> Drawn:
        """A view as it is known now; drawn anew only where its values are others than before."""
        look, key = self.look(), view.key(reach)
        before = self._drawn.get(key)
        if before is not None and _is_same(view, before.look, look):
            return before
        values = view.gather(look, key[1])
        if before is not None and before.values == values:
            drawn = replace(before, look=look)
        else:
            drawn = self._painted(view, look, key[1], values)
        if len(self._drawn) >= MOST_DRAWN:  # pages that nobody watched once they were open
            self._drawn.clear()
        self._drawn[key] = drawn
        return drawn

    def _painted(self, view: View, look: Look, reach: Reach, values: Any) -> Drawn:
        html = environment().get_template(view.template).render(
            found=values, reach=reach, zone=look.zone(reach.tenant),
            url=lambda path: self.ground.settings.root_path + path,
        )  # fmt: skip
        digest = hashlib.blake2b(html.encode(), digest_size=6).hexdigest()
        return Drawn(look, values, html, digest)

    def drawn(self, view: View, feed: Feed) -> Drawn | None:
        """The same for a browser; one whose tenant is gone from this host is sent no more.

        A fault of ours in one view ends the browsers that watch it, and no others.
        """
        try:
            return self.draw(view, feed.reach)
        except ConsoleError:
            pass
        except Exception as error:
            self.ground.say("live_view", "error", view=view.name, kind=type(error).__name__)
        feed.end()
        return None

    async def snapshot(self, view: str, reach: Reach) -> Drawn:
        """A view for a page that is being opened. Where the switch does not answer it is the last known."""
        await self.fresh(VIEWS[view].sources)
        return self.draw(VIEWS[view], reach)

    async def fresh(self, sources: Iterable[str]) -> None:
        """Ask for what is not known, or was known too long ago for somebody who opens a page."""
        await self.seen.look(sources, FRESH)

    def stir(self, *sources: str) -> None:
        """Something was done: look at once, and tell."""
        self.seen.stir(*sources)
        self._look = None
        self._stir.set()

    # Who watches.

    @contextlib.asynccontextmanager
    async def joined(self, feed: Feed) -> AsyncIterator[None]:
        """A browser watches while the block runs."""
        if not self._feeds:
            self._stir.set()
        mine = [one for one in self._feeds if one.reach.account == feed.reach.account]
        for old in mine[: max(len(mine) + 1 - MOST, 0)]:
            old.end()
        self._feeds[feed] = None
        try:
            await self.fresh({name for view in feed.views for name in view.sources})
            yield
        finally:
            self._feeds.pop(feed, None)

    def close(self) -> None:
        """End all streams: the server ends."""
        for feed in tuple(self._feeds):
            feed.end()
        self.placing.close()

    # What runs beside the server.

    async def run(self) -> None:
        """Watch the switch for as long as the server runs."""
        listening = asyncio.create_task(self._listen())
        self.ground.link.on_up.append(self._up)
        try:
            while True:
                await self._pause()
                await self.round()
        finally:
            listening.cancel()
            self.ground.link.on_up.remove(self._up)
            self.close()

    async def _pause(self) -> None:
        """A second; where nobody watches, until somebody does."""
        if not self._feeds:
            self._drawn.clear()
            await self._stir.wait()
        else:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._stir.wait()
        self._stir.clear()

    async def round(self) -> None:
        """Ask for what is due, draw it, and wake whoever shows something else."""
        sources = {name for feed in self._feeds for view in feed.views for name in view.sources}
        await self._subscribe(sources)
        await self.seen.look(sorted(sources))
        if self._is_another_site():
            self._look = None
        drawn: dict[tuple[str, Reach], Drawn] = {}
        for feed in tuple(self._feeds):
            for view in feed.views:
                key = view.key(feed.reach)
                if key not in drawn and (found := self.drawn(view, feed)) is not None:
                    drawn[key] = found
                if key in drawn and drawn[key].digest != feed.has[view.name]:
                    feed.awake.set()
        self._drawn = drawn

    def _is_another_site(self) -> bool:
        """Whether another site runs than the one that was drawn last; also where nobody can say."""
        try:
            return self.ground.released() is not self._site
        except ConsoleError:
            return True

    async def _subscribe(self, sources: Iterable[str]) -> None:
        wanted = {event for name in sources for event in SOURCES[name].events} - self._subscribed
        if wanted:
            with contextlib.suppress(SwitchError):
                await self.ground.link.subscribe(*sorted(wanted))
            self._subscribed |= wanted

    async def _up(self, client: object) -> None:
        """Connected (again): what happened meanwhile nobody told."""
        self.seen.forget()
        self._stir.set()

    async def _listen(self) -> None:
        events = self.ground.link.events(lambda event: event.kind in OF_EVENT)
        async for item in events:
            self.seen.heard(item)


def _is_same(view: View, before: Look, now: Look) -> bool:
    """Whether a view has nothing to show that it did not have before: then nothing of it is looked at."""
    if before is now:
        return True
    if view.own or before.site is not now.site:
        return False
    told = zip(before.moment.told_by(view.sources), now.moment.told_by(view.sources), strict=True)
    return all(one is other for one, other in told)


def hub_of(ground: Ground) -> Hub:
    """The portal's hub."""
    found: Hub = ground.parts.setdefault("live", None) or Hub(ground)
    ground.parts["live"] = found
    return found


async def watch(ground: Ground) -> None:
    """What runs beside the server."""
    await hub_of(ground).run()
