"""The far ends of a real switch in the demo: phones that pick up, carriers that let it register.

`python -m tests.demo.farends phones FOLDER` says "ready" and stays until it is ended.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from tests.live.phone import Phone, answers


def phones(cast: dict[str, Any]) -> Iterator[Phone]:
    """Those of the extensions."""
    for place, (number, password) in enumerate(sorted(cast["phones"].items()), 11):
        yield Phone(
            number, cast["domain"], password, proxy=tuple(cast["internal"]),
            bind=f"127.0.0.{place}", behaviour=answers(after=0.5),
        )  # fmt: skip


def carriers(cast: dict[str, Any]) -> Iterator[Phone]:
    """Those of the trunks, each at its own address."""
    for name, (address, port) in sorted(cast["carriers"].items()):
        yield Phone(
            name, address, proxy=tuple(cast["external"]), bind=address, port=port,
            registrar=True, behaviour=answers(after=0.5),
        )  # fmt: skip


async def main(which: str, folder: Path) -> None:
    """Stand there and answer."""
    cast = json.loads(folder.joinpath("farends.json").read_text("utf-8"))
    async with AsyncExitStack() as stack:
        for phone in {"phones": phones, "carriers": carriers}[which](cast):
            await stack.enter_async_context(phone)
            if which == "phones":
                answer = await phone.register()
                assert answer.status == 200, answer.status
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
