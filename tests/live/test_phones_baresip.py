"""A real softphone, configured by nothing but what it fetched, calls through the real switch."""

from __future__ import annotations

import asyncio
import re
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import audio
from .agent import beside_a_switch, off
from .baresip import TONE, Baresip
from .conftest import phones_of
from .desk import desk
from .phones import DEVICES, SLUG, PhonesHost, of
from .scene import scene
from .switch import Switch

OTHER = 1240
"""What the other phone plays, in hertz."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhonesHost]:
    with beside_a_switch(tmp_path_factory.mktemp("baresip"), PhonesHost) as host, host.serving():
        yield host


@pytest.fixture
def switch(host: PhonesHost) -> Switch:
    """In the place of the suite's own."""
    return host.switch


@pytest.fixture
def accounts(host: PhonesHost) -> str:
    """baresip's file of accounts, fetched over TLS from the address of the device."""
    address = host.url(of("generic")).rpartition("/")[0]
    status, body = host.curl(f"{address}/accounts", "baresip")
    assert status == 200
    return body.decode()


@scene
async def test_it_registers_and_calls_and_both_hear_each_other(
    host: PhonesHost, accounts: str, switch: Switch, tmp_path: Path
) -> None:
    number = DEVICES[of("generic")][2]
    async with desk(phones_of(host.site), f"{SLUG}/6002") as (other,):
        with Baresip(tmp_path / "baresip", accounts) as soft:
            await off(lambda: soft.says(r"200 OK"))
            who = f"{number}.{SLUG}@{host.domain}"
            await switch.becomes(f"sofia xmlstatus profile internal user {who}", "<agent>baresip")
            soft.types(f"/dial sip:6002@{host.domain}")
            call = await other.rung(10.0)
            assert number in call.invite.get("From")
            call.answer()
            await off(lambda: soft.says("Call established"))
            call.media.play(OTHER)
            assert await call.media.hears(TONE, within=10.0)
            await asyncio.sleep(2.0)
            await call.hangup()
            await off(lambda: soft.says("session closed"))
            assert any(hears(path, OTHER) for path in soft.heard())


@scene
async def test_with_another_password_it_is_refused(
    host: PhonesHost, accounts: str, switch: Switch, tmp_path: Path
) -> None:
    wrong = re.sub(r"auth_pass=[^;\n]*", "auth_pass=guessed", accounts)
    assert wrong != accounts
    with Baresip(tmp_path / "baresip", wrong) as soft:
        await off(lambda: soft.says("403 Forbidden"))
        assert "200 OK" not in soft.said
    listed = await switch.ask("show registrations")
    assert DEVICES[of("generic")][2] not in listed


def hears(path: Path, hertz: float) -> bool:
    """Whether a tone is in a sound file."""
    with wave.open(str(path)) as file:
        samples = array("h", file.readframes(file.getnframes()))
    return audio.hears(samples[-audio.RATE * 2 :], hertz)
