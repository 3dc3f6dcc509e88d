"""A real FreeSWITCH, booted from a compiled folder."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from xml.etree import ElementTree

from .esl import Esl, EslError

VARIABLE = "DIALFORM_FREESWITCH"
# The switch's option for each of its folders; without them it would use those it was built with.
FOLDERS = ("log", "db", "run", "certs", "sounds", "storage", "recordings", "cache", "temp")
GRAVE = re.compile(r"\[(ERR|CRIT|ALERT)\]")


def find_binary() -> Path | None:
    """FreeSWITCH by the environment variable, else on PATH.

    Raises FileNotFoundError where the variable names nothing: a suite that was asked for must
    not skip itself.
    """
    if named := os.environ.get(VARIABLE):
        if not os.access(named, os.X_OK):
            raise FileNotFoundError(f"{VARIABLE}={named}: no such program")
        return Path(named).resolve()
    found = shutil.which("freeswitch")
    return Path(found) if found else None


class Switch:
    """One switch. `conf` is the compiled folder, `folder` gets all that it writes.

    Where it listens, its password and its CDR folder are read from the configuration as the
    switch itself expanded it.
    """

    def __init__(self, conf: Path, folder: Path, binary: Path | None = None) -> None:
        self.conf, self.folder = conf, folder
        self._binary = binary or find_binary()
        self._process: subprocess.Popen[bytes] | None = None
        self._tree: ElementTree.Element | None = None
        self.expected: list[str] = []
        self._past: set[str] = set()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    # Its life.

    def start(self, within: float = 30.0) -> None:
        """Boots it and waits for the event socket and every profile. Seconds."""
        if self._binary is None:
            raise FileNotFoundError(f"no freeswitch on PATH and no {VARIABLE}")
        command = [str(self._binary), "-nonat", "-nf", "-nc", "-conf", str(self.conf)]
        for name in FOLDERS:
            path = self.folder / name
            path.mkdir(parents=True, exist_ok=True)
            command += [f"-{name}", str(path)]
        # What an earlier start left there would be read as this one's.
        self._expanded.unlink(missing_ok=True)
        self._tree = None
        with (self.folder / "console.txt").open("ab") as console:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
        self.until(self._read_tree, within, "wrote no configuration")
        self.until(self._answers, within, "event socket does not answer")
        self.until(self._profiles_up, within, "profiles are not up")

    def stop(self, within: float = 15.0) -> None:
        """Ends it the way a service manager does: asks first, and then no more.

        Now and then FreeSWITCH hangs while it unloads its last modules, after all calls are over.
        """
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """A crash: no farewell to anybody, no CDR."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def until(self, met: Callable[[], bool], within: float, otherwise: str) -> None:
        """Waits for something about the switch; a dead switch ends the wait at once."""
        deadline = time.monotonic() + within
        while not met():
            dead = self._process is None or self._process.poll() is not None
            if dead or time.monotonic() > deadline:
                what = "the switch is gone" if dead else otherwise
                tail = "\n".join(self.log().splitlines()[-20:])
                raise AssertionError(f"{what} ({self.folder})\n{self._console()}{tail}")
            time.sleep(0.05)

    # What it runs.

    @property
    def _expanded(self) -> Path:
        return self.folder / "log" / "freeswitch.xml.fsxml"

    def _read_tree(self) -> bool:
        try:
            self._tree = ElementTree.parse(self._expanded).getroot()
        except (OSError, ElementTree.ParseError):
            return False
        return True

    def settings(self, name: str) -> dict[str, str]:
        """The plain settings of a configuration, as `event_socket.conf`."""
        assert self._tree is not None, "the switch has not been started"
        found = self._tree.findall(f".//configuration[@name='{name}']/settings/param")
        return {param.get("name", ""): param.get("value", "") for param in found}

    @property
    def pid(self) -> int:
        """The process, while it runs."""
        assert self._process is not None, "the switch has not been started"
        return self._process.pid

    @property
    def profiles(self) -> list[str]:
        """The SIP profiles in the configuration."""
        assert self._tree is not None, "the switch has not been started"
        found = self._tree.findall(".//configuration[@name='sofia.conf']/profiles/profile")
        return [profile.get("name", "") for profile in found]

    @property
    def esl(self) -> Esl:
        settings = self.settings("event_socket.conf")
        port = int(settings.get("listen-port", "8021"))
        return Esl((settings.get("listen-ip", "127.0.0.1"), port), settings.get("password", ""))

    def _answers(self) -> bool:
        try:
            return "is ready" in self.esl.api("status")
        except (OSError, EslError):
            return False

    def _profiles_up(self) -> bool:
        status = self.esl.api("sofia status")
        return all(re.search(rf"^\s*{re.escape(p)}\s+profile\s.*RUNNING", status, re.M)
                   for p in self.profiles)  # fmt: skip

    def registered(self) -> bool:
        """Whether each gateway that registers has done so."""
        status = self.esl.api("sofia status")
        return not re.search(r"\sgateway\s.*\s(?:TRYING|REGISTER|UNREGED)\s", status)

    # What a test asks.

    def api(self, command: str) -> str:
        """The reply to an API command. Blocks: not while a phone of the same loop must act."""
        return self.esl.api(command)

    async def ask(self, command: str) -> str:
        """The same, while phones go on."""
        return await asyncio.to_thread(self.esl.api, command)

    async def becomes(self, command: str, pattern: str, within: float = 5.0) -> str:
        """Asks until the reply matches, and returns it."""
        deadline = time.monotonic() + within
        while not re.search(pattern, reply := await self.ask(command)):
            if time.monotonic() > deadline:
                raise AssertionError(f"{command!r} did not match {pattern!r}: {reply}")
            await asyncio.sleep(0.05)
        return reply

    def log(self) -> str:
        """All that mod_logfile wrote."""
        path = self.folder / "log" / "freeswitch.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def mark(self) -> int:
        """A place in the log: pass it to `errors` to hear only of what came later."""
        return len(self.log())

    def errors(self, since: int = 0, ignore: Sequence[str] = ()) -> list[str]:
        """The lines at ERR and above, without those that match a pattern in `ignore`."""
        return [
            line
            for line in self.log()[since:].splitlines()
            if GRAVE.search(line) and not any(re.search(pattern, line) for pattern in ignore)
        ]

    def expects(self, pattern: str) -> None:
        """This test makes the switch log an error that matches; it is no fault."""
        self.expected.append(pattern)

    def settle(self, within: float = 10.0) -> None:
        """Waits until all calls are over, and lets nobody stay registered."""
        try:
            self.until(lambda: "\n0 total." in self.api("show channels"), within, "calls are left")
        finally:
            self.api("hupall")
            # The switch forgets in its own time, fresh nonces included: better if phones sign off.
            if not self._nobody():
                self.api("sofia profile internal flush_inbound_reg")
                self.until(self._nobody, within, "registrations are left")

    def _nobody(self) -> bool:
        return "Total items returned: 0" in self.api("sofia status profile internal reg")

    def begin(self) -> None:
        """A new test: what an earlier one expected, and its CDRs, are of no interest."""
        # A message was left, and no phone of the tenant is there to be told (internal.xml).
        self.expected[:] = [r"sofia_presence.c:\d+ Cannot find profile [\w.-]+$"]
        self._past = {path.name for path in self._folder().rglob("*.cdr.json")}

    def _folder(self) -> Path:
        return Path(self.settings("json_cdr.conf").get("log-dir", ""))

    def _spool(self) -> list[Path]:
        return sorted(self._folder().rglob("*.cdr.json"), key=lambda path: path.stat().st_mtime_ns)

    def cdrs(self) -> list[dict[str, Any]]:
        """The CDR of every leg of this test so far, oldest first; those too that an agent has put away."""
        while True:
            try:
                return self._cdrs()
            except FileNotFoundError:  # an agent has just put it away: it is below the same folder
                continue

    def _cdrs(self) -> list[dict[str, Any]]:
        found = []
        for path in self._spool():
            if path.name in self._past:
                continue
            text = path.read_text("utf-8")
            # Written in place: what does not end is still being written.
            if text.endswith("}\n"):
                found.append(json.loads(text))
        return found

    async def cdrs_where(
        self, count: int, within: float = 5.0, **variables: str
    ) -> list[dict[str, Any]]:
        """Waits for so many CDRs whose channel variables have these values."""
        deadline = time.monotonic() + within
        while True:
            found = [c for c in self.cdrs() if variables.items() <= c["variables"].items()]
            if len(found) >= count:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(found)} CDRs instead of {count} with {variables}")
            await asyncio.sleep(0.05)

    def _console(self) -> str:
        path = self.folder / "console.txt"
        return path.read_text("utf-8", "replace") if path.exists() else ""
