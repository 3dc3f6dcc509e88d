"""Phones fetch from the service over the agent's generation, and are told by the agent when that is another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest

from .agent import beside_a_switch, off
from .conftest import Extension, phones_of
from .desk import desk
from .phone import Phone
from .phones import DEVICES, SLUG, TENANT, PhonesHost, of, vendors_here
from .scene import scene
from .switch import Switch

AGENTS = {
    "yealink": "Yealink SIP-T46S 66.86.0.15 00:15:65:1a:2b:01",
    "grandstream": "Grandstream Model HW GXP2170 SW 1.0.11.79 DevId 000b821a2b02",
    "poly": "FileTransport PolycomVVX-VVX_410-UA/5.9.6.2327 (SN:0004f21a2b03) Type/Application",
    "fanvil": "Fanvil X4U 2.12.2.5 0c383e1a2b04",
    "snom": "Mozilla/4.0 (compatible; snomD735-SIP 10.1.175.16 1.1.3-s)",
    "cisco": "Cisco/SPA504G-7.6.2c (00562b1a2b06)(CCQ1234567)",
    "gigaset": "Gigaset N870 IP PRO/83.V2.49.1 7C2F801A2B07",
    "htek": "Htek UC926 2.0.4.8 00:1f:c1:1a:2b:08",
    "generic": "Linphone/5.2.5 (Debian)",
}
"""What the phones say that they are when they fetch."""
SPEAKS = {
    "yealink": "Yealink SIP-T46S 66.86.0.15", "grandstream": "Grandstream GXP2170 1.0.11.79",
    "poly": "PolycomVVX-VVX_410-UA/5.9.6.2327", "fanvil": "Fanvil X4U 2.12.2.5 0c383e1a2b04",
    "snom": "snomD735/10.1.175.16", "cisco": "Cisco/SPA504G-7.6.2c",
    "gigaset": "Gigaset N870 IP PRO/83.V2.49.1", "htek": "Htek UC926 2.0.4.8 001fc11a2b08",
    "generic": "Linphone/5.2.5 (Debian)",
}  # fmt: skip
"""What they say that they are when they register."""
FIRST = {
    "yealink": "{mac}.cfg", "grandstream": "cfg{mac}.xml", "poly": "{mac}.cfg", "fanvil": "{mac}.cfg",
    "snom": "snomD735-{MAC}.htm", "cisco": "spa{mac}.xml", "gigaset": "{mac}.xml",
    "htek": "cfg{mac}.xml", "generic": "linphone.xml",
}  # fmt: skip
"""What they append to their address, or are given as one."""
EVENTS = {
    "yealink": "check-sync;reboot=false", "grandstream": "resync", "poly": "check-sync",
    "fanvil": "check-sync;reboot=false", "snom": "check-sync;reboot=false", "cisco": "resync",
    "gigaset": "check-sync;reboot=false", "htek": "check-sync",
}  # fmt: skip
"""The event by which each vendor's phones fetch. Softphones know none."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhonesHost]:
    with beside_a_switch(tmp_path_factory.mktemp("fetching"), PhonesHost) as host, host.serving():
        yield host


@pytest.fixture
def switch(host: PhonesHost) -> Switch:
    """In the place of the suite's own."""
    return host.switch


@pytest.fixture
def phone(host: PhonesHost) -> Callable[[str], Phone]:
    """A vendor's phone, made of our own SIP: `phone("yealink")`."""
    extension: Extension = phones_of(host.site)

    def made(vendor: str) -> Phone:
        return extension(f"{SLUG}/{DEVICES[of(vendor)][2]}", agent=SPEAKS[vendor])

    return made


def told(phone: Phone) -> list[str]:
    """The events of the NOTIFYs that it got, but for what every phone is told when it registers."""
    found = [message.get("Event") for message in phone.requests("NOTIFY")]
    return [event for event in found if not event.startswith("message-summary")]


def profile(host: PhonesHost, **changed: object) -> str:
    with host.site.edit(TENANT) as tenant:
        tenant["device_profiles"]["desk"].update(changed)
    return host.commit()


# Fetching, as each vendor's phones do it.


@pytest.mark.parametrize("vendor", sorted(AGENTS))
def test_each_vendors_phone_gets_its_own_file_and_no_other(host: PhonesHost, vendor: str) -> None:
    mac = of(vendor)
    url = host.url(mac)
    assert url.startswith(host.base)
    name = FIRST[vendor].format(mac=mac, MAC=mac.upper())
    address = url if url.rpartition("/")[2] else url + name
    status, body = host.curl(address, AGENTS[vendor])
    assert status == 200, name
    made = {path.read_bytes() for path in host.folder_of(mac).iterdir()}
    assert body in made
    other = next(one for one in DEVICES if one != mac)
    refused = host.curl(host.base + name, AGENTS[vendor])
    assert refused[0] == 404, "a MAC is not a secret"
    elsewhere = FIRST[DEVICES[other][0]].format(mac=other, MAC=other.upper())
    token = url.removeprefix(host.base).partition("/")[0]
    assert host.curl(f"{host.base}{token}/{other}-{elsewhere}", AGENTS[vendor]) == refused
    assert host.curl(f"{host.base}{'x' * len(token)}/{name}", AGENTS[vendor]) == refused


def test_who_fetched_is_listed_and_the_log_holds_no_token(host: PhonesHost) -> None:
    mac = of("yealink")
    url = host.url(mac)
    assert host.curl(f"{url}{mac}.cfg", AGENTS["yealink"])[0] == 200
    token = url.removeprefix(host.base).partition("/")[0]
    deadline = time.monotonic() + 10
    while "0015651a2b01" not in host.log() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert mac in host.log()
    assert token not in host.log()


@scene
async def test_after_an_apply_the_service_has_the_new_files(host: PhonesHost) -> None:
    mac = of("yealink")
    url = await off(lambda: host.url(mac)) + f"{mac}.cfg"
    before = await off(lambda: host.curl(url, AGENTS["yealink"]))
    profile(host, ntp="ntp-one.example.com")
    await off(host.settle)

    async def others() -> None:
        while (await off(lambda: host.curl(url, AGENTS["yealink"]))) == before:
            await asyncio.sleep(0.1)

    await asyncio.wait_for(others(), 10)
    after = await off(lambda: host.curl(url, AGENTS["yealink"]))
    assert b"ntp-one.example.com" in after[1]


# Being told.


@scene
async def test_the_agent_tells_the_phones_that_changed_by_their_vendors_events(
    host: PhonesHost, phone: Callable[[str], Phone]
) -> None:
    here = [vendor for vendor in EVENTS if vendor in vendors_here()]
    async with desk(phone, *here, "generic") as phones:
        profile(host, ntp="ntp-two.example.com")
        async with host.staying() as agent:
            await off(lambda: host.until(lambda: host.status()["phones"].get("owed") == 0))
            await told_all(phones[:-1])
            assert {v: told(p) for v, p in zip(here, phones, strict=False)} == {
                vendor: [EVENTS[vendor]] for vendor in here
            }
            assert told(phones[-1]) == [], "a softphone knows no such event"
            head = host.commit("nothing that phones fetch")
            host.poke(agent)
            await off(lambda: host.comes_to(head))
            await asyncio.sleep(2.0)
            assert [len(told(one)) for one in phones] == [1] * len(here) + [0]


@scene
async def test_only_whose_files_changed_hear_of_it_and_others_on_their_extension_do_not(
    host: PhonesHost, phone: Callable[[str], Phone]
) -> None:
    extension = phones_of(host.site)
    async with (
        desk(phone, "yealink", "grandstream") as (mine, other),
        extension(f"{SLUG}/6001", agent=SPEAKS["snom"], bind="127.0.0.12") as beside,
    ):
        assert (await beside.register()).status == 200
        with host.site.edit(TENANT) as tenant:
            tenant["devices"][of("yealink")]["label"] = "the desk at the window"
            tenant["devices"][of("yealink")]["keys"] = [{"type": "speed-dial", "value": "6002"}]
        host.commit()
        await off(host.settle)
        await told_all([mine])
        assert told(mine) == [EVENTS["yealink"]]
        assert told(other) == []
        assert told(beside) == [], "another make on the same extension"
        await beside.unregister()


@scene
async def test_who_asks_for_it_tells_one_phone(
    host: PhonesHost, phone: Callable[[str], Phone]
) -> None:
    async with desk(phone, "yealink", "poly") as (one, other):
        said = await off(lambda: host.dialform("device", "resync", of("yealink")))
        assert "told" in said
        await told_all([one])
        await off(lambda: host.dialform("device", "reboot", of("yealink")))
        await until(lambda: told(one) == [EVENTS["yealink"], "check-sync;reboot=true"])
        assert told(other) == []
    said = await off(lambda: host.dialform("device", "resync", of("yealink"), code=1))
    assert "not registered" in said


@scene
async def test_another_password_is_told_before_the_phone_is_logged_out(
    host: PhonesHost, phone: Callable[[str], Phone], switch: Switch
) -> None:
    async with desk(phone, "yealink", "snom") as (mine, other):
        with host.site.edit(TENANT) as tenant:
            tenant["extensions"]["6001"]["rotate"] = 2
        host.commit()
        await off(host.settle)
        await told_all([mine])
        assert told(mine) == [EVENTS["yealink"]], "it heard of it: so it was registered still"
        assert told(other) == []
        who = f"6001.{SLUG}@{host.domain}"
        assert who not in await switch.ask(f"sofia xmlstatus profile internal user {who}")
        assert (await mine.register()).status == 403, "the old password"
        mine.password = await off(lambda: host.site.shown(f"{SLUG}/6001/sip"))
        assert (await mine.register()).status == 200
        body = await off(lambda: host.curl(f"{host.url(of('yealink'))}{of('yealink')}.cfg", "x"))
        assert mine.password.encode() in body[1], "and what it fetches has the new one"
    switch.expects("SIP auth (failure|challenge)")


async def told_all(phones: list[Phone]) -> None:
    """Waits until each has heard something."""
    await until(lambda: all(told(one) for one in phones))


async def until(met: Callable[[], bool], within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not met():
            await asyncio.sleep(0.05)
