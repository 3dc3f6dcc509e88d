"""Carriers: SIPp on loopback addresses of their own, beside the switch."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from . import ports, trace
from .sip import REASONS, Address, Header, Message, SipError, name_addr

VARIABLE = "DIALFORM_SIPP"
SCENARIOS = Path(__file__).parent / "sipp"
CODECS = {"PCMU": 0, "PCMA": 8}


def find_sipp() -> Path | None:
    """SIPp by the environment variable, else on PATH."""
    if named := os.environ.get(VARIABLE):
        if not os.access(named, os.X_OK):
            raise FileNotFoundError(f"{VARIABLE}={named}: no such program")
        return Path(named).resolve()
    found = shutil.which("sipp")
    return Path(found) if found else None


@dataclass(frozen=True)
class Manner:
    """How a carrier treats calls: a scenario with its words, and a pause in milliseconds."""

    scenario: str
    words: tuple[tuple[str, str], ...] = ()
    pause: int = 0

    def write(self, path: Path) -> Path:
        """The scenario with its words in place; SIPp's own keys do not reach every spot."""
        text = (SCENARIOS / f"{self.scenario}.xml").read_text("utf-8")
        for name, value in self.words:
            text = text.replace(f"@{name}@", escape(value, {'"': "&quot;"}))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path


def answers(after: float = 0.0, codec: str = "PCMU") -> Manner:
    """Takes every call after so many seconds of ringing, and echoes its audio."""
    words = (("codec", str(CODECS[codec])), ("codec_name", codec))
    return Manner("answer", words, round(after * 1000))


def rejects(status: int = 503, phrase: str = "", after: float = 0.0) -> Manner:
    """Refuses every call: busy with 486, out of order with 503."""
    words = (("status", str(status)), ("phrase", phrase or REASONS.get(status, "Refused")))
    return Manner("reject", words, round(after * 1000))


def rings() -> Manner:
    """Rings until the caller gives up."""
    return Manner("ring")


def registers(login: str, password: str) -> Manner:
    """Takes a REGISTER with this password only, and no call."""
    return Manner("register", (("login", login), ("secret", password)))


class Carrier:
    """A trunk's far end. Start it with a manner; what arrived is read from SIPp's trace."""

    def __init__(self, address: Address, folder: Path, name: str = "carrier") -> None:
        self.address, self.folder, self.name = address, folder, name
        self._process: subprocess.Popen[bytes] | None = None
        self._trace = folder / f"{name}.0.trace"
        self._media = ports.free_range(8, address[0])
        self._runs = 0

    def start(self, manner: Manner) -> Self:
        """Listens; a carrier that already does changes its manner and forgets its trace."""
        self.stop()
        self._runs += 1
        self._trace = self.folder / f"{self.name}.{self._runs}.trace"
        command = [
            *_command(manner.write(self._trace.with_suffix(".xml")), self.address, self._trace),
            *("-d", str(manner.pause), "-aa", "-deadcall_wait", "0", "-rtp_echo"),
            *("-mp", str(self._media)),
        ]
        self._process = _run(command, self._trace)
        deadline = time.monotonic() + 5.0
        while not ports.bound(*self.address):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"SIPp does not listen: {_output(self._trace)}")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """Goes silent, as a carrier does that lost its line."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def received(self, method: str = "") -> list[Message]:
        """What came in since the last start; with a method, its requests, each once."""
        once = {(m.get("Call-ID"), m.cseq, m.start): m for m in trace.received(self._trace, method)}
        return list(once.values())

    @property
    def invites(self) -> list[Message]:
        """The calls that came in."""
        return self.received("INVITE")

    async def called(self, within: float = 5.0, count: int = 1) -> Message:
        """Waits for the call of that number, and returns its INVITE."""
        return await self.gets("INVITE", within, count)

    async def gets(self, method: str, within: float = 5.0, count: int = 1) -> Message:
        """Waits for so many requests of a method, and returns the last of them."""
        deadline = time.monotonic() + within
        while len(found := self.received(method)) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name} got no {method} within {within} s")
            await asyncio.sleep(0.05)
        return found[count - 1]


@dataclass(frozen=True)
class Outcome:
    """What became of a call that a carrier brought in."""

    answers: list[Message]

    @property
    def status(self) -> int:
        """The final answer to the INVITE; 0 without one."""
        found = [m.status for m in self.answers if m.method == "INVITE" and m.status >= 200]
        return found[-1] if found else 0


async def call_in(
    target: Address,
    number: str,
    *,
    source: str,
    folder: Path,
    caller: str = "+19175550100",
    name: str = "",
    from_: str = "",
    headers: Iterable[Header] = (),
    params: str = "",
    talk: float = 0.5,
    timeout: float = 20.0,
) -> Outcome:
    """Calls `number` at the switch from the address `source`, talks so many seconds, hangs up.

    `from_` replaces the whole From value, `headers` are added, `params` follow the Request-URI.
    For DTMF, audio, or a caller who waits for the other side's BYE, use a Phone bound to `source`.
    """
    local = (source, ports.free_port(source))
    path = folder / f"call-{number.lstrip('+')}-{local[1]}.trace"
    # Empty keys must not leave an empty line: each extra header brings its line end along.
    extra = "".join(f"\r\n{key}: {value}" for key, value in headers)
    keys = {
        "caller": from_ or name_addr(f"sip:{caller}@{source}", name),
        "extra": extra,
        "params": params,
    }
    command = [
        *_command(SCENARIOS / "call.xml", local, path),
        *("-m", "1", "-s", number, "-d", str(round(talk * 1000)), "-recv_timeout", "15000"),
        *("-mp", str(ports.free_range(8, source))),
        *_keys(keys),
        f"{target[0]}:{target[1]}",
    ]
    process = _run(command, path)
    try:
        await asyncio.to_thread(process.wait, timeout)
    except subprocess.TimeoutExpired:
        raise SipError(f"SIPp did not end within {timeout} s: {_output(path)}") from None
    finally:
        process.kill()
        process.wait()
    return Outcome([message for message in trace.received(path) if not message.is_request])


def _command(scenario: Path, local: Address, path: Path) -> list[str]:
    binary = find_sipp()
    if binary is None:
        raise FileNotFoundError(f"no sipp on PATH and no {VARIABLE}")
    return [
        *(str(binary), "-sf", str(scenario)),
        *("-i", local[0], "-p", str(local[1]), "-mi", local[0], "-ci", local[0], "-nostdin"),
        *("-trace_msg", "-message_file", str(path)),
    ]


def _keys(keys: Mapping[str, str]) -> list[str]:
    return [word for key, value in keys.items() for word in ("-key", key, value)]


def _run(command: list[str], path: Path) -> subprocess.Popen[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".out").open("wb") as out:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=path.parent
        )


def _output(path: Path) -> str:
    text = path.with_suffix(".out").read_text("utf-8", "replace")
    # Its screens fill the file; what went wrong stands in lines with a date.
    said = [line for line in text.splitlines() if line[:2] == "20"]
    return "\n".join(said or [text[-2000:]])
