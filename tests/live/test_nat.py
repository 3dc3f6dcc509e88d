"""Phones behind routers: reached where their packets come from, and kept reachable."""

from __future__ import annotations

import asyncio
import time

from .conftest import Extension
from .desk import desk
from .phone import Phone, answers
from .scene import scene
from .sip import Uri
from .switch import Switch

PRIVATE = "192.168.77.5"


class Hidden(Phone):
    """A phone that says the address of its own network."""

    @property
    def contact(self) -> str:
        return f"<sip:{self.user}@{PRIVATE}:5062>"


def hidden(phone: Phone) -> Phone:
    """Hides a phone behind a router."""
    phone.__class__ = Hidden
    return phone


async def options(phone: Phone, count: int, within: float = 15.0) -> int:
    """Waits for so many OPTIONS, and returns how many came."""
    deadline = time.monotonic() + within
    while len(phone.requests("OPTIONS")) < count and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    return len(phone.requests("OPTIONS"))


@scene
async def test_phone_behind_a_router(extension: Extension, switch: Switch) -> None:
    """It is called where it registered from, whatever it says, and asked now and then."""
    async with (
        desk(extension, "lamps/6002") as (two,),
        extension("lamps/6001", bind="127.0.1.7") as one,
    ):
        hidden(one)
        assert (await one.register()).status == 200
        listed = await switch.ask("sofia status profile internal reg")
        assert "NAT" in listed and PRIVATE in listed
        call = await two.call("6001")
        one.behaviour = answers(hertz=880)
        await call.answered(within=8.0)
        assert await call.media.hears(880)
        await call.hangup()
        assert await options(one, 2) >= 2
        await one.unregister()


@scene
async def test_phone_of_the_own_network_is_believed(extension: Extension, switch: Switch) -> None:
    """`local_networks`: what its Contact says is where it is, and nothing is sent to keep a way open."""
    async with extension("lamps/6001") as one:
        hidden(one)
        assert (await one.register()).status == 200
        listed = await switch.ask("sofia status profile internal reg")
        assert PRIVATE in listed and "NAT" not in listed
        assert await options(one, 1, within=3.0) == 0
        await one.unregister()


@scene
async def test_answers_go_where_the_request_came_from(extension: Extension) -> None:
    """A Via that says another port, with rport: the answer comes back all the same."""
    async with extension("lamps/6001", bind="127.0.1.7") as one:
        honest = one.endpoint.stamped

        def lying(request, branch=""):  # type: ignore[no-untyped-def]
            stamped = honest(request, branch)
            via = stamped.headers[0][1]
            port = Uri.parse(one.aor).port or one.address[1]
            stamped.headers[0] = ("Via", via.replace(f":{port};", ":5099;"))
            return stamped

        one.endpoint.stamped = lying  # type: ignore[method-assign]
        assert (await one.register()).status == 200
        await one.unregister()
