"""What many who see different things cost: each scope is looked at once for what happened, and not else."""

import contextlib
from collections import Counter
from collections.abc import Callable

from dialform.console.live import gathering, hub, hub_of
from dialform.console.live.feed import Feed
from dialform.console.live.look import Look
from dialform.console.live.reach import Reach
from dialform.console.live.views import VIEWS
from dialform.simulator.served import SimulatedSwitch
from dialform.values import replace

from ..stage import Stage
from .conftest import ALICE, BOB, call

REACHES = (
    Reach("acme"),
    *(Reach("acme", frozenset({n})) for n in ("1001", "1002", "1003")),
    Reach(admin=True),
)


def test_a_scope_is_looked_at_once_for_what_happened_and_never_for_nothing(
    play: Callable[..., None],
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        one, gathered = hub_of(stage.ground), Counter[Reach]()

        def gather(look: Look, reach: Reach) -> object:
            gathered[reach] += 1
            return gathering.calls(look, reach)

        view = replace(VIEWS["calls"], gather=gather)
        feeds = [
            Feed(replace(reach, account=account), [view], {}) for reach in REACHES for account in range(5)
        ]  # fmt: skip
        async with contextlib.AsyncExitStack() as stack:
            for feed in feeds:
                await stack.enter_async_context(one.joined(feed))
            await one.round()
            assert gathered == dict.fromkeys(REACHES, 1)
            assert all(feed.awake.is_set() for feed in feeds)
            for feed in feeds:
                feed.has["calls"] = one.draw(view, feed.reach).digest
                feed.awake.clear()
            for _ in range(3):
                one.seen.forget()  # the switch is asked anew, and says the same
                await one.round()
            assert gathered == dict.fromkeys(REACHES, 1)
            await call(stage, ALICE, "1002")
            one.seen.forget()
            await one.round()
            assert gathered == dict.fromkeys(REACHES, 2)
            # Who sees nothing of that call is not even woken.
            others = frozenset({"1003"})
            assert all(feed.awake.is_set() == (feed.reach.extensions != others) for feed in feeds)
        assert one.watched == 0

    play(scene, ALICE, BOB)


def test_another_site_is_drawn_anew(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        one, reach = hub_of(stage.ground), Reach("acme")
        async with one.joined(Feed(reach, [VIEWS["calls"]], {})):
            await one.round()
            look = one.look()
            await one.round()
            assert one.look() is look
            stage.ground._released = None  # what runs is read again
            await one.round()
            assert one.look().site is stage.ground.released() is not look.site

    play(scene)


def test_a_page_that_is_opened_while_nobody_watches_shows_the_site_that_runs(
    play: Callable[..., None],
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        one, reach = hub_of(stage.ground), Reach("acme")
        before = (await one.snapshot("calls", reach)).look
        again = (await one.snapshot("calls", reach)).look
        assert again is before
        stage.ground._released = None  # what runs is read again; the switch says the same
        after = (await one.snapshot("calls", reach)).look
        assert after.site is stage.ground.released() is not before.site
        assert after.moment is before.moment

    play(scene)


def test_pages_that_nobody_watches_do_not_pile_up(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        one = hub_of(stage.ground)
        for number in range(hub.MOST_DRAWN + 10):
            one.draw(VIEWS["switch"], Reach("acme", frozenset({str(number)})))
        assert len(one._drawn) <= hub.MOST_DRAWN

    play(scene)
