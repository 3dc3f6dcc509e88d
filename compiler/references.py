"""Where a kind of object is named: as a key of its own tables, and in values of others.

A place is a path of the file's data, with `*` for one step and `**` for any number.
"""

import re
from collections.abc import Sequence
from functools import cache

from dialform.schema.rule import Path
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object. `keys` and `values` are where it is named in a tenant's files (of the platform:
    in all of them); `note` is what people must know after it has another name.
    """

    word: str
    keys: tuple[str, ...]
    values: tuple[str, ...] = ()
    note: str = ""
    whole: bool = False
    """Whether other tenants could have the new name already."""
    file: str = ""
    """The folder in which a file's own name is the object's."""

    @property
    def table(self) -> str:
        """Where the object itself stands."""
        return "" if self.file else self.keys[0]


def _destinations(*kinds: str) -> tuple[str, ...]:
    tables = ("extensions", "ring_groups", "ivr_menus", "call_queues", "inbound_routes")
    return tuple(f"{table}/**/{kind}" for table in tables for kind in kinds)


_RINGING = (
    "ring_groups/*/members/*", "ring_groups/*/members/*/number", "call_queues/*/agents/*",
    "call_queues/*/agents/*/number", "follow_me/*/destinations/*", "follow_me/*/destinations/*/number",
    "paging/*/members/*", "devices/*/lines/*/extension",
)  # fmt: skip
_DIALLED = (
    "devices/*/keys/*/value", "device_profiles/*/keys/*/value", "contacts/*/phone", "contacts/*/fax",
    "calls/*/from", "calls/*/to",
    # Of a test's scene and outcome, whatever names a number: not what counts, plays or is pressed.
    "calls/*/given/[!numbers]", "calls/*/given/[!numbers]/*", "calls/*/given/forward*/*",
    "calls/*/expect/[!numbers]", "calls/*/expect/[!numbers]/*", "calls/*/expect/not_reach*/*/*",
    "calls/*/expect/not_reach*/*", "calls/*/expect/never_reaches/*/*",
)  # fmt: skip
_SCENE_KEYS = (
    "calls/*/given/forward*", "calls/*/given/answer*", "calls/*/given/calls",
)  # fmt: skip
_NO_NUMBERS = (
    "plays|play|refused|hangup|trunk|gateway_down|gateways_down|trunk_down|trunks_down|down|limit|"
    "credit|calls|answers|answer"
)
_PASSWORDS = (
    "its derived SIP password and mailbox PIN come from the number: phones must register again with what "
    "`dialform secret show {tenant}/{new}` prints"
)
_MESSAGES = (
    "what lies in mailbox {old} (messages, greetings) stays there, and nobody reaches it any more"
)


def _number(
    word: str, table: str, kind: str, note: str = "", *more: str, keys: tuple[str, ...] = ()
) -> Kind:
    values = (*_destinations(kind), *_DIALLED, *more)
    return Kind(word, (table, *keys), values, note)


TENANT_KINDS: dict[str, Kind] = {
    "extension": Kind(
        "extension",
        ("extensions", "voicemails", "follow_me", "fax/accounts", *_SCENE_KEYS),
        (*_destinations("extension", "voicemail", "fax", "detect_fax"), *_RINGING, *_DIALLED),
        f"{_PASSWORDS}; {_MESSAGES}; forwards and do-not-disturb set on the phone are set anew",
    ),
    "ring_group": _number("ring group", "ring_groups", "ring_group"),
    "queue": _number(
        "call queue", "call_queues", "queue", "callers who wait in it while it changes are lost"
    ),
    "ivr": _number("IVR menu", "ivr_menus", "ivr"),
    "voicemail": _number("mailbox", "voicemails", "voicemail", f"{_MESSAGES}; a derived PIN changes"),
    "conference": _number("conference", "conferences", "conference"),
    "paging": _number("paging group", "paging", "paging"),
    "schedule": Kind("schedule", ("schedules",), _destinations("schedule")),
    "music": Kind(
        "music on hold", ("music_on_hold",), ("call_queues/*/music", "conferences/*/music"),
        "the entry called `default` is what held callers hear",
    ),
    "user": Kind(
        "user", ("users",),
        ("extensions/*/user", "devices/*/user", "fax/accounts/*/users/*",
         "extensions/*/voicemail/users/*", "voicemails/*/users/*"),
    ),
    "device": Kind("device", ("devices",), (), "a phone fetches by its MAC address", whole=True),
    "profile": Kind("device profile", ("device_profiles",), ("devices/*/profile",)),
    "contact": Kind("contact", ("contacts",)),
    "number": Kind(
        "number", ("numbers", "inbound_routes"),
        ("caller_id", "emergency/caller_id", "extensions/*/caller_id",
         "extensions/*/emergency/caller_id", "fax/accounts/*/number", "calls/*/from", "calls/*/to",
         "calls/*/expect/as", "calls/*/expect/caller_id"),
        "the carrier must send calls for the new number", whole=True,
    ),
}  # fmt: skip
"""By what people type. A new kind of object is an entry here."""

SITE_KINDS: dict[str, Kind] = {
    "provider": Kind(
        "provider", ("calls/*/given/calls",),
        ("routes/*/providers/*", "numbers/*/provider", "calls/*/expect/trunk",
         *(f"calls/*/given/{word}" for word in ("gateway_down", "gateways_down", "trunk_down",
                                                "trunks_down", "down")),
         *(f"calls/*/given/{word}/*" for word in ("gateway_down", "gateways_down", "trunk_down",
                                                  "trunks_down", "down"))),
        "its gateway registers anew under the new name", file="providers.d",
    ),
    "route": Kind("route", ("routes",)),
    "package": Kind("package", ("packages",), ("subscription/package",)),
    "plan": Kind("plan", ("plans",), ("subscription/plan", "routes/*/plan")),
    "rate": Kind("rate", ("rates",), ("plans/*/rates/*",)),
    "tenant": Kind(
        "tenant", (), ("calls/*/tenant", "hosts/*/tenants/*"),
        "its SIP domain (unless it names its own) and all derived passwords and PINs come from the "
        "name: every phone must register again; what the switch keeps of it (messages, recordings) "
        "stays under the old name; CODEOWNERS is written anew by `dialform codeowners`",
        file="tenants.d",
    ),
}  # fmt: skip
"""The same for what belongs to the site."""


def names(patterns: Sequence[str], path: Path) -> bool:
    """Whether a path of a file is one of these places."""
    return bool(
        _compiled(tuple(patterns)).fullmatch("/".join(str(s).replace("/", "|") for s in path))
    )


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_expression, patterns)) or r"(?!)")


def _expression(pattern: str) -> str:
    steps = []
    for step in pattern.split("/"):
        if step == "**":
            steps.append("[^/]+(?:/[^/]+)*")
        elif step == "[!numbers]":
            steps.append(f"(?!(?:{_NO_NUMBERS})(?:/|$))[^/]+")
        else:
            steps.append("[^/]*".join(map(re.escape, step.split("*"))) if step != "*" else "[^/]+")
    return "/".join(steps)
