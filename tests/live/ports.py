"""Free ports on loopback, so that runs side by side do not meet."""

from __future__ import annotations

import random
from pathlib import Path

# Below the range that the kernel gives to outgoing connections.
RANGE = range(12000, 32000)
_given: set[tuple[str, int]] = set()


def _taken(*protocols: str) -> set[tuple[str, int]]:
    """What sockets hold, from the kernel's tables: a trial bind would disturb other runs."""
    found = set()
    for protocol in protocols:
        for line in Path(f"/proc/net/{protocol}").read_text("ascii").splitlines()[1:]:
            address, _, port = line.split()[1].partition(":")
            octets = bytes.fromhex(address)[::-1]
            found.add((".".join(str(octet) for octet in octets), int(port, 16)))
    return found


def free_port(host: str = "127.0.0.1") -> int:
    """A port free for UDP and TCP, never the same twice in one run."""
    return free_range(1, host)


def free_range(size: int, host: str = "127.0.0.1") -> int:
    """The first of `size` free ports in a row, on an even number as RTP likes it."""
    taken = _taken("udp", "tcp") | _given
    for _ in range(200):
        start = random.randrange(RANGE.start, RANGE.stop - size, 2)
        block = range(start, start + size)
        if not taken & {(address, port) for address in (host, "0.0.0.0") for port in block}:
            _given.update((host, port) for port in block)
            return start
    raise RuntimeError(f"no {size} free ports in a row on {host}")


def bound(host: str, port: int) -> bool:
    """Whether a process holds this UDP port."""
    return (host, port) in _taken("udp")
