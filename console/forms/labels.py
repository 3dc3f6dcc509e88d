"""What fields are called."""

from pydantic import BaseModel

_WORDS = {
    "ivr": "IVR", "srtp": "SRTP", "dtmf": "DTMF", "ntp": "NTP", "vlan": "VLAN", "pin": "PIN", "id": "ID",
    "url": "URL", "smtp": "SMTP", "sip": "SIP", "t38": "T.38", "ecm": "ECM", "nat": "NAT",
    "esl": "Event socket", "rtp": "RTP", "wss": "WSS", "ws": "WS", "tls": "TLS", "core": "Core",
    "openid": "OpenID Connect", "db": "database", "caller_id": "Caller ID", "dnd": "DND",
}  # fmt: skip

_LABELS = {
    "Extension.user": "Belongs to", "Device.user": "Belongs to", "Extension.rotate": "Password version",
    "Mailbox.rotate": "PIN version", "Device.rotate": "Version of its secrets",
    "Extension.allow": "Networks of its phones", "Extension.record": "Record its calls",
    "Extension.directory": "In the directory", "Extension.type": "Kind",
    "Extension.no_answer": "If nobody answers", "Extension.busy": "If it is busy",
    "Extension.unregistered": "If no phone is registered", "RingGroup.no_answer": "If nobody answers",
    "CallQueue.timeout": "After the longest wait", "CallQueue.no_agent": "While no agent is logged in",
    "CallQueue.max_wait": "Longest wait (seconds)", "IvrMenu.invalid": "On a wrong key",
    "IvrMenu.no_input": "If nothing is pressed", "IvrMenu.options": "Keys",
    "Schedule.open": "Open hours", "Schedule.closed": "Closed days", "User.git": "Git handle",
    "Mailbox.keep": "Keep after mailing", "Mailbox.attach": "Attach the recording",
    "FollowMe.destinations": "Numbers", "FollowMeStep.confirm": "Must press a key",
    "Device.modules": "Expansion modules", "CallTest.caller": "From", "Parking.lot": "Number to park at",
    "Provider.register_": "Registers with the carrier", "Mail.sender": "From",
    "Extension.voicemail": "Its own mailbox", "FaxAccount.t38": "Fax over IP (T.38)",
    "FaxAccount.ecm": "Error correction (ECM)", "Block.inbound": "Blocked callers",
}  # fmt: skip


def label_of(model: type[BaseModel], name: str) -> str:
    """The label of a field, by its model and its name there."""
    for cls in model.__mro__:
        if found := _LABELS.get(f"{cls.__name__}.{name}"):
            return found
    return spoken(model.model_fields[name].alias or name)


def spoken(key: str) -> str:
    """A key as people read it: `caller_id_name` is `Caller ID name`."""
    words = key.replace("caller_id", "caller_ID").split("_")
    text = " ".join(_WORDS.get(word, word) for word in words)
    return text[:1].upper() + text[1:]
