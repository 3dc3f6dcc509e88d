"""What docs/event-socket.md shows runs as it stands there, but for the address and the password."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from dialform.simulator.events import Event as Told
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Client, Link, Overflow, SwitchError, questions
from dialform.switch import __all__ as public

from .servers import run, simulated

PAGE = (Path(__file__).parents[3] / "docs" / "event-socket.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
WHOLE, COMMANDS, EVENTS, EXPECT, LINK = range(5)


async def shown(number: int, switch: SimulatedSwitch, **names: Any) -> None:
    """Runs a block."""
    text = BLOCKS[number].replace('"127.0.0.1", 8021', f'"127.0.0.1", {switch.address[1]}')
    text = text.replace('"ClueCon"', '"right"').replace("mycarrier", "north")
    if number == WHOLE:
        text = text.replace("asyncio.run(main())", "await main()")
    code = compile(text, "event-socket.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    known = {"asyncio": asyncio, "Link": Link, "Overflow": Overflow, **names}
    done = eval(code, known)
    if inspect.isawaitable(done):
        await done


def test_every_block_is_known() -> None:
    assert len(BLOCKS) == 5


def test_the_first_example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch:
            await shown(WHOLE, switch)

    run(work)
    assert capsys.readouterr().out == "1.10.12\n\nnorth NOREG up\n"


def test_commands_and_what_they_provoke(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            await shown(COMMANDS, switch, client=client, uuid="x")
            await shown(EXPECT, switch, client=client)
            assert await questions.gateways(client.api) == {}

    run(work)


def test_reading_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            reading = asyncio.create_task(shown(EVENTS, switch, client=client, resync=None))
            while client.heard < 4:
                await asyncio.sleep(0.01)
            headers = {"network-ip": "192.0.2.66"}
            switch.events.fire(Told("CUSTOM", headers, "sofia::register_failure"))
            while "192.0.2.66" not in capsys.readouterr().out:
                await asyncio.sleep(0.01)
            reading.cancel()

    run(work)


def test_a_link(tmp_path: Path) -> None:
    async def work() -> None:
        resynced: list[str] = []

        async def resync(client: Client) -> None:
            resynced.append(client.core_uuid)

        async with simulated(tmp_path) as switch:
            await shown(LINK, switch, resync=resync)
            assert resynced == [switch.live.identity.core_uuid]

    run(work)


def test_every_error_and_every_question_is_on_the_page() -> None:
    names = {name for name in public if _is_error(name)} - {"SwitchError"}
    lacking = {name for name in names if f"`{name}`" not in PAGE} - {"NotSeen"}
    asked = {name for name in questions.__all__ if name.islower() and name != "global_variable"}
    lacking |= {name for name in asked if not re.search(rf"`{name}[`(]", PAGE)}
    assert lacking == set()


def _is_error(name: str) -> bool:
    import dialform.switch

    found = getattr(dialform.switch, name)
    return isinstance(found, type) and issubclass(found, SwitchError)
