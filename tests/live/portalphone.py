"""The portal over the suite's switch, and browsers on it whose microphone says a tone."""

from __future__ import annotations

import contextlib
import os
import wave
from array import array
from collections.abc import AsyncIterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.secrets import open_store
from dialform.console.door import Entry
from dialform.console.ground import Ground
from dialform.console.server import running
from dialform.console.settings import settings_of
from dialform.console.visitor import visitor_of
from dialform.reconcile.folders import find
from dialform.schema.console import Console

from .chromium import FLAGS, find_chromium
from .ports import free_port
from .site import HERE, HOST, Site

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Locator, Page

RATE = 48_000
SLOW = 30_000.0  # milliseconds: browsers are slow on a machine that has other work

EARS = (Path(__file__).parent / "browser" / "ears.js").read_text("utf-8")
"""What a page hears, for tests: the loudest tone of its newest call."""


class Doorman:
    """Lets whoever says who they are in, in place of accounts."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def enter(self, request: Request) -> Entry | None:
        subject = request.headers.get("x-test-as", "")
        found = visitor_of(self._ground.released(), 1, subject, subject) if subject else None
        return Entry(found, "the-token") if found else None

    async def leave(self, request: Request, entry: Entry, response: Response) -> None:
        pass


@contextlib.asynccontextmanager
async def portal(site: Site, folder: Path) -> AsyncIterator[str]:
    """The portal on loopback over what the suite's switch runs; gives its address."""
    port = free_port()
    url = f"http://{HERE}:{port}"
    (folder / "state").mkdir(parents=True)
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    ground = Ground(
        find=lambda: find(None, site.out, HOST, {"DIALFORM_STATE": str(folder / "none")}),
        settings=settings_of(Console.model_validate({"base_url": f"{url}/"}), listen=(HERE, port)),
        ledger=ledger, store=open_store(site.secrets, {}), state=folder / "state",
    )  # fmt: skip
    try:
        async with running(ground, Doorman(ground), works=()):
            yield url
    finally:
        ledger.close()


@contextlib.asynccontextmanager
async def browser_at(url: str, subject: str, folder: Path, hertz: float) -> AsyncIterator[BrowserContext]:  # fmt: skip
    """A browser in which somebody is signed in, whose fake microphone says a tone again and again."""
    from playwright.async_api import async_playwright

    said = folder / "said.wav"
    write_bursts(said, hertz)
    own = ("--headless", "--remote-debugging-pipe", "--no-first-run")
    flags = [flag for flag in FLAGS if flag not in own]
    flags.append(f"--use-file-for-fake-audio-capture={said}")
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(find_chromium()), args=flags)
        context = await browser.new_context(
            base_url=url, extra_http_headers={"x-test-as": subject}, ignore_https_errors=True
        )
        context.set_default_timeout(SLOW)
        await context.grant_permissions(["microphone"])
        await context.add_init_script(EARS)
        try:
            yield context
        finally:
            await browser.close()


def write_bursts(path: Path, hertz: float) -> None:
    """A tone with pauses: one that never ends is noise to a browser, which takes it away."""
    import math

    burst = [int(14_000 * math.sin(math.tau * hertz * n / RATE)) for n in range(RATE // 2)]
    samples = array("h", [*burst, *[0] * (RATE // 5)] * 6)
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(RATE)
        stream.writeframes(samples.tobytes())


class Window:
    """A window of the portal with its phone."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.console: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self._said(said.text))

    def _said(self, text: str) -> None:
        self.console.append(text)
        if "Content Security Policy" in text:
            self.errors.append(text)

    @classmethod
    async def open(cls, context: BrowserContext, path: str = "/") -> Window:
        """Opens one, and waits until its phone is logged in."""
        window = cls(await context.new_page())
        await window.page.goto(path)
        try:
            await window.page.locator("[data-phone][data-login=ready]").wait_for()
        except Exception as error:
            error.add_note("\n".join([await window.told(), *window.console[-20:]]))
            raise
        return window

    async def told(self) -> str:
        """What the phone says of itself."""
        tones = await self.page.evaluate("window.heard.map((one) => Math.round(one / 10) * 10)")
        texts = await self.page.locator("[data-phone] p, [data-phone-state]").all_inner_texts()
        return " | ".join([*texts, str([one for one, _ in groupby(tones)])])

    async def show(self) -> None:
        """Opens the phone's panel."""
        if await self.page.locator("[data-phone-panel]").is_hidden():
            await self.page.locator("[data-phone-open]").click()

    async def dial(self, number: str) -> Locator:
        """Dials by the panel, and gives the call."""
        await self.show()
        await self.page.get_by_label("Number or extension to call").fill(number)
        await self.page.locator("[data-dial]").get_by_role("button", name="Call").click()
        call = self.call(number)
        await call.wait_for()
        return call

    def call(self, who: str) -> Locator:
        """The call with somebody, by name or number."""
        return self.page.locator(".phone-call", has_text=who)

    async def press(self, call: Locator, button: str) -> None:
        await call.get_by_role("button", name=button, exact=True).click()

    async def type(self, digits: str) -> None:
        """Presses keys of the keyboard while the phone has the focus."""
        await self.page.locator("[data-phone-open]").focus()
        await self.page.keyboard.type(digits, delay=250)

    async def state(self, call: Locator, state: str) -> None:
        """Waits for a state of a call: ringing, dialling, waiting, talking, over."""
        await call.and_(self.page.locator(f"[data-state={state}]")).wait_for()

    async def hears(self, hertz: float) -> None:
        """Waits until that tone comes from now on."""
        await self.page.evaluate("window.heard.length = 0")
        await self.follows(hertz)

    async def follows(self, hertz: float) -> None:
        """Waits until that tone has come since the last one that was waited for."""
        await self.page.wait_for_function(
            "hertz => { const at = window.heard.findIndex((one) => Math.abs(one - hertz) < 20);"
            " if (at >= 0) window.heard.splice(0, at + 1); return at >= 0; }",
            arg=hertz,
        )

    async def calm(self) -> None:
        """Waits until no call is left."""
        await self.page.locator("[data-phone][data-busy='']").wait_for()

    async def value(self, script: str) -> Any:
        return await self.page.evaluate(script)
