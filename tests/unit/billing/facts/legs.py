"""Records and events of a leg, made for tests: what a real switch wrote, with marks of our own."""

import json
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "recorded"
START = 1_795_346_220_000_000
UUID = "e6d5a01b-4693-4a6f-80de-748d82fb92fb"
CALL = "0d0e6c38-52b1-4e07-8f37-44b8a3ab1b11"

OUTBOUND = {
    "dialform_tenant": "acme",
    "dialform_trunk": "mycarrier",
    "dialform_direction": "outbound",
    "dialform_to": "+12125550177",
    "dialform_bill_route": "us-voice",
    "dialform_bill_plan": "standard",
    "dialform_bill_extension": "1001",
    "dialform_bill_object": "extension 1001",
    "dialform_bill_forwarder": "extension 1002",
    "dialform_revision": "0123456789ab",
    "dialform_call": CALL,
}
INBOUND = {
    "dialform_tenant": "acme",
    "dialform_trunk": "backup",
    "dialform_direction": "inbound",
    "dialform_did": "+12125550199",
    "dialform_bill_object": "number +12125550199",
    "dialform_call": UUID,
}
INTERNAL = {
    "dialform_tenant": "acme",
    "dialform_direction": "internal",
    "dialform_extension": "1001",
    "dialform_self": "1001",
    "dialform_dialled": "1002",
    "dialform_object": "extension 1001",
    "dialform_plan": "standard",
    "dialform_call": UUID,
}


def times(answered: int = 1, ended: int = 31, started: int = 0) -> dict[str, str]:
    """The times of a leg, in seconds after START; `answered` 0: never."""
    return {
        "start_uepoch": str(START + started * 1_000_000),
        "answer_uepoch": str(START + answered * 1_000_000) if answered else "0",
        "end_uepoch": str(START + ended * 1_000_000),
    }


def record(marks: dict[str, str], **more: str) -> dict[str, Any]:
    """A record with these variables."""
    variables = {"uuid": UUID, "hangup_cause": "NORMAL_CLEARING", **times(), **marks, **more}
    return {
        "core-uuid": "61f6beb2-5b45-4b46-b387-7d10ba91c9e6",
        "switchname": "vm",
        "variables": variables,
        "callflow": [{"caller_profile": {"caller_id_number": "+19175550100"}}],
    }


def event(made: dict[str, Any]) -> dict[str, Any]:
    """The event of the end of the leg that this is the record of."""
    variables = made["variables"]
    return {
        "Event-Name": "CHANNEL_HANGUP_COMPLETE",
        "Core-UUID": made["core-uuid"],
        "Unique-ID": variables["uuid"],
        "Caller-Caller-ID-Number": made["callflow"][0]["caller_profile"]["caller_id_number"],
        **{f"variable_{name}": value for name, value in variables.items()},
    }


def data(made: dict[str, Any]) -> bytes:
    """It as a file, as mod_json_cdr writes it."""
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogateescape") + b"\n"


def recorded(name: str, **marks: str) -> dict[str, Any]:
    """What a real switch wrote, with marks as the dialplan sets them."""
    made: dict[str, Any] = json.loads((RECORDED / f"{name}.cdr.json").read_bytes())
    made["variables"] |= marks
    return made
