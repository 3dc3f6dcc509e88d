"""A headless Chromium with a phone in it (`browser/`), driven over the DevTools protocol's pipe."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import signal
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PAGE = Path(__file__).parent / "browser" / "phone.html"
VARIABLE = "DIALFORM_CHROMIUM"
PATIENCE = 40.0  # seconds for one answer of the page
FLAGS = (
    *("--headless", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio"),
    # Nothing of it leaves the machine.
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # A microphone and the permission to use it; sound without a click; the switch signs its own.
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
    "--autoplay-policy=no-user-gesture-required",
    *("--allow-loopback-in-peer-connection", "--ignore-certificate-errors"),
    "--remote-debugging-pipe",
)


def find_chromium() -> Path | None:
    """Chromium by the environment variable, else on PATH.

    Raises FileNotFoundError where the variable names nothing.
    """
    if named := os.environ.get(VARIABLE):
        if not os.access(named, os.X_OK):
            raise FileNotFoundError(f"{VARIABLE}={named}: no such program")
        return Path(named)
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None


class Browser:
    """One browser with one tab. Use it as a context; `run` evaluates JavaScript in its page."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process: asyncio.subprocess.Process | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._out: int = -1
        self._session = ""
        self.console: list[str] = []

    async def __aenter__(self) -> Self:
        program = find_chromium()
        assert program is not None, "no chromium"
        theirs_in, self._out = os.pipe()
        ours_in, theirs_out = os.pipe()
        profile = Path(self._folder.name)
        flags = [*FLAGS, f"--user-data-dir={profile}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        # It reads from descriptor 3 and writes to 4.
        wrapper = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = await asyncio.create_subprocess_exec(
            *("bash", "-c", wrapper, str(program), *flags, "about:blank"),
            pass_fds=(theirs_in, theirs_out),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "HOME": str(profile)},
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        reader = asyncio.StreamReader(limit=1 << 24)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours_in, "rb", 0)
        )
        self._tasks.append(asyncio.create_task(self._read(reader)))
        target = await self._ask("Target.createTarget", url=PAGE.as_uri())
        found = await self._ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = found["sessionId"]
        await self._ask("Runtime.enable")
        while await self.run("document.readyState + typeof Phone") != "completefunction":
            await asyncio.sleep(0.05)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        os.close(self._out)
        if self._process is not None:
            # Its helpers are in the group that it leads.
            if self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
        self._folder.cleanup()
        if error is not None and self.console:
            error.add_note("\n".join(["the browser said:", *self.console[-20:]]))

    async def run(self, expression: str) -> Any:
        """The value of an expression, awaited where it is a promise."""
        result = await self._ask(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if details := result.get("exceptionDetails"):
            said = details.get("exception", {}).get("description") or details["text"]
            raise AssertionError(f"{expression}: {said}")
        return result["result"].get("value")

    async def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        found = await asyncio.wait_for(answer, PATIENCE)
        if "error" in found:
            raise AssertionError(f"{method}: {found['error']}")
        return dict(found["result"])

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            message = json.loads((await reader.readuntil(b"\0"))[:-1])
            if waiting := self._waiting.pop(message.get("id", 0), None):
                waiting.set_result(message)
            elif message.get("method") == "Runtime.consoleAPICalled":
                words = [str(arg.get("value", "?")) for arg in message["params"]["args"]]
                self.console.append(" ".join(words))
            elif message.get("method") == "Runtime.exceptionThrown":
                details = message["params"]["exceptionDetails"]
                said = details.get("exception", {}).get("description") or details["text"]
                self.console.append(said)
