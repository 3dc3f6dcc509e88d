"""What a host listens on, and what it says of itself."""

import ipaddress

from dialform.compiler.resolved_host import Host
from dialform.values import dataclass

_LOCAL_V4 = "$${local_ip_v4}"
_ANY = {"0.0.0.0": _LOCAL_V4, "::": "$${local_ip_v6}"}  # noqa: S104


@dataclass(frozen=True, slots=True)
class Listening:
    """`ip` is where a profile listens; `sip` and `rtp` what it says instead, empty for the same."""

    ip: str
    sip: str
    rtp: str


def listening(host: Host, six: bool = False) -> Listening:
    """The addresses of a host's profiles; with `six` those for IPv6 beside the others.

    A profile binds to one address (sofia.c), so `0.0.0.0` stands for that of the default route. A
    host's name goes into SIP as it is; for audio the switch resolves it with each call (`host:`).
    """
    address = host.address6 if six else host.address
    bind = (host.bind6 if six else host.bind) or address
    ip = _ANY.get(bind) or (bind if is_ip(bind) else _LOCAL_V4)
    if address == ip:
        return Listening(ip, "", "")
    return Listening(ip, address, address if is_ip(address) else f"host:{address}")


def websockets(host: Host) -> list[tuple[str, str]]:
    """The transports of browsers, `ws` and `wss`, with the address and port of each that is used."""
    plain = _ANY.get(host.ws_bind, host.ws_bind)
    ports = (("ws", plain, host.ws_port), ("wss", listening(host).ip, host.wss_port))
    return [(name, f"{address}:{port}") for name, address, port in ports if port]


def is_ip(text: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def network(text: str) -> str:
    """An address or network as an access list takes it: with its prefix length."""
    return str(ipaddress.ip_network(text, strict=False))
