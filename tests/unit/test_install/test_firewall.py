"""The firewall's rules are rules, and they do what they say: where nft is, the kernel is asked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.cli.installing.facts import facts
from dialform.cli.installing.firewall import Caps, rules_file

IN_A_NAMESPACE = ["unshare", "--user", "--map-root-user", "--net"]


def _can() -> bool:
    if shutil.which("nft") is None or shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    tried = subprocess.run(
        [*IN_A_NAMESPACE, "nft", "add table inet x"], capture_output=True, check=False
    )
    return tried.returncode == 0


needs_nft = pytest.mark.skipif(
    not _can(),
    reason="NO NFT, OR NO NETWORK NAMESPACES FOR US, HERE: THE FIREWALL'S RULES WERE NOT RUN",
)


def test_carriers_and_ports_stand_in_the_rules(host: Callable[..., Path]) -> None:
    text = rules_file(facts(host(carriers=("198.51.100.10/32", "2001:db8::/48"))))
    assert "elements = { 198.51.100.10/32 }" in text
    assert "elements = { 2001:db8::/48 }" in text
    assert "udp dport { 5060, 5080 }" in text
    assert "tcp dport { 5060, 5061, 5067, 5080 }" in text


@needs_nft
@pytest.mark.parametrize("carriers", [(), ("198.51.100.10/32", "2001:db8::/48")])
def test_nft_takes_them_twice(
    host: Callable[..., Path], tmp_path: Path, carriers: tuple[str, ...]
) -> None:
    path = tmp_path / "rules.nft"
    path.write_text(rules_file(facts(host(carriers=carriers))))
    subprocess.run([*IN_A_NAMESPACE, "nft", "-c", "-f", str(path)], check=True)
    twice = f"nft -f {path} && nft -f {path} && nft list table inet dialform"
    subprocess.run([*IN_A_NAMESPACE, "sh", "-c", twice], check=True, capture_output=True)


SENDS = """
import socket, sys
heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
heard.bind(("127.0.0.1", 5060))
heard.setblocking(False)
def arrived(source, text, times):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((source, 0))
        for _ in range(times):
            out.sendto(text, ("127.0.0.1", 5060))
    count = 0
    while True:
        try:
            heard.recv(100)
        except BlockingIOError:
            return count
        count += 1
print(arrived("127.0.0.9", b"REGISTER sip:a SIP/2.0", 100))
print(arrived("127.0.0.9", b"OPTIONS sip:a SIP/2.0 ", 50))
print(arrived("127.0.0.10", b"REGISTER sip:a SIP/2.0", 5))
print(arrived("127.0.0.77", b"REGISTER sip:a SIP/2.0", 100))
print(sum(arrived(f"127.0.1.{n}", b"REGISTER sip:a SIP/2.0", 1) for n in range(1, 200)))
"""


@needs_nft
def test_the_kernel_drops_what_is_too_much_and_nothing_else(
    host: Callable[..., Path], tmp_path: Path
) -> None:
    """On loopback of a namespace of its own, with limits so low that no second passes meanwhile."""
    caps = Caps(registers=1, packets=1000, all_registers=20)
    rules = rules_file(facts(host(carriers=("127.0.0.77/32",))), caps)
    # Loopback is let through on a host; here it is all that there is.
    slow = rules.replace("iif lo return\n", "").replace("/second burst 2 ", "/hour burst 2 ")
    slow = slow.replace("20/second burst 40", "1/hour burst 40")
    path = tmp_path / "rules.nft"
    path.write_text(slow)
    script = tmp_path / "sends.py"
    script.write_text(SENDS)
    run = f"ip link set lo up && nft -f {path} && {sys.executable} {script}"
    ran = subprocess.run(
        [*IN_A_NAMESPACE, "sh", "-c", run], check=True, capture_output=True, text=True
    )
    flood, options, other, carrier, many = map(int, ran.stdout.split())
    assert 1 <= flood <= 3, "a source is let through up to its burst"
    assert options == 50, "what is no REGISTER has a cap of its own"
    assert 1 <= other <= 3, "another source is counted by itself"
    assert carrier == 100, "a carrier is never capped"
    assert many <= 41, "and all that are unknown share one cap"
