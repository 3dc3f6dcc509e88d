"""The record of a leg, as mod_json_cdr writes it: a dict, and a file `<uuid>.cdr.json`.

After `switch_ivr_generate_json_cdr` (switch_ivr.c) with `encode-values=false`, and
`switch_channel_set_timestamps` (switch_channel.c). What only media brings (`callStats`, the SDP) is zero
or missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialform.simulator.calls.causes import NUMBERS, status

if TYPE_CHECKING:
    from dialform.simulator.calls.caller import Extension, Profile, Times
    from dialform.simulator.calls.channel import Channel

Record = dict[str, Any]

_PROFILE = (
    "username", "dialplan", "caller_id_name", "ani", "aniii", "caller_id_number", "network_addr",
    "rdnis", "destination_number", "uuid", "source", "context", "chan_name",
)  # fmt: skip
_TIMES = (
    ("created_time", "created"),
    ("profile_created_time", "profile_created"),
    ("progress_time", "progress"),
    ("progress_media_time", "progress_media"),
    ("answered_time", "answered"),
    ("bridged_time", "bridged"),
    ("last_hold_time", "last_hold"),
    ("hold_accum_time", "hold_accum"),
    ("hangup_time", "hungup"),
    ("resurrect_time", "resurrected"),
    ("transfer_time", "transferred"),
)
_STAMPS = (
    ("start", "created"),
    ("profile_start", "profile_created"),
    ("answer", "answered"),
    ("bridge", "bridged"),
    ("hold", "last_hold"),
    ("resurrect", "resurrected"),
    ("progress", "progress"),
    ("progress_media", "progress_media"),
    ("end", "hungup"),
)
_EPOCHS = (
    ("start", "created"),
    ("profile_start", "profile_created"),
    ("answer", "answered"),
    ("bridge", "bridged"),
    ("last_hold", "last_hold"),
    ("hold_accum", "hold_accum"),
    ("resurrect", "resurrected"),
    ("progress", "progress"),
    ("progress_media", "progress_media"),
    ("end", "hungup"),
)
_IN = (
    "raw_bytes media_bytes packet_count media_packet_count skip_packet_count jitter_packet_count "
    "dtmf_packet_count cng_packet_count flush_packet_count largest_jb_size jitter_min_variance "
    "jitter_max_variance jitter_loss_rate jitter_burst_rate mean_interval flaw_total"
)
_OUT = (
    "raw_bytes media_bytes packet_count media_packet_count skip_packet_count dtmf_packet_count "
    "cng_packet_count rtcp_packet_count rtcp_octet_count"
)


def conclude(channel: Channel, zone: tzinfo) -> None:
    """Sets what a leg's variables say of its end: cause, stamps, epochs, durations.

    `zone` is the switch's own. Once for each leg, before CHANNEL_HANGUP_COMPLETE is told.
    """
    cause = channel.cause or "NORMAL_CLEARING"
    channel.variables["hangup_cause"] = cause
    channel.variables["hangup_cause_q850"] = str(NUMBERS.get(cause, 0))
    unsaid = channel.direction == "outbound" and channel.tried is None
    if channel.name.startswith("sofia/") and not unsaid:
        channel.variables.update(_sip(channel, cause))
    channel.variables.setdefault("digits_dialed", "none")
    channel.variables.update(_moments(channel.profile.times, zone))
    if channel.log:
        channel.variables["last_app"], channel.variables["last_arg"], _ = channel.log[-1]
        if not channel.variables["last_arg"]:
            del channel.variables["last_arg"]
    name, number = channel.profile.caller_id_name, channel.profile.caller_id_number
    if caller := f'"{name}" <{number}>' if name else number:
        channel.variables["caller_id"] = caller
    channel.variables.update(_durations(channel.profile.times))


def _sip(channel: Channel, cause: str) -> Iterator[tuple[str, str]]:
    """How the leg ended in SIP's words."""
    yield "sip_call_id", f"{channel.uuid}@{channel.switch.name}"
    final = str(200 if channel.answered else status(cause))
    yield "sip_term_status", final
    yield "sip_term_cause", str(NUMBERS.get(cause, 0))
    yield "proto_specific_hangup_cause", f"sip:{final}"
    if not channel.answered and channel.direction == "outbound":
        yield "sip_invite_failure_status", final


def _moments(times: Times, zone: tzinfo) -> Iterator[tuple[str, str]]:
    for name, field in _STAMPS:
        if moment := getattr(times, field):
            local = datetime.fromtimestamp(moment // 1_000_000, zone)
            yield f"{name}_stamp", f"{local:%Y-%m-%d %H:%M:%S}"
    for name, field in _EPOCHS:
        micro = getattr(times, field)
        if name == "hold_accum":
            yield "hold_accum_seconds", str(micro // 1_000_000)
            yield "hold_accum_usec", str(micro)
            yield "hold_accum_ms", str(micro // 1000)
        else:
            yield f"{name}_epoch", str(micro // 1_000_000)
            yield f"{name}_uepoch", str(micro)


def _durations(times: Times) -> Iterator[tuple[str, str]]:
    """Each in seconds, milliseconds and microseconds; differences of what was cut, not cut after."""
    end, created = times.hungup, times.created
    waited = (created, times.bridged) if times.bridged > created else None
    spans = (
        ("duration", (created, end)),
        ("bill", (times.answered, end) if times.answered else None),
        ("progress", (created, times.progress) if times.progress else None),
        ("answer", (created, times.answered) if times.answered else None),
        ("wait", waited),
        ("progress_media", (created, times.progress_media) if times.progress_media else None),
        ("flow_bill", (created, end) if times.answered else None),
    )
    for unit, divisor in (("sec", 1_000_000), ("msec", 1000), ("usec", 1)):
        for name, span in spans:
            value = span[1] // divisor - span[0] // divisor if span else 0
            key = f"{name}{unit}"
            if name == "duration":
                key = {"sec": "duration", "msec": "mduration", "usec": "uduration"}[unit]
            yield key, str(value)


def record(channel: Channel, core_uuid: str, switchname: str) -> Record:
    """The whole record of a leg that has ended and was concluded."""
    made: Record = {
        "core-uuid": core_uuid,
        "switchname": switchname,
        "channel_data": {
            "state": "CS_REPORTING",
            "direction": channel.direction,
            "state_number": "11",
            "flags": _flags(channel),
            "caps": "1=1;2=1;3=1;4=1;5=1;6=1;8=1;9=1;10=1",
        },
        "callStats": {"audio": _statistics()} if channel.media else {},
        "variables": {name: value for name, value in channel.variables.items() if value},
    }
    if channel.log:
        applications = [
            {"app_name": name, "app_data": data, "app_stamp": str(stamp)}
            for name, data, stamp in channel.log
        ]
        made["app_log"] = {"applications": applications}
    made["callflow"] = [_flow(profile) for profile in channel.profiles]
    return made


def write(made: Record, folder: Path) -> Path:
    """The record as a file, without a temporary name, as the module does. Raises OSError."""
    path = folder / f"{made['variables']['uuid']}.cdr.json"
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(text.encode("utf-8", "surrogateescape") + b"\n")
    return path


def _flags(channel: Channel) -> str:
    numbers = [
        0,
        *([1] if channel.answered else []),
        *([2] if channel.direction == "outbound" else []),
    ]
    return ";".join(f"{number}=1" for number in (*numbers, 40, 42, 113, 114))


def _statistics() -> Record:
    inbound: Record = dict.fromkeys(_IN.split(), 0)
    inbound |= {"quality_percentage": 100, "mos": 4.5}
    return {"inbound": inbound, "outbound": dict.fromkeys(_OUT.split(), 0)}


def _flow(profile: Profile) -> Record:
    made: Record = {"dialplan": profile.dialplan, "profile_index": profile.profile_index}
    if not profile.dialplan:
        del made["dialplan"]
    if profile.extension is not None:
        made["extension"] = _extension(profile.extension)
        if profile.extension.children:
            made["extension"]["sub_extensions"] = [
                _inner(child) for child in profile.extension.children if child.extension
            ]
    made["caller_profile"] = _profile(profile)
    if profile.originators:
        others = [_profile(other) for other in reversed(profile.originators)]
        made["caller_profile"]["originator"] = {"originator_caller_profiles": others}
    if profile.originatees:
        others = [_profile(other) for other in reversed(profile.originatees)]
        made["caller_profile"]["originatee"] = {"originatee_caller_profiles": others}
    times = profile.times
    made["times"] = {name: str(getattr(times, field)) for name, field in _TIMES}
    return made


def _extension(extension: Extension) -> Record:
    """What the dialplan found. What would have run next is marked as if it had been the last."""
    applications: list[Record] = []
    made: Record = {
        "name": extension.name,
        "number": extension.number,
        "applications": applications,
    }
    for place, action in enumerate(extension.actions):
        here = place == extension.position
        if here:
            made["current_app"] = action.application
        entry = {"app_name": action.application, "app_data": action.data}
        applications.append({"last_executed": "true", **entry} if here else entry)
    return made


def _inner(profile: Profile) -> Record:
    assert profile.extension is not None
    made = _extension(profile.extension)
    head = {"name": made.pop("name"), "number": made.pop("number"), "dialplan": profile.dialplan}
    applications = made.pop("applications")
    return {**head, **made, "applications": applications}


def _profile(profile: Profile) -> Record:
    return {name: getattr(profile, name) for name in _PROFILE}
