"""Mailboxes of the simulated switch answer as those of the real one; what is left there stays over a restart."""

from pathlib import Path

import pytest

from dialform.simulator.state.mailboxes import Mailboxes

from ..switch.mailbox_session import DOMAIN, differences, said
from .esl_bench import Bench

VOICEMAIL = """<configuration name="voicemail.conf"><profiles>
  <profile name="default"/>
</profiles></configuration>
"""
DIRECTORY = f"""<domain name="{DOMAIN}"><groups><group name="all"><users>
  <user id="2001"/><user id="2002"/>
</users></group></groups></domain>
"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "conf")
    made.write("autoload_configs/voicemail.conf.xml", VOICEMAIL)
    made.write("directory.xml", DIRECTORY)
    made.api("reloadxml")
    made.switch.live.globals["storage_dir"] = str(tmp_path / "storage")
    return made


def test_every_reply_is_the_real_switch_s(bench: Bench, tmp_path: Path) -> None:
    said(tmp_path / "storage")
    assert differences(bench.api, tmp_path / "storage") == []


def test_the_lamp_is_told_of_each_change(bench: Bench, tmp_path: Path) -> None:
    said(tmp_path / "storage")
    told = []
    bench.switch.events.subscribe(
        lambda event: (
            told.append((event.headers["Update-Reason"], event.headers["MWI-Voice-Message"]))
            if event.name == "MESSAGE_WAITING"
            else None
        )
    )
    box = f"2001@{DOMAIN}"
    bench.api(f"vm_inject {box} {tmp_path}/storage/said.wav 1002")
    uuid = bench.api(f"vm_list {box}").split(":")[6]
    for command in (f"vm_read {box} read {uuid}", f"vm_delete {box} {uuid}"):
        bench.api(command)
    assert told == [("NEW", "1/0"), ("READ", "0/1"), ("DELETE", "0/0")]


def test_messages_outlive_a_restart(bench: Bench, tmp_path: Path) -> None:
    said(tmp_path / "storage")
    bench.api(f"vm_inject 2001@{DOMAIN} {tmp_path}/storage/said.wav 1002")
    bench.api(f"vm_fsdb_pref_password_set default {DOMAIN} 2001 86420")
    live = bench.switch.live
    again = type(live)(live.conf, live.clock, live.events, {}, live._chance)
    again.remember(live)
    kept: Mailboxes = again.switch.theme(Mailboxes)
    assert [one.number for one in kept.messages] == ["1002"]
    assert kept.preferences("2001", DOMAIN).password == "86420"


def test_a_simulated_call_leaves_no_file(tmp_path: Path) -> None:
    """Only a switch that serves writes: call tests leave nothing behind."""
    bench = Bench(tmp_path / "conf")
    bench.switch.live.globals["storage_dir"] = str(tmp_path / "storage")
    bench.switch.live.switch.writes = False
    boxes: Mailboxes = bench.switch.live.switch.theme(Mailboxes)
    boxes.leave("2001", DOMAIN, "Zoe", "1002", 3)
    assert boxes.counts("2001", DOMAIN) == (1, 0)
    assert not (tmp_path / "storage").exists()
