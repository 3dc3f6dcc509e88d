"""The agent over HTTP: is it alive, is it ready, what is it doing; and a hook for the forge."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dialform.reconcile.serving import hook
from dialform.reconcile.serving.headers import SecurityHeaders
from dialform.reconcile.serving.metrics import CONTENT_TYPE, render
from dialform.reconcile.serving.poker import Poker
from dialform.reconcile.serving.rows import Status, condition
from dialform.reconcile.telling.masking import SHARED
from dialform.reconcile.waves.record import moment

ALIVE = 900.0
"""Seconds after the last pass for which the loop counts as alive."""

PATIENCE = 10.0
"""Seconds that a webhook's body may take to come."""


def app(
    status: Callable[[], Status], poke: Callable[[], None], secret: Callable[[], bytes | None], *,
    branch: str = "", alive: float = ALIVE, clock: Callable[[], float] = time.time,
    every: float = 5.0,
) -> Starlette:  # fmt: skip
    """The application.

    Args:
        status: the agent's status, as it is now.
        poke: asks the loop to fetch soon. Called at most once in `every` seconds.
        secret: the webhook's secret; None where none is configured, then there is no hook.
        branch: the branch whose pushes matter; empty: all.
        alive: how old the status may be, by its own `at`.
        clock: seconds since 1970.
    """

    def last_pass() -> float:
        at = moment(status().get("at"))
        return float("inf") if at is None else clock() - at

    async def healthz(_: Request) -> Response:
        seconds = last_pass()
        if seconds <= alive:
            return _json({"alive": True, "seconds": round(max(0.0, seconds), 1)})
        known = seconds != float("inf")
        return _json({"alive": False, "seconds": round(seconds, 1) if known else None}, 503)

    async def readyz(_: Request) -> Response:
        one = condition(status(), "Ready")
        told = {key: one.get(key) for key in ("status", "reason", "message", "since")}
        return _json(told, 200 if one.get("status") == "True" else 503)

    async def show(_: Request) -> Response:
        return _json(status())

    async def metrics(_: Request) -> Response:
        return Response(render(status(), clock()), media_type=CONTENT_TYPE)

    made = Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/status", show),
            Route("/metrics", metrics),
            Route("/hook", _Hook(Poker(poke, every), secret, branch)),
        ],
        middleware=[Middleware(SecurityHeaders)],
    )
    # A redirect would name whatever host the request named.
    made.router.redirect_slashes = False
    return made


class _Hook:
    """`POST /hook`. Not there (404) without a secret; a wrong signature answers as a missing one."""

    def __init__(self, poke: Poker, secret: Callable[[], bytes | None], branch: str) -> None:
        self._poke, self._secret, self._branch = poke, secret, branch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        secret = self._secret()
        if not secret:
            return PlainTextResponse("Not Found", 404)
        if request.method != "POST":
            return PlainTextResponse("Method Not Allowed", 405, {"Allow": "POST"})
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _body(request)
        except TimeoutError:
            return PlainTextResponse("Request Timeout", 408, _CLOSE)
        except ClientDisconnect:
            return PlainTextResponse("Bad Request", 400, _CLOSE)
        if body is None:
            return PlainTextResponse("Content Too Large", 413, _CLOSE)
        if not hook.signed(request.headers, body, secret):
            return PlainTextResponse("Forbidden", 403)
        wanted = hook.concerns(request.headers, body, self._branch)
        if wanted:
            self._poke()
        return _json({"fetch": wanted}, 202)


_CLOSE = {"Connection": "close"}


async def _body(request: Request) -> bytes | None:
    """The body, read piece by piece; None as soon as it is too long."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 9 or int(length) > hook.LARGEST):
        return None
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > hook.LARGEST:
            return None
    return bytes(body)


def _json(value: Any, code: int = 200) -> Response:
    content = json.dumps(SHARED.value(value), indent=1, default=str)
    return Response(content + "\n", code, media_type="application/json")
