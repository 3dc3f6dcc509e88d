"""From a change to what is done on the switch, and what calls notice of it: one table.

What the rows say was read in FreeSWITCH 1.10 and seen on a running one: a reload changes new calls
only, calls survive the end of their gateway and of their registration, a restarted profile hangs up
every call on it.
"""

from enum import IntEnum

from dialform.compiler.planning.objects import Action, Change, FieldChange
from dialform.values import dataclass


class Impact(IntEnum):
    """What calls notice, from nothing to the worst."""

    NONE = 0
    NEW_CALLS = 1
    RE_REGISTER = 2
    DROPS_CALLS = 3

    @property
    def words(self) -> str:
        """As plans write it."""
        return ("none", "new calls", "re-register", "drops calls")[self]


NONE, NEW, REGISTER, DROPS = Impact

XML = ("reloadxml",)
HAND = ("reloadxml", "restart")
PROFILES = ("reloadxml", "profile_restart")
TELL = ("notify",)
"""Phones fetch their files anew: what stands in these (renderers/phones) changed."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does: its impact, the kinds of actions, and a remark for people."""

    impact: Impact = NONE
    kinds: tuple[str, ...] = ()
    remark: str = ""

    def __or__(self, other: "Effect") -> "Effect":
        remark = "; ".join(dict.fromkeys(r for r in (self.remark, other.remark) if r))
        kinds = tuple(dict.fromkeys((*self.kinds, *other.kinds)))
        return Effect(max(self.impact, other.impact), kinds, remark)


_RESTART = "the switch reads this only when it starts: restart it by hand"
_HANGS_UP = "every call on the profile ends"
_KEYS = "phones must log in again"
_FETCH = "phones fetch it"
_FAXES = "faxes from then on have it"
_STORED = "prices are stored, for calls that are answered from then on"

TABLE: dict[tuple[str, Action | str, str], Effect] = {
    # The platform. What is not named is read with each new call.
    ("platform", "update", ""): Effect(NEW, XML),
    ("platform", "update", "company"): Effect(),
    ("platform", "update", "currency"): Effect(),
    ("platform", "update", "safety"): Effect(),
    ("platform", "update", "admins"): Effect(),
    ("platform", "update", "trusted_signers"): Effect(),
    ("platform", "update", "country"): Effect(NEW, (*XML, *TELL)),
    ("platform", "update", "timezone"): Effect(NEW, (*XML, *TELL)),
    ("platform", "update", "feature_codes"): Effect(NEW, (*XML, *TELL)),
    ("platform", "update", "provisioning"): Effect(NONE, TELL, _FETCH),
    ("platform", "update", "provisioning.base_url"): Effect(
        NONE, TELL, "phones fetch it from the old address: keep that answering until they have"
    ),
    **{
        ("platform", "update", f"provisioning.{field}"): Effect(
            remark="the provisioning service reads it"
        )
        for field in ("listen", "port", "certificate", "key", "trusted_proxies",
                      "device_certificates", "resync")
    },
    ("platform", "update", "emergency.notify"): Effect(),
    ("platform", "update", "console"): Effect(remark="the portal reads it when it starts"),
    ("platform", "update", "domain"): Effect(
        REGISTER, (*XML, "rescan", *TELL, "flush_all"), "every tenant without a domain of its own moves"
    ),
    ("platform", "update", "language"): Effect(NEW, (*XML, "load", *TELL)),
    ("platform", "update", "defaults.codecs"): Effect(NEW, (*XML, "rescan", *TELL)),
    ("platform", "update", "mail"): Effect(DROPS, (*XML, "voicemail", "restart"), _RESTART),
    ("platform", "update", "mail.from"): Effect(NEW, (*XML, "voicemail")),
    ("platform", "update", "mail.smtp"): Effect(DROPS, HAND, _RESTART),
    ("platform", "update", "mail.username"): Effect(),
    ("platform", "update", "mail.password"): Effect(),
    ("platform", "update", "redis"): Effect(DROPS, HAND, _RESTART),
    ("platform", "update", "redis_password"): Effect(DROPS, HAND, _RESTART),
    ("platform", "update", "core_db"): Effect(DROPS, HAND, _RESTART),
    ("platform", "update", "ledger"): Effect(remark="the agent opens the other ledger"),
    # Hosts.
    ("hosts", "create", ""): Effect(NONE, ("boot", *TELL)),
    ("hosts", "delete", ""): Effect(DROPS, ("stop", *TELL), "its calls end when it stops"),
    ("hosts", "update", ""): Effect(DROPS, PROFILES, _HANGS_UP),
    ("hosts", "update", "age"): Effect(),
    ("hosts", "update", "wave"): Effect(),
    ("hosts", "update", "tenants"): Effect(REGISTER, (*XML, "moved", *TELL), "tenants move"),
    ("hosts", "update", "ports.internal"): Effect(DROPS, (*PROFILES, *TELL), _HANGS_UP),
    ("hosts", "update", "ports.tls"): Effect(DROPS, (*PROFILES, *TELL), _HANGS_UP),
    ("hosts", "update", "nat"): Effect(NEW, (*XML, "rescan")),
    ("hosts", "update", "nat.keepalive"): Effect(DROPS, PROFILES, _HANGS_UP),
    ("hosts", "update", "nat.local_networks"): Effect(NEW, (*XML, "reloadacl", "rescan")),
    ("hosts", "update", "ports.rtp"): Effect(DROPS, HAND, _RESTART),
    ("hosts", "update", "esl"): Effect(DROPS, HAND, _RESTART),
    ("hosts", "update", "paths"): Effect(DROPS, HAND, _RESTART),
    # Trunks. An inactive one is none: it comes and goes with `active`.
    ("providers", "create", ""): Effect(NEW, (*XML, "reloadacl", "rescan")),
    ("providers", "delete", ""): Effect(
        NEW, (*XML, "reloadacl", "killgw"), "calls that are up on it go on"
    ),
    ("providers", "update", ""): Effect(
        NEW, (*XML, "killgw", "gateway_gone", "rescan"), "the trunk is down for some seconds"
    ),
    ("providers", "update", "host"): Effect(
        NEW, (*XML, "reloadacl", "killgw", "gateway_gone", "rescan"),
        "the trunk is down for some seconds",
    ),
    ("providers", "update", "addresses"): Effect(NEW, (*XML, "reloadacl")),
    ("providers", "update", "name"): Effect(),
    ("providers", "update", "number_format"): Effect(NEW, XML),
    ("providers", "update", "max_channels"): Effect(NEW, XML),
    ("providers", "update", "max_faxes"): Effect(),
    ("providers", "update", "codecs"): Effect(NEW, (*XML, "rescan_all")),
    ("providers", "update", "active"): Effect(),
    ("trunks", "update", "encrypted"): Effect(
        DROPS, ("restart_trunks",), "TLS for trunks comes or goes: every call on a trunk ends"
    ),
    ("trunks", "update", "by_address"): Effect(
        DROPS, ("restart_trunks",),
        "carriers known by name only come or go: every call on a trunk ends",
    ),
    ("trunks", "update", "codecs"): Effect(NEW, ("rescan_all",)),
    # What only the dialplan knows, and what only money is about.
    ("routes", "*", ""): Effect(NEW, (*XML, *TELL)),
    ("packages", "*", ""): Effect(),
    ("packages", "update", "included"): Effect(remark=_STORED),
    ("rates", "*", ""): Effect(remark=_STORED),
    ("plans", "*", ""): Effect(remark=_STORED),
    ("rate_files", "*", ""): Effect(remark=_STORED),
    ("billing", "*", ""): Effect(remark=_STORED),
    ("keys", "*", ""): Effect(),
    ("calls", "*", ""): Effect(),
    # Tenants.
    ("account", "create", ""): Effect(NEW, (*XML, "rescan")),
    ("feature_codes", "*", ""): Effect(NEW, (*XML, *TELL)),
    ("account", "delete", ""): Effect(
        DROPS, (*XML, "flush_tenant"), "its phones are cut off, callers in its menus and queues lost"
    ),
    ("account", "rename", ""): Effect(
        DROPS, (*XML, "rescan", *TELL, "flush_tenant", "all_names"),
        "callers in its menus and queues are lost",
    ),
    ("account", "update", ""): Effect(NEW, XML),
    ("account", "update", "contact"): Effect(),
    ("account", "update", "currency"): Effect(),
    ("account", "update", "country"): Effect(NEW, (*XML, *TELL)),
    ("account", "update", "timezone"): Effect(NEW, (*XML, *TELL)),
    ("account", "update", "domain"): Effect(
        REGISTER, (*XML, "rescan", *TELL, "flush_tenant"), _KEYS
    ),
    ("account", "update", "language"): Effect(NEW, (*XML, "load", *TELL)),
    ("account", "update", "limits.daily"): Effect(),
    ("account", "update", "limits.monthly"): Effect(),
    ("account", "update", "limits.low_credit_alert"): Effect(),
    ("account", "update", "limits.hourly_spend_alert"): Effect(),
    ("account", "update", "limits.concurrent_faxes"): Effect(),
    ("account", "update", "permissions"): Effect(),
    ("account", "update", "revoke"): Effect(),
    ("account", "update", "subscription"): Effect(),
    ("account", "update", "subscription.plan"): Effect(NEW, XML, _STORED),
    ("account", "update", "subscription.since"): Effect(remark=_STORED),
    ("account", "update", "subscription.overrides"): Effect(remark=_STORED),
    ("account", "update", "emergency.notify"): Effect(),
    ("numbers", "*", ""): Effect(NEW, XML),
    ("numbers", "update", "description"): Effect(),
    ("payments", "*", ""): Effect(remark="booked once, by its id"),
    ("users", "*", ""): Effect(),
    ("users", "update", "name"): Effect(NEW, XML),
    ("users", "update", "email"): Effect(NEW, XML),
    ("users", "update", "role"): Effect(),
    ("extensions", "create", ""): Effect(NEW, XML),
    ("extensions", "delete", ""): Effect(REGISTER, (*XML, "flush"), "its phones are cut off"),
    ("extensions", "rename", ""): Effect(
        REGISTER, (*XML, *TELL, "flush"),
        "its phones log in under the new number, its mailbox is a new one",
    ),
    ("extensions", "update", ""): Effect(NEW, XML),
    ("extensions", "update", "name"): Effect(NEW, (*XML, *TELL)),
    ("extensions", "update", "srtp"): Effect(NEW, (*XML, *TELL)),
    ("extensions", "update", "voicemail"): Effect(NEW, (*XML, *TELL)),
    **{
        ("extensions", "update", f"voicemail.{field}"): Effect(NEW, XML)
        for field in ("name", "pin", "rotate", "email", "attach", "keep", "greeting")
    },
    ("extensions", "update", "password"): Effect(REGISTER, (*XML, *TELL, "flush"), _KEYS),
    ("extensions", "update", "rotate"): Effect(REGISTER, (*XML, *TELL, "flush"), _KEYS),
    ("extensions", "update", "type"): Effect(REGISTER, (*XML, "flush"), _KEYS),
    ("extensions", "update", "allow"): Effect(REGISTER, (*XML, "flush"), _KEYS),
    ("voicemails", "create", ""): Effect(NEW, (*XML, *TELL)),
    ("voicemails", "update", ""): Effect(NEW, XML),
    ("voicemails", "delete", ""): Effect(
        NEW, (*XML, *TELL), "its messages cannot be heard any more"
    ),
    ("voicemails", "rename", ""): Effect(
        NEW, (*XML, *TELL), "its messages stay under the old number"
    ),
    ("call_queues", "create", ""): Effect(NEW, (*XML, "queue_load")),
    ("call_queues", "delete", ""): Effect(
        DROPS, (*XML, "queue_empty", "queue_unload", "tier_del", "agent_del"),
        "who waits in it is sent away",
    ),
    ("call_queues", "update", ""): Effect(NEW, (*XML, "queue_reload"), "who waits stays"),
    ("call_queues", "update", "name"): Effect(NEW, XML),
    ("call_queues", "update", "caller_id_prefix"): Effect(NEW, XML),
    ("call_queues", "update", "timeout"): Effect(NEW, XML),
    ("call_queues", "update", "wrap_up"): Effect(NEW, XML, "for agents when they log in again"),
    ("call_queues", "update", "announce_position"): Effect(NEW, XML),
    ("call_queues", "update", "announce_every"): Effect(NEW, XML),
    ("call_queues", "update", "agents"): Effect(
        NEW, (*XML, "tier_del", "agent_del"), "agents who are new come in when they log in"
    ),
    ("music_on_hold", "create", ""): Effect(NEW, (*XML, "stream_start", "queues_of")),
    ("music_on_hold", "update", ""): Effect(NEW, (*XML, "stream_reload")),
    ("music_on_hold", "delete", ""): Effect(NEW, (*XML, "stream_stop", "queues_of")),
    ("media", "update", ""): Effect(NEW, ("streams_with",), "heard by new calls"),
    ("device_profiles", "*", ""): Effect(NONE, TELL, _FETCH),
    ("device_profiles", "update", "description"): Effect(),
    ("devices", "*", ""): Effect(NONE, TELL, _FETCH),
    ("devices", "delete", ""): Effect(
        remark="it finds nothing to fetch; its lines' passwords stay what they were"
    ),
    ("devices", "update", "rotate"): Effect(
        NONE, TELL,
        "its old address gives nothing any more: type the new one (device url), or open a window "
        "(device enroll)",
    ),
    ("devices", "update", "user"): Effect(),
    ("webphones", "*", ""): Effect(NEW, XML),
    # The switch knows of an account how it answers; the fax service reads all of it.
    ("fax_accounts", "*", ""): Effect(NEW, XML),
    **{
        ("fax_accounts", "update", field): Effect(remark=_FAXES)
        for field in ("deliver_to", "header", "users", "cover", "retries", "resolution")
    },
    ("fax_documents", "*", ""): Effect(remark=_FAXES),
    ("fax_files", "*", ""): Effect(remark=_FAXES),
    ("fax", "*", ""): Effect(remark="what is older is removed"),
    ("contacts", "*", ""): Effect(),
}  # fmt: skip
"""(table, action, field) → what follows. The field is empty for "any other"; `*` is any action."""

_ELSE = Effect(NEW, XML)
"""What nothing is said of is read by the switch with each new call."""


def effect(change: Change) -> Effect:
    """What a change does, by the table alone."""
    table = change.id.table
    if change.action in ("create", "delete"):
        return whole(table, change.action)
    found = Effect()
    if change.action == "rename":
        gone_and_come = whole(table, "delete") | whole(table, "create")
        found = TABLE.get((table, "rename", ""), gone_and_come)
    for one in change.fields:
        found |= _field(table, one)
    return found


def asking(change: Change, kind: str) -> list[FieldChange]:
    """The fields of a change that ask for a kind of action: others that changed beside them do not."""
    return [one for one in change.fields if kind in _field(change.id.table, one).kinds]


def whole(table: str, action: Action) -> Effect:
    """What it does that an object of a table comes or goes."""
    return TABLE.get((table, action, "")) or TABLE.get((table, "*", "")) or _ELSE


def _field(table: str, field: FieldChange) -> Effect:
    """The row of the longest beginning of a field's path."""
    path = field.dotted
    while path:
        if row := TABLE.get((table, "update", path)):
            return row
        path = path.rpartition(".")[0]
    return whole(table, "update")
