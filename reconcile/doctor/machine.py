"""What the machine says of itself. Linux' own files are read; beyond it only our own address is asked."""

import ctypes
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from dialform.reconcile.doctor.visit import Visit, visit
from dialform.values import dataclass

_LISTEN = "0A"
_UNSYNCHRONISED, _ERROR = 0x40, 5
_TIMEX_SIZE, _STATUS_AT = 208, 40


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who listens on a port. `pid` 0: the process is not ours to see."""

    protocol: str
    address: str
    port: int
    pid: int
    program: str


class Machine:
    """This machine; a test brings its own `proc` and environment."""

    def __init__(
        self, proc: Path = Path("/proc"), environ: Mapping[str, str] | None = None
    ) -> None:
        self.proc = proc
        self.environ = os.environ if environ is None else environ

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def free(self, folder: Path) -> tuple[int, int] | None:
        """Free and all bytes of the disk under a folder; None where it cannot be asked."""
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        try:
            usage = shutil.disk_usage(folder)
        except OSError:
            return None
        return usage.free, usage.total

    def synchronised(self) -> bool | None:
        """Whether something keeps the clock right (adjtimex, as `timedatectl` asks); None: no answer."""
        try:
            buffer = ctypes.create_string_buffer(_TIMEX_SIZE)
            state = ctypes.CDLL(None, use_errno=True).adjtimex(buffer)
        except (OSError, AttributeError):
            return None
        if state < 0:
            return None
        status = int.from_bytes(buffer.raw[_STATUS_AT : _STATUS_AT + 4], "little")
        return state != _ERROR and not status & _UNSYNCHRONISED

    def resolves(self, name: str) -> bool:
        """Whether a host's name has an address, as this machine's resolver says."""
        try:
            return bool(socket.getaddrinfo(name, None))
        except OSError:
            return False

    def visit(self, url: str) -> Visit:
        """How an address of our own answers; blocks for some seconds at most."""
        return visit(url)

    def has_fast_yaml(self) -> bool:
        """Whether ruamel.yaml has its C parser."""
        try:
            import _ruamel_yaml  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
        except ImportError:
            return False
        return True

    def listeners(self) -> list[Listener]:
        """Who listens, over TCP and UDP."""
        owners: dict[int, tuple[int, str]] | None = None
        found = []
        for protocol in ("tcp", "tcp6", "udp", "udp6"):
            for address, port, inode in self._sockets(protocol):
                if owners is None:
                    owners = dict(self._owners())
                pid, program = owners.get(inode, (0, ""))
                found.append(Listener(protocol[:3], address, port, pid, program))
        return found

    def _sockets(self, protocol: str) -> Iterator[tuple[str, int, int]]:
        """Address, port and inode of those that listen (proc(5), /proc/net/tcp)."""
        try:
            lines = (self.proc / "net" / protocol).read_text("ascii", "replace").splitlines()[1:]
        except OSError:
            return
        for line in lines:
            words = line.split()
            if len(words) < 10 or (protocol.startswith("tcp") and words[3] != _LISTEN):
                continue
            address, _, port = words[1].partition(":")
            remote = words[2].partition(":")[2]
            if protocol.startswith("udp") and int(remote or "0", 16):
                continue
            yield _address(address), int(port, 16), int(words[9])

    def _owners(self) -> Iterator[tuple[int, tuple[int, str]]]:
        """The process behind each socket, as far as we may look."""
        for folder in self.proc.glob("[0-9]*"):
            try:
                program = (folder / "comm").read_text("utf-8", "replace").strip()
                for link in (folder / "fd").iterdir():
                    if inode := re.fullmatch(r"socket:\[(\d+)\]", os.readlink(link)):  # noqa: PTH115
                        yield int(inode[1]), (int(folder.name), program)
            except OSError:
                continue


def _address(text: str) -> str:
    """`0100007F` is 127.0.0.1: words in the machine's own order of bytes."""
    raw = bytes.fromhex(text)
    raw = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, raw)
