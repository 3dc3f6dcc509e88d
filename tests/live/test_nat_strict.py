"""A host that judges by Via as well, and forgets phones that do not answer: a switch of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from . import lab
from .phone import Phone
from .scene import scene
from .sip import Message
from .site import HOST, Site
from .switch import Switch

pytestmark = pytest.mark.usefixtures("switch")  # where there is none, nothing of this is run


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Switch]]:
    site = lab.demo(tmp_path_factory.mktemp("strict"))
    with site.edit("platform.yaml") as platform:
        platform["hosts"][HOST]["nat"] = {
            "local_networks": ["127.0.0.0/24"],
            "keepalive": 1,
            "aggressive": True,
            "drop_silent": True,
        }
    site.compile()
    with Switch(site.conf, site.state) as running:
        yield site, running


class Elsewhere(Phone):
    """A phone whose Via names the address that it has in its own network."""

    silent = False

    def _answer(self, request: Message) -> Message:
        if self.silent and request.method == "OPTIONS":
            return request.response(480)
        return super()._answer(request)


@scene
async def test_via_counts_and_silence_too(strict: tuple[Site, Switch]) -> None:
    site, running = strict
    phone = Elsewhere(
        "6001",
        site.domain("lamps"),
        site.password("lamps/6001"),
        proxy=site.address("internal"),
        bind="127.0.1.7",
    )
    async with phone:
        honest = phone.endpoint.stamped

        def translated(request: Message, branch: str = "") -> Message:
            stamped = honest(request, branch)
            via = stamped.headers[0][1].replace("127.0.1.7:", "127.0.1.99:")
            stamped.headers[0] = ("Via", via)
            return stamped

        phone.endpoint.stamped = translated  # type: ignore[method-assign]
        assert (await phone.register()).status == 200
        await running.becomes("sofia status profile internal reg", "NAT")
        async with asyncio.timeout(20.0):
            while not phone.requests("OPTIONS"):
                await asyncio.sleep(0.1)
        phone.silent = True
        await running.becomes(
            "sofia status profile internal reg", "Total items returned: 0", within=40.0
        )
