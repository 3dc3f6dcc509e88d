"""Stores of each kind, on this machine alone."""

import asyncio
import subprocess
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dialform.reconcile.serving.server import listening
from dialform.reconcile.waves.store import Setting, StatusStore, bare_store

COMMIT = "4e8126f2dd4e8126f2dd4e8126f2dd4e8126f2dd"
TOKEN = "store-token-1234567890"


def status(host: str = "pbx1", **more: Any) -> dict[str, Any]:
    """A whole status, with all that must not be published."""
    return {
        "host": host, "platform": "demo", "wave": 0, "version": "0.5.0", "at": "2026-11-28T05:10:00Z",
        "conditions": [{"type": "Ready", "status": "True", "reason": "Proven", "message": "acme is fine"}],
        "applied": {"commit": COMMIT, "generation": "g"},
        "source": {"url": "https://bob:hunter2hunter2@git.example/site.git"},
        "tenants_quarantined": {"acme": ["DF1204"]}, "held": {"message": "acme's password is hunter2hunter2"},
        **more,
    }  # fmt: skip


RECORD = {
    "host": "pbx1", "platform": "demo", "wave": 0, "commit": COMMIT, "ready": True, "reason": "Proven",
    "at": "2026-11-28T05:10:00Z", "version": "0.5.0",
}  # fmt: skip


def opened(url: str, folder: Path, **more: Any) -> StatusStore:
    """A store that is asked each time."""
    return bare_store(Setting(url, folder, **more))


class Shelf:
    """A server of files as small as one can be: PUT and GET below /statuses/, with a token."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    def app(self) -> Starlette:
        async def answer(request: Request) -> Response:
            name = request.path_params["name"]
            self.asked.append(f"{request.method} {name}")
            if request.headers.get("authorization") != f"Bearer {TOKEN}":
                return Response("no", 401)
            if request.method == "PUT":
                self.files[name] = await request.body()
                return Response(status_code=204)
            return Response(self.files[name]) if name in self.files else Response("none", 404)

        return Starlette(routes=[Route("/statuses/{name}", answer, methods=["GET", "PUT"])])


Opened = Callable[[], Any]


@asynccontextmanager
async def _folder(tmp_path: Path) -> AsyncIterator[Callable[[str], StatusStore]]:
    (tmp_path / "shared").mkdir()
    yield lambda host: opened(f"folder:{tmp_path}/shared", tmp_path / host)


@asynccontextmanager
async def _git(tmp_path: Path) -> AsyncIterator[Callable[[str], StatusStore]]:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "site.git")], check=True)
    yield lambda host: opened("git", tmp_path / host, remote=f"{tmp_path}/site.git")


@asynccontextmanager
async def _http(tmp_path: Path) -> AsyncIterator[Callable[[str], StatusStore]]:
    async with listening(Shelf().app()) as (host, port):
        yield lambda _: opened(
            f"http://{host}:{port}/statuses", tmp_path, token=lambda: f"{TOKEN}\n"
        )


@asynccontextmanager
async def _postgresql(
    tmp_path: Path, *, database: str
) -> AsyncIterator[Callable[[str], StatusStore]]:
    platform = uuid.uuid4().hex  # a database is shared by many tests
    yield lambda _: opened(database, tmp_path, platform=platform)


KINDS: dict[str, Any] = {"folder": _folder, "git": _git, "http": _http, "postgresql": _postgresql}


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Any], Any]:
    """Runs a coroutine with a function that opens this kind of store for a host."""
    kind = KINDS[request.param]
    if request.param == "postgresql":
        kind = partial(_postgresql, database=request.getfixturevalue("database"))

    def run(main: Callable[[Callable[[str], StatusStore]], Any]) -> Any:
        async def within() -> Any:
            async with kind(tmp_path) as opened:
                return await main(opened)

        return asyncio.run(within())

    return run
