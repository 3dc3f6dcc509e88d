"""What may be chosen, in words for people: by field, else by the word alone. What is stored stays."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel

_BY_FIELD: Mapping[str, Mapping[str, str]] = {
    "Extension.type": {"voice": "Telephone", "fax": "Fax machine"},
    "Extension.srtp": {"off": "Never", "optional": "Where the phone can", "required": "Always, or no call"},
    "Extension.record": {
        "inbound": "Calls from outside", "outbound": "Calls to the outside", "internal": "Calls between us",
    },
    "RingGroup.strategy": {
        "simultaneous": "All at once", "sequence": "One after the other, as listed",
        "round_robin": "In turn: the next call begins with the next one", "random": "In random order",
        "enterprise": "Each by its own times below",
    },
    "CallQueue.strategy": {
        "ring-all": "All who are free, at once", "longest-idle-agent": "Who has been free longest",
        "round-robin": "In turn, behind who was called last", "top-down": "As listed, from the top each time",
        "agent-with-least-talk-time": "Who has talked least",
        "agent-with-fewest-calls": "Who took the fewest calls",
        "sequentially-by-agent-order": "By level and place", "random": "Anybody, at random",
        "ring-progressively": "One, then more and more join in",
    },
    "FollowMe.when": {
        "busy": "It is busy", "no_answer": "Nobody answers", "unregistered": "No phone is connected",
        "always": "Always",
    },
    "FollowMe.strategy": {"sequence": "One after the other", "simultaneous": "All at once"},
    "Key.type": {
        "line": "A line of the phone", "blf": "Lamp of a colleague (BLF)", "speed-dial": "Speed dial",
        "park": "Park a call", "dnd": "Do not disturb", "forward": "Forward calls", "voicemail": "Mailbox",
        "page": "Speak to a paging group", "none": "Nothing",
    },
    "DeviceProfile.dtmf": {
        "rfc2833": "Beside the sound (RFC 2833), the usual", "info": "As messages (SIP INFO)",
        "inband": "As tones in the sound", "auto": "As the other side wants",
    },
    "FaxAccount.resolution": {"fine": "Fine", "standard": "Standard, faster"},
    "Tenant.status": {"active": "Active", "suspended": "Suspended"},
    "Subscription.on_zero_credit": {"continue": "Calls go on", "block": "Calls to the outside stop"},
    "Expect.refused": {
        "toll": "It may not make such calls", "no_route": "There is no way out for the number",
        "cap": "There are too many calls at once", "limit": "The limit is reached",
        "credit": "The credit is used up", "suspended": "The company is suspended",
        "blocked": "The caller is blocked", "do_not_call": "It is on the do-not-call list",
        "not_found": "There is no such number", "not_allowed": "It is not allowed",
    },
    "Route.toll": {
        "internal": "Everybody, as inside", "local": "Who may call locally",
        "national": "Who may call nationally",
        "international": "Who may call worldwide", "premium": "Who may call premium numbers",
        "emergency": "Everybody, always (emergency)", "auto": "By the number's country",
    },
    "Route.service": {"voice": "Calls", "fax": "Faxes"},
    "Rate.service": {"voice": "Calls", "fax": "Faxes", "conference": "Conferences"},
    "Rate.direction": {"outbound": "Outgoing", "inbound": "Incoming"},
    "Provider.caller_id_in": {
        "from": "From", "pai": "P-Asserted-Identity", "rpid": "Remote-Party-ID",
    },
    "Provider.number_format": {
        "e164": "+12125550100 (E.164)", "digits": "12125550100", "national": "2125550100 (national)",
    },
    "Billing.partial_fax": {"free": "Cost nothing", "charge": "Are charged"},
    "Forge.kind": {"github": "GitHub", "gitlab": "GitLab", "forgejo": "Forgejo, Gitea"},
}  # fmt: skip

_WORDS: Mapping[str, str] = {
    "internal": "Inside only", "local": "Local calls", "national": "Calls within the country",
    "international": "Calls worldwide", "premium": "All calls, premium numbers too",
    "udp": "UDP", "tcp": "TCP", "tls": "TLS (encrypted)",
    "admin": "Admin of the platform", "tenant_admin": "Tenant administrator", "user": "User",
    "end_user": "End user",
    "send_fax": "Send faxes", "receive_fax": "Read faxes", "fax_setting": "Fax settings",
    "fpbx_extension": "Extensions", "realtime": "Live calls", "voicemails": "Mailboxes",
    "ivr_menus": "IVR menus", "voice_minutes": "Minutes of calls", "fax_pages": "Fax pages",
    "conference_minutes": "Minutes of conferences",
    "ring_groups": "Ring groups", "call_queues": "Call queues", "follow_me": "Follow-me",
    "music_on_hold": "Music on hold", "device_profiles": "Device profiles", "ring_group": "Ring group",
    "detect_fax": "Fax machines go to", "pass_caller_id": "Show the caller's own number",
}  # fmt: skip


def named(model: type[BaseModel], field: str, words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each word with what people read."""
    own: Mapping[str, str] = {}
    for cls in model.__mro__:
        own = own or _BY_FIELD.get(f"{cls.__name__}.{field}", {})
    return tuple((word, own.get(word) or spelt(word)) for word in words)


def chosen(key: str, word: str) -> str:
    """A word of a field (`CallQueue.strategy`) as people read it, for lists."""
    return _BY_FIELD.get(key, {}).get(word) or spelt(word)


def known(word: str) -> str:
    """What a word of the format is called wherever it stands; "" where each field says it otherwise."""
    return _WORDS.get(word, "")


def spelt(word: str) -> str:
    """A word of the format as people read it, wherever it stands."""
    plain = word.replace("_", " ").replace("-", " ")
    return _WORDS.get(word) or plain[:1].upper() + plain[1:]


def inside(text: str) -> str:
    """The same within a sentence: abbreviations stay as they are."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
