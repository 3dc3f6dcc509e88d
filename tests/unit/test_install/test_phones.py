"""The provisioning service's unit, and its jail: who guesses is found, whatever a stranger writes."""

from __future__ import annotations

import configparser
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.cli.installing import phones
from dialform.cli.installing.facts import FactsError
from dialform.cli.installing.phones import Phones, phones_of, provision_unit
from dialform.provisioning.log import Lines, clean

from .test_command import run, said
from .test_jail import ADDR
from .test_units import settings

SERVED = Phones(443, 443, "/etc/tls/100%/chain.pem", "/etc/tls/key.pem")


def unit(known: Phones | None = SERVED, state: str = "/var/lib/dialform") -> dict[str, list[str]]:
    return settings(provision_unit("/usr/bin/dialform", state, "dialform", known))


def test_it_is_a_user_of_its_own_and_writes_to_its_own_folder_alone() -> None:
    made = unit()
    for name, value in {
        "User": "dialform-provision",
        "Group": "dialform",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "StateDirectory": "dialform/provisioning",
        "StateDirectoryMode": "0700",
        "MemoryDenyWriteExecute": "yes",
        "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    }.items():
        assert made[name] == [value]
    assert "ReadWritePaths" not in made
    assert "-/var/lib/dialform/repository" in made["InaccessiblePaths"]
    assert unit(state="/srv/d")["ReadWritePaths"] == ["-/srv/d/provisioning"]
    (start,) = made["ExecStart"]
    assert start.split() == [
        *("/usr/bin/dialform", "provision", "serve", "--root", "/var/lib/dialform/current"),
        *("--state", "/var/lib/dialform/provisioning"),
    ]


def test_only_a_low_port_takes_a_privilege_and_only_that_one() -> None:
    low, high = unit(), unit(Phones(443, 8085))
    assert low["CapabilityBoundingSet"] == low["AmbientCapabilities"] == ["CAP_NET_BIND_SERVICE"]
    assert high["CapabilityBoundingSet"] == high["AmbientCapabilities"] == [""]


def test_what_is_free_goes_back_to_the_system() -> None:
    assert any("MALLOC_TRIM_THRESHOLD_=" in line for line in unit()["Environment"])


def test_certificate_and_key_are_handed_over() -> None:
    assert unit()["LoadCredential"] == [
        "certificate:/etc/tls/100%%/chain.pem", "key:/etc/tls/key.pem",
    ]  # fmt: skip
    assert "LoadCredential" not in unit(None)


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="NO SYSTEMD HERE: THE UNIT WAS NOT VERIFIED"
)
def test_systemd_takes_it_and_finds_little_to_say(tmp_path: Path) -> None:
    path = tmp_path / phones.UNIT
    path.write_text(provision_unit(sys.executable, "/var/lib/dialform", "dialform", SERVED))
    ran = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True)
    assert [line for line in ran.stderr.splitlines() if phones.UNIT in line] == []
    ran = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", str(path)], capture_output=True, text=True
    )
    if found := re.search(r"exposure level for \S+: ([\d.]+)", ran.stdout):
        assert float(found[1]) < 2.0


def service(host: Path, **more: object) -> Path:
    path = host / "phones/service.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        json.dumps({"base_url": "https://p.example.com/x/", "port": 0, "certificate": "",
                    "key": "", **more})
    )  # fmt: skip
    return host


def test_ports_are_read_from_what_was_compiled(host: Callable[..., Path]) -> None:
    folder = host()
    assert phones_of(folder) is None
    assert phones_of(service(folder)) == Phones(443, 8085)
    assert phones_of(service(folder, certificate="/c", key="/k")) == Phones(443, 443, "/c", "/k")
    assert phones_of(service(folder, base_url="https://p:8443/x")) == Phones(8443, 8085)
    assert phones_of(service(folder, port=9000)) == Phones(443, 9000)
    (folder / "phones/service.json").write_text("[]")
    with pytest.raises(FactsError, match="compile"):
        phones_of(folder)


def test_the_command_writes_unit_and_jail(host: Callable[..., Path], tmp_path: Path) -> None:
    folder = service(host(allow=("192.0.2.0/24",)))
    into, jails = tmp_path / "units", tmp_path / "f2b"
    ran = run("--provisioning", "--into", into, "--fail2ban", jails, "--from", folder)
    assert ran.exception is None, said(ran)
    assert [path.name for path in into.iterdir()] == [phones.UNIT]
    assert {path.name for path in jails.rglob("*.conf")} == {
        "dialform.conf", "dialform-provision.conf",
    }  # fmt: skip
    assert "dialform-provision" in ran.stderr
    parser = configparser.ConfigParser()
    parser.read(jails / phones.JAIL_FILE)
    made = parser["dialform-provision"]
    assert (made["port"], made["backend"], made["usedns"]) == ("443", "systemd", "no")
    assert made["ignoreip"].split() == ["127.0.0.0/8", "::1", "192.0.2.0/24"]


def test_a_host_that_serves_no_phones_gets_no_jail_for_them(
    host: Callable[..., Path], tmp_path: Path
) -> None:
    assert run("--fail2ban", tmp_path, "--from", host()).exception is None
    assert {path.name for path in tmp_path.rglob("dialform*.conf")} == {"dialform.conf"}


def matcher() -> Callable[[str], str | None]:
    """As fail2ban runs it on the journal: the date is known, the line begins with who wrote it."""
    parser = configparser.ConfigParser()
    parser.read_string(phones.filter_file())
    pattern = re.compile(parser["Definition"]["failregex"].replace("<ADDR>", ADDR))

    def match(line: str) -> str | None:
        hit = pattern.match(line)
        return (hit["ip4"] or hit["ip6"]) if hit else None

    return match


def logged(address: str = "192.0.2.9", agent: str = "curl/8", outcome: str = "refused",
           status: int = 404, **more: object) -> str:  # fmt: skip
    """A line as the service writes it."""
    stream = io.StringIO()
    fields = {
        "outcome": outcome,
        "status": status,
        "address": address,
        "agent": clean(agent),
        **more,
    }
    Lines(stream).fetch(1795850000.5, fields)
    return stream.getvalue().rstrip("\n")


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8:1::7", "::1"])
@pytest.mark.parametrize("before", ["", "pbx1 dialform[4711]: "])
def test_who_is_refused_is_found(address: str, before: str) -> None:
    assert matcher()(before + logged(address)) == address
    assert matcher()(before + logged(address, knocked="aabbcc112233")) == address
    assert matcher()(before + logged(address, outcome="denied", status=401)) == address


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("fetched", 200), ("challenged", 401), ("limited", 429), ("no_file", 404), ("enrolled", 200)],
)
def test_whoever_else_is_passed_over(outcome: str, status: int) -> None:
    assert matcher()(logged(outcome=outcome, status=status)) is None


HOSTILE = [
    '", "outcome": "refused", "status": 404, "address": "1.2.3.4", "agent": "',
    '{"at": "x", "outcome": "refused", "status": 404, "address": "1.2.3.4", "agent": "',
    'pbx1 dialform[1]: {"at": "x", "outcome": "refused", "status": 404, "address": "1.2.3.4", "agent": "',
    "2026-11-28T05:15:44+00:00 evil.example.com",
    "<ADDR>",
]


@given(st.sampled_from(HOSTILE) | st.text())
def test_what_a_stranger_says_of_itself_bans_nobody_else(agent: str) -> None:
    match = matcher()
    lines = logged(agent=agent).split("\n")
    assert {match(line) for line in lines} == {"192.0.2.9"}
    assert match(logged(agent=agent, outcome="fetched", status=200)) is None


@pytest.mark.skipif(shutil.which("fail2ban-regex") is None, reason="FAIL2BAN IS NOT INSTALLED HERE")
def test_fail2ban_itself_finds_the_same(tmp_path: Path) -> None:
    path = tmp_path / "filter.d" / "dialform-provision.conf"
    path.parent.mkdir()
    path.write_text(phones.filter_file())
    log = tmp_path / "service.log"
    lines = [logged(agent=agent) for agent in HOSTILE]
    lines += [
        f"pbx1 dialform[4711]: {logged('2001:db8::7')}",
        logged(outcome="fetched", status=200),
    ]
    log.write_text("\n".join(lines) + "\n", "utf-8")
    ran = subprocess.run(
        ["fail2ban-regex", "--out", "ip", str(log), str(path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.split() == ["192.0.2.9"] * len(HOSTILE) + ["2001:db8::7"]
