"""A browser phone as a test sees it: the page of `browser/` behind Python's names."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from .chromium import Browser


class WebCall:
    """One call of a browser phone, by its place in the page's list."""

    def __init__(self, browser: Browser, place: int) -> None:
        self._browser, self._place = browser, place

    async def _run(self, rest: str) -> Any:
        return await self._browser.run(f"phone.calls[{self._place}].{rest}")

    async def _until(self, condition: str, what: str) -> None:
        met = f"until(() => {{ const c = phone.calls[{self._place}]; return {condition}; }})"
        assert await self._browser.run(met), f"not {what}: status {await self.status}"

    @property
    async def status(self) -> int:
        """The last answer to its INVITE."""
        return int(await self._run("status"))

    async def early(self) -> None:
        """Waits for ringing, with sound or without."""
        await self._until("c.status > 100", "ringing")

    async def answered(self) -> None:
        await self._until("c.up || c.over", "answered")
        assert await self._run("up"), f"refused: {await self.status}"

    async def refused(self) -> int:
        """Waits for the refusal, and returns its status."""
        await self._until("c.up || c.over", "refused")
        assert not await self._run("up"), "answered instead of refused"
        return await self.status

    async def ended(self) -> None:
        await self._until("c.over", "over")

    async def hears(self, hertz: float) -> bool:
        """Whether that tone is the loudest that it hears, within 15 s."""
        return bool(await self._run(f"hears({hertz})"))

    async def silent(self) -> bool:
        """Whether it hears nothing for half a second, within 15 s."""
        return bool(await self._run("silent()"))

    async def agreed(self) -> dict[str, str]:
        """`codec`, `dtls` and `cipher`, as the browser counts them."""
        return dict(await self._run("agreed()"))

    async def answer(self) -> None:
        await self._run("answer()")

    async def reject(self) -> None:
        await self._run("reject()")

    async def press(self, digits: str) -> None:
        await self._run(f"press({json.dumps(digits)})")

    async def hold(self) -> None:
        assert await self._run('direct("sendonly")') == 200

    async def resume(self) -> None:
        assert await self._run('direct("sendrecv")') == 200

    async def hangup(self) -> None:
        await self._run("hangup()")


class WebPhone:
    """A phone in a browser that says a tone of `hertz` in its calls."""

    def __init__(self, browser: Browser, **settings: Any) -> None:
        self._browser, self._settings = browser, settings
        self._taken = 0

    async def open(self) -> None:
        """Opens its WebSocket. Raises AssertionError where nobody listens."""
        given = json.dumps(self._settings)
        await self._browser.run(f"globalThis.phone = new Phone({given}); phone.open()")

    async def register(self) -> int:
        """Logs in, and returns the status."""
        return int(await self._browser.run("phone.register()"))

    async def unregister(self) -> int:
        return int(await self._browser.run("phone.register(0)"))

    async def call(self, number: str) -> WebCall:
        """Dials, and returns at once."""
        self._taken += 1
        return WebCall(self._browser, await self._browser.run(f"phone.call({json.dumps(number)})"))

    async def rung(self) -> WebCall:
        """The next incoming call."""
        place = self._taken
        met = await self._browser.run(f"until(() => phone.calls.length > {place})")
        assert met, "the browser is not called"
        self._taken += 1
        return WebCall(self._browser, place)

    async def stays_quiet(self, seconds: float = 1.0) -> bool:
        """Whether nobody calls for so long."""
        await asyncio.sleep(seconds)
        return bool(await self._browser.run(f"phone.calls.length === {self._taken}"))
