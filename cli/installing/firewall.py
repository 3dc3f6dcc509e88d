"""A cap on what strangers may cost the switch: rules of nftables for the SIP ports of a host.

mod_sofia has no parameter for log-ins a second: the kernel counts instead, before a packet costs anything.
"""

from collections.abc import Iterable

from dialform.cli.installing.facts import Facts, Network
from dialform.cli.installing.written import marked
from dialform.values import dataclass

RULES_FILE = "dialform.nft"


@dataclass(frozen=True, slots=True)
class Caps:
    """Of a source (an IPv4 address, an IPv6 /64), and of all that are unknown together; a second."""

    registers: int = 10
    packets: int = 200
    connections: int = 10
    all_registers: int = 200
    all_connections: int = 200


_RULES = """\
# Loaded with `nft -f`; loading it again replaces it and forgets who was counted.
# It only ever drops: what it lets pass still meets your other tables. Audio (RTP) is not touched.
# What it cannot do stands in docs/attackers.md.

table inet dialform
delete table inet dialform

table inet dialform {{
{sets}
    set register4 {{ type ipv4_addr; flags dynamic,timeout; timeout 1m; size 65535; }}
    set register6 {{ type ipv6_addr; flags dynamic,timeout; timeout 1m; size 65535; }}
    set packet4 {{ type ipv4_addr; flags dynamic,timeout; timeout 1m; size 65535; }}
    set packet6 {{ type ipv6_addr; flags dynamic,timeout; timeout 1m; size 65535; }}
    set connect4 {{ type ipv4_addr; flags dynamic,timeout; timeout 1m; size 65535; }}
    set connect6 {{ type ipv6_addr; flags dynamic,timeout; timeout 1m; size 65535; }}

    chain sip {{
        type filter hook input priority filter - 10; policy accept;
        iif lo return
        ip saddr @known4 return
        ip6 saddr @known6 return
        udp dport {{ {udp} }} jump packets
        tcp dport {{ {tcp} }} tcp flags & (syn | ack) == syn jump connections
    }}

    chain packets {{
        update @packet4 {{ ip saddr {over_packets} }} counter drop
        update @packet6 {{ ip6 saddr & ffff:ffff:ffff:ffff:: {over_packets} }} counter drop
        # A datagram that begins with "REGISTER".
        @th,64,64 0x5245474953544552 jump registers
    }}

    chain registers {{
        update @register4 {{ ip saddr {over_registers} }} counter drop
        update @register6 {{ ip6 saddr & ffff:ffff:ffff:ffff:: {over_registers} }} counter drop
        {over_all_registers} counter drop
    }}

    chain connections {{
        update @connect4 {{ ip saddr {over_connections} }} counter drop
        update @connect6 {{ ip6 saddr & ffff:ffff:ffff:ffff:: {over_connections} }} counter drop
        {over_all_connections} counter drop
    }}
}}
"""


def rules_file(known: Facts, caps: Caps | None = None) -> str:
    """The rules for the ports and the carriers of a host."""
    caps = caps or Caps()
    text = _RULES.format(
        sets="\n".join(_known(version, known.known) for version in (4, 6)),
        udp=", ".join(map(str, known.udp)),
        tcp=", ".join(map(str, known.tcp)),
        over_packets=_over(caps.packets),
        over_registers=_over(caps.registers),
        over_connections=_over(caps.connections),
        over_all_registers=_over(caps.all_registers),
        over_all_connections=_over(caps.all_connections),
    )
    return "#!/usr/sbin/nft -f\n" + marked(text)


def _over(a_second: int) -> str:
    return f"limit rate over {a_second}/second burst {2 * a_second} packets"


def _known(version: int, networks: Iterable[Network]) -> str:
    members = ", ".join(str(each) for each in networks if each.version == version)
    elements = f" elements = {{ {members} }}" if members else ""
    return f"    set known{version} {{ type ipv{version}_addr; flags interval;{elements} }}"
