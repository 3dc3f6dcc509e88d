"""Channels of mod_sofia: to phones that are registered, and to carriers through gateways.

What an INVITE would show stands in the journal: `shown` works it out as `sofia_glue_do_invite` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.endpoint import Made, Wanted, outgoing
from dialform.simulator.dialling.farend import take_call
from dialform.simulator.dialling.network import Trunk
from dialform.simulator.faxing.machine import FaxMachine
from dialform.simulator.journey import Leg
from dialform.simulator.reading.words import true
from dialform.simulator.scene import Phone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dialform.simulator.calls.caller import Profile
    from dialform.simulator.journal import Tried

_FIRST_PORT = 16_384


def plain(text: str) -> str:
    """A number as a channel may hold it: what looks like an address is cut (`switch_sanitize_number`)."""
    if not any(letter in text for letter in "/:@"):
        return text
    text = text.partition("@")[0]
    for letter in "/:":
        text = text.rpartition(letter)[2]
    return text


class SipEndpoint:
    """A SIP leg. `phone` is who takes the call; none for the caller's own leg. `fax` is the fax machine at
    the other end, if there is one; `tone` says that it calls, and sends a calling tone (CNG).
    """

    def __init__(
        self,
        phone: Phone | None = None,
        trunk: Trunk | None = None,
        fax: FaxMachine | None = None,
        tone: bool = False,
    ) -> None:
        self._phone, self._trunk = phone, trunk
        self.fax = phone.fax if phone else fax
        self.tone = tone
        self.peer: Channel | None = None
        """The other leg of a call that a carrier brings back."""

    through = False

    def far(self, channel: Channel) -> Channel | None:
        """There is none."""
        return None

    def invite(self, channel: Channel) -> None:
        """The INVITE goes out: from here on there is a leg that people see."""
        switch = channel.switch
        channel.set("local_media_port", str(switch.next_port(_FIRST_PORT)))
        leg = _leg(channel, self._trunk)
        channel.tried = switch.journal.leg(channel, leg)
        if self._phone:
            switch.clock.spawn(take_call(channel, self._phone))

    def indicate(self, channel: Channel, what: str) -> None:
        """The far end hears; nothing follows from that here."""

    def ended(self, channel: Channel) -> None:
        """Writes down how the leg ended; one that was stopped before its INVITE failed too."""
        journal = channel.switch.journal
        if channel.tried:
            journal.ends(channel.tried, channel.ring_ready, channel.cause)
        if channel.direction == "outbound" and not channel.answered:
            data = {"cause": channel.cause}
            journal.step(channel, "failed", f"{channel.name}: {channel.cause}", data)

    def send_key(self, channel: Channel, key: str) -> None:
        """A key goes to the far end, which does nothing with it."""


def _leg(channel: Channel, trunk: Trunk | None) -> Leg:
    number, name = shown(channel.profile, channel.variables.get("sip_cid_type"), trunk)
    user = channel.get("dialed_user") or channel.profile.destination_number
    address = f"{user}@{channel.get('dialed_domain') or ''}"
    agent = channel.get("cc_side") == "agent"
    now = channel.clock.elapsed
    return Leg(
        kind="trunk" if trunk else ("agent" if agent else "phone"),
        to=trunk.name if trunk else address,
        number=channel.profile.destination_number if trunk else user,
        caller_number=number,
        caller_name=name,
        object=channel.get("dialform_object") or "",
        at=now,
        until=now,
        rang=False,
        outcome="",
        stage=channel.switch.stage_of(channel),
        marks=_marks(channel.variables),
    )


def _marks(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name.startswith("dialform_")}


def shown(profile: Profile, cid_type: str | None, trunk: Trunk | None) -> tuple[str, str]:
    """The caller's number and name as the far end is shown them; empty when withheld."""
    number = "" if profile.hide_number else unquote(profile.caller_id_number)
    name = "" if profile.hide_name else unquote(profile.caller_id_name)
    if number == "anonymous":
        number = name = ""  # RFC 3323: so whoever withholds the number is written
    if trunk is None:
        return number, name
    in_from = true(trunk.params.get("caller-id-in-from", "false"))
    own_header = cid_type is None or cid_type.lower() in ("rpid", "pid")
    if in_from or own_header:
        return number, name
    return trunk.params.get("from-user") or trunk.params.get("username", ""), ""


@outgoing("sofia")
async def dial_sip(wanted: Wanted) -> Made:
    """`sofia/gateway/G/N` and `sofia/PROFILE/sip:U@H`."""
    profile, slash, rest = wanted.destination.partition("/")
    if not slash:
        return Made(cause="INVALID_URL")
    if wanted.switch.channel(wanted.variables.get("origination_uuid", "")):
        return Made(cause="DESTINATION_OUT_OF_ORDER")  # there is no second session of one UUID
    if profile.lower() == "gateway":
        return _gateway(wanted, rest)
    if profile not in wanted.switch.profile_names:
        return Made(cause="INVALID_PROFILE")
    url = rest if rest.startswith(("sip:", "sips:")) else f"sip:{rest}"
    if "@" not in url:
        return Made(cause="USER_NOT_REGISTERED")
    number = url.partition(":")[2].partition("@")[0]
    user = wanted.variables.get("dialed_user")
    domain = wanted.variables.get("dialed_domain", "")
    phone = wanted.switch.network.phone(f"{user or number}@{domain}")
    channel = _channel(wanted, f"sofia/{profile}/{url.partition(':')[2]}", SipEndpoint(phone))
    channel.set("sip_profile_name", profile)
    channel.set("sofia_profile_name", profile)
    channel.set("sip_destination_url", url)
    return Made(channel)


def _gateway(wanted: Wanted, rest: str) -> Made:
    name, slash, number = rest.partition("/")
    if not slash:
        return Made(cause="INVALID_URL")
    trunk = wanted.switch.network.trunk(name)
    if trunk is None:
        return Made(cause="INVALID_GATEWAY")
    if not trunk.state.up:
        _note_down(wanted, trunk, number)
        return Made(cause="GATEWAY_DOWN")
    cause = trunk.state.cause
    phone = Phone(cause=cause) if cause else wanted.switch.network.outside(plain(number))
    endpoint = SipEndpoint(phone, trunk)
    wanted.profile.destination_number = plain(number)
    channel = _channel(wanted, f"sofia/{trunk.profile}/{number}", endpoint)
    host = trunk.params.get("proxy", "").partition(";")[0]
    channel.set("sip_gateway_name", name)
    channel.set("sip_profile_name", "gateway")
    channel.set("sofia_profile_name", trunk.profile)
    channel.set("sip_destination_url", f"sip:{number}@{host}")
    channel.set("sip_invite_domain", trunk.params.get("from-domain"))
    return Made(channel)


def _channel(wanted: Wanted, name: str, endpoint: SipEndpoint) -> Channel:
    profile = wanted.profile
    profile.destination_number = plain(profile.destination_number)
    profile.caller_id_name = plain(profile.caller_id_name)
    profile.caller_id_number = plain(profile.caller_id_number)
    chosen = wanted.variables.get("origination_uuid", "")
    channel = Channel(wanted.switch, name, "outbound", profile, chosen)
    channel.endpoint = endpoint
    wanted.switch.add(channel, wanted)
    return channel


def _note_down(wanted: Wanted, trunk: Trunk, number: str) -> None:
    """A trunk that is down is a leg too, for whoever asks why a call went another way."""
    note_refused(wanted, trunk, trunk.name, number, "GATEWAY_DOWN")


def note_refused(
    wanted: Wanted, trunk: Trunk | None, to: str, number: str, cause: str
) -> Tried | None:
    """Writes down a far end that the switch did not even ask."""
    switch, now = wanted.switch, wanted.switch.clock.elapsed
    who = wanted.session or switch.first
    if who is None:
        return None
    caller, name = shown(wanted.profile, wanted.variables.get("sip_cid_type"), trunk)
    kind = "trunk" if trunk else ("agent" if "cc_agent" in wanted.variables else "phone")
    billed = wanted.variables.get("dialform_object", "")
    marks = _marks(wanted.variables)
    leg = Leg(kind, to, number, caller, name, billed, now, now, False, cause, wanted.stage, marks)
    tried = switch.journal.leg(who, leg)
    switch.journal.step(who, "failed", f"{to}: {cause}", {"to": to, "cause": cause})
    return tried
