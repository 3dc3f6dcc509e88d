"""Profiles and gateways as they change: what the facts about FreeSWITCH say, seen through commands."""

from pathlib import Path

import pytest

from dialform.simulator.events import Event
from dialform.simulator.state.gateways import Answer

from .esl_bench import THREE, TWO, Bench, gateway

REGISTERING = gateway("gw1", "u1", "true")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "conf")


def heard(bench: Bench) -> list[Event]:
    """Custom events from here on."""
    found: list[Event] = []
    bench.switch.events.subscribe(lambda e: found.append(e) if e.name == "CUSTOM" else None)
    return found


def states(events: list[Event], name: str) -> list[str]:
    return [
        e.headers["State"]
        for e in events
        if e.headers.get("Gateway") == name and "State" in e.headers
    ]


def registering(bench: Bench, answer: Answer | None) -> list[Event]:
    """A gateway that registers comes in, and its carrier says this."""
    bench.switch.live.carriers.otherwise = answer
    bench.gateways(TWO + gateway("gw3", "u3", "true"))
    events = heard(bench)
    bench.api("sofia profile test rescan")
    return events


def test_a_gateway_that_the_carrier_takes_is_registered_within_three_seconds(bench: Bench) -> None:
    events = registering(bench, Answer())
    bench.forward(3)
    assert states(events, "gw3") == ["TRYING", "REGISTER", "REGED"]
    assert "State   \tREGED\nStatus  \tUP" in bench.api("sofia status gateway gw3")


def test_one_that_the_carrier_refuses_waits_and_tries_again(bench: Bench) -> None:
    events = registering(bench, Answer(403, "Forbidden"))
    bench.forward(3)
    assert states(events, "gw3") == ["TRYING", "FAILED", "FAIL_WAIT"]
    assert "State   \tFAIL_WAIT\nStatus  \tDOWN" in bench.api("sofia status gateway gw3")
    bench.forward(40)
    assert states(events, "gw3").count("TRYING") == 2


def test_one_whose_carrier_is_silent_is_down_until_it_times_out(bench: Bench) -> None:
    events = registering(bench, None)
    bench.forward(3)
    assert "State   \tTRYING\nStatus  \tDOWN" in bench.api("sofia status gateway gw3")
    bench.forward(70)
    assert states(events, "gw3")[:4] == ["TRYING", "TIMEOUT", "FAILED", "FAIL_WAIT"]


def test_a_registration_is_renewed_before_it_ends(bench: Bench) -> None:
    events = registering(bench, Answer())
    bench.forward(3600)
    assert states(events, "gw3").count("REGED") == 2


@pytest.mark.parametrize("register", ["false", "true"])
def test_a_killed_gateway_is_out_of_sight_at_once_and_gone_within_two_seconds(
    bench: Bench, register: str
) -> None:
    registering(bench, Answer())
    bench.gateways(TWO + gateway("gw3", "u3", register))
    bench.forward(3)
    events = heard(bench)
    assert bench.api("sofia profile test killgw gw3") == "+OK gateway marked for deletion.\n"
    assert bench.api("sofia status gateway gw3") == "Invalid Gateway!\n"
    bench.forward(2.1)
    gone = [e for e in events if e.subclass == "sofia::gateway_delete"]
    assert [e.headers["Gateway"] for e in gone] == ["gw3"]


def test_rescan_neither_changes_nor_removes_a_gateway(bench: Bench) -> None:
    bench.gateways(gateway("gw1", "other"))
    assert bench.api("sofia profile test rescan").endswith("+OK scan complete\n")
    bench.forward(5)
    assert "Username\tu1\n" in bench.api("sofia status gateway gw1")
    assert "Username\tu2\n" in bench.api("sofia status gateway gw2")


def test_killed_and_scanned_it_comes_back_changed(bench: Bench) -> None:
    bench.gateways(TWO.replace('value="u1"', 'value="other"'))
    bench.api("sofia profile test killgw gw1")
    bench.forward(2.1)
    bench.api("sofia profile test rescan")
    assert "Username\tother\n" in bench.api("sofia status gateway gw1")


def test_startgw_of_one_that_is_none_says_that_it_is_complete(bench: Bench) -> None:
    said = bench.api("sofia profile test startgw nope")
    assert said == "Reload XML [Success]\n+OK start gateway nope complete\n"
    assert bench.api("sofia status gateway nope") == "Invalid Gateway!\n"


def test_startgw_takes_only_the_one_that_was_named(bench: Bench) -> None:
    bench.gateways(THREE + gateway("gw4", "u4"))
    bench.api("sofia profile test startgw gw4")
    assert "gw4" in bench.api("sofia status gateway gw4")
    assert bench.api("sofia status gateway gw3") == "Invalid Gateway!\n"


def test_gateways_that_lack_what_they_need_are_ignored(bench: Bench) -> None:
    bench.gateways(
        TWO + gateway("gw3", "u3", "true").replace('"password" value="x"', '"a" value="x"')
    )
    bench.api("sofia profile test rescan")
    assert bench.api("sofia status gateway gw3") == "Invalid Gateway!\n"


def test_a_profile_is_not_restarted_in_its_first_ten_seconds(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "conf")
    assert bench.api("sofia profile test restart").endswith("restarting: test")
    bench.forward(3)
    assert bench.api("sofia profile test restart").startswith(
        "Profile test must be up for at least 10 seconds to stop/restart.\nPlease wait "
    )


def test_a_stopped_profile_is_gone_and_comes_back_when_it_is_started(bench: Bench) -> None:
    events = heard(bench)
    assert bench.api("sofia profile test stop") == "Reload XML [Success]\nstopping: test"
    bench.forward(2)
    assert [e.headers["Gateway"] for e in events if e.subclass == "sofia::gateway_delete"] == [
        "gw1",  # it registered nowhere, so the first look takes it
        "gw2",
    ]
    assert bench.api("sofia profile test rescan") == "Invalid Profile [test]"
    assert (
        bench.api("sofia profile test start") == "Reload XML [Success]\ntest started successfully\n"
    )
    bench.forward(0.1)
    assert "gw1" in bench.api("sofia status gateway gw1")


def test_a_profile_that_is_none_is_not_started(bench: Bench) -> None:
    assert bench.api("sofia profile nope start").endswith("Failure starting nope\n")


def test_with_a_certificate_of_rubbish_the_profile_is_started_and_gone(
    bench: Bench, tmp_path: Path
) -> None:
    (tmp_path / "wss.pem").write_text("no certificate")
    name = "autoload_configs/sofia.conf.xml"
    text = (bench.conf / name).read_text()
    more = (
        f'<param name="wss-binding" value=":7443"/><param name="tls-cert-dir" value="{tmp_path}"/>'
    )
    bench.write(name, text.replace("<settings>", f"<settings>{more}"))
    bench.api("sofia profile test stop")
    bench.forward(2)
    assert bench.api("sofia profile test start").endswith("test started successfully\n")
    assert bench.api("sofia status").endswith("0 profiles 0 aliases\n")


def test_a_registration_that_is_flushed_is_told_of_and_gone(bench: Bench) -> None:
    bench.switch.register("1001@127.0.0.1")
    events = heard(bench)
    said = bench.api("sofia profile test flush_inbound_reg nobody@127.0.0.1")
    assert said == "+OK flushing all registrations matching specified call_id\n"
    assert "1001" in bench.api("sofia_contact 1001@127.0.0.1")
    assert bench.api("sofia profile test flush_inbound_reg 1001@127.0.0.1") == said
    assert bench.api("sofia_contact 1001@127.0.0.1") == "error/user_not_registered"
    assert [e.subclass for e in events] == ["sofia::expire"]


def test_a_registration_ends_by_itself_a_minute_late(bench: Bench) -> None:
    bench.switch.register("1001@127.0.0.1", 120)
    bench.forward(170)
    assert "1 total" in bench.api("show registrations")
    bench.forward(20)
    assert "0 total" in bench.api("show registrations")
