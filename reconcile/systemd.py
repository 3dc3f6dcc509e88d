"""Words to systemd, over the socket that it names in `$NOTIFY_SOCKET`: ready, alive, what is done.

The protocol is that of sd_notify(3): one datagram of `KEY=value` lines.
"""

import contextlib
import os
import socket
from collections.abc import Mapping


class Systemd:
    """The service manager, or nobody: where there is none, every word goes nowhere."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        named = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{named[1:]}" if named.startswith("@") else named
        self.watchdog = _seconds(environment)
        """Seconds within which it must hear WATCHDOG=1; None where it does not watch."""

    def ready(self, status: str) -> None:
        """It has started."""
        self._send(f"READY=1\nSTATUS={_line(status)}")

    def alive(self) -> None:
        """It still works."""
        self._send("WATCHDOG=1")

    def status(self, status: str) -> None:
        """What `systemctl status` shows."""
        self._send(f"STATUS={_line(status)}")

    def stopping(self) -> None:
        """It ends because it was told to."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.settimeout(1)
            out.sendto(text.encode(), self._address)


def _line(text: str) -> str:
    return " ".join(text.split())[:400]


def _seconds(environment: Mapping[str, str]) -> float | None:
    """WATCHDOG_USEC, if it is meant for this process (sd_watchdog_enabled(3))."""
    pid, micro = environment.get("WATCHDOG_PID", ""), environment.get("WATCHDOG_USEC", "")
    if not micro.isdigit() or int(micro) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(micro) / 1e6
