"""A phone in a real browser: WSS, ICE, DTLS-SRTP and Opus, to desk phones, menus and trunks."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from . import lab
from .chromium import Browser, find_chromium
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import Phone
from .scene import play
from .site import Site
from .switch import Switch
from .webphone import WebPhone

pytestmark = pytest.mark.skipif(
    find_chromium() is None,
    reason="NO CHROMIUM FOUND: NO BROWSER PHONE WAS TESTED. INSTALL chromium, OR SET DIALFORM_CHROMIUM",
)

HERE, THERE = 1450.0, 890.0  # hertz: what the browser says, and what the other side does
LONG = 120.0  # seconds a scene may take: a browser starts slowly on a loaded machine
SLOW = 20.0

MakeWebPhone = Callable[..., contextlib.AbstractAsyncContextManager[WebPhone]]


@pytest.fixture
def webphone(compiled: Site, switch: Switch) -> MakeWebPhone:
    """Makes a browser with a phone: `async with webphone("webrtc/3001") as web:`.

    It is logged in, unless `register=False`; `transport="ws"` goes to the plain port.
    """

    @contextlib.asynccontextmanager
    async def phone(
        which: str, transport: str = "wss", register: bool = True, **given: Any
    ) -> AsyncIterator[WebPhone]:
        tenant, _, number = which.partition("/")
        host, port = compiled.address(transport)
        settings = {
            "url": f"{transport}://{host}:{port}",
            "user": number,
            "domain": compiled.domain(tenant),
            "password": compiled.password(which),
            "hertz": HERE,
        }
        async with Browser() as browser:
            web = WebPhone(browser, **{**settings, **given})
            await web.open()
            if register:
                assert await web.register() == 200
            yield web
            if register:
                assert await web.unregister() == 200

    return phone


@pytest.mark.parametrize("transport", ["wss", "ws"])
def test_it_calls_a_desk_phone(
    extension: Extension, webphone: MakeWebPhone, switch: Switch, transport: str
) -> None:
    async def calls() -> None:
        async with desk(extension, "webrtc/3002") as (bob,):
            async with webphone("webrtc/3001", transport) as web:
                call = await web.call("3002")
                rung = await bob.rung(SLOW)
                await call.early()
                rung.answer()
                rung.media.play(THERE)
                await call.answered()
                assert await call.hears(THERE)
                assert await rung.media.hears(HERE, SLOW)
                agreed = await call.agreed()
                assert agreed["codec"] == "audio/opus"
                assert agreed["dtls"] == "connected" and agreed["cipher"]
                await call.hangup()
                await rung.ended(SLOW)
            (leg,) = await switch.cdrs_where(1, dialform_peer="3002", sip_via_protocol=transport)
            assert leg["variables"]["dialform_extension"] == "3001"

    play(calls(), LONG)


def test_a_desk_phone_calls_it(
    extension: Extension, webphone: MakeWebPhone, switch: Switch
) -> None:
    async def calls() -> None:
        async with desk(extension, "webrtc/3002") as (bob,), webphone("webrtc/3001") as web:
            call = await bob.call("3001")
            rung = await web.rung()
            await call.ringing(SLOW)
            await rung.answer()
            await call.answered(SLOW)
            call.media.play(THERE)
            assert await rung.hears(THERE)
            assert await call.media.hears(HERE, SLOW)
            assert (await rung.agreed())["codec"] == "audio/opus"
            await call.hangup()
            await rung.ended()

    play(calls(), LONG)


def test_it_is_heard_from_behind_a_router(extension: Extension, webphone: MakeWebPhone) -> None:
    """Its candidates lead nowhere: the switch must follow its packets."""

    async def calls() -> None:
        behind = webphone("webrtc/3001", behind="127.0.0.77")
        async with desk(extension, "webrtc/3002") as (bob,), behind as web:
            call = await bob.call("3001")
            await (await web.rung()).answer()
            await call.answered(SLOW)
            assert await call.media.hears(HERE, SLOW)
            back = await web.call("3002")
            rung = await bob.rung(SLOW)
            rung.answer()
            rung.media.play(THERE)
            assert await back.hears(THERE)
            assert await rung.media.hears(HERE, SLOW)

    play(calls(), LONG)


def test_a_group_rings_it_beside_a_desk_phone(extension: Extension, webphone: MakeWebPhone) -> None:
    async def calls() -> None:
        phones = desk(extension, "webrtc/3002", "webrtc/3003")
        async with phones as (bob, caller), webphone("webrtc/3001") as web:
            call = await caller.call("601")
            lost = await bob.rung(SLOW)
            await (await web.rung()).answer()
            await call.answered(SLOW)
            await lost.ended(SLOW)
            assert await call.media.hears(HERE, SLOW)

    play(calls(), LONG)


def test_busy_is_busy(extension: Extension, webphone: MakeWebPhone) -> None:
    async def calls() -> None:
        async with desk(extension, "webrtc/3002") as (bob,), webphone("webrtc/3001") as web:
            call = await bob.call("3001")
            await (await web.rung()).reject()
            assert await call.refused(SLOW) == 486

    play(calls(), LONG)


def test_its_keys_reach_a_menu(extension: Extension, webphone: MakeWebPhone) -> None:
    async def calls() -> None:
        async with desk(extension, "webrtc/3002") as (bob,), webphone("webrtc/3001") as web:
            call = await web.call("700")
            await call.answered()
            assert await call.hears(lab.MENU)
            await call.press("1")
            rung = await bob.rung(SLOW)
            rung.answer()
            rung.media.play(THERE)
            assert await call.hears(THERE)

    play(calls(), LONG)


def test_it_holds_and_takes_back(extension: Extension, webphone: MakeWebPhone) -> None:
    async def calls() -> None:
        async with desk(extension, "webrtc/3002") as (bob,), webphone("webrtc/3001") as web:
            call = await web.call("3002")
            rung = await bob.rung(SLOW)
            rung.answer()
            rung.media.play(THERE)
            await call.answered()
            assert await rung.media.hears(HERE, SLOW)
            await call.hold()
            assert await call.silent()
            rung.media.heard = rung.media.heard[:0]
            await call.resume()
            assert await call.hears(THERE)
            assert await rung.media.hears(HERE, SLOW)

    play(calls(), LONG)


def test_it_is_held_and_taken_back(extension: Extension, webphone: MakeWebPhone) -> None:
    async def calls() -> None:
        async with desk(extension, "webrtc/3002") as (bob,), webphone("webrtc/3001") as web:
            call = await bob.call("3001")
            rung = await web.rung()
            await rung.answer()
            await call.answered(SLOW)
            call.media.play(THERE)
            assert await rung.hears(THERE)
            await call.hold()
            assert not await call.media.hears(THERE, 0.5)
            await call.hold("sendrecv")
            call.media.play(THERE)
            assert await rung.hears(THERE)

    play(calls(), LONG)


def test_it_calls_outside_and_hears_the_carrier_before_the_answer(
    webphone: MakeWebPhone, carriers: Carriers, compiled: Site, switch: Switch
) -> None:
    async def calls() -> None:
        carriers["third"].stop()
        host, port = compiled.carriers["third"]
        far = Phone("far", host, proxy=compiled.address("external"), bind=host, port=port)
        async with far as carrier, webphone("webrtc/3001") as web:
            call = await web.call("+14155550177")
            rung = await carrier.rung(SLOW)
            rung.progress(THERE)
            assert await call.hears(THERE)
            assert await call.status == 183
            rung.answer()
            await call.answered()
            assert await rung.media.hears(HERE, SLOW)
            assert await call.hears(THERE)
            await call.hangup()
            await rung.ended(SLOW)
        (out,) = await switch.cdrs_where(1, dialform_direction="outbound")
        assert out["variables"]["dialform_extension"] == "3001"
        assert out["variables"]["dialform_trunk"] == "third"

    play(calls(), LONG)


def test_the_outside_calls_it(webphone: MakeWebPhone, outsider: Outsider) -> None:
    async def calls() -> None:
        async with webphone("webrtc/3001") as web, outsider("+19175550100", "third") as caller:
            call = await caller.call("+17185558001")
            rung = await web.rung()
            await rung.answer()
            await call.answered(SLOW)
            call.media.play(THERE)
            assert await rung.hears(THERE)
            assert await call.media.hears(HERE, SLOW)

    play(calls(), LONG)


def test_another_extension_s_browser_is_refused_both_ways(
    extension: Extension, webphone: MakeWebPhone
) -> None:
    async def calls() -> None:
        async with desk(extension, "webrtc/3001") as (alice,), webphone("webrtc/3002") as web:
            call = await web.call("3001")
            assert await call.refused() == 403
            assert await alice.stays_quiet(0.3)
            back = await alice.call("3002")
            assert await back.refused(SLOW) == 480
            assert await web.stays_quiet(0.3)

    play(calls(), LONG)


def test_another_tenant_s_password_is_refused(webphone: MakeWebPhone, compiled: Site) -> None:
    async def calls() -> None:
        stolen = compiled.password("acme/1003")
        async with webphone("webrtc/3001", register=False, password=stolen) as web:
            assert await web.register() == 403
            call = await web.call("3002")
            assert await call.refused() == 403

    play(calls(), LONG)
