"""Agents of call queues, as the live suite has them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from . import lab
from .conftest import Extension
from .desk import desk
from .phone import Call, Phone
from .switch import Switch

RINGBACK = 440  # hertz of the US ringing tone
CALLER, AGAIN = "queues/6006", "queues/6007"
LOGIN, LOGOUT = "*22", "*23"


async def log_in(*phones: Phone, code: str = LOGIN, hears: int = lab.LOGGED_IN) -> None:
    """Each phone dials the code and hears that it is done."""
    for phone in phones:
        call = await phone.call(code)
        await call.answered()
        assert await call.media.hears(hears)
        await call.ended(10.0)


@asynccontextmanager
async def agents(
    extension: Extension, switch: Switch, *which: str, tenant: str = "queues"
) -> AsyncIterator[list[Phone]]:
    """Phones of agents that are logged in, as if they had rested long; they log out at the end."""
    async with desk(extension, *(f"{tenant}/{number}" for number in which)) as phones:
        await log_in(*phones)
        try:
            for number in which:
                await switch.ask(f"callcenter_config agent set ready_time {tenant}.{number} 0")
            yield phones
        finally:
            for number in which:
                await leave(switch, f"{tenant}.{number}")


async def leave(switch: Switch, agent: str) -> None:
    await switch.ask(f"callcenter_config agent set status {agent} 'Logged Out'")


async def served(call: Call, ringing: Call) -> None:
    """The agent takes the call, and both hear each other."""
    ringing.media.play(600)
    ringing.answer()
    assert await call.media.hears(600, 10.0)
    call.media.play(500)
    assert await ringing.media.hears(500, 10.0)


async def status(switch: Switch, agent: str) -> str:
    return (await switch.ask(f"callcenter_config agent get status {agent}")).strip()
