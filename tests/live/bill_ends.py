"""The far ends of a bill: carriers of which each number behaves in its own way, and what their clocks say."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Mapping

from .behaviour import Behaviour, answers
from .call import Call
from .phone import Phone
from .site import Site

NARROW = 0.04
"""Seconds around a whole one within which two clocks may count differently."""


class Exchange(Phone):
    """A carrier's switch. It takes every call, but those to numbers that have a `manner` of their own."""

    manners: Mapping[str, Behaviour]

    async def _as_called(self, call: Call) -> None:
        own = self.manners.get(call.invite.uri.user) or self.manners.get("")
        await (own or answers(0.2))(call)


@contextlib.asynccontextmanager
async def exchanges(
    site: Site, manners: Mapping[str, Mapping[str, Behaviour]]
) -> AsyncIterator[dict[str, Exchange]]:
    """The carriers of a site by name; `manners` are of each its numbers', "" for all others."""
    async with contextlib.AsyncExitStack() as stack:
        found = {}
        for name, (host, port) in site.carriers.items():
            one = Exchange(name, host, proxy=site.address("external"), bind=host, port=port)
            one.manners = manners.get(name, {})
            one.behaviour = one._as_called
            found[name] = await stack.enter_async_context(one)
        yield found


def began(call: Call) -> float:
    """When its phone saw it answered, by the monotonic clock; 0: never."""
    return next((at for at, first in _moments(call) if first.startswith("SIP/2.0 200")), 0.0)


def lasted(call: Call) -> float:
    """Seconds from its answer to its BYE, as its phone saw both. 0: it was not answered."""
    start = began(call)
    if not start:
        return 0.0
    return next(at for at, first in _moments(call) if first.startswith("BYE ")) - start


def seconds(call: Call) -> int:
    """The same in whole seconds, of which one that began counts in full."""
    exact = lasted(call)
    assert abs(exact - round(exact)) > NARROW or not exact, f"{exact} s: who could count that?"
    return math.ceil(exact)


async def lasts(measured: Call, length: float, hangs_up: Call | None = None) -> None:
    """Waits until a call is so many seconds old on its far end's clock; then somebody hangs up."""
    await asyncio.sleep(began(measured) + length - time.monotonic())
    await (hangs_up or measured).hangup()


async def over(call: Call) -> None:
    """The other side has hung up, and this one knows."""
    await call.ended(within=8.0)


def _moments(call: Call) -> list[tuple[float, str]]:
    """When each message of a call's INVITE and BYE crossed its phone's socket, with its first line."""
    return [
        (record.at, record.message.start)
        for record in call.phone.endpoint.records
        if record.message.get("Call-ID") == call.dialog.call_id
        and record.message.get("CSeq").endswith(("INVITE", "BYE"))
    ]
