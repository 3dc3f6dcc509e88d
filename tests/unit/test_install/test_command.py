"""`dialform agent install`: what it writes, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dialform.cli.install import command

UNITS = ["--site", "https://git.example.com/site.git", "--host", "pbx1"]


def run(*args: object) -> Result:
    return CliRunner().invoke(command, [str(each) for each in args], standalone_mode=False)


def said(result: Result) -> str:
    return str(result.exception) if result.exception else result.output


def test_it_writes_and_the_second_time_changes_nothing(tmp_path: Path) -> None:
    into = tmp_path / "units"
    first = run(*UNITS, "--state", tmp_path, "--into", into)
    assert first.exception is None, first.exception
    assert {path.name for path in into.iterdir()} == {
        "dialform-agent.service",
        "freeswitch.service",
    }
    before = {path: path.stat().st_mtime_ns for path in into.iterdir()}
    again = run(*UNITS, "--state", tmp_path, "--into", into)
    assert [line.split()[0] for line in again.output.splitlines()] == ["same", "same"]
    assert {path: path.stat().st_mtime_ns for path in into.iterdir()} == before
    changed = run(*UNITS, "--state", tmp_path, "--into", into, "--", "--interval", "5")
    assert changed.output.splitlines()[0].startswith("changed")


def test_somebody_s_own_unit_is_left_alone_with_all_others(tmp_path: Path) -> None:
    own = tmp_path / "freeswitch.service"
    own.write_text("[Unit]\n")
    refused = run(*UNITS, "--state", tmp_path / "s", "--into", tmp_path)
    assert "Not written by this command" in said(refused)
    assert own.read_text() == "[Unit]\n"
    assert [path.name for path in tmp_path.iterdir()] == ["freeswitch.service"]
    forced = run(*UNITS, "--state", tmp_path / "s", "--into", tmp_path, "--force")
    assert forced.exception is None
    assert "ExecStart" in own.read_text()


@pytest.mark.parametrize("flag", ["--dry-run", "--print"])
def test_nothing_is_written(tmp_path: Path, flag: str) -> None:
    ran = run(*UNITS, "--state", tmp_path / "s", "--into", tmp_path / "units", flag)
    assert ran.exception is None
    assert "dialform-agent.service" in ran.output
    assert list(tmp_path.iterdir()) == []


def test_secrets_become_credentials_and_are_not_read_into_the_unit(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "master").write_text("hunter2")
    (secrets / ".swp").write_text("hunter3")
    ran = run(*UNITS, "--state", tmp_path / "s", "--secrets", secrets, "--print")
    assert f"LoadCredential=master:{secrets}/master" in ran.output
    assert "hunter" not in ran.output
    encrypted = run(*UNITS, "--state", tmp_path, "--secrets", secrets, "--encrypted", "--print")
    assert f"LoadCredentialEncrypted=master:{secrets}/master" in encrypted.output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "Say what to write"),
        (["--site", "https://x/y.git"], "both --site URL and --host"),
        (["--site", "https://u:secret@x/y.git", "--host", "pbx1"], "holds a password"),
        (["--site", "https://x/y.git\n[Service]", "--host", "pbx1"], "no unit can hold"),
        (["--fail2ban", "--from", "/nowhere"], "is no compiled host"),
    ],
)
def test_mistakes_are_one_sentence(args: list[str], words: str) -> None:
    refused = run(*args, *(["--print"] if args else []))
    assert words in said(refused)
    assert "u:secret" not in said(refused)


def test_what_keeps_attackers_away_is_written_from_the_compiled_host(
    host: Callable[..., Path], tmp_path: Path
) -> None:
    folder = host(carriers=("198.51.100.10/32",), allow=("0.0.0.0/0",))
    jails, walls = tmp_path / "fail2ban", tmp_path / "nft"
    ran = run("--fail2ban", jails, "--firewall", walls, "--from", folder)
    assert ran.exception is None
    written = {
        str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.suffix in (".nft", ".conf")
    }
    assert written == {
        "fail2ban/filter.d/dialform.conf", "fail2ban/jail.d/dialform.conf", "nft/dialform.nft",
    }  # fmt: skip
    assert "0.0.0.0/0` is too wide" in ran.stderr
    assert "198.51.100.10" in (jails / "jail.d/dialform.conf").read_text()
