"""`dialform live`: calls for somebody, and what is done with calls, under the tenant's own policy."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from .conftest import Carriers, Extension
from .desk import desk
from .phone import answers, refuses
from .scene import scene
from .site import HOST, Site
from .switch import Switch

NOBODY = "12345678-1234-1234-1234-123456789012"


class Live:
    """The command, from outside."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, *words: str) -> tuple[int, str]:
        """Its exit status, and all that it said."""
        command = [str(Path(sys.executable).with_name("dialform")), "live", *words]
        given = ["--site", str(self._site.source), "--out", str(self._site.out), "--host", HOST]
        done = await asyncio.to_thread(
            subprocess.run, [*command, *given], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stdout, done.stdout
        return done.returncode, done.stdout

    async def does(self, *words: str) -> str:
        """What it says where it succeeds, which it must."""
        status, said = await self(*words)
        assert status == 0, said
        return said

    async def rows(self, table: str, *words: str) -> list[dict[str, Any]]:
        """A table."""
        said = await self.does(table, "--format", "json", *words)
        found: list[dict[str, Any]] = next(iter(json.loads(said).values()))
        return found


@scene
async def test_a_call_for_somebody_rings_first_there_and_then_dials(
    compiled: Site, extension: Extension, switch: Switch
) -> None:
    live = Live(compiled)
    async with desk(extension, "acme/1001", "acme/1002", behaviour=answers()) as (alice, bob):
        alice.behaviour, bob.behaviour = answers(hertz=500), answers(hertz=600)
        said = await live.does("call", "1001", "1002", "--tenant", "acme")
        assert "1002 answered" in said
        first, second = await alice.rung(), await bob.rung()
        assert first.invite.addr("From").uri.user == "1002", "it shows whom the call is for"
        shown = second.invite.addr("From")
        assert (shown.uri.user, shown.name) == ("1001", "Alice Doe")
        assert await first.media.hears(600)
        assert await second.media.hears(500)
        legs = await live.rows("channels", "--tenant", "acme")
        assert {leg["extension"] for leg in legs} == {"1001", "1002"}
        assert await live.rows("channels", "--tenant", "lab") == []
        uuid = legs[0]["uuid"]
        for other in ("lab", "nordlicht"):
            for words in (("hangup", uuid), ("transfer", uuid, "2001"), ("hold", uuid)):
                assert await live(*words, "--tenant", other) == (
                    1,
                    f"Error: There is no call {uuid}.\n",
                )
        assert (await live("hangup", NOBODY, "--tenant", "lab"))[1].endswith(f"no call {NOBODY}.\n")
        await live.does("hangup", "1002", "--tenant", "acme")
        await first.ended(within=5)
        await second.ended(within=5)


@scene
async def test_a_call_outside_shows_and_bills_the_extension(
    compiled: Site, extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    live = Live(compiled)
    async with desk(extension, "acme/1001", behaviour=answers()) as (alice,):
        said = await live.does("call", "1001", "+1 212 555 0177", "--tenant", "acme")
        assert "answered" in said
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550177"
        assert invite.addr("From").uri.user == "+12125550199"
        call = await alice.rung()
        call.media.play(500)
        assert await call.media.hears(500), "the carrier's echo"
        (count,) = (await switch.ask("limit_usage hash tenant acme")).split()
        assert count == "1"
        await live.does("hangup", "1001", "--tenant", "acme")
        await call.ended()
    (leg,) = await switch.cdrs_where(1, dialform_trunk="mycarrier")
    marks = leg["variables"]
    assert marks["dialform_direction"] == "outbound"
    assert marks["dialform_object"] == "extension 1001"
    assert marks["dialform_route"] == "us-voice"
    own = [one["variables"] for one in switch.cdrs() if not one["variables"].get("dialform_trunk")]
    assert [(one["dialform_extension"], one["dialform_direction"]) for one in own] == [
        ("1001", "internal")
    ]


@scene
async def test_a_call_beyond_the_toll_class_is_refused_as_if_it_were_dialled(
    compiled: Site, extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    live = Live(compiled)
    async with desk(extension, "lab/2002", behaviour=answers()) as (two,):
        status, said = await live("call", "2002", "011442079460000", "--tenant", "lab")
        assert status == 1, said
        assert "refused: toll" in said
        await (await two.rung()).ended()
    for leg in switch.cdrs():
        assert not leg["variables"].get("dialform_trunk")


@scene
async def test_who_is_not_registered_or_declines_is_told(
    compiled: Site, extension: Extension, switch: Switch
) -> None:
    live = Live(compiled)
    status, said = await live("call", "1002", "1001", "--tenant", "acme")
    assert (status, "registered" in said) == (1, True), said
    async with desk(extension, "acme/1002", behaviour=refuses(603)) as (_,):
        status, said = await live("call", "1002", "1001", "--tenant", "acme")
        assert (status, "did not answer" in said) == (1, True), said
    assert "\n0 total." in await switch.ask("show channels")


@scene
async def test_do_not_disturb_of_the_caller_is_not_asked_and_that_of_the_called_is(
    compiled: Site, extension: Extension, switch: Switch
) -> None:
    live = Live(compiled)
    async with desk(extension, "lab/2001", "lab/2002", behaviour=answers()) as (one, two):
        await switch.ask("db insert/lab-dnd/2001/on")
        try:
            await live.does("call", "2001", "2002", "--tenant", "lab")
            await (await one.rung()).hangup()
            await (await two.rung()).ended()
            # Its mailbox answers, and not its phone.
            await live.does("call", "2002", "2001", "--tenant", "lab", "--wait", "3")
            assert await one.stays_quiet()
        finally:
            await switch.ask("db delete/lab-dnd/2001")
            await switch.ask("hupall")


@scene
async def test_hold_transfer_and_the_scope_of_a_user(
    compiled: Site, extension: Extension, switch: Switch
) -> None:
    live = Live(compiled)
    async with desk(extension, "lab/2001", "lab/2002", "lab/2003", behaviour=answers()) as phones:
        one, two, three = phones
        two.behaviour = answers(hertz=600)
        three.behaviour = answers(hertz=700)
        await live.does("call", "2001", "2002", "--tenant", "lab")
        first, second = await one.rung(), await two.rung()
        assert await first.media.hears(600)
        legs = {leg["extension"]: leg for leg in await live.rows("channels", "--tenant", "lab")}
        uuid = legs["2002"]["uuid"]
        assert (await live("hold", uuid, "--tenant", "lab")) == (0, "on hold\n")
        assert "already" in (await live("hold", uuid, "--tenant", "lab"))[1]
        held = {
            leg["extension"]: leg["state"] for leg in await live.rows("channels", "--tenant", "lab")
        }
        assert held == {"2001": "ACTIVE", "2002": "HELD"}
        assert any(
            message.method == "INVITE" and b"sendonly" in message.body for message in two.received
        ), "its phone is told"
        assert (await live("hold", uuid, "--off", "--tenant", "lab")) == (0, "taken back\n")
        assert await first.media.hears(600)
        await live.does("transfer", legs["2001"]["uuid"], "2003", "--tenant", "lab")
        await three.rung()
        await second.ended()
        assert await first.media.hears(700)
        await live.does("hangup", "2003", "--tenant", "lab")
        await first.ended()


@scene
async def test_a_tenant_s_cap_counts_calls_from_the_desk(
    compiled: Site, extension: Extension, switch: Switch
) -> None:
    live = Live(compiled)
    async with desk(extension, "capped/3001", "capped/3002", behaviour=answers()) as (one, two):
        await live.does("call", "3001", "3002", "--tenant", "capped")
        first = await one.rung()
        status, said = await live("call", "3002", "3001", "--tenant", "capped")
        assert (status, "refused: cap" in said) == (1, True), said
        await first.hangup()
        await (await two.rung()).ended()
