"""What signing in stands on: keys, passwords, limits. One for a server."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from starlette.requests import Request

from dialform.console.accounts import audit, sessions
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.keys import Keys, keys_of
from dialform.console.accounts.passwords import Passwords
from dialform.console.accounts.presence import another
from dialform.console.accounts.throttle import Throttle
from dialform.console.errors import Away
from dialform.console.ground import Ground
from dialform.console.visitor import Visitor, visitor_of
from dialform.provisioning.addresses import client_of

AT_ONCE, WAITING = 2, 24
"""Passwords that are checked at once, since each takes 64 MiB; and how many may wait."""


class Reception:
    """Keys, passwords and limits of one portal."""

    def __init__(self, ground: Ground, passwords: Passwords | None = None) -> None:
        self.ground = ground
        self.keys: Keys = keys_of(ground.store, ground.state, ground.clocks.random)
        self.passwords = passwords or Passwords()
        self.throttle = Throttle(ground.clocks.steady)
        self.lifetime = sessions.lifetime_of(ground.settings)
        self._checks = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    def now(self) -> int:
        """Microseconds since 1970."""
        return self.ground.clocks.micros()

    def address(self, request: Request) -> str:
        """Whence a request comes, through the proxies that are trusted."""
        peer = request.client.host if request.client else ""
        return client_of(
            peer, self.ground.settings.tls, request.scope["headers"], self.ground.settings
        ).address

    def stands_for(self, account: Account) -> Visitor | None:
        """Who an account is in the site that runs; None for nobody. Raises Away."""
        found = visitor_of(self.ground.released(), account.id, account.login, account.subject)
        return None if found is None or another(account, found) else found

    async def right(self, kept: str, password: str) -> bool:
        """Whether a password is the one that is kept. Raises Away where too many are checked."""
        if self._waiting >= WAITING:
            raise Away("Many people sign in at this moment: try again in a minute.")
        self._waiting += 1
        try:
            async with self._checks:
                return await self.ground.off(self.passwords.right, kept, password)
        finally:
            self._waiting -= 1

    async def hashed(self, password: str) -> str:
        """What is kept of a password."""
        async with self._checks:
            return await self.ground.off(self.passwords.hash, password)

    async def write(
        self, act: str, request: Request, account: Account | None = None, **details: Any
    ) -> None:
        """Write down an act of somebody who is not signed in yet."""
        await self.ground.off(
            lambda: audit.write(
                self.ground.database, at=self.now(), act=act, account=account.id if account else 0,
                subject=account.subject if account else "", tenant=account.tenant if account else "",
                address=self.address(request), details=details,
            )
        )  # fmt: skip

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do work that the answer does not wait for."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until what runs beside has ended; for tests and the server's end."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


def reception(ground: Ground) -> Reception:
    """The one of a portal, made at its first use."""
    found = ground.parts.get("reception")
    if found is None:
        found = ground.parts["reception"] = Reception(ground)
    assert isinstance(found, Reception)
    return found
