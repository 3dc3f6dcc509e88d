"""Changes applied to a real switch with calls on it: what the table says is what the switch does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.planning.actions import step

from . import lab, trunk
from .applied import Applied
from .callcenter import agents
from .conftest import Extension, answering, phones_of
from .desk import desk
from .scene import scene
from .switch import Switch

ACME, QUEUES = "tenants.d/acme/pbx.yaml", "tenants.d/queues.yaml"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applied]:
    """A site of its own, on a switch of its own, with carriers that answer."""
    site = lab.demo(tmp_path_factory.mktemp("applied"))
    with answering(site) as carriers:
        host = Applied(site)
        host.carriers = carriers
        with host.running() as running:
            running.until(running.registered, 15.0, "carriers do not let it register")
            yield host


@pytest.fixture(scope="module")
def switch(host: Applied) -> Switch:
    """In the place of the suite's own: after each test nobody speaks and no error was logged."""
    return host.switch


@pytest.fixture
def extension(host: Applied) -> Extension:
    """The phone of an extension at this switch."""
    return phones_of(host.site)


async def registered(switch: Switch) -> str:
    """The core's own `show registrations` keeps whom mod_sofia has forgotten: it is not asked."""
    return await switch.ask("sofia xmlstatus profile internal reg")


def words(made: Any) -> list[str]:
    return [one.words for one in made]


def sent(outcome: Any) -> list[str]:
    return words(outcome.done)


@scene
async def test_what_it_started_with_needs_nothing(host: Applied) -> None:
    assert await host.idle() == []
    assert await host.drifts() == []


@scene
async def test_a_call_on_a_trunk_goes_on_when_the_trunk_s_password_changes(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    async with desk(extension, "acme/1001") as (alice,):
        call = await alice.call("+12125550123")
        await call.answered()
        call.media.play(700)
        assert await call.media.hears(700, 5.0), "the carrier echoes"
        secret = host.site.secrets / "mycarrier"
        secret.write_text("another-secret-of-the-carrier\n")
        outcome, doubts = await host.apply()
        assert (outcome.failed, doubts) == (None, [])
        assert sent(outcome) == [
            "reloadxml",
            "sofia profile external killgw mycarrier",
            "wait for event CUSTOM sofia::gateway_delete mycarrier",
            "sofia profile external rescan",
        ]
        assert outcome.commands == 3
        call.media.play(900)
        assert await call.media.hears(900, 5.0), "the call goes on"
        assert not call.over
        await call.hangup()
    assert await host.idle() == []


@scene
async def test_a_killed_gateway_is_found_and_comes_back(host: Applied, switch: Switch) -> None:
    await switch.ask("sofia profile external killgw backup")
    await switch.becomes("sofia xmlstatus gateway", r"^(?![\s\S]*<name>backup</name>)")
    (found,) = await host.drifts()
    assert (found.kind, found.name, found.what) == ("gateway", "backup", "is not there")
    assert found.steps == (step("rescan", profile="external"),)
    outcome, doubts = await host.converge()
    assert sent(outcome) == ["sofia profile external rescan"]
    assert doubts == []


@scene
async def test_a_gateway_that_is_just_dying_is_waited_for(host: Applied, switch: Switch) -> None:
    """Killed by hand a moment ago: to kill it again would be an error, to rescan too early nothing."""
    await switch.ask("sofia profile external killgw mycarrier")
    outcome, doubts = await host.converge()
    assert outcome.failed is None
    assert "killgw" not in " ".join(sent(outcome))
    assert doubts == []


@scene
async def test_a_stopped_profile_is_started(host: Applied, switch: Switch) -> None:
    # Its port is free a moment after the profile is gone: the switch tries again by itself.
    switch.expects(r"Error Creating SIP UA for profile: external .*RETRY")
    reply = await switch.becomes("sofia profile external stop", "stopping: external", 15.0)
    assert "stopping" in reply
    await switch.becomes("sofia status", r"^(?![\s\S]*external\s+profile)")
    found = await host.drifts()
    assert ("profile", "external") in {(one.kind, one.name) for one in found}
    outcome, doubts = await host.converge()
    assert sent(outcome) == ["sofia profile external start"]
    assert doubts == []


@scene
async def test_a_changed_queue_keeps_who_waits(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    async with desk(extension, "queues/6006") as (caller,):
        call = await caller.call("801")
        await call.answered()
        await switch.becomes("callcenter_config queue list members queues.801", "Waiting|Trying")
        with host.site.edit(QUEUES) as data:
            data["call_queues"]["801"]["strategy"] = "random"
        outcome, doubts = await host.apply()
        assert (outcome.failed, doubts) == (None, [])
        assert sent(outcome) == ["reloadxml", "callcenter_config queue reload queues.801"]
        assert "|random|" in await switch.ask("callcenter_config queue list")
        assert not call.over
        assert "6006" in await switch.ask("callcenter_config queue list members queues.801")
        await call.hangup()


@scene
async def test_who_waits_in_a_queue_that_goes_is_led_out(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    """800 ends in a mailbox, which is still there; 812 ended its callers anyway."""
    async with (
        desk(extension, "queues/6006", "queues/6007") as (one, two),
        agents(extension, switch, "6003") as (cem,),
    ):
        lucky = await one.call("800")
        ringing = await cem.rung(10.0)
        other = await two.call("812")
        await other.answered()
        await switch.becomes("callcenter_config queue list members queues.812", "6007")
        with host.site.edit(QUEUES) as data:
            del data["call_queues"]["800"], data["call_queues"]["812"]
            data["inbound_routes"]["+17185550190"] = {"queue": "801"}
        outcome, doubts = await host.apply()
        assert (outcome.failed, doubts) == (None, [])
        assert sent(outcome)[1:5] == [
            "callcenter_config queue list members queues.800",
            "callcenter_config queue list members queues.812",
            "callcenter_config queue unload queues.800",
            "callcenter_config queue unload queues.812",
        ]
        await ringing.ended()
        assert await lucky.media.hears(lab.BOX, 10.0), "the mailbox of the queue"
        await other.ended(5.0)
        await lucky.hangup()
    assert "0 total" in await switch.becomes("show channels", "\n0 total", 10.0)


@scene
async def test_a_queue_with_callers_is_left_alone_where_nobody_announced_it(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    async with desk(extension, "queues/6006") as (caller,):
        call = await caller.call("810")
        await call.answered()
        await switch.becomes("callcenter_config queue list members queues.810", "6006")
        with host.site.edit(QUEUES) as data:
            del data["call_queues"]["810"]
        outcome, doubts = await host.apply(allow=frozenset())
        assert words(outcome.held) == [
            "callcenter_config queue list members queues.810",
            "callcenter_config queue unload queues.810",
        ]
        assert [str(doubt) for doubt in doubts] == ["queue queues.810: should be gone"]
        assert not call.over
        await call.hangup()
    outcome, doubts = await host.converge(allow=frozenset())
    assert sent(outcome) == ["callcenter_config queue unload queues.810"]
    assert doubts == []


@scene
async def test_agents_and_tiers_that_somebody_added_go(host: Applied, switch: Switch) -> None:
    for command in (
        "agent add mallory.1 Callback", "tier add queues.801 mallory.1 1 1",
    ):  # fmt: skip
        assert await switch.ask(f"callcenter_config {command}") == "+OK\n"
    found = {(one.kind, one.name) for one in await host.drifts()}
    assert found == {("agent", "mallory.1"), ("tier", "queues.801 mallory.1")}
    _, doubts = await host.converge()
    assert doubts == []
    assert "mallory" not in await switch.ask("callcenter_config agent list")
    assert "mallory" not in await switch.ask("callcenter_config tier list")


@scene
async def test_streams_come_go_and_change(host: Applied, switch: Switch) -> None:
    with host.site.edit("tenants.d/music.yaml") as data:
        names = list(data["music_on_hold"])
        data["music_on_hold"]["fresh"] = {"files": ["media/hold.wav"]}
    outcome, doubts = await host.apply()
    assert (sent(outcome), doubts) == (["reloadxml", "local_stream start music.fresh"], [])
    assert names
    # Between the flip and its command a stream looks for files that have gone, or have other names.
    switch.expects(r"mod_local_stream.c:\d+ Can't open .*/music/fresh/")
    with host.site.edit("tenants.d/music.yaml") as data:
        data["music_on_hold"]["fresh"] = {"files": ["media/tones/hold-2.wav"]}
    outcome, doubts = await host.apply()
    assert (sent(outcome), doubts) == (["local_stream reload music.fresh"], [])
    with host.site.edit("tenants.d/music.yaml") as data:
        del data["music_on_hold"]["fresh"]
    outcome, doubts = await host.apply()
    assert (sent(outcome), doubts) == (["reloadxml", "local_stream stop music.fresh"], [])


@scene
async def test_only_who_has_another_password_is_logged_out(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    async with desk(extension, "acme/1002") as (bob,), extension("acme/1001") as alice:
        assert (await alice.register()).status == 200
        with host.site.edit(ACME) as data:
            data["extensions"]["1001"]["rotate"] = 2
        outcome, doubts = await host.apply()
        assert (outcome.failed, doubts) == (None, [])
        domain = host.site.domain("acme")
        flushes = [one for one in outcome.done if one.kind == "flush"]
        assert words(flushes) == [f"sofia profile internal flush_inbound_reg 1001.acme@{domain}"]
        shown = await registered(switch)
        assert "1002.acme" in shown
        assert "1001.acme" not in shown
        assert (await alice.register()).status in (401, 403), "the old one is none any more"
        assert bob.user == "1002"
        with host.site.edit(ACME) as data:
            del data["extensions"]["1001"]["rotate"]
        outcome, doubts = await host.apply()
        assert "flush" not in {one.kind for one in outcome.done}, "nobody is logged in with it"


@scene
async def test_broken_xml_is_a_failure_and_calls_go_on(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    good = host.want
    async with desk(extension, "acme/1001", "acme/1002") as (alice, bob):
        call = await alice.call("1002")
        ringing = await bob.rung()
        ringing.answer()
        await call.answered()
        with host.site.edit(ACME) as data:
            data["ring_groups"]["600"]["timeout"] = 7
        host.want = host.take()
        plan = Path(host.want.folder) / "freeswitch/tenants/acme/dialplan.xml"
        plan.write_text(plan.read_text() + "\n<context name='x'>\n")
        host.flip(host.want)
        outcome, doubts = await host.converge()
        assert outcome.failed == step("reloadxml")
        assert outcome.reply.startswith("+OK [")
        assert "rror" in outcome.reply
        assert [one.kind for one in doubts] == ["revision"]
        host.want = good
        host.flip(good)
        outcome, doubts = await host.converge()
        assert (outcome.failed, outcome.commands, doubts) == (None, 0, []), "the old tree stayed"
        assert await switch.ask("reloadxml") == "+OK [Success]\n"
        assert not call.over
        await call.hangup()
        await ringing.ended()
    with host.site.edit(ACME) as data:
        data["ring_groups"]["600"]["timeout"] = 3


@scene
async def test_a_tenant_that_goes_keeps_its_calls_until_they_end(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    path = host.site.source / "tenants.d/office.yaml"
    kept = path.read_text()
    numbers = host.want.domains[host.site.domain("office")].users
    first, second = [name.partition(".")[0] for name in sorted(numbers)][:2]
    domain = host.site.domain("office")
    async with extension(f"office/{first}") as ann, extension(f"office/{second}") as ben:
        for one in (ann, ben):
            assert (await one.register()).status == 200
        call = await ann.call(second)
        ringing = await ben.rung()
        ringing.answer()
        await call.answered()
        path.unlink()
        try:
            outcome, doubts = await host.apply()
            assert (outcome.failed, doubts) == (None, [])
            assert words(outcome.waiting)[0] == (
                f"sofia profile internal flush_inbound_reg @{domain}"
            )
            assert not call.over
            assert domain in await registered(switch)
            assert await host.idle() == []
            await call.hangup()
            await ringing.ended()
            await switch.becomes("show channels", "\n0 total")
            outcome, doubts = await host.converge()
            assert words(outcome.done) == [f"sofia profile internal flush_inbound_reg @{domain}"]
            assert domain not in await registered(switch)
            assert host.known.pending == ()
        finally:
            path.write_text(kept)
            await host.apply()
    assert await host.idle() == []


@scene
async def test_what_belongs_to_the_people_on_the_phone_stays(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    """Who is logged in, forwards, do-not-disturb, greetings and messages, across a large change."""
    storage = host.site.state / "storage/voicemail/default"
    domain = host.site.domain("acme")
    greeting = storage / domain / "1001" / "greeting_1.wav"
    greeting.parent.mkdir(parents=True, exist_ok=True)
    greeting.write_bytes(b"a greeting")
    async with agents(extension, switch, "6001"):
        await switch.ask("db insert/acme-cfa/1001/+12125550177")
        await switch.ask("db insert/acme-dnd/1002/on")
        with host.site.edit(QUEUES) as data:
            data["call_queues"]["804"]["max_wait"] = 4
            data["call_queues"]["804"]["agents"] = ["6001", "6002"]
        with host.site.edit(ACME) as data:
            data["extensions"]["1003"]["rotate"] = 5
        with host.site.edit("providers.d/backup.yaml") as data:
            data["username"] = "other"
        outcome, doubts = await host.apply()
        assert (outcome.failed, doubts) == (None, [])
        assert await switch.ask("callcenter_config agent get status queues.6001") == "Available"
        assert "queues.804|queues.6001|" in await switch.ask("callcenter_config tier list")
    assert await switch.ask("db select/acme-cfa/1001") == "+12125550177"
    assert await switch.ask("db select/acme-dnd/1002") == "on"
    assert greeting.read_bytes() == b"a greeting"


@scene
async def test_the_stamp_of_a_gateway_goes_nowhere(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    """A call that comes in by a registered trunk knows it, and tells nobody."""
    stamp = host.want.gateways["mycarrier"].stamp
    said = await switch.ask("sofia_gateway_data mycarrier var dialform_stamp")
    assert said == stamp
    source = host.site.carriers["mycarrier"][0]
    async with desk(extension, "acme/1001", "acme/1002") as phones:
        trunk_call = asyncio.create_task(
            trunk.call_in(
                host.site.address("external"), "+12125550199", source=source,
                folder=host.site.folder / "carriers", params=";gw=mycarrier", talk=0.2,
            )
        )  # fmt: skip
        await trunk_call
        call = await phones[0].call("+12125550123")
        await call.answered()
        await call.hangup()
        heard = [m for one in phones for m in one.received]
    assert heard
    carried = [m for one in host.carriers for m in one.received()]
    assert not [m for m in (*heard, *carried) if stamp in str(m) or "dialform_stamp" in str(m)]


@scene
async def test_a_port_that_changes_restarts_its_profile_alone(
    host: Applied, extension: Extension, switch: Switch
) -> None:
    """Asked for within the first ten seconds of the profile: the switch says when, and it is waited for."""
    from .ports import free_port

    port = free_port("127.0.0.1")
    with host.site.edit("platform.yaml") as data:
        data["hosts"]["pbx1"]["ports"]["external"] = port
    outcome, doubts = await host.apply(allow=frozenset())
    assert words(outcome.held)[0] == "sofia profile external restart"
    outcome, doubts = await host.converge()
    assert (outcome.failed, doubts) == (None, [])
    assert f"127.0.0.1:{port}" in await switch.ask("sofia status profile external")
    assert await host.idle() == []
