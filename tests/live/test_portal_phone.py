"""The portal's softphone in a real browser, on the real switch: calls, hold, both transfers, two windows."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from . import lab
from .call import Call
from .chromium import find_chromium
from .conftest import Extension
from .desk import desk
from .portalphone import Window, browser_at, portal
from .scene import play
from .site import Site
from .switch import Switch
from .test_voicemail import MESSAGE, leaves_a_message

pytest.importorskip("playwright", reason="NO PLAYWRIGHT: THE PORTAL'S PHONE WAS NOT TRIED")
pytestmark = pytest.mark.skipif(
    find_chromium() is None,
    reason="NO CHROMIUM FOUND: THE PORTAL'S PHONE WAS NOT TRIED. INSTALL chromium, OR SET DIALFORM_CHROMIUM",
)

HERE, THERE, OTHER = (
    1450.0,
    890.0,
    1230.0,
)  # hertz: what the browser says, and what the other sides do
LONG = 180.0
SLOW = 20.0
CAROL = "portal/carol"

Windows = Callable[..., contextlib.AbstractAsyncContextManager[list[Window]]]


@pytest.fixture
def windows(compiled: Site, switch: Switch, tmp_path: Path) -> Windows:
    """Carol's portal: `async with windows(2) as (one, two):`, each with its phone logged in as 3101."""

    @contextlib.asynccontextmanager
    async def opened(count: int = 1, subject: str = CAROL) -> AsyncIterator[list[Window]]:
        async with (
            portal(compiled, tmp_path / "portal") as url,
            browser_at(url, subject, tmp_path, HERE) as context,
        ):
            found = [await Window.open(context) for _ in range(count)]
            try:
                yield found
            except BaseException as error:
                for window in found:
                    error.add_note("\n".join([await window.told(), *window.console[-20:]]))
                raise
            for window in found:
                assert window.errors == []
                await window.page.close(run_before_unload=False)

    return opened


async def quiet(call: Call) -> bool:
    """Whether what the browser says stops arriving: what was under way may still come."""
    for _ in range(10):
        if not await call.media.hears(HERE, 1.0, 0.3):
            return True
    return False


def test_it_calls_a_desk_phone_and_lives_on_while_pages_change(
    extension: Extension, windows: Windows, switch: Switch
) -> None:
    async def calls() -> None:
        async with desk(extension, "portal/3102") as (bob,), windows() as (carol,):
            call = await carol.dial("3102")
            rung = await bob.rung(SLOW)
            await carol.state(call, "waiting")
            rung.answer()
            rung.media.play(THERE)
            await carol.state(call, "talking")
            await carol.hears(THERE)
            assert await rung.media.hears(HERE, SLOW, 0.3)
            # Another page, by a click: the call goes on.
            await carol.page.evaluate("window.stays = 'here'")
            await carol.page.locator("#menu a").last.click()
            await carol.page.wait_for_function("() => location.pathname !== '/'")
            assert await carol.value("window.stays") == "here"
            assert await rung.media.hears(HERE, SLOW, 0.3)
            await carol.press(call, "Hang up")
            await rung.ended(SLOW)
            await carol.calm()
        (leg,) = await switch.cdrs_where(1, dialform_peer="3102", sip_via_protocol="wss")
        assert leg["variables"]["dialform_extension"] == "3101"

    play(calls(), LONG)


def test_a_desk_phone_calls_it(extension: Extension, windows: Windows) -> None:
    async def calls() -> None:
        async with desk(extension, "portal/3102") as (bob,), windows() as (carol,):
            call = await bob.call("3101")
            rings = carol.call("Bob Roe")
            await carol.state(rings, "ringing")
            await carol.press(rings, "Answer")
            await call.answered(SLOW)
            call.media.play(THERE)
            await carol.hears(THERE)
            assert await call.media.hears(HERE, SLOW, 0.3)
            await carol.press(rings, "Mute")
            await call.hangup()
            await carol.calm()

    play(calls(), LONG)


def test_it_declines_and_the_caller_gets_to_the_mailbox(
    extension: Extension, windows: Windows
) -> None:
    async def calls() -> None:
        async with desk(extension, "portal/3102") as (bob,), windows() as (carol,):
            call = await bob.call("3101")
            rings = carol.call("Bob Roe")
            await carol.state(rings, "ringing")
            await carol.press(rings, "Decline")
            await carol.calm()
            await call.answered(SLOW)
            await call.hangup()

    play(calls(), LONG)


def test_it_holds_takes_back_mutes_and_presses_keys(extension: Extension, windows: Windows) -> None:
    async def calls() -> None:
        async with desk(extension, "portal/3102") as (bob,), windows() as (carol,):
            call = await carol.dial("3102")
            rung = await bob.rung(SLOW)
            rung.answer()
            rung.media.play(THERE)
            await carol.state(call, "talking")
            assert await rung.media.hears(HERE, SLOW, 0.3)
            await carol.press(call, "Hold")
            await call.get_by_text("on hold").wait_for()
            # Music on hold is no tone of the browser's.
            assert await quiet(rung)
            await carol.press(call, "Take back")
            assert await rung.media.hears(HERE, SLOW, 0.3)
            await carol.press(call, "Mute")
            await carol.page.get_by_role("button", name="Unmute").wait_for()
            assert await quiet(rung)
            await carol.press(call, "Unmute")
            assert await rung.media.hears(HERE, SLOW, 0.3)
            for key in ("4", "star"):
                await carol.page.get_by_role("group", name="Keys").get_by_role("button", name=key, exact=True).click()  # fmt: skip
            assert await rung.media.receives("4*", SLOW)
            await carol.press(call, "Hang up")
            await rung.ended(SLOW)

    play(calls(), LONG)


def test_it_hands_a_caller_over_without_asking(extension: Extension, windows: Windows) -> None:
    async def calls() -> None:
        async with (
            desk(extension, "portal/3103", "portal/3102") as (alice, bob),
            windows() as (carol,),
        ):
            call = await bob.call("3101")
            rings = carol.call("Bob Roe")
            await carol.state(rings, "ringing")
            await carol.press(rings, "Answer")
            await call.answered(SLOW)
            call.media.play(THERE)
            await carol.hears(THERE)
            await carol.press(rings, "Transfer")
            await rings.get_by_label("Who gets the call").fill("3103")
            await carol.press(rings, "Hand over")
            taken = await alice.rung(SLOW)
            taken.answer()
            taken.media.play(OTHER)
            assert await call.media.hears(OTHER, SLOW)
            assert await taken.media.hears(THERE, SLOW)
            await carol.calm()

    play(calls(), LONG)


def test_it_asks_first_and_then_connects_both(extension: Extension, windows: Windows) -> None:
    async def calls() -> None:
        async with (
            desk(extension, "portal/3103", "portal/3102") as (alice, bob),
            windows() as (carol,),
        ):
            call = await bob.call("3101")
            first = carol.call("Bob Roe")
            await carol.state(first, "ringing")
            await carol.press(first, "Answer")
            await call.answered(SLOW)
            call.media.play(THERE)
            await carol.hears(THERE)
            await carol.press(first, "Transfer")
            await first.get_by_label("Who gets the call").fill("3103")
            await carol.press(first, "Ask first")
            taken = await alice.rung(SLOW)
            await first.get_by_text("on hold").wait_for()
            taken.answer()
            taken.media.play(OTHER)
            second = carol.call("3103")
            await carol.state(second, "talking")
            assert await taken.media.hears(HERE, SLOW, 0.3)
            await carol.press(second, "Connect both")
            assert await call.media.hears(OTHER, SLOW)
            assert await taken.media.hears(THERE, SLOW)
            await carol.calm()

    play(calls(), LONG)


def test_a_second_call_knocks_and_the_first_is_held_meanwhile(
    extension: Extension, windows: Windows
) -> None:
    async def calls() -> None:
        async with (
            desk(extension, "portal/3103", "portal/3102") as (alice, bob),
            windows() as (carol,),
        ):
            call = await carol.dial("3102")
            rung = await bob.rung(SLOW)
            rung.answer()
            await carol.state(call, "talking")
            knocking = await alice.call("3101")
            second = carol.call("Alice Doe")
            await carol.state(second, "ringing")
            await carol.press(second, "Answer")
            await knocking.answered(SLOW)
            await call.get_by_text("on hold").wait_for()
            assert await knocking.media.hears(HERE, SLOW, 0.3)
            await knocking.hangup()
            await carol.state(second, "over")
            await carol.press(call, "Take back")
            assert await rung.media.hears(HERE, SLOW, 0.3)
            await carol.press(call, "Hang up")
            await carol.calm()

    play(calls(), LONG)


def test_two_windows_ring_both_and_the_one_that_answers_has_the_call(
    extension: Extension, windows: Windows
) -> None:
    async def calls() -> None:
        async with desk(extension, "portal/3102") as (bob,), windows(2) as (one, two):
            call = await bob.call("3101")
            first, second = one.call("Bob Roe"), two.call("Bob Roe")
            await one.state(first, "ringing")
            await two.state(second, "ringing")
            await two.press(second, "Answer")
            await call.answered(SLOW)
            assert await call.media.hears(HERE, SLOW, 0.3)
            await one.calm()
            await one.page.get_by_text("Phone: in another window").wait_for()
            await two.press(second, "Hang up")
            await call.ended(SLOW)
            # The other one calls by itself, too.
            back = await one.dial("3102")
            rung = await bob.rung(SLOW)
            rung.answer()
            await one.state(back, "talking")
            await one.press(back, "Hang up")
            await rung.ended(SLOW)

    play(calls(), LONG)


def test_it_tells_of_a_message_and_hears_it(
    extension: Extension, windows: Windows, compiled: Site
) -> None:
    async def calls() -> None:
        async with desk(extension, "portal/3102") as (bob,):
            await leaves_a_message(await bob.call("3101"))
            async with windows() as (carol,):
                await carol.show()
                await carol.page.get_by_role("button", name="Hear 1 new message").click()
                call = carol.call("*98")
                await carol.state(call, "talking")
                await carol.follows(lab.ENTER_PIN)
                await carol.type(compiled.secret("portal/3101/pin") + "#")
                await carol.follows(lab.NEW_MESSAGES)
                await carol.type("1")
                await carol.follows(MESSAGE)
                await carol.type("7")
                await carol.page.locator("[data-messages]").wait_for(state="hidden")
                await carol.press(call, "Hang up")
                await carol.calm()

    play(calls(), LONG)
