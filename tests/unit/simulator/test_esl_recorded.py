"""The simulator says what a real switch was recorded to say, byte for byte but for what must vary."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .esl_bench import RECORDED, THREE, TWO, Bench, gateway, told

Prepare = Callable[[Bench], None]


def nothing(bench: Bench) -> None:
    """The switch as it booted."""


def empty(bench: Bench) -> None:
    bench.write("freeswitch.xml", "")


def missing(bench: Bench) -> None:
    (bench.conf / "freeswitch.xml").unlink()


def unclosed(bench: Bench) -> None:
    name = "autoload_configs/event_socket.conf.xml"
    bench.write(name, (bench.conf / name).read_text().replace("</settings>", ""))


def truncated(bench: Bench) -> None:
    text = (bench.conf / "freeswitch.xml").read_text()
    bench.write("freeswitch.xml", text[: text.index("default") + 3])


def broken_include(bench: Bench) -> None:
    bench.write("directory.xml", '<domain name="x"\n')
    bench.write("freeswitch.xml", (bench.conf / "freeswitch.xml").read_text().partition("</sec")[0]
                + '<X-PRE-PROCESS cmd="include" data="directory.xml"/>\n')  # fmt: skip


def missing_include(bench: Bench) -> None:
    (bench.conf / "directory.xml").unlink()


def unclosed_directory(bench: Bench) -> None:
    text = (bench.conf / "directory.xml").read_text()
    bench.write("directory.xml", text.replace("</users>", ""))


def refused_directory(bench: Bench) -> None:
    unclosed_directory(bench)
    bench.api("reloadxml")


def third(bench: Bench) -> None:
    bench.gateways(THREE)


def third_up(bench: Bench) -> None:
    bench.gateways(THREE)
    bench.api("sofia profile test rescan")


def third_changed(bench: Bench) -> None:
    third_up(bench)
    bench.gateways(TWO + gateway("gw3", "changed3"))


def third_changed_and_scanned(bench: Bench) -> None:
    third_changed(bench)
    bench.api("sofia profile test rescan")
    bench.forward(6)


def third_removed(bench: Bench) -> None:
    third_up(bench)
    bench.gateways(TWO)


def third_removed_and_scanned(bench: Bench) -> None:
    third_removed(bench)
    bench.api("sofia profile test rescan")
    bench.forward(12)


def third_killed(bench: Bench) -> None:
    third_up(bench)
    bench.api("sofia profile test killgw gw3")


def third_raced(bench: Bench) -> None:
    third_up(bench)
    bench.gateways(TWO + gateway("gw3", "race3"))
    bench.api("sofia profile test killgw gw3")
    bench.api("sofia profile test rescan")
    bench.forward(5)


def second(state: str, up: bool = False) -> Prepare:
    """The gateway that nobody answers, in this state."""

    def prepare(bench: Bench) -> None:
        found = bench.switch.live.profiles.gateway("gw2")
        assert found
        found.state, found.up, found.retry = state, up, bench.at + 20

    return prepare


def young(bench: Bench) -> None:
    bench.api("sofia profile test restart")
    bench.forward(2)


def registered(bench: Bench) -> None:
    live = bench.switch.live
    live.registrations.add("1001@127.0.0.1", "test", 120)


# What is recorded → what goes before it.
BEFORE: dict[str, Prepare] = {
    "00-api-before-auth": nothing,
    "00-api-unknown": nothing,
    "00-auth-bad": nothing,
    "00-exit": nothing,
    "00-greeting-auth-ok": nothing,
    "00-unknown-command": nothing,
    "01-api-status": nothing,
    "01-api-version": nothing,
    "02-api-reloadxml-ok": nothing,
    "02-events-reloadxml-ok-plain": nothing,
    "03-api-reloadxml-broken-empty": empty,
    "03-api-reloadxml-broken-include": broken_include,
    "03-api-reloadxml-broken-truncated": truncated,
    "03-api-reloadxml-broken-unclosed": unclosed,
    "03-api-reloadxml-missing": missing,
    "03-api-reloadxml-missing-include": missing_include,
    "03-api-reloadxml-recovered": nothing,
    "03-events-reloadxml-broken-plain": unclosed,
    "04-api-sofia-status": second("UNREGED"),
    "04-api-sofia-status-gateway-gw1": nothing,
    "04-api-sofia-status-gateway-nosuch": nothing,
    "04-api-sofia-xmlstatus": second("FAILED"),
    "04-api-sofia-xmlstatus-gateway": second("FAIL_WAIT"),
    "04-api-sofia-xmlstatus-gateway-gw1": nothing,
    "04-api-sofia-xmlstatus-profile": nothing,
    "04-api-sofia-xmlstatus-profile-reg": nothing,
    "05-gw3-after-reloadxml-rescan-plain": third_up,
    "05-gw3-after-rescan-plain": third_up,
    "05-sofia-rescan-adds-gw3-json": third,
    "05-sofia-rescan-adds-gw3-plain": third,
    "05-sofia-rescan-alone": nothing,
    "05-sofia-rescan-bgapi-plain": nothing,
    "05-sofia-rescan-nosuch-profile": nothing,
    "05-sofia-rescan-reloadxml-gw3-json": nothing,
    "05-sofia-rescan-reloadxml-gw3-plain": nothing,
    "06-gw3-after-killgw-plain": third_killed,
    "06-restore-plain": nothing,
    "06-sofia-killgw-json": third_up,
    "06-sofia-killgw-nosuch": nothing,
    "06-sofia-killgw-plain": third_up,
    "07-bgapi-bad-json": nothing,
    "07-bgapi-jobuuid-plain": nothing,
    "07-bgapi-reloadxml-plain": nothing,
    "07-bgapi-sofia-xmlstatus-plain": second("FAIL_WAIT"),
    "07-bgapi-status-json": nothing,
    "07-bgapi-status-plain": nothing,
    "08-originate-nouser-plain": nothing,
    "09-api-module_exists-mod_spandsp": nothing,
    "09-api-module_exists-nosuch": nothing,
    "09-api-reload-mod_nosuch": nothing,
    "09-api-reloadacl": nothing,
    "09-api-show-channels-json": nothing,
    "09-api-show-registrations-xml": nothing,
    "09-api-sofia_contact-nosuch": nothing,
    "09-api-uuid_kill-nosuch": nothing,
    "09-api-xml_locate-user": nothing,
    "09-reload-mod_hash-plain": nothing,
    "10-gw3-3s-after-killgw": third_killed,
    "10-gw3-after-changed-rescan": third_changed_and_scanned,
    "10-gw3-after-removed-rescan": third_removed_and_scanned,
    "10-gw3-immediately-after-killgw": third_killed,
    "10-killgw": third_up,
    "10-rescan-add": third,
    "10-rescan-changed-gateway-plain": third_changed,
    "10-rescan-removed-gateway-plain": third_removed,
    "11-gw3-after": third_raced,
    "11-killgw-then-immediate-rescan": third_up,
    "12-reloadxml-broken": unclosed_directory,
    "12-reloadxml-restored": nothing,
    "12-rescan-while-broken": unclosed_directory,
    "12-rescan-while-broken-plain": unclosed_directory,
    "12-sofia-profile-restart": nothing,
    "12-sofia-profile-restart-plain": young,
    "12-sofia-profile-stop-start-plain": nothing,
    "12-xml_locate-after-broken": refused_directory,
    "13-api-originate-usage": nothing,
    "13-api-show-registrations-json": registered,
    "13-api-show-registrations-xml": registered,
    "13-api-sofia-xmlstatus-profile-reg": registered,
    "13-api-sofia_contact": registered,
    "14-api-empty-body": nothing,
    "14-api-hash-nosuch": nothing,
    "14-api-uuid_exists": nothing,
}  # fmt: skip


# Seconds between two commands, where they matter.
PAUSES = {"12-sofia-profile-stop-start-plain": 3.0}


@pytest.mark.parametrize("name", BEFORE)
def test_it_says_what_was_recorded(name: str, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "conf")
    BEFORE[name](bench)
    sent = (RECORDED / f"{name}.sent").read_bytes()
    recorded = (RECORDED / f"{name}.raw").read_bytes()
    known = not recorded.startswith(b"Content-Type: auth/request")
    pause = PAUSES.get(name, 0.01)
    assert told(bench.say(sent, wait=2.5, known=known, pause=pause)) == told(recorded)
