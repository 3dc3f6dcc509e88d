"""What fields are called, and what is said of them."""

import re
from collections.abc import Mapping

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

_HELPS = {
    "Extension.type": "A fax machine: while none is registered, the fax account of its number receives.",
    "Extension.voicemail": "A mailbox with this extension's number.",
    "Extension.record": "Which of its calls are recorded.",
    "Extension.directory": "Colleagues find it by its name, or its user's name, with the directory code.",
    "Extension.pickup_group": "Names, one a line: who shares one may take the others' ringing calls.",
    "RingGroup.timeout": "Seconds until nobody has answered, over all members.",
    "RingGroup.members": "Who rings, in this order.",
    "CallQueue.agents": "Who takes the calls. They log in and out on their phones.",
    "CallQueue.max_wait": "0 waits for ever. Who is being connected to an agent is not torn away.",
    "IvrMenu.max_failures": "After so many wrong keys the call goes on as if nothing were pressed.",
    "IvrMenu.invalid": "Where a wrong key leads; by default the greeting plays again.",
    "FollowMe.when": "What must have happened; with always the own phones do not ring at all.",
    "FollowMe.destinations": "Where it rings, in this order.",
    "Schedule.open": "One a line, as in Mon-Fri 09:00-17:00; without days it is every day.",
    "Schedule.closed": "Days that are closed all the same, one a line: 2026-12-25, or 12-31 of every year.",
    "Provider.register_": "Without it the carrier knows us by our address.",
    "Provider.active": "Without it no call goes this way.",
    "Block.inbound": "Numbers, one a line; a prefix has * behind it; anonymous shows no number.",
    "Device.profile": "What it has in common with other phones.",
    "Conference.music": "What is heard by who is alone or waits; default if there is one.",
    "CallQueue.music": "What waiting callers hear; default if there is one, else a ringing tone.",
    "User.role": "A tenant administrator may do all that the tenant may, a user what is listed, an "
    "end user at most softphone and fax.",
    "Fax.keep_days": "Days that received faxes, and what was sent, are kept; 0 for ever.",
    "FaxAccount.users": "Who may send and read its faxes, as far as their permissions let them. "
    "Administrators of the tenant may all of it.",
    "Given.do_not_disturb": "Extensions that want no calls.",
    "Given.forward": "Extension → where it forwards its calls to.",
    "Destination.open": "Where calls go in its open hours.",
}  # fmt: skip
"""Help that is better in a form than the schema's own, which is for people who write YAML."""


def help_of(model: type[BaseModel], name: str, said: str) -> str:
    """The help of a field: `said` is its docstring. What stands in backquotes there is shown without."""
    for cls in model.__mro__:
        if found := _HELPS.get(f"{cls.__name__}.{name}"):
            return found
    said = said.replace("`", "").removeprefix("true: ")
    return said[:1].upper() + said[1:]


_QUOTED = re.compile(r"`([^`]*)`")
_WRITTEN = re.compile(r"[{}]|^(?:add|write|set) [a-z_0-9]+:")


def told(message: str, hint: str) -> tuple[str, str]:
    """A finding for who fills in a form: fields by their labels, no hint that is YAML."""
    message = _QUOTED.sub(lambda found: f"“{_called(found[1])}”", message)
    return message, "" if _WRITTEN.search(hint) else hint.replace("`", "")


def _called(key: str) -> str:
    """The label of a field, by its name alone: the only one of that name, else the key as people read it."""
    labels: Mapping[str, None] = dict.fromkeys(
        label for name, label in _LABELS.items() if name.endswith(f".{key}")
    )
    if len(labels) == 1:
        return next(iter(labels))
    return spoken(key) if re.fullmatch(r"[a-z][a-z_0-9]*", key) else key


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
