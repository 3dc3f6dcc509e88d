"""A status as agents write it, and the application asked without a socket."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from dialform.reconcile.serving.app import app

NOW = 1_795_842_605.0  # 2026-11-28T05:10:05Z
SECRET = b"a-hook-secret-of-32-characters-!"


class Agent:
    """What the application sees of an agent, and a client for it."""

    def __init__(self, status: dict[str, Any]) -> None:
        self.status, self.pokes = status, 0
        self.secret: bytes | None = SECRET
        self.now = NOW
        self.options: dict[str, Any] = {"branch": "main", "every": 60.0}

    def poke(self) -> None:
        self.pokes += 1

    def ask(self, *requests: tuple[Any, ...], **options: Any) -> list[httpx.Response]:
        """Each request: method, path, and keyword arguments of httpx as a dict, if any."""

        async def main() -> list[httpx.Response]:
            made = app(
                lambda: self.status, self.poke, lambda: self.secret,
                clock=lambda: self.now, **self.options | options,
            )  # fmt: skip
            way = httpx.ASGITransport(made)
            async with httpx.AsyncClient(transport=way, base_url="http://agent") as client:
                return [
                    await client.request(method, path, **(more[0] if more else {}))
                    for method, path, *more in requests
                ]

        return asyncio.run(main())

    def get(self, path: str) -> httpx.Response:
        return self.ask(("GET", path))[0]


@pytest.fixture
def status() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("status.json").read_text())
    return found


@pytest.fixture
def agent(status: dict[str, Any]) -> Agent:
    return Agent(status)


@pytest.fixture
def agent_of() -> Callable[[dict[str, Any]], Agent]:
    return Agent
