"""Where the switch's event socket is, and the passwords that may open it, from compiled folders."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from pathlib import Path

from dialform.values import dataclass, field

_FILE = "freeswitch/autoload_configs/event_socket.conf.xml"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An event socket. The passwords are tried in their order; none of them is ever shown."""

    address: tuple[str, int]
    passwords: Sequence[str] = field(repr=False)


class EndpointError(Exception):
    """No folder says where the event socket is."""


def endpoint(folders: Iterable[Path]) -> Endpoint:
    """The event socket of the first folder that has one, with the passwords of all.

    Each folder is a generation's. The first is what the switch most likely started with: what it reads
    only at start, the password among it, may be that of an older generation still, or of the newest
    after a restart. Raises EndpointError.
    """
    address: tuple[str, int] | None = None
    passwords: dict[str, None] = {}
    for folder in folders:
        settings = _settings(folder / _FILE)
        if settings is None:
            continue
        if address is None:
            address = _address(settings)
        passwords.setdefault(settings.get("password", "ClueCon"))
    if address is None:
        raise EndpointError(
            "Nothing was applied on this host yet, so there is no switch to talk to."
        )
    return Endpoint(address, tuple(passwords))


def _settings(path: Path) -> dict[str, str] | None:
    try:
        root = ET.fromstring(path.read_bytes())  # noqa: S314 -- our own compiler wrote it
    except (OSError, ET.ParseError):
        return None
    return {one.get("name", ""): one.get("value", "") for one in root.iter("param")}


def _address(settings: dict[str, str]) -> tuple[str, int]:
    """Where to connect; a wildcard means every address of this machine, so loopback is one of them."""
    listen = settings.get("listen-ip", "127.0.0.1")
    host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1", "[::]": "::1"}.get(listen, listen)  # noqa: S104
    port = settings.get("listen-port", "8021")
    return host, int(port) if port.isdigit() else 8021
