"""Two tenants with the same numbers for everything, and the laws that hold whatever they dial."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import audio
from .call import Call
from .conftest import Extension, Outsider
from .phone import Phone, answers
from .switch import Switch

PHONES = ("1001", "1002", "1003")
OUTSIDE = "outside"
SHARED = re.compile(
    r"default|phone|outbound|refused|ended|public|global|did_\d+|n[dr]_\w+|\w*national\w*"
)
"""Contexts that are nobody's; `default`, where legs are that no call started, does not exist."""


@dataclass(frozen=True)
class Twin:
    """A tenant: where its phones are, what they say in hertz and what its files sound like.

    `did` is the beginning of its numbers; `caller` is who calls it from outside.
    """

    name: str
    home: str
    voice: float
    file: float
    did: str
    caller: str


CASTOR = Twin("castor", "127.0.0.31", 1700, 1900, "+171855591", "+19175550191")
POLLUX = Twin("pollux", "127.0.0.32", 2300, 2600, "+171855592", "+19175550192")
TWINS = (CASTOR, POLLUX)
DIDS = {"1001": "01", "601": "02", "700": "03", "1999": "04", "800": "05", "900": "06"}
"""The last digits of the number by which the outside reaches an object."""


def other(twin: Twin) -> Twin:
    return POLLUX if twin is CASTOR else CASTOR


@dataclass(frozen=True)
class Dial:
    """One call: by whom (`outside` from the carrier), to what, and the keys pressed in it."""

    twin: Twin
    caller: str
    to: str
    press: str = ""

    def __repr__(self) -> str:
        return f"Dial({self.twin.name.upper()}, {self.caller!r}, {self.to!r}, {self.press!r})"


@dataclass
class Table:
    """All phones of both, logged in; those who call from outside; and all calls that were made."""

    phones: dict[tuple[str, str], Phone]
    outside: dict[str, Phone]
    domains: dict[str, str]
    made: list[tuple[Twin, Call]] = field(default_factory=list)

    async def dial(self, what: Dial) -> None:
        """Makes a call and ends it after a while, whatever became of it."""
        if what.caller == OUTSIDE:
            phone = self.outside[what.twin.name]
            target = what.twin.did + DIDS.get(what.to, "01")
        else:
            phone = self.phones[what.twin.name, what.caller]
            target = what.to
            if target == "the other's domain":
                target = f"sip:1001@{self.domains[other(what.twin).name]}"
            elif target == "the other's number":
                target = other(what.twin).did + "01"
        call = await phone.call(target)
        self.made.append((what.twin, call))
        call.media.play(what.twin.voice)
        with contextlib.suppress(AssertionError):
            await call.answered(2.5)
            if what.press:
                await asyncio.sleep(0.3)
                await call.press(what.press)
            await call.ended(1.5)
        if not call.over:
            await call.hangup()

    async def at_once(self, calls: Sequence[Dial]) -> None:
        await asyncio.gather(*(self.dial(call) for call in calls))

    async def hang_up(self, switch: Switch, within: float = 40.0) -> None:
        """Everybody does, until no call is left: one that was parked comes back later."""
        async with asyncio.timeout(within):
            while "\n0 total." not in await switch.ask("show channels"):
                for phone in self.phones.values():
                    await asyncio.gather(*(call.hangup() for call in phone.calls))
                await asyncio.sleep(0.2)

    def rung(self, twin: Twin) -> Iterator[tuple[str, Call]]:
        """Every call that came to a phone of this tenant, with the phone's number."""
        for (name, number), phone in self.phones.items():
            if name == twin.name:
                yield from ((number, call) for call in phone.calls if not call.outgoing)


@contextlib.asynccontextmanager
async def seated(
    extension: Extension, outsider: Outsider, domains: dict[str, str]
) -> AsyncIterator[Table]:
    """Both tenants with all their phones; each answers at once and says its tenant's tone."""
    async with contextlib.AsyncExitStack() as stack:
        phones = {
            (twin.name, number): extension(
                f"{twin.name}/{number}", bind=twin.home, behaviour=answers(0.1, twin.voice)
            )
            for twin in TWINS
            for number in PHONES
        }
        outside = {twin.name: outsider(twin.caller, "third") for twin in TWINS}
        for phone in (*phones.values(), *outside.values()):
            await stack.enter_async_context(phone)
        for phone in phones.values():
            assert (await phone.register()).status == 200
        table = Table(phones, outside, domains)
        yield table
        for phone in phones.values():
            await phone.unregister()


def forget(switch: Switch) -> None:
    """What people set by phone is gone."""
    for twin in TWINS:
        for number in PHONES:
            for kind in ("cfa", "dnd"):
                switch.api(f"db delete/{twin.name}-{kind}/{number}")


# The laws.


def strays(table: Table) -> list[str]:
    """Calls that came to a phone from another tenant, and sounds of another."""
    found = []
    for twin in TWINS:
        stranger = other(twin)
        for number, call in table.rung(twin):
            shown = call.invite.get("From")
            if twin.name not in shown.lower() and twin.caller not in shown:
                found.append(f"{twin.name}/{number} was called by {shown}")
            if stranger.name in call.invite.encode().decode("utf-8", "replace").lower():
                found.append(f"{twin.name}/{number}: the INVITE names {stranger.name}")
        mine = [call for _, call in table.rung(twin)]
        mine += [call for whose, call in table.made if whose is twin]
        for call in mine:
            for hertz in (stranger.voice, stranger.file):
                if audio.hears(call.media.heard, hertz):
                    found.append(f"{call} heard {stranger.name} ({hertz} Hz)")
    return found


def misplaced(leg: dict[str, Any]) -> list[str]:
    """What is wrong with the CDR of one leg: its tenant, its contexts, and whom it names."""
    variables = leg["variables"]
    text = json.dumps(variables)
    homes = {twin for twin in TWINS if twin.home in text}
    marked = {twin for twin in TWINS if variables.get("dialform_tenant") == twin.name}
    dids = {twin for twin in TWINS if variables.get("dialform_did", "").startswith(twin.did)}
    whose = homes | marked | dids
    if not whose:
        return []
    name = f"{variables.get('channel_name')} to {variables.get('sip_req_user')}"
    if len(whose) > 1:
        return [f"{name}: of {sorted(twin.name for twin in whose)}"]
    (twin,) = whose
    found = []
    for flow in leg["callflow"]:
        context = flow.get("caller_profile", {}).get("context", "")
        own = context == twin.name or context.startswith(f"{twin.name}.")
        if not own and not SHARED.fullmatch(context):
            found.append(f"{name}: in the context {context}")
    stranger = other(twin).name
    # Who dials the other's domain has it in what it dialled, and nowhere else.
    for key, value in variables.items():
        dialled = key.startswith(("sip_req_", "sip_to_", "sip_full_to", "sip_h_"))
        if stranger in str(value).lower() and not dialled:
            found.append(f"{name}: {key} is {value}")
    return found
