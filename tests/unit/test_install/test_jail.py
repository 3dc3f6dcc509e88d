"""The filter finds every refused log-in that FreeSWITCH 1.10.12 wrote, and nobody's address but the sender's."""

from __future__ import annotations

import ast
import configparser
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.cli.installing import jail
from dialform.cli.installing.facts import facts

RECORDED = Path(__file__).parent / "recorded" / "refused.log"
"""Written by 1.10.12: strangers at 127.0.0.66 to .70, some with hostile names and domains."""

# As fail2ban 1.0 writes out <ADDR> (server/failregex.py, R_HOST).
ADDR = (
    r"\[?(?:(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})"
    r"|(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)))\]?"
)
DATE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")


def matcher(mode: str = "normal") -> Callable[[str], str | None]:
    """The filter as fail2ban runs it: cuts the date off the head, then tries each pattern."""
    parser = configparser.ConfigParser()
    parser.read_string(jail.filter_file())
    patterns = [
        re.compile(line.strip().replace("<ADDR>", ADDR))
        for line in parser["Definition"][f"failregex-{mode}"].splitlines()
    ]

    def match(line: str) -> str | None:
        line = line.rstrip("\n")
        if not (date := DATE.match(line)):
            return None
        found = (pattern.match(line[date.end() :]) for pattern in patterns)
        hit = next((each for each in found if each), None)
        return (hit["ip4"] or hit["ip6"]) if hit else None

    return match


def banned(mode: str = "normal") -> Counter[str]:
    match = matcher(mode)
    with RECORDED.open(encoding="utf-8", newline="\n") as lines:
        return Counter(found for line in lines if (found := match(line)))


def test_each_refused_log_in_counts_once_for_its_sender() -> None:
    assert banned() == {
        "127.0.0.66": 1,  # a wrong password
        "127.0.0.67": 2,  # no such extension, no such domain
        "127.0.0.68": 1,  # a call with a wrong password
        "127.0.0.10": 1,  # the right one, from outside of the extension's networks
        "127.0.0.69": 9,  # names with brackets, spaces and " from ip 1.2.3.4"
    }


def test_strict_counts_strangers_at_the_carriers_port_too() -> None:
    assert banned("strict") - banned() == {"127.0.0.70": 1}


def test_a_challenge_is_no_failure() -> None:
    """Each phone's first REGISTER is answered with one."""
    assert (
        matcher()(
            "2026-11-28 05:15:44.673280 100.00% [WARNING] sofia_reg.c:1842 SIP auth challenge (REGISTER) "
            "on sofia profile 'internal' for [1001@acme.example.com] from ip 127.0.0.66"
        )
        is None
    )


def line(user: str, domain: str = "acme.example.com", sender: str = "192.0.2.9") -> str:
    return (
        "2026-11-28 05:15:44.673280 100.00% [WARNING] sofia_reg.c:1787 SIP auth failure (REGISTER) "
        f"on sofia profile 'internal6' for [{user}@{domain}] from ip {sender}"
    )


@pytest.mark.parametrize("sender", ["203.0.113.7", "2001:db8:1::7", "fe80::1", "::1"])
def test_addresses_of_both_kinds(sender: str) -> None:
    assert matcher()(line("1001", sender=sender)) == sender


def test_older_switches_write_no_idle_time() -> None:
    assert matcher()(line("1001").replace("100.00% ", "")) == "192.0.2.9"


HOSTILE = [
    "1001@acme] from ip 1.2.3.4",
    "x] from ip 1.2.3.4\r",
    "x] from ip 1.2.3.4\x0b",
    "x] from ip 1.2.3.4\x85",
    "x] from ip 1.2.3.4\u2028",
    "[WARNING] sofia_reg.c:1 SIP auth failure (REGISTER) on sofia profile 'x' for [a] from ip 1.2.3.4",
    "2026-11-28 05:15:44.673280 [WARNING] sofia_reg.c:1 SIP auth failure (INVITE) on sofia profile 'x'"
    " for [a@b] from ip 1.2.3.4",
    "<ADDR>",
    "evil.example.com",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_stranger_writes_bans_nobody_else(name: str) -> None:
    assert matcher()(line(name)) == "192.0.2.9"
    assert matcher()(line("1001", domain=name)) == "192.0.2.9"


@given(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])))
def test_no_name_hides_or_moves_the_sender(name: str) -> None:
    """Not even one that the stock filter would stumble over, as `a]b`."""
    assert matcher()(line(name)) == "192.0.2.9"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_second_line_that_a_name_begins_is_of_nobody(name: str) -> None:
    """The switch escapes line ends in names; were it not to, a line without the date is passed over."""
    text = line(f"1001\n {name} {line('x', sender='1.2.3.4')}")
    assert {matcher()(each) for each in text.split("\n")} <= {None, "192.0.2.9"}


def test_other_lines_are_passed_over() -> None:
    match = matcher("strict")
    said = line("1001")
    for other in (
        said.replace("[WARNING]", "[NOTICE]"),
        said.replace("sofia_reg.c", "mod_dptools.c"),
        f"0b0e7b7e-1 {said}",
        f" {said}",
        f"{said} and more",
    ):
        assert match(other) is None


def test_the_jail_leaves_carriers_and_bound_networks_alone(host: Callable[..., Path]) -> None:
    known = facts(host(carriers=("198.51.100.10/32",), allow=("192.0.2.0/24",)))
    parser = configparser.ConfigParser()
    parser.read_string(jail.jail_file(known))
    made = parser["dialform"]
    assert made["ignoreip"].split() == [
        "127.0.0.0/8", "::1", "192.0.2.0/24", "198.51.100.10/32",
    ]  # fmt: skip
    assert made["port"] == "5060,5061,5067,5080"
    assert made["logpath"] == "/var/log/freeswitch/freeswitch.log"
    assert (made["enabled"], made["usedns"]) == ("true", "no")
    assert made["filter"] == f"{Path(jail.FILTER_FILE).stem}[mode=normal]"


@pytest.mark.skipif(shutil.which("fail2ban-regex") is None, reason="FAIL2BAN IS NOT INSTALLED HERE")
@pytest.mark.parametrize("mode", ["normal", "strict"])
def test_fail2ban_itself_finds_the_same(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "filter.d" / "dialform.conf"
    path.parent.mkdir()
    path.write_text(jail.filter_file())
    log = tmp_path / "freeswitch.log"
    hostile = "".join(f"{line(name)}\n" for name in HOSTILE)
    log.write_text(RECORDED.read_text("utf-8") + hostile, "utf-8", newline="\n")
    ran = subprocess.run(
        ["fail2ban-regex", "--out", "ip", str(log), f"{path}[mode={mode}]"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Counter(ran.stdout.split()) == banned(mode) + Counter({"192.0.2.9": len(HOSTILE)})


SMALLEST = {
    "fail2ban.conf": "[DEFAULT]\n[Definition]\n",
    "jail.conf": """[DEFAULT]
chain = input
action = %(banaction)s[name=%(__name__)s, port="%(port)s", protocol="%(protocol)s", chain="%(chain)s"]
""",
    "action.d/nftables-multiport.conf": "[Definition]\nactionban = ban <ip> from <port>\n",
}
"""As little of its own configuration as fail2ban starts with; jail.conf makes an action of a banaction."""


@pytest.mark.skipif(
    shutil.which("fail2ban-client") is None, reason="FAIL2BAN IS NOT INSTALLED HERE"
)
def test_fail2ban_takes_the_jail(tmp_path: Path, host: Callable[..., Path]) -> None:
    folder, log = tmp_path / "fail2ban", tmp_path / "freeswitch.log"
    log.touch()
    known = facts(host(carriers=("198.51.100.10/32",)))
    made = jail.jail_file(known).replace("/var/log/freeswitch/freeswitch.log", str(log))
    written = {jail.FILTER_FILE: jail.filter_file(), jail.JAIL_FILE: made}
    for name, content in (SMALLEST | written).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    ran = subprocess.run(
        ["fail2ban-client", "-c", str(folder), "-d"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = [ast.literal_eval(line) for line in ran.stdout.splitlines()]
    ours = {line[2]: line[3:] for line in told if line[:2] == ["set", "dialform"]}
    assert ours["addlogpath"][0] == str(log)
    assert ours["addignoreip"] == ["127.0.0.0/8", "::1", "198.51.100.10/32"]
    assert "SIP auth failure" in ours["addfailregex"][0]
    assert (ours["usedns"], ours["addaction"]) == (["no"], ["nftables-multiport"])
    (action,) = (line[4] for line in told if line[:3] == ["multi-set", "dialform", "action"])
    assert ["actionban", "ban <ip> from 5060,5061,5067,5080"] in action
    assert told[-1] == ["start", "dialform"]
