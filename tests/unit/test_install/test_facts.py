"""Ports, carriers and networks of a host are read from what was compiled for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.cli.installing.facts import FactsError, facts


def test_ports_paths_and_carriers(host: Callable[..., Path]) -> None:
    known = facts(host(carriers=("198.51.100.20/32", "198.51.100.21/32", "2001:db8::5/128")))
    assert known.udp == (5060, 5080)
    assert known.tcp == (5060, 5061, 5067, 5080)
    assert known.log == "/var/log/freeswitch"
    assert [str(each) for each in known.known] == ["198.51.100.20/31", "2001:db8::5/128"]


def test_networks_of_extensions_are_known_too(host: Callable[..., Path]) -> None:
    known = facts(host(allow=("192.0.2.0/24,2001:db8:1::/48", "192.0.2.64/26")))
    assert [str(each) for each in known.known] == ["192.0.2.0/24", "2001:db8:1::/48"]
    assert known.too_wide == ()


@pytest.mark.parametrize("network", ["0.0.0.0/0", "10.0.0.0/8", "::/0", "2001::/16"])
def test_a_tenant_cannot_open_the_door_for_all(host: Callable[..., Path], network: str) -> None:
    known = facts(host(allow=(network, "192.0.2.1")))
    assert [str(each) for each in known.known] == ["192.0.2.1/32"]
    assert known.too_wide == (network,)


def test_a_folder_that_is_none_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="no compiled host"):
        facts(tmp_path)
