"""What a compiled configuration says of its host, for units, jails and firewalls."""

import json
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from pathlib import Path
from xml.etree import ElementTree

from dialform.values import dataclass

Network = IPv4Network | IPv6Network

_UDP = ("sip-port",)
_TCP = ("sip-port", "tls-sip-port", "ws-binding", "wss-binding")
_WIDEST = {4: 16, 6: 32}
"""A network of an extension that is wider than this guards nothing: it is not believed."""


SPOOL = "/var/log/freeswitch/json_cdr"
"""Where a switch writes call records that is told nothing else."""
STORAGE = "/var/lib/freeswitch/storage"
"""Where a switch keeps mailboxes and received faxes that is told nothing else, as the packages have it."""
FAXES = f"{STORAGE}/fax"
"""Below that: where it writes received faxes to."""


class FactsError(Exception):
    """The folder is no compiled host: one sentence."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`carriers` are the addresses that calls of trunks come from, `phones` the networks that extensions
    are bound to (`allow:`). `log` is the switch's folder of log files, `boot` how it is started, `spool`
    where it writes its call records, `faxes` where it writes the faxes that it receives.
    """

    udp: tuple[int, ...]
    tcp: tuple[int, ...]
    carriers: tuple[Network, ...]
    phones: tuple[Network, ...]
    too_wide: tuple[str, ...]
    log: str
    boot: tuple[str, ...]
    spool: str = SPOOL
    faxes: str = FAXES

    @property
    def known(self) -> list[Network]:
        """All that is never banned nor capped, without overlaps: IPv4, then IPv6."""
        every = [*self.carriers, *self.phones]
        four = collapse_addresses(each for each in every if isinstance(each, IPv4Network))
        six = collapse_addresses(each for each in every if isinstance(each, IPv6Network))
        return [*four, *six]


def facts(host: Path) -> Facts:
    """What stands in a host's folder, as `out/pbx1` or `<state>/current`. Raises FactsError."""
    switch = host / "freeswitch"
    try:
        manifest = json.loads((host / "manifest.json").read_bytes())
        boot = tuple(str(word) for word in manifest["boot"])
        profiles = [_tree(path) for path in sorted((switch / "sip_profiles").glob("*.xml"))]
        lists = _tree(switch / "autoload_configs" / "acl.conf.xml")
        phones, too_wide = _networks(_allowed(switch))
        return Facts(
            udp=tuple(sorted(set(_ports(profiles, _UDP)))),
            tcp=tuple(sorted(set(_ports(profiles, _TCP)))),
            carriers=tuple(_carriers(lists)),
            phones=phones,
            too_wide=too_wide,
            log=_after(boot, "-log", "/var/log/freeswitch"),
            boot=boot,
            spool=_spool(host, boot),
            faxes=f"{_after(boot, '-storage', STORAGE)}/fax",
        )
    except (OSError, ValueError, KeyError, TypeError, ElementTree.ParseError):
        raise FactsError(
            f"'{host}' is no compiled host: name the folder that `dialform compile` wrote for it "
            "(as out/pbx1), or what its agent runs (<state>/current)."
        ) from None


def _tree(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_bytes())  # noqa: S314 - our own output


def _ports(profiles: Iterable[ElementTree.Element], names: tuple[str, ...]) -> Iterator[int]:
    """The ports of these parameters; a binding is `address:port`."""
    for profile in profiles:
        for param in profile.findall(".//settings/param"):
            if param.get("name") in names:
                port = param.get("value", "").rpartition(":")[2]
                if int(port):
                    yield int(port)


def _carriers(lists: ElementTree.Element) -> Iterator[Network]:
    for node in lists.findall(".//list[@name='providers']/node[@type='allow']"):
        yield ip_network(node.get("cidr", ""), strict=False)


def _allowed(switch: Path) -> Iterator[str]:
    """The networks of all extensions. The file is looked through before it is parsed: there are many."""
    for path in sorted(switch.glob("tenants/*/directory.xml")):
        data = path.read_bytes()
        if b'"auth-acl"' in data:
            for param in ElementTree.fromstring(data).iter("param"):  # noqa: S314 - our own output
                if param.get("name") == "auth-acl":
                    yield from param.get("value", "").split(",")


def _networks(written: Iterable[str]) -> tuple[tuple[Network, ...], tuple[str, ...]]:
    narrow: set[Network] = set()
    wide = set()
    for each in written:
        network = ip_network(each.strip(), strict=False)
        if network.prefixlen < _WIDEST[network.version]:
            wide.add(str(network))
        else:
            narrow.add(network)
    return tuple(sorted(narrow, key=lambda n: (n.version, n))), tuple(sorted(wide))


def _spool(host: Path, boot: tuple[str, ...]) -> str:
    from dialform.reconcile.billing.where import spool_of

    found = spool_of(host, _after(boot, "-log", "/var/log/freeswitch"))
    return str(found) if found else SPOOL


def _after(words: tuple[str, ...], option: str, otherwise: str) -> str:
    return words[words.index(option) + 1] if option in words else otherwise
