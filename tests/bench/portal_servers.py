"""The servers that `tests.bench.portal` measures, each in a process of its own: `python -m … NAME BASE PORT`.

`portal` is the portal on a compiled site beside a switch; who somebody is stands in a header, for signing in
is not what is measured. `hurried` is the same with twenty rounds a second, so that half a minute is ten. `floor` is the least that any server would do: it sends the same bytes as often.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dialform.console.door import Entry
from dialform.console.ground import Ground
from dialform.console.visitor import visitor_of

HURRY = 20
"""Rounds a second of `hurried`."""


class Door:
    """Lets in whom a header names."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def enter(self, request: Request) -> Entry | None:
        subject = request.headers.get("x-as", "")
        account = int(request.headers.get("x-account", "1"))
        site = self._ground.released()
        found = visitor_of(site, account, subject, subject) if subject else None
        return Entry(found, "token") if found else None

    async def leave(self, request: Request, entry: Entry, response: Response) -> None:
        pass


async def portal(base: Path, port: int) -> None:
    """The portal on `base/out`, until it is ended."""
    from dialform.billing.ledger.opening import open_ledger
    from dialform.compiler.secrets import open_store
    from dialform.console.server import serve
    from dialform.console.settings import settings_of
    from dialform.reconcile.folders import find

    ground = Ground(
        find=lambda: find(None, base / "out", "", {"DIALFORM_STATE": str(base / "none")}),
        settings=settings_of(None, listen=("127.0.0.1", port)),
        ledger=open_ledger(f"sqlite:///{base / 'ledger.db'}"),
        store=open_store(base / "secrets", {}), state=base,
    )  # fmt: skip
    await serve(ground, Door(ground), asyncio.Event())


def hurry() -> None:
    """The switch is asked, and browsers are told, so much more often."""
    from dialform.console.live import hub, sources
    from dialform.values import replace

    hub.TICK = 1 / HURRY
    sources.SOURCES.update({
        name: replace(one, soon=one.soon / HURRY, late=one.late / HURRY)
        for name, one in sources.SOURCES.items()
    })  # fmt: skip


def floor(base: Path, port: int) -> None:
    """A bare application: `/stream` sends the bytes of `base/fragment` each second, `/page?size=` so many."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse, StreamingResponse
    from starlette.routing import Route

    fragment = (base / "fragment").read_bytes()
    ticks = asyncio.Condition()

    async def stream(request: Request) -> Response:
        async def events() -> AsyncIterator[bytes]:
            while True:
                yield fragment
                async with ticks:
                    await ticks.wait()

        return StreamingResponse(events(), media_type="text/event-stream")

    async def page(request: Request) -> Response:
        return HTMLResponse("x" * int(request.query_params["size"]))

    async def whole() -> None:
        app = Starlette(routes=[Route("/stream", stream), Route("/page", page)])
        config = uvicorn.Config(
            app, host="127.0.0.1", port=port, http="h11", ws="none", lifespan="off", access_log=False,
            log_level="error",
        )  # fmt: skip
        task = asyncio.create_task(uvicorn.Server(config).serve())
        while not task.done():
            await asyncio.sleep(1.0)
            async with ticks:
                ticks.notify_all()

    asyncio.run(whole())


def main(name: str, base: str, port: str) -> Any:
    """Run one of them."""
    if name == "floor":
        return floor(Path(base), int(port))
    if name == "hurried":
        hurry()
    return asyncio.run(portal(Path(base), int(port)))


if __name__ == "__main__":
    main(*sys.argv[1:])
