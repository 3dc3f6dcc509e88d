"""The networks of the site's own carriers, as a compiled folder names them."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

_FILE = "freeswitch/autoload_configs/acl.conf.xml"
_LIST = "providers"


def carriers(folder: Path) -> tuple[str, ...]:
    """Those that the list `providers` of a generation's folder lets in; of what cannot be read none."""
    try:
        root = ET.fromstring((folder / _FILE).read_bytes())  # noqa: S314 -- our own compiler wrote it
    except (OSError, ET.ParseError):
        return ()
    lists = (one for one in root.iter("list") if one.get("name") == _LIST)
    named = (node.get("cidr", "") for one in lists for node in one.iter("node"))
    return tuple(_networks(named))


def _networks(named: Iterator[str]) -> Iterator[str]:
    for one in named:
        try:
            yield str(ip_network(one, strict=False))
        except ValueError:  # somebody wrote it by hand
            continue
