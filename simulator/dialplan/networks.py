"""The network lists that `acl` asks (`switch_load_network_lists` in src/switch_core.c)."""

import ipaddress

from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.reading.words import separate, true
from dialform.values import dataclass

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_NOT_WAN = ("0.0.0.0/8", *_PRIVATE, "169.254.0.0/16", "100.64.0.0/10")
_AUTOMATIC: dict[str, tuple[bool, tuple[str, ...]]] = {
    "rfc6598.auto": (False, ("100.64.0.0/10",)),
    "rfc1918.auto": (False, (*_PRIVATE, "fe80::/10")),
    "wan.auto": (True, (*_NOT_WAN, "fe80::/10")),
    "wan_v6.auto": (True, ("0.0.0.0/0", "fe80::/10")),
    "wan_v4.auto": (True, (*_NOT_WAN, "::/0")),
    "any_v6.auto": (True, ("0.0.0.0/0",)),
    "any_v4.auto": (True, ("::/0",)),
    "nat.auto": (False, (*_PRIVATE, "100.64.0.0/10")),
    "loopback.auto": (False, ("127.0.0.0/8", "::1/128")),
    "localnet.auto": (False, ()),
}
"""What each list says of all others, and the networks of which it says the opposite. What depends
on the machine's own address (`localnet.auto`) is empty."""


@dataclass(frozen=True, slots=True)
class NetworkList:
    """A list: what it says by default, and of which networks something else."""

    default: bool
    nodes: tuple[tuple[Network, bool], ...]

    def allows(self, address: Address) -> bool:
        """What the narrowest network says that the address is in."""
        said, bits = self.default, -1
        for network, allowed in self.nodes:
            within = network.version == address.version and address in network
            if within and network.prefixlen >= bits:
                said, bits = allowed, network.prefixlen
        return said


def allows(configuration: Configuration, address: str, name: str) -> bool:
    """Whether a list allows an address. `name` is a list's, or networks in CIDR notation."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    found = network_list(configuration, name)
    if found:
        return found.allows(parsed)
    if "/" not in name:
        return False
    networks = (_network(part) for part in separate(name, ",", 100))
    return any(n is not None and n.version == parsed.version and parsed in n for n in networks)


def network_list(configuration: Configuration, name: str) -> NetworkList | None:
    """A list of acl.conf, or one of the switch's own."""
    element = configuration.configuration("acl.conf")
    lists = element.first("network-lists") if element else None
    for list_ in lists.all("list") if lists else ():
        if list_.get("name") == name:
            default = true(list_.get("default")) if "default" in list_.attributes else True
            nodes = [
                (
                    _node(node.attributes),
                    true(node.get("type")) if "type" in node.attributes else default,
                )
                for node in list_.all("node")
            ]
            return NetworkList(default, tuple((n, allowed) for n, allowed in nodes if n))
    if name in _AUTOMATIC:
        default, networks = _AUTOMATIC[name]
        return NetworkList(
            default, tuple((ipaddress.ip_network(network), not default) for network in networks)
        )
    return None


def _node(attributes: dict[str, str]) -> Network | None:
    if "cidr" in attributes:
        return _network(attributes["cidr"])
    if "host" in attributes and "mask" in attributes:
        return _network(f"{attributes['host']}/{attributes['mask']}")
    return None


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
