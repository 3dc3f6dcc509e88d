"""Real browsers: with cookies, with the forms' own tokens, through the real door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx
from sqlalchemy import Connection, delete

from dialform.console.accounts.door import AccountDoor
from dialform.console.accounts.inviting import open_account
from dialform.console.accounts.passwords import Cost, Passwords
from dialform.console.accounts.reception import Reception, reception
from dialform.console.accounts.tables import accounts, drafts, identities, sessions, tokens
from dialform.console.app import build_app
from dialform.console.clocks import Clocks
from dialform.console.settings import settings_of
from dialform.schema.console import Console

from ..stage import BASE, ENTRY, SUBJECTS, Stage

PASSWORD = "seven red bicycles"
CHEAP = Cost(rounds=1, memory=8, lanes=1)
"""A guess costs nothing here: tests sign in often."""


class Time:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class House:
    """A stage with the real door, and accounts for the roles: no others, whoever used the stage before."""

    def __init__(
        self, stage: Stage, roles: tuple[str, ...] = tuple(SUBJECTS), **console: Any
    ) -> None:
        """`console` are entries of `console:`."""
        self.stage, self.ground, self.time = stage, stage.ground, Time()
        self.ground.settings = settings_of(Console.model_validate({**ENTRY, **console}))
        self.ground.parts.clear()
        self.ground.database.write(_emptied)
        self.ground.clocks = Clocks(wall=self.time, steady=self.time)
        self.ground.parts["reception"] = Reception(self.ground, Passwords(CHEAP))
        self.app = build_app(self.ground, AccountDoor(self.ground))
        for role in roles:
            open_account(self.ground, SUBJECTS[role], PASSWORD, login=role)

    @property
    def reception(self) -> Reception:
        return reception(self.ground)

    def browser(self, **headers: str) -> Surfer:
        return Surfer(self, headers)


def _emptied(connection: Connection) -> None:
    for table in (tokens, sessions, identities, drafts, accounts):
        connection.execute(delete(table))


class Surfer:
    """A browser: it keeps cookies and sends forms with what stands in them."""

    def __init__(self, house: House, headers: Mapping[str, str] | None = None) -> None:
        self.house = house
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(house.app, client=("192.0.2.7", 5000)),
            base_url=BASE,
            headers={"accept": "text/html", **(headers or {})},
        )

    async def __aenter__(self) -> Surfer:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.house.reception.settled()
        await self.client.aclose()

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, **more)

    async def send(
        self, page: str, fields: Mapping[str, Any] | None = None, to: str = ""
    ) -> httpx.Response:
        """Open a page and send its form, with `fields` typed into it."""
        found = await self.get(page)
        token = re.search(r'name="csrf" (?:value|content)="([^"]*)"', found.text)
        return await self.client.post(
            to or page, data={"csrf": token[1] if token else "", **(fields or {})}
        )

    async def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        return await self.send("/sign-in", {"login": login, "password": password, **more})

    @property
    def session(self) -> str:
        return self.client.cookies.get("__Host-dialform-session") or ""


__all__ = ["PASSWORD", "SUBJECTS", "House", "Surfer", "Time"]
