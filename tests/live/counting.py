"""Two switches that count in one Redis."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialform.renderers.freeswitch import caps

from . import lab
from . import switch as switches
from .phone import Phone, answers
from .ports import free_port
from .switch import Switch

PROGRAM = shutil.which("redis-server")
PASSWORD = "let me in"
NEEDED = [
    pytest.mark.live,
    pytest.mark.skipif(
        switches.find_binary() is None,
        reason="live suite: no FreeSWITCH on PATH or in the environment",
    ),
    pytest.mark.skipif(
        PROGRAM is None,
        reason="LIVE SUITE: NO redis-server. CAPS OVER SEVERAL HOSTS WERE NOT TRIED",
    ),
]
"""What each test of them is marked with."""


class Redis:
    """A server of this test run, on loopback, that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert PROGRAM is not None
        command = [PROGRAM, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--requirepass", PASSWORD, "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class Host:
    """One of the switches, with its site."""

    def __init__(self, folder: Path, redis: Redis) -> None:
        self.site = lab.demo(folder)
        with self.site.edit("platform.yaml") as platform:
            platform["redis"] = f"redis://127.0.0.1:{redis.port}"
            platform["redis_password"] = {"secret": "redis"}
        # No carrier stands behind these two: nobody would answer a registration.
        for path in (self.site.source / "providers.d").glob("*.yaml"):
            with self.site.edit(f"providers.d/{path.name}") as provider:
                provider["register"] = False
        self.site.write_secrets()
        (self.site.secrets / "redis").write_text(PASSWORD + "\n", "utf-8")
        self.site.compile()
        self.switch = Switch(self.site.conf, self.site.state)

    def phone(self, number: str) -> Phone:
        proxy, password = self.site.address("internal"), self.site.password(f"caps/{number}")
        domain = self.site.domain("caps")
        phone = Phone(number, domain, proxy=proxy, bind="127.0.0.11", password=password)
        phone.behaviour = answers()
        return phone

    @contextlib.asynccontextmanager
    async def desk(self, *numbers: str, sign_off: bool = True) -> AsyncIterator[list[Phone]]:
        async with contextlib.AsyncExitStack() as stack:
            phones = [await stack.enter_async_context(self.phone(number)) for number in numbers]
            for phone in phones:
                assert (await phone.register()).status == 200
            yield phones
            for phone in phones if sign_off else ():
                await phone.unregister()

    async def counts(self, calls: int, within: float = 8.0) -> None:
        """So many calls of the tenant count, by the command of the renderer itself."""
        pattern = rf"^{calls}$" if calls else "^(?:0$|-ERR no reply)"
        await self.switch.becomes(caps.usage("hiredis", "tenant", "caps"), pattern, within)
