"""What is looked at on the machine: each check where all is well, and where it is not."""

import json
import ssl
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialform.reconcile.doctor.der import not_after
from dialform.reconcile.doctor.ground import Ground
from dialform.reconcile.doctor.machine import Listener, Machine
from dialform.reconcile.times import written

from .conftest import NOW, Ask, Made, levels


def test_parser(ask: Ask, machine: Made) -> None:
    assert levels(ask("parser")) == {"ok"}
    machine.fast = False
    (found,) = ask("parser")
    assert found.level.word == "problem"
    assert "ruamel.yaml.clib" in found.way_out


def test_clock(ask: Ask, machine: Made) -> None:
    assert levels(ask("clock")) == {"ok", "unknown"}, "no switch is here to compare with"
    machine.kept = False
    assert "warning" in levels(ask("clock"))
    machine.kept = None
    assert levels(ask("clock")) == {"unknown"}


def test_clock_of_the_switch(ask_live: Ask, machine: Made) -> None:
    import time

    machine.time = time.time
    assert levels(ask_live("clock")) == {"ok"}
    machine.time = lambda: time.time() - 90
    wrong = [one for one in ask_live("clock") if one.level.word == "problem"]
    assert "ahead" in wrong[0].found
    assert "sync_clock" in wrong[0].way_out


@pytest.mark.parametrize(
    ("free", "level"), [(50_000_000_000, "ok"), (900_000_000, "warning"), (1_000_000, "problem")]
)
def test_disk(ask: Ask, machine: Made, free: int, level: str) -> None:
    machine.space = (free, 100_000_000_000)
    assert levels(ask("disk")) == {level}


def test_a_disk_that_cannot_be_asked(ask: Ask, machine: Made) -> None:
    machine.space = None
    assert levels(ask("disk")) == {"unknown"}


def test_secrets(ask: Ask, ground: Ground, tmp_path: Path) -> None:
    assert "unknown" in levels(ask("secrets")), "no folder was named"
    ground.secrets = tmp_path / "secrets"
    assert "problem" in levels(ask("secrets")), "it is not there"
    ground.secrets.mkdir()
    (ground.secrets / "master").write_text("x")
    (ground.secrets / "master").chmod(0o600)
    assert levels(ask("secrets")) == {"ok"}
    (ground.secrets / "master").chmod(0o644)
    wrong = [one for one in ask("secrets") if one.level.word == "problem"]
    assert "master" in wrong[0].found


def test_compiled_files_that_everybody_can_read(ask: Ask, host: Path) -> None:
    (host / "freeswitch/autoload_configs/event_socket.conf.xml").chmod(0o644)
    wrong = [one for one in ask("secrets") if one.level.word == "problem"]
    assert "event_socket.conf.xml" in wrong[0].found


def test_crashes(ask: Ask, tmp_path: Path) -> None:
    assert levels(ask("crashes")) == {"ok"}
    (tmp_path / "db_dir/core.4711").write_bytes(b"")
    (found,) = ask("crashes")
    assert (found.level.word, "core.4711" in found.found) == ("warning", True)


def test_prompts(ask: Ask, tmp_path: Path) -> None:
    assert levels(ask("prompts")) == {"problem"}
    for part in ("digits", "ivr", "voicemail"):
        folder = tmp_path / "sounds_dir/en/us/callie" / part / "8000"
        folder.mkdir(parents=True)
        (folder / "1.wav").write_bytes(b"")
    assert [one.about for one in ask("prompts") if one.level.word == "ok"] != []
    (tmp_path / "sounds_dir/en/us/callie/ivr/8000/1.wav").unlink()
    assert any("ivr lack" in one.found for one in ask("prompts"))


def certificate(folder: Path, name: str, days: int, key: bool = True) -> Path:
    """A self-signed one that ends in so many days, by openssl."""
    path, other = folder / name, folder / "key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days", str(days),
         "-keyout", other, "-out", path], check=True, capture_output=True,
    )  # fmt: skip
    if key:
        path.write_text(path.read_text() + other.read_text())
    return path


def test_certificates(ask: Ask, machine: Made, tmp_path: Path) -> None:
    import time

    machine.time = time.time
    folder = tmp_path / "certs_dir"
    assert levels(ask("certificates")) == {"warning"}, "the switch makes its own"
    certificate(folder, "agent.pem", 365)
    path = certificate(folder, "wss.pem", 365)
    assert levels(ask("certificates")) == {"ok"}
    ends = not_after(path.read_text())
    assert abs(ends - time.time() - 365 * 86400) < 86400
    said = subprocess.run(
        ["openssl", "x509", "-noout", "-enddate", "-in", path], check=True, capture_output=True, text=True
    ).stdout  # fmt: skip
    assert ssl.cert_time_to_seconds(said.strip().partition("=")[2]) == ends
    machine.time = lambda: ends - 10 * 86400
    assert levels(ask("certificates")) == {"warning"}
    machine.time = lambda: ends + 2 * 86400
    assert levels(ask("certificates")) == {"problem"}


@pytest.mark.parametrize("content", [b"garbage", b"\xff\xfe", b"", None])
def test_a_certificate_that_is_none(ask: Ask, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "certs_dir/wss.pem"
    if content is None:
        certificate(tmp_path / "certs_dir", "wss.pem", 365, key=False)
    else:
        path.write_bytes(content)
    (found,) = [one for one in ask("certificates") if "wss" in one.about]
    assert found.level.word == "problem"
    assert "closes all its ports" in found.cause


def test_ports(ask: Ask, machine: Made) -> None:
    assert levels(ask("ports")) == {"unknown"}, "this machine says nothing"
    machine.listening = [Listener("tcp", "127.0.0.1", 22, 1, "sshd")]
    assert levels(ask("ports")) == {"ok"}, "no switch runs: nobody need listen"
    machine.listening += [Listener("udp", "0.0.0.0", 5060, 99, "asterisk")]
    (found,) = ask("ports")
    assert (found.about, found.level.word) == ("port 5060/udp", "problem")
    assert "asterisk (process 99)" in found.found


def test_ports_that_a_profile_could_not_bind(ask_live: Ask, machine: Made, ground: Ground) -> None:
    machine.listening = [
        Listener("tcp", "127.0.0.1", 8021, 7, "freeswitch"),
        Listener("udp", "127.0.0.1", 5060, 7, "freeswitch"),
    ]
    about = {one.about for one in ask_live("ports") if one.level.word == "problem"}
    assert "port 5080/udp" in about
    assert "port 5060/udp" not in about
    machine.listening = [Listener("tcp", "127.0.0.1", 8021, 7, "python")]
    assert levels(ask_live("ports")) == {"unknown"}, "no FreeSWITCH answers there"


def test_who_listens_is_read_from_the_kernel(tmp_path: Path) -> None:
    import os
    import socket

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        (found,) = [one for one in Machine().listeners() if one.port == port]
    assert (found.protocol, found.address, found.pid) == ("tcp", "127.0.0.1", os.getpid())


def status(folder: Path, **given: object) -> None:
    """What an agent would have written."""
    said = {
        "host": "pbx1", "pid": 1, "at": written(NOW), "doing": "", "stale_after": 180.0, "held": None,
        "conditions": [{"type": "Ready", "status": "True", "reason": "Applied", "message": ""}],
        "switch": {"needs_restart": []}, "tenants_quarantined": {},
    } | given  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / "status.json").write_text(json.dumps(said))


def test_agent(ask: Ask, ground: Ground, tmp_path: Path) -> None:
    assert levels(ask("agent")) == {"unknown"}, "none has run"
    state = tmp_path / "state"
    ground.folders, ground.state = None, state  # it may be held before anything was ever applied
    status(state)
    assert levels(ask("agent")) == {"ok"}
    status(state, at=written(NOW - 4000))
    (found,) = ask("agent")
    assert (found.level.word, "nothing for" in found.found) == ("problem", True)
    status(state, held={"reason": "Suspended", "message": "maintenance", "way_out": "dialform resume",
                        "alarm": False, "since": "x"})  # fmt: skip
    (found,) = ask("agent")
    assert (found.level.word, found.way_out) == ("warning", "dialform resume")
    status(state, switch={"needs_restart": ["the event socket's password"]},
           tenants_quarantined={"acme": ["x"]})  # fmt: skip
    assert levels(ask("agent")) == {"warning", "problem"}


def test_a_moment_of_a_certificate_is_read_in_both_spellings() -> None:
    from dialform.reconcile.doctor.der import _moment

    assert (
        _moment(0x17, "491231235959Z") == datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()
    )
    assert _moment(0x17, "500101000000Z") == datetime(1950, 1, 1, tzinfo=UTC).timestamp()
    assert _moment(0x18, "20510101000000Z") == datetime(2051, 1, 1, tzinfo=UTC).timestamp()
    with pytest.raises(ValueError, match="certificate"):
        not_after("nothing")
