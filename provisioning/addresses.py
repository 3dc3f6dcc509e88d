"""Who asks: the other end of a connection, or whom a trusted proxy names."""

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from dialform.values import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Headers = Sequence[tuple[bytes, bytes]]
MOST_HOPS = 32


class Trusting(Protocol):
    """Settings that say which proxies are believed."""

    def trusts(self, address: Address, /) -> bool:
        """Whether somebody is a proxy of ours."""
        ...


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks. `tls` is whether its own connection is encrypted; `plain` whether a proxy says that it
    is not.
    """

    address: str
    tls: bool
    plain: bool = False


@lru_cache(8192)
def address_of(text: str) -> Address | None:
    """An address; one that IPv6 only wraps is the IPv4 one. None for anything else."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def client_of(peer: str, tls: bool, headers: Headers, settings: Trusting) -> Client:
    """Who asks.

    Args:
        peer: the connection's other end.
        tls: whether the connection is encrypted.
        headers: of the request, names in lower case.
        settings: say which proxies are believed.
    """
    found = address_of(peer)
    if found is None or not settings.trusts(found):
        return Client(str(found or "unknown"), tls)
    schemes = [value.strip().lower() for value in _values(headers, b"x-forwarded-proto")]
    hops = [value.strip() for value in _values(headers, b"x-forwarded-for")][-MOST_HOPS:]
    address = str(_farthest(found, hops, settings))
    # The last word is that of the proxy that stands before us.
    return Client(address, schemes[-1:] == [b"https"], bool(schemes) and schemes[-1] != b"https")


def _values(headers: Headers, name: bytes) -> list[bytes]:
    return [part for key, value in headers if key == name for part in value.split(b",")]


def _farthest(peer: Address, hops: Iterable[bytes], settings: Trusting) -> Address:
    """From the near end on, the first who is no proxy of ours: what stands beyond is only claimed."""
    for hop in reversed(list(hops)):
        text = hop.decode("latin-1")
        if text.startswith("["):
            text = text[1:].partition("]")[0]
        elif text.count(":") == 1:
            text = text.partition(":")[0]
        found = address_of(text)
        if found is None:
            return peer
        peer = found
        if not settings.trusts(found):
            return found
    return peer
