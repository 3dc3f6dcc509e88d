"""A receiver on loopback, and news to tell it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dialform.reconcile.serving.server import listening

COMMIT = "4e8126f2dd4e8126f2dd4e8126f2dd4e8126f2dd"


def status(**more: Any) -> dict[str, Any]:
    return {
        "host": "pbx1", "platform": "demo", "at": "2026-11-28T05:10:00Z",
        "conditions": [{"type": "Ready", "status": "True", "reason": "Proven"}],
        "source": {"commit": COMMIT}, "attempted": {"commit": COMMIT}, "applied": {"commit": COMMIT},
        "held": None, **more,
    }  # fmt: skip


class Receiver:
    """Answers with each of `answers` in turn, then with 200; keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[int | tuple[int, dict[str, str], str]] = []
        self.taken: list[Any] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.base = ""
        self.gate: asyncio.Event | None = None

    def app(self) -> Starlette:
        async def answer(request: Request) -> Response:
            self.taken.append(json.loads(await request.body()))
            self.paths.append(request.scope["raw_path"].decode())
            self.headers.append(dict(request.headers))
            if self.gate is not None:
                await self.gate.wait()
            given = self.answers.pop(0) if self.answers else 200
            code, headers, text = given if isinstance(given, tuple) else (given, {}, "")
            return Response(text, code, headers)

        return Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])

    def run(self, main: Callable[[], Awaitable[Any]]) -> Any:
        async def within() -> Any:
            async with listening(self.app()) as (host, port):
                self.base = f"http://{host}:{port}"
                return await main()

        return asyncio.run(within())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    yield Receiver()
