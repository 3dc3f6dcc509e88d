"""`dialform live`: calls for somebody, and what is done with calls, under the tenant's own policy."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from .conftest import Extension
from .desk import desk
from .phone import answers
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

    async def rows(self, table: str, *words: str) -> list[dict[str, Any]]:
        """A table."""
        status, said = await self(table, "--format", "json", *words)
        assert status == 0, said
        found: list[dict[str, Any]] = next(iter(json.loads(said).values()))
        return found


@scene
async def test_a_call_for_somebody_rings_first_there_and_then_dials(
    compiled: Site, extension: Extension, switch: Switch
) -> None:
    live = Live(compiled)
    async with desk(extension, "acme/1001", "acme/1002", behaviour=answers()) as (alice, bob):
        alice.behaviour, bob.behaviour = answers(hertz=500), answers(hertz=600)
        status, said = await live("call", "1001", "1002", "--tenant", "acme")
        assert (status, "1002 answered" in said) == (0, True), said
        first, second = await alice.rung(), await bob.rung()
        assert first.invite.addr("From").uri.user == "1002", "it shows whom the call is for"
        shown = second.invite.addr("From")
        assert (shown.uri.user, shown.name) == ("1001", "Alice Doe")
        assert await first.media.hears(600)
        assert await second.media.hears(500)
        legs = await live.rows("channels", "--tenant", "acme")
        assert {leg["extension"] for leg in legs} == {"1001", "1002"}
        assert await live.rows("channels", "--tenant", "lab") == []
        print(json.dumps(legs, indent=1))
        print(await switch.ask("show channels"))
        uuid = legs[0]["uuid"]
        for other in ("lab", "nordlicht"):
            for words in (("hangup", uuid), ("transfer", uuid, "2001"), ("hold", uuid)):
                assert await live(*words, "--tenant", other) == (
                    1,
                    f"Error: There is no call {uuid}.\n",
                )
        assert (await live("hangup", NOBODY, "--tenant", "lab"))[1].endswith(f"no call {NOBODY}.\n")
        status, said = await live("hangup", "1002", "--tenant", "acme")
        assert status == 0, said
        await first.ended(within=5)
        await second.ended(within=5)
