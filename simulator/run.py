"""One call through the compiled configuration, in virtual time: `simulate`."""

from __future__ import annotations

import random
from datetime import tzinfo
from zoneinfo import ZoneInfo

from dialform.simulator.calls.caller import Profile
from dialform.simulator.calls.causes import status
from dialform.simulator.calls.channel import Channel, State
from dialform.simulator.calls.ending import ending
from dialform.simulator.clock import Clock
from dialform.simulator.dialling.network import PHONE_ADDRESS, Stage
from dialform.simulator.dialling.sip import SipEndpoint
from dialform.simulator.dialplan.functions import Environment
from dialform.simulator.dialplan.stores import Db, Limits
from dialform.simulator.journal import Journal, RunawayError
from dialform.simulator.journey import Journey
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.reading.words import true
from dialform.simulator.scene import Dial, Scene
from dialform.simulator.switch import Switch

LONGEST = 24 * 3600.0
"""Seconds after which a call is taken for one that never ends."""


def simulate(
    configuration: Configuration, scene: Scene, dial: Dial, zone: tzinfo | None = None
) -> Journey:
    """What becomes of a call. The same arguments always give the same journey.

    `zone` is the switch's own time zone, UTC unless it is given. A call that does not end by itself is
    ended after 24 hours or 100,000 steps, with the cause EXCHANGE_ROUTING_ERROR.
    """
    switch = stage(configuration, scene, zone or ZoneInfo("UTC"))
    channel = place(switch, dial)
    run(switch, channel)
    return _journey(switch, channel)


def stage(configuration: Configuration, scene: Scene, zone: tzinfo) -> Switch:
    """A switch in virtual time, with the scene around it."""
    clock = Clock(scene.at)
    limits = Limits()
    limits.seed(scene.counts)
    environment = Environment(
        configuration,
        lambda: clock.moment().astimezone(zone),
        db=Db.of(scene.db),
        limits=limits,
        globals=dict(configuration.variables),
    )
    chance = random.Random(1)  # noqa: S311 - ids of a simulation, no secrets
    switch = Switch(
        configuration,
        clock,
        Stage(configuration, scene),
        zone,
        journal=Journal(clock),
        environment=environment,
        chance=chance,
    )
    switch.at_work = scene.agents
    return switch


def place(switch: Switch, dial: Dial) -> Channel:
    """The caller's leg, as the INVITE makes it."""
    channel = _from_phone(switch, dial) if "@" in dial.caller else _from_outside(switch, dial)
    channel.script.extend(dial.press)
    channel.endpoint = SipEndpoint(fax=dial.fax, tone=dial.tone)
    channel.set("local_media_port", str(switch.next_port(16_384)))
    switch.first = channel
    switch.add(channel, None)
    switch.launch(channel)
    switch.clock.later(dial.patience, lambda: _give_up(channel))
    return channel


def run(switch: Switch, channel: Channel) -> None:
    """Runs until nothing happens any more; then all legs end."""
    clock = switch.clock
    try:
        clock.run(until=LONGEST, ended=lambda: channel.state == State.DESTROY)
        if channel.state == State.DESTROY:
            # What the call left behind ends too: parked calls, people in a room.
            clock.run(until=clock.elapsed + 600)
        _end_all(switch, "EXCHANGE_ROUTING_ERROR" if channel.up else "NORMAL_CLEARING")
        clock.run(until=clock.elapsed + 5)
    except RunawayError as runaway:
        switch.journal.keeps = False
        switch.runaway = str(runaway)
        _end_all(switch, "EXCHANGE_ROUTING_ERROR")
        for left in list(switch.channels.values()):
            switch.finish(left)


def _end_all(switch: Switch, cause: str) -> None:
    for left in list(switch.channels.values()):
        left.hangup(cause)


def _give_up(channel: Channel) -> None:
    channel.hangup("NORMAL_CLEARING" if channel.answered else "ORIGINATOR_CANCEL")


def _from_phone(switch: Switch, dial: Dial) -> Channel:
    number, _, domain = dial.caller.partition("@")
    user = switch.configuration.user(number, domain)
    variables = dict(user.variables) if user else {}
    profile = Profile(
        destination_number=dial.to,
        caller_id_number=number,
        caller_id_name=dial.name or number,
        context=variables.get("user_context", "public"),
        username=number,
        ani=number,
        network_addr=PHONE_ADDRESS,
    )
    channel = Channel(switch, f"sofia/internal/{number}@{domain}", "inbound", profile)
    for name, value in variables.items():
        channel.set(name, value)
    _sip(channel, number, domain, "internal", PHONE_ADDRESS)
    if user:
        channel.set("user_name", user.id)
        channel.set("domain_name", domain)
        channel.set("sip_authorized", "true")
        channel.set("sip_auth_username", number)
        channel.set("sip_auth_realm", domain)
    channel.set("presence_id", channel.get("presence_id") or f"{number}@{domain}")
    return channel


def _from_outside(switch: Switch, dial: Dial) -> Channel:
    address = _address(switch, dial.trunk)
    user = "anonymous" if dial.caller == "anonymous" else dial.caller
    host = "anonymous.invalid" if dial.caller == "anonymous" else address
    profile = Profile(
        destination_number=dial.to,
        caller_id_number=user,
        caller_id_name=dial.name or user,
        context="public",
        username=user,
        ani=user,
        network_addr=address,
    )
    channel = Channel(switch, f"sofia/external/{user}@{host}", "inbound", profile)
    _sip(channel, user, host, "external", address)
    return channel


def _sip(channel: Channel, user: str, host: str, profile: str, address: str) -> None:
    for name, value in (
        ("sip_from_user", user),
        ("sip_from_host", host),
        ("sip_from_uri", f"{user}@{host}"),
        ("sip_network_ip", address),
        ("sip_via_protocol", "udp"),
        ("sofia_profile_name", profile),
        ("recovery_profile_name", profile),
        ("sip_req_user", channel.profile.destination_number),
        ("sip_to_user", channel.profile.destination_number),
        ("max_forwards", "70"),
    ):
        channel.set(name, value)


def _address(switch: Switch, trunk: str) -> str:
    """Where a provider's calls come from: its host, or the first known address of any."""
    found = switch.network.trunk(trunk) if trunk else None
    if found:
        host = found.params.get("proxy", "").partition(";")[0].partition(":")[0]
        return switch.function("host_lookup", host, None)
    from ipaddress import ip_network

    networks = switch.configuration.part("acl.conf", "network-lists")
    providers = networks.named("list", "providers") if networks else None
    for node in providers.all("node") if providers else ():
        if node.get("type") == "allow":
            return str(next(iter(ip_network(node.get("cidr"), strict=False))))
    gateways = switch.configuration.gateways().values()
    for gateway in gateways:
        host = gateway.params.get("proxy", "").partition(";")[0].partition(":")[0]
        return switch.function("host_lookup", host, None)
    return "203.0.113.1"


def _seen(channel: Channel, cause: str) -> int:
    """The status that ends the caller's INVITE: the far end's own, where one refused (`sofia_on_hangup`)."""
    told = channel.get("last_bridge_proto_specific_hangup_cause") or ""
    number = told.removeprefix("sip:")
    if number.isdigit() and not true(channel.get("sip_ignore_remote_cause")):
        return int(number)
    return status(cause)


def _journey(switch: Switch, channel: Channel) -> Journey:
    journal = switch.journal
    legs = tuple(tried.leg for tried in journal.tried)
    refused = channel.variables.get("dialform_refused", "")
    cause = "EXCHANGE_ROUTING_ERROR" if switch.runaway else channel.cause
    ended = channel.profiles[0].times.hungup - channel.profiles[-1].times.created
    return Journey(
        steps=tuple(journal.steps),
        legs=legs,
        visits=tuple(journal.visits),
        end=ending(journal, channel, legs, refused, cause),
        refused=refused,
        cause=cause,
        sip=200 if channel.answered else _seen(channel, cause),
        answered=channel.answered,
        duration=max(ended, 0) / 1_000_000,
        variables=dict(channel.variables),
        records=tuple(switch.records),
    )
