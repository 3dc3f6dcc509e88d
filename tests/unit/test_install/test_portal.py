"""The portal's unit: what it may write, what it sees, and that systemd takes it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dialform.cli.entry import main
from dialform.cli.installing.portal import UNIT, portal_unit

from .test_units import WISHES, settings


def test_it_writes_beside_the_agent_and_not_what_the_agent_writes() -> None:
    made = settings(portal_unit(WISHES, 443))
    assert made["User"] == ["dialform"] and made["ProtectSystem"] == ["strict"]
    greetings = "/var/lib/freeswitch/storage/greetings"
    assert made["ReadWritePaths"] == ["/var/lib/dialform", f"-{greetings}"]
    # The switch moves a greeting from there: the folder is its own, and the group's.
    assert made["ExecStartPre"][1].endswith(f"-d -o freeswitch -g dialform -m 2770 {greetings}")
    assert "-/var/lib/dialform/generations" in made["ReadOnlyPaths"]
    assert "-/var/lib/dialform/current" in made["ReadOnlyPaths"]
    assert "-/var/lib/dialform/repository" in made["InaccessiblePaths"]
    assert "master:/etc/dialform/secrets/master" in made["LoadCredential"]
    assert "console serve" in made["ExecStart"][0]
    assert "--site" in made["ExecStart"][0] and "$$HOME" in made["ExecStart"][0]


@pytest.mark.parametrize(("port", "may"), [(443, "CAP_NET_BIND_SERVICE"), (8086, ""), (0, "")])
def test_only_a_low_port_needs_a_privilege(port: int, may: str) -> None:
    assert settings(portal_unit(WISHES, port))["CapabilityBoundingSet"] == [may]


def test_the_command_writes_it_with_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["agent", "install", "--site", "https://git.example.com/site.git", "--host", "pbx1",
             "--state", str(tmp_path / "none"), "--into", str(tmp_path), "--portal"]  # fmt: skip
    assert main(words) == 0
    assert "console serve" in (tmp_path / UNIT).read_text("utf-8")
    assert "dialform console invite" in capsys.readouterr().err
    assert main(["agent", "install", "--portal"]) == 64
    assert "--site URL" in capsys.readouterr().err


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="NO SYSTEMD HERE: THE UNIT WAS NOT VERIFIED"
)
def test_systemd_takes_it_and_finds_little_to_say(tmp_path: Path) -> None:
    path = tmp_path / UNIT
    path.write_text(portal_unit(WISHES, 443))
    ran = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True)
    assert [each for each in ran.stderr.splitlines() if UNIT in each] == []
    ran = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", path], capture_output=True, text=True
    )
    if found := re.search(r"exposure level for \S+: ([\d.]+)", ran.stdout):
        assert float(found[1]) < 2.5
