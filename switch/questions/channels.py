"""What the core says of calls."""

from collections.abc import Mapping
from typing import Any

from dialform.switch.questions.asking import Ask, number, rows
from dialform.values import dataclass

_CHANNEL = ("uuid", "direction", "created_epoch", "name", "state", "cid_num", "dest", "application")
_CALL = (*_CHANNEL[:-1], "b_uuid", "b_name", "b_cid_num", "b_dest", "call_created_epoch")


@dataclass(frozen=True, slots=True)
class Channel:
    """One leg of a call."""

    uuid: str
    direction: str
    """`inbound`: the other side called the switch."""
    created: int
    """Seconds since the epoch."""
    state: str
    """`CS_EXECUTE`."""
    name: str
    """`sofia/internal/1001@acme.example.com`."""
    cid_name: str
    cid_num: str
    dest: str
    application: str
    application_data: str
    context: str
    secure: str
    """How the media is encrypted: `srtp:sdes:AES_CM_128_HMAC_SHA1_80:audio`, or nothing."""
    presence_id: str
    presence_data: str
    accountcode: str
    callstate: str
    """`ACTIVE`, `HELD`, `RINGING`, `EARLY`…"""
    call_uuid: str
    """Of the leg that began the call."""
    ip: str
    read_codec: str
    write_codec: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call: two legs that are bridged, or one alone."""

    uuid: str
    direction: str
    created: int
    """Seconds since the epoch."""
    name: str
    state: str
    cid_num: str
    dest: str
    presence_id: str
    b_uuid: str
    """Empty: it is not bridged."""
    b_name: str
    b_cid_num: str
    b_dest: str
    b_presence_id: str
    bridged: int
    """Seconds since the epoch; 0: it is not."""


async def channels(ask: Ask) -> list[Channel]:
    """All legs."""
    return [
        Channel(
            **_named(Channel, row)
            | {"created": number(row, "created_epoch"), "ip": row.get("ip_addr", "")}
        )
        for row in await rows(ask, "show channels as json", _CHANNEL)
    ]


async def calls(ask: Ask) -> list[Call]:
    """All calls."""
    return [
        Call(
            **_named(Call, row)
            | {
                "created": number(row, "created_epoch"),
                "bridged": number(row, "call_created_epoch"),
            }
        )
        for row in await rows(ask, "show calls as json", _CALL)
    ]


def _named(kind: type[Channel] | type[Call], row: Mapping[str, str]) -> dict[str, Any]:
    """The columns that are called as a field is; empty where the switch leaves one out."""
    return {name: row.get(name, "") for name in kind.__match_args__}
