"""What happens on a channel, as the events that FreeSWITCH makes of it.

After `switch_channel_event_set_data` (switch_channel.c) and `switch_caller_profile_event_set_data`
(switch_caller.c): which headers, in which order. Codecs are shown as those of a SIP call with PCMU.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dialform.simulator.events import Event, Source

if TYPE_CHECKING:
    from dialform.simulator.calls.caller import Profile
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.switch import Switch

_SOURCES = {
    "CALL_UPDATE": Source("switch_channel.c", "switch_channel_flip_cid", 3277),
    "CHANNEL_ANSWER": Source("switch_channel.c", "switch_channel_perform_mark_answered", 3846),
    "CHANNEL_BRIDGE": Source("switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", 1689),
    "CHANNEL_CALLSTATE": Source("switch_channel.c", "switch_channel_perform_set_callstate", 301),
    "CHANNEL_CREATE": Source("switch_core_state_machine.c", "switch_core_session_run", 626),
    "CHANNEL_DESTROY": Source("switch_core_session.c", "switch_core_session_perform_destroy", 1584),
    "CHANNEL_EXECUTE": Source("switch_core_session.c", "switch_core_session_exec", 2944),
    "CHANNEL_EXECUTE_COMPLETE": Source("switch_core_session.c", "switch_core_session_exec", 2967),
    "CHANNEL_HANGUP": Source("switch_channel.c", "switch_channel_perform_hangup", 3445),
    "CHANNEL_HANGUP_COMPLETE": Source(
        "switch_core_state_machine.c", "switch_core_session_reporting_state", 943
    ),
    "CHANNEL_ORIGINATE": Source("switch_core_state_machine.c", "switch_core_session_run", 632),
    "CHANNEL_OUTGOING": Source(
        "switch_core_session.c", "switch_core_session_outgoing_channel", 768
    ),
    "CHANNEL_PARK": Source("switch_ivr.c", "switch_ivr_park", 1002),
    "CHANNEL_PROGRESS": Source(
        "switch_channel.c", "switch_channel_perform_mark_ring_ready_value", 3505
    ),
    "CHANNEL_PROGRESS_MEDIA": Source(
        "switch_channel.c", "switch_channel_perform_mark_pre_answered", 3560
    ),
    "CHANNEL_STATE": Source("switch_channel.c", "switch_channel_perform_set_running_state", 2408),
    "CHANNEL_UNBRIDGE": Source("switch_ivr_bridge.c", "audio_bridge_on_exchange_media", 1326),
    "DTMF": Source("switch_channel.c", "switch_channel_dequeue_dtmf", 677),
}
_NAMELESS = frozenset({"CHANNEL_STATE", "CHANNEL_CALLSTATE", "CHANNEL_OUTGOING", "CODEC", "DTMF"})
"""Events without the channel's variables."""
_LEADING = frozenset({"CHANNEL_BRIDGE", "CHANNEL_UNBRIDGE", "CHANNEL_HANGUP_COMPLETE"})
"""Events whose own headers stand before the channel's."""
_STATES = ("DOWN", "DIALING", "RINGING", "EARLY", "ACTIVE", "HELD", "RING_WAIT", "HANGUP", "UNHELD")


class Running:
    """The applications that run now, each with a UUID of its own; they may stand in each other."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._open: dict[str, list[str]] = {}

    def begin(self, channel: Channel) -> str:
        """A new one."""
        made = self._switch.new_uuid()
        self._open.setdefault(channel.uuid, []).append(made)
        return made

    def end(self, channel: Channel) -> str:
        """The UUID of the one that began last."""
        mine = self._open.get(channel.uuid) or [self._switch.new_uuid()]
        ended = mine.pop()
        if not mine:
            self._open.pop(channel.uuid, None)
        return ended


def tell(channel: Channel, name: str, facts: Mapping[str, str]) -> Iterator[Event]:
    """The event of this name, and those that come with it: states of the call, the end."""
    given = {key: value for key, value in facts.items() if value}
    running: Running = channel.switch.theme(Running)
    if name == "CHANNEL_EXECUTE":
        given["Application-UUID"] = running.begin(channel)
    if name == "CHANNEL_EXECUTE_COMPLETE":
        given |= {"Application-Response": "_none_", "Application-UUID": running.end(channel)}
    if name == "CHANNEL_HANGUP":
        given = {}
    subclass = given.pop("Event-Subclass", "")
    if subclass:
        custom = _event(channel, name, given)
        custom.subclass = subclass
        yield custom
        return
    yield _event(channel, name, given)
    if name == "CHANNEL_CREATE" and channel.direction == "outbound":
        yield _event(channel, "CHANNEL_ORIGINATE", {})
    before = _BEFORE.get((name, channel.direction)) or _BEFORE.get((name, ""))
    if before:
        lead = {
            "Original-Channel-Call-State": before,
            "Channel-Call-State-Number": str(_STATES.index(call_state(channel))),
        }
        yield _event(channel, "CHANNEL_CALLSTATE", {}, lead)
    if name == "CHANNEL_HANGUP_COMPLETE":
        yield _event(channel, "CHANNEL_DESTROY", {})


_BEFORE = {
    ("CHANNEL_CREATE", "inbound"): "DOWN",
    ("CHANNEL_PROGRESS", ""): "DOWN",
    ("CHANNEL_ANSWER", ""): "RINGING",
    ("CHANNEL_HANGUP", ""): "ACTIVE",
}
"""What the state of the call was before; events that do not change it are not here."""


def _event(
    channel: Channel, name: str, facts: dict[str, str], lead: dict[str, str] | None = None
) -> Event:
    found = basic(channel)
    if name not in _NAMELESS:
        found |= {f"variable_{key}": value for key, value in channel.variables.items() if value}
    source = _SOURCES.get(name, Source("switch_core.c", "switch_core", 1))
    if name in _LEADING:
        return Event(name, found, source=source, lead=facts)
    return Event(name, found | facts, source=source, lead=lead or {})


def call_state(channel: Channel) -> str:
    """RINGING, ACTIVE and so on (`switch_channel_callstate_t`)."""
    if channel.down:
        return "HANGUP"
    if channel.answered:
        return "HELD" if channel.held else "ACTIVE"
    if channel.early_media:
        return "EARLY"
    return "RINGING" if channel.ring_ready or channel.direction == "inbound" else "DOWN"


def _answer_state(channel: Channel) -> str:
    if channel.down:
        return "hangup"
    if channel.answered:
        return "answered"
    return "early" if channel.early_media else "ringing"


def basic(channel: Channel) -> dict[str, str]:
    """The headers that each event of a channel has."""
    inbound = channel.direction == "inbound"
    found = {
        "Channel-State": f"CS_{channel.running.name if channel.up else channel.state.name}",
        "Channel-Call-State": call_state(channel),
        "Channel-State-Number": str(int(channel.state)),
        "Channel-Name": channel.name,
        "Unique-ID": channel.uuid,
        "Call-Direction": channel.direction,
        "Presence-Call-Direction": channel.direction,
        "Channel-HIT-Dialplan": "true" if inbound else "false",
        "Channel-Presence-ID": channel.variables.get("presence_id", ""),
        "Channel-Call-UUID": channel.variables.get("call_uuid") or channel.uuid,
        "Answer-State": _answer_state(channel),
        "Hangup-Cause": channel.cause,
    }
    if channel.media or (inbound and channel.name.startswith("sofia/")):
        for way in ("Read", "Write"):
            found[f"Channel-{way}-Codec-Name"] = "PCMU"
            found[f"Channel-{way}-Codec-Rate"] = "8000"
            found[f"Channel-{way}-Codec-Bit-Rate"] = "64000"
    found |= _profile(channel.profile, "Caller", channel.direction)
    for kind, others in (
        ("originator", channel.profile.originators),
        ("originatee", channel.profile.originatees),
    ):
        if others:
            found["Other-Type"] = kind
            way = "inbound" if kind == "originator" else "outbound"
            found |= _profile(others[-1], "Other-Leg", way)
            break
    return {name: value for name, value in found.items() if value}


_FIELDS = (
    ("Username", "username"),
    ("Dialplan", "dialplan"),
    ("Caller-ID-Name", "caller_id_name"),
    ("Caller-ID-Number", "caller_id_number"),
    ("Orig-Caller-ID-Name", "orig_caller_id_name"),
    ("Orig-Caller-ID-Number", "orig_caller_id_number"),
    ("Callee-ID-Name", "callee_id_name"),
    ("Callee-ID-Number", "callee_id_number"),
    ("Network-Addr", "network_addr"),
    ("ANI", "ani"),
    ("ANI-II", "aniii"),
    ("Destination-Number", "destination_number"),
    ("Unique-ID", "uuid"),
    ("Source", "source"),
    ("Transfer-Source", "transfer_source"),
    ("Context", "context"),
    ("RDNIS", "rdnis"),
    ("Channel-Name", "chan_name"),
    ("Profile-Index", "profile_index"),
)
_TIMES = (
    ("Profile-Created-Time", "profile_created"),
    ("Channel-Created-Time", "created"),
    ("Channel-Answered-Time", "answered"),
    ("Channel-Progress-Time", "progress"),
    ("Channel-Progress-Media-Time", "progress_media"),
    ("Channel-Hangup-Time", "hungup"),
    ("Channel-Transfer-Time", "transferred"),
    ("Channel-Resurrect-Time", "resurrected"),
    ("Channel-Bridged-Time", "bridged"),
    ("Channel-Last-Hold", "last_hold"),
    ("Channel-Hold-Accum", "hold_accum"),
)


def _profile(profile: Profile, prefix: str, direction: str) -> dict[str, str]:
    found = {f"{prefix}-Direction": direction, f"{prefix}-Logical-Direction": direction}
    found |= {f"{prefix}-{name}": getattr(profile, field) for name, field in _FIELDS}
    # The first caller ID is the present one until something changes that.
    for name in ("Name", "Number"):
        key = f"{prefix}-Orig-Caller-ID-{name}"
        found[key] = found[key] or found[f"{prefix}-Caller-ID-{name}"]
    found |= {f"{prefix}-{name}": str(getattr(profile.times, field)) for name, field in _TIMES}
    found[f"{prefix}-Screen-Bit"] = "true"
    found[f"{prefix}-Privacy-Hide-Name"] = str(profile.hide_name).lower()
    found[f"{prefix}-Privacy-Hide-Number"] = str(profile.hide_number).lower()
    return found
