"""The portal beside the real switch, without a server: requests go into it, and its stream comes out."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response

from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.secrets import open_store
from dialform.console.app import build_app
from dialform.console.door import Entry
from dialform.console.ground import Ground
from dialform.console.live import hub_of
from dialform.console.settings import settings_of
from dialform.console.visitor import visitor_of
from dialform.reconcile.desk.legs import Leg
from dialform.reconcile.folders import find
from dialform.schema.console import Console

from .site import HOST, Site

BASE = "https://portal.example.com"


class _Door:
    """Lets in whom a header names."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def enter(self, request: Request) -> Entry | None:
        subject = request.headers.get("x-as", "")
        found = visitor_of(self._ground.released(), 1, subject, subject) if subject else None
        return Entry(found, "token") if found else None

    async def leave(self, request: Request, entry: Entry, response: Response) -> None:
        pass


class Desk:
    """Somebody at the portal."""

    def __init__(self, ground: Ground, app: Any, subject: str) -> None:
        self.ground, self._app, self._subject = ground, app, subject
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=BASE, headers={"x-as": subject}
        )

    async def page(self, path: str) -> str:
        """A page, which is there."""
        found = await self._client.get(path)
        assert found.status_code == 200, found.text
        return found.text

    async def gets(self, path: str, **more: Any) -> httpx.Response:
        """Whatever comes for an address."""
        return await self._client.get(path, **more)

    async def sends(self, path: str, name: str, file: bytes, **data: str) -> None:
        """Sends a form with a file, which is taken."""
        done = await self._client.post(
            path, data={"csrf": "token", **data}, files={name: ("file", file)}
        )
        assert done.status_code == 303, done.text

    async def does(self, path: str, **data: str) -> None:
        """Sends a form that is taken."""
        done = await self._client.post(path, data={"csrf": "token", **data})
        assert done.status_code == 303, done.text

    async def refused(self, path: str, status: int, **data: str) -> None:
        """Sends a form that is not."""
        done = await self._client.post(path, data={"csrf": "token", **data})
        assert done.status_code == status, done.text

    async def shows(self, path: str, *texts: str, within: float = 10.0) -> str:
        """Loads a page until it shows these texts."""
        async with asyncio.timeout(within):
            while True:
                page = await self.page(path)
                if all(text in page for text in texts):
                    return page
                await asyncio.sleep(0.1)

    def legs(self) -> Sequence[Leg]:
        """The legs as the portal knows them by now."""
        return hub_of(self.ground).seen.moment().legs

    def counting(self) -> Counter[str]:
        """Counts what the hub asks from now on, by the command's first word."""
        seen, asked = hub_of(self.ground).seen, Counter[str]()
        plain = self.ground.link.api

        async def counted(command: str) -> str:
            asked[command.partition(" ")[0]] += 1
            return await plain(command)

        seen.ask = counted
        return asked

    @contextlib.asynccontextmanager
    async def watching(self, views: str) -> AsyncIterator[Stream]:
        """The stream of all of the switch while the block runs."""
        stream = Stream()
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "https", "path": "/live/stream", "raw_path": b"/live/stream", "root_path": "",
            "query_string": f"views={views}".encode(), "client": ("127.0.0.1", 1),
            "server": ("portal.example.com", 443),
            "headers": [(b"x-as", self._subject.encode()), (b"host", b"portal.example.com")],
        }  # fmt: skip
        task = asyncio.create_task(self._app(scope, stream.receive, stream.send))
        try:
            yield stream
        finally:
            stream.left.set()
            await task


class Stream:
    """What a browser was sent, the newest of each view."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self._shown: dict[str, str] = {}
        self._rest = ""

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self._rest += message.get("body", b"").decode()
        *whole, self._rest = self._rest.split("\n\n")
        for block in whole:
            name = block.partition("event: ")[2].partition("\n")[0]
            self._shown[name] = block

    async def sees(self, view: str, text: str, within: float = 10.0) -> None:
        """Waits until a view holds a text."""
        async with asyncio.timeout(within):
            while text not in self._shown.get(view, ""):
                await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def portal(site: Site, folder: Path, subject: str = "@ops") -> AsyncIterator[Desk]:
    """The portal on a site whose switch runs; somebody is signed in."""
    with contextlib.closing(open_ledger(f"sqlite:///{folder / 'ledger.db'}")) as ledger:
        ground = Ground(
            find=lambda: find(None, site.out, HOST, {"DIALFORM_STATE": str(folder / "none")}),
            settings=settings_of(Console.model_validate({"base_url": f"{BASE}/"})),
            ledger=ledger, store=open_store(site.secrets, {}), state=folder,
        )  # fmt: skip
        tasks = [asyncio.create_task(ground.link.run()), asyncio.create_task(hub_of(ground).run())]
        await ground.link.up(10.0)
        desk = Desk(ground, build_app(ground, _Door(ground)), subject)
        try:
            yield desk
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await ground.link.close()
            await desk._client.aclose()
