"""What is asked of the switch: each check where all is well, and where it is not."""

import asyncio
from pathlib import Path

from dialform.reconcile.doctor.ground import Ground, Subject
from dialform.reconcile.sitefiles import SiteFiles
from dialform.simulator.served import SimulatedSwitch
from dialform.simulator.state.gateways import Answer
from dialform.switch import Garbled, Refused, Unreachable

from .conftest import Ask, Made, levels


def test_switch(ask_live: Ask) -> None:
    assert levels(ask_live("switch")) == {"ok"}


def test_a_switch_that_is_away_and_one_that_does_not_let_us_in(ask: Ask, ground: Ground) -> None:
    assert levels(ask("switch")) == {"unknown"}
    for error, words in (
        (Unreachable("no connection"), "does not run"),
        (Refused("the password"), "password"),
        (Garbled("no protocol"), "Another program"),
    ):
        ground.error = error
        (found,) = ask("switch")
        assert (found.level.word, words in found.cause) == ("problem", True)
        assert found.way_out


def test_a_switch_from_another_folder(ask_live: Ask, ground: Ground, tmp_path: Path) -> None:
    from dialform.reconcile.folders import Folders

    assert ground.folders is not None
    ground.folders = Folders(ground.folders.all, tmp_path / "state")
    ground.state = ground.folders.state
    wrong = [one for one in ask_live("switch") if one.level.word == "problem"]
    assert "another `-conf`" in wrong[0].cause
    assert "state/current/freeswitch" in wrong[0].way_out


def test_a_paused_switch(ask_live: Ask) -> None:
    async def pause(switch: SimulatedSwitch) -> None:
        switch.faults.replies["status"] = (
            "UP 0 years, 0 days, 0 hours, 0 minutes, 1 second, 0 milliseconds, 0 microseconds\n"
            "FreeSWITCH (Version 1.10.12-release x 64bit) is not ready\n"
            "0 session(s) since startup\n0 session(s) - peak 0, last 5min 0 \n"
            "0 session(s) per Sec out of max 500, peak 0, last 5min 0 \n10000 session(s) max\n"
        )

    wrong = [one for one in ask_live("switch", prepare=pause) if one.level.word == "problem"]
    assert "paused" in wrong[0].found


def test_revision(ask_live: Ask, ask: Ask, host: Path) -> None:
    assert levels(ask("revision")) == {"unknown"}
    assert levels(ask_live("revision")) == {"ok"}
    manifest = host / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"revision": "', '"revision": "0'))
    (found,) = ask_live("revision")
    assert (found.level.word, "reloadxml" in found.way_out) == ("problem", True)


def test_profiles(ask_live: Ask, ask: Ask) -> None:
    assert levels(ask("profiles")) == {"unknown"}
    assert levels(ask_live("profiles")) == {"ok"}

    async def stop(switch: SimulatedSwitch) -> None:
        profile = switch.live.profiles.find("external")
        assert profile is not None
        switch.live.profiles.stop(profile, again=False)
        while "<name>external<" in (await switch.api("sofia", "xmlstatus") or ""):
            await asyncio.sleep(0.05)

    wrong = [one for one in ask_live("profiles", prepare=stop) if one.level.word == "problem"]
    assert [one.about for one in wrong] == ["profile external"]


async def _until(switch: SimulatedSwitch, state: str) -> None:
    while f">{state}<" not in (await switch.api("sofia", "xmlstatus gateway mycarrier") or ""):
        await asyncio.sleep(0.05)


async def _refuses(switch: SimulatedSwitch) -> None:
    switch.live.carriers.answers["mycarrier"] = Answer(403, "Forbidden")
    await _until(switch, "FAIL_WAIT")


def test_gateways(ask_live: Ask, ask: Ask) -> None:
    assert levels(ask("gateways")) == {"unknown"}

    async def registered(switch: SimulatedSwitch) -> None:
        await _until(switch, "REGED")

    assert levels(ask_live("gateways", prepare=registered)) == {"ok"}


def test_a_gateway_that_is_refused(ask_live: Ask, tmp_path: Path) -> None:
    log = tmp_path / "log_dir/freeswitch.log"
    log.write_text(
        "2026-11-28 05:00:00.000000 90.00% [ERR] sofia_reg.c:2661 "
        "mycarrier Failed Registration with status Forbidden [403]. failure #1\n"
    )
    only = Subject("gateway", "mycarrier")
    (found,) = ask_live("gateways", only, prepare=_refuses)
    assert found.level.word == "problem"
    assert "403" in found.cause
    assert "password" in found.way_out


def test_a_gateway_whose_name_nobody_knows(ask_live: Ask, machine: Made) -> None:
    machine.names = False
    (found,) = ask_live("gateways", Subject("gateway", "mycarrier"), prepare=_refuses)
    assert "DNS" in found.cause


def test_a_gateway_that_was_killed(ask_live: Ask) -> None:
    async def kill(switch: SimulatedSwitch) -> None:
        await switch.api("sofia", "profile external killgw backup")
        while "<name>backup<" in (await switch.api("sofia", "xmlstatus gateway") or ""):
            await asyncio.sleep(0.05)

    (found,) = ask_live("gateways", Subject("gateway", "backup"), prepare=kill)
    assert (found.level.word, "does not have it" in found.found) == ("problem", True)


def test_all_channels_of_a_trunk_are_taken(ask_live: Ask) -> None:
    async def full(switch: SimulatedSwitch) -> None:
        switch.faults.replies["limit_usage hash trunk backup"] = "30"

    found = ask_live("gateways", Subject("gateway", "backup"), prepare=full)
    assert any("channels are taken" in one.found for one in found)


PHONE = Subject("extension", "1001", "acme")


async def _registered(switch: SimulatedSwitch) -> None:
    switch.register("1001@acme.example.com")


def test_a_phone_that_is_registered(ask_live: Ask, ground: Ground, machine: Made) -> None:
    import time

    machine.time = time.time
    found = ask_live("phones", PHONE, prepare=_registered)
    assert levels(found) == {"ok"}
    assert any("127.0.0.1:20000" in one.found for one in found)


def test_a_phone_that_never_came(ask_live: Ask, ask: Ask) -> None:
    wrong = [one for one in ask_live("phones", PHONE) if one.level.word == "problem"]
    assert "acme.example.com" in wrong[0].way_out


def test_a_phone_with_a_wrong_password(ask_live: Ask, tmp_path: Path) -> None:
    (tmp_path / "log_dir/freeswitch.log").write_text(
        "2026-11-28 05:00:00.000000 90.00% [WARNING] sofia_reg.c:2009 SIP auth failure (REGISTER) on "
        "sofia profile 'internal' for [1001@acme.example.com] from ip 192.0.2.7\n"
    )
    wrong = [one for one in ask_live("phones", PHONE) if one.level.word == "problem"]
    assert "192.0.2.7" in wrong[0].found
    assert "password is wrong" in wrong[0].cause
    assert "dialform secret show acme/1001/sip" in wrong[0].way_out


def test_a_phone_in_a_wrong_domain(ask_live: Ask, tmp_path: Path) -> None:
    (tmp_path / "log_dir/freeswitch.log").write_text(
        "2026-11-28 05:00:00.000000 90.00% [WARNING] sofia_reg.c:2009 SIP auth failure (REGISTER) on "
        "sofia profile 'internal' for [1001@203.0.113.10] from ip 192.0.2.7\n"
    )
    wrong = [one for one in ask_live("phones", PHONE) if one.level.word == "problem"]
    assert "domain is not `acme.example.com`" in wrong[0].cause


def test_an_extension_that_the_switch_does_not_know(ask: Ask) -> None:
    (found,) = ask("phones", Subject("extension", "1777", "acme"))
    assert (found.level.word, "No file" in found.cause) == ("problem", True)


def test_an_extension_with_networks_and_a_rotated_password(
    ask: Ask, ground: Ground, site: Path
) -> None:
    ground.site = SiteFiles(site)
    file = site / "tenants.d/acme/pbx.yaml"
    text = file.read_text()
    assert '"1003": {' in text
    file.write_text(text.replace('"1003": {', '"1003": {rotate: 2, allow: [192.0.2.0/24], ', 1))
    said = " ".join(one.found for one in ask("phones", Subject("extension", "1003", "acme")))
    assert "192.0.2.0/24" in said
    assert "rotated" in said


def test_fax_engine(ask_live: Ask, ask: Ask) -> None:
    assert "unknown" in levels(ask("fax"))
    assert "ok" in levels(ask_live("fax"))

    async def lacks(switch: SimulatedSwitch) -> None:
        switch.faults.replies["module_exists mod_spandsp"] = "false"

    assert any("not loaded" in one.found for one in ask_live("fax", prepare=lacks))
