"""The units of systemd: as closed as they say, quoted right, and taken by systemd itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.cli.installing.facts import facts
from dialform.cli.installing.units import AGENT_UNIT, SWITCH_UNIT, Wishes, agent_unit, switch_unit

WISHES = Wishes(
    program=sys.executable,
    site="https://git.example.com/a b/100%/$HOME.git",
    host="pbx1",
    state="/var/lib/dialform",
    user="dialform",
    group="dialform",
    secrets=(Path("/etc/dialform/secrets/master"), Path("/etc/dialform/secrets/esl")),
    agent=("--interval", "30"),
)


def settings(unit: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in unit.replace("\\\n", "").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


FAXES = "/var/lib/freeswitch/storage/fax"


def test_the_agent_has_no_privileges_and_writes_to_three_folders_alone() -> None:
    made = settings(agent_unit(WISHES))
    for name, value in {
        "Type": "notify",
        "User": "dialform",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "ProtectSystem": "strict",
        "StateDirectory": "dialform",
        "UMask": "0027",
        "MemoryDenyWriteExecute": "yes",
        "Restart": "on-failure",
        "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    }.items():
        assert made[name] == [value]
    assert made["ReadWritePaths"] == ["-/var/log/freeswitch/json_cdr", f"-{FAXES}"]
    assert "WatchdogSec" in made


def test_what_reads_strangers_faxes_may_still_be_fenced_in() -> None:
    """Of several filters the first decides what is refused; the third lets in again what the second took."""
    allowed, denied, again = settings(agent_unit(WISHES))["SystemCallFilter"]
    assert (allowed, denied) == ("@system-service", "~@privileged @resources")
    assert {"landlock_restrict_self", "setrlimit"} <= set(again.split())


def test_call_records_are_written_by_one_and_put_away_by_the_other(
    host: Callable[..., Path],
) -> None:
    from dialform.values import replace

    known = replace(facts(host()), spool="/srv/call records")
    agent = settings(agent_unit(WISHES, known))
    assert agent["ReadWritePaths"] == ["'-/srv/call records'", f"-{FAXES}"]
    before, _ = agent["ExecStartPre"]  # what is not there when it starts cannot be let through
    assert before == "-+/usr/bin/install -d -o freeswitch -g dialform -m 2770 '/srv/call records'"
    made = settings(switch_unit(WISHES, known))
    assert "'-/srv/call records'" in made["ReadWritePaths"]
    first, _ = made["ExecStartPre"]
    assert first == "+/usr/bin/install -d -o freeswitch -g dialform -m 2770 '/srv/call records'"
    assert made["SupplementaryGroups"] == ["dialform"]


def test_faxes_are_written_by_one_and_put_away_by_the_other(host: Callable[..., Path]) -> None:
    known = facts(host())
    assert known.faxes == FAXES
    command = f"+/usr/bin/install -d -o freeswitch -g dialform -m 2770 {FAXES}"
    assert settings(agent_unit(WISHES, known))["ExecStartPre"][1] == f"-{command}"
    made = settings(switch_unit(WISHES, known))
    assert made["ExecStartPre"][1] == command
    assert "freeswitch/storage" in made["StateDirectory"][0].split()
    manifest = host() / "manifest.json"
    manifest.write_text(manifest.read_text().replace("-recordings", "-storage"))
    elsewhere = facts(manifest.parent)
    assert elsewhere.faxes == "/srv/rec 100%/fax"
    assert settings(switch_unit(WISHES, elsewhere))["ExecStartPre"][1] == (
        "+/usr/bin/install -d -o freeswitch -g dialform -m 2770 '/srv/rec 100%%/fax'"
    )
    assert "freeswitch/storage" not in settings(switch_unit(WISHES, elsewhere))["StateDirectory"][0]


def test_where_records_go_is_read_from_what_was_compiled(host: Callable[..., Path]) -> None:
    folder = host()
    assert facts(folder).spool == "/var/log/freeswitch/json_cdr"
    file = folder / "freeswitch/autoload_configs/json_cdr.conf.xml"
    file.write_text('<include><param name="log-dir" value="$${log_dir}/json_cdr"/></include>')
    assert facts(folder).spool == "/var/log/freeswitch/json_cdr"
    file.write_text('<include><param name="log-dir" value="/srv/cdr"/></include>')
    assert facts(folder).spool == "/srv/cdr"


def test_what_systemd_would_expand_is_escaped() -> None:
    (start,) = settings(agent_unit(WISHES))["ExecStart"]
    assert "'https://git.example.com/a b/100%%/$$HOME.git'" in start
    assert start.endswith("--interval 30")


def test_secrets_are_handed_over_one_by_one() -> None:
    made = settings(agent_unit(WISHES))
    assert made["LoadCredential"] == [
        "esl:/etc/dialform/secrets/esl", "master:/etc/dialform/secrets/master",
    ]  # fmt: skip


def test_a_state_elsewhere_is_let_through() -> None:
    from dialform.values import replace

    made = settings(agent_unit(replace(WISHES, state="/srv/dialform")))
    spools = ["-/var/log/freeswitch/json_cdr", f"-{FAXES}"]
    assert made["ReadWritePaths"] == ["-/srv/dialform", *spools]
    assert "StateDirectory" not in made


def test_the_switch_boots_from_what_the_agent_put_there(host: Callable[..., Path]) -> None:
    made = settings(switch_unit(WISHES, facts(host())))
    (start,) = made["ExecStart"]
    words = re.split(r"\s+", start)
    for option, path in {
        "-conf": "/var/lib/dialform/current/freeswitch",
        "-log": "/var/log/freeswitch",
        "-db": "/var/lib/freeswitch/db",
    }.items():
        assert words.count(option) == 1
        assert words[words.index(option) + 1] == path
    assert "-nf" in words
    assert "'/srv/rec 100%%'" in start
    assert made["ReadWritePaths"] == ["'-/srv/rec 100%%'"]
    assert made["SupplementaryGroups"] == ["dialform"]


def test_without_a_compiled_host_the_switch_has_all_three_folders() -> None:
    (start,) = settings(switch_unit(WISHES, None))["ExecStart"]
    assert all(f"{option} /" in start for option in ("-conf", "-log", "-db"))


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="NO SYSTEMD HERE: THE UNITS WERE NOT VERIFIED"
)
def test_systemd_takes_them_and_finds_little_to_say(
    host: Callable[..., Path], tmp_path: Path
) -> None:
    switch = switch_unit(WISHES, facts(host())).replace("/usr/bin/freeswitch", sys.executable)
    (tmp_path / AGENT_UNIT).write_text(agent_unit(WISHES))
    (tmp_path / SWITCH_UNIT).write_text(switch)
    paths = [str(tmp_path / name) for name in (AGENT_UNIT, SWITCH_UNIT)]
    ran = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True)
    said = [
        each for each in ran.stderr.splitlines() if str(AGENT_UNIT) in each or SWITCH_UNIT in each
    ]
    assert said == []
    ran = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", paths[0]], capture_output=True, text=True
    )
    if found := re.search(r"exposure level for \S+: ([\d.]+)", ran.stdout):
        assert float(found[1]) < 2.0
