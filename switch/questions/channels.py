"""What the core says of calls."""

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
            uuid=row["uuid"],
            direction=row["direction"],
            created=number(row, "created_epoch"),
            state=row["state"],
            name=row["name"],
            cid_name=row.get("cid_name", ""),
            cid_num=row["cid_num"],
            dest=row["dest"],
            application=row["application"],
            application_data=row.get("application_data", ""),
            context=row.get("context", ""),
            secure=row.get("secure", ""),
            presence_id=row.get("presence_id", ""),
            presence_data=row.get("presence_data", ""),
            accountcode=row.get("accountcode", ""),
            callstate=row.get("callstate", ""),
            call_uuid=row.get("call_uuid", ""),
            ip=row.get("ip_addr", ""),
            read_codec=row.get("read_codec", ""),
            write_codec=row.get("write_codec", ""),
        )
        for row in await rows(ask, "show channels as json", _CHANNEL)
    ]


async def calls(ask: Ask) -> list[Call]:
    """All calls."""
    return [
        Call(
            uuid=row["uuid"],
            direction=row["direction"],
            created=number(row, "created_epoch"),
            name=row["name"],
            state=row["state"],
            cid_num=row["cid_num"],
            dest=row["dest"],
            presence_id=row.get("presence_id", ""),
            b_uuid=row["b_uuid"],
            b_name=row["b_name"],
            b_cid_num=row["b_cid_num"],
            b_dest=row["b_dest"],
            b_presence_id=row.get("b_presence_id", ""),
            bridged=number(row, "call_created_epoch"),
        )
        for row in await rows(ask, "show calls as json", _CALL)
    ]
