"""How fields stand in a form: what matters first, related ones under a heading, the rest folded away."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel

MORE = "More settings"
"""The heading of what is rarely used: it is folded while all of it is as usual."""

Layout = tuple[tuple[str, str], ...]
"""Headings with the fields below each, by their keys; "" is the top."""

_LAYOUTS: Mapping[str, Layout] = {
    "Extension": (
        ("", "name user voicemail"),
        ("Where its calls go", "ring_timeout no_answer busy unregistered"),
        ("Calls to the outside", "caller_id caller_id_name toll"),
        (MORE, "type max_calls directory pickup_group record emergency password rotate srtp allow"),
    ),
    "Mailbox": (("", "name email attach keep pin greeting"), (MORE, "users rotate")),
    "RingGroup": (
        ("", "name strategy timeout members"), ("Then", "no_answer"), (MORE, "caller_id_prefix"),
    ),
    "CallQueue": (
        ("", "name strategy agents"),
        ("While callers wait", "music max_wait announce_position announce_every"),
        ("Then", "timeout no_agent"),
        (MORE, "wrap_up level_wait caller_id_prefix"),
    ),
    "IvrMenu": (
        ("", "name greeting options"), ("Else", "no_input invalid"),
        (MORE, "direct_dial timeout digit_timeout max_failures max_timeouts short_greeting caller_id_prefix"),
    ),
    "Conference": (
        ("", "name pin moderator_pin"),
        ("How it goes", "wait_for_moderator announce record greeting music"), (MORE, "max_members"),
    ),
    "Device": (
        ("", "label user vendor model profile lines keys"), (MORE, "modules template rotate"),
    ),
    "Line": (("", "extension label"), (MORE, "server ringtone")),
    "Key": (("", "type value label line"),),
    "DeviceProfile": (
        ("", "description keys"), ("Clock and screen", "timezone language screen ringtone"),
        (MORE, "transport codecs dtmf vlan ntp admin_password firmware"),
    ),
    "User": (("", "name email role"), (MORE, "slots git")),
    "FaxAccount": (
        ("", "number deliver_to users"), ("On each page", "header station_id cover"),
        (MORE, "resolution retries t38 ecm"),
    ),
    "Schedule": (("", "open closed"), (MORE, "timezone")),
    "Parking": (("", "lot slots timeout call_back"),),
    "CallTest": (("", "name from to press at expect"), (MORE, "given tenant")),
    "Expect": (
        ("", "rings answered_by voicemail refused"),
        (MORE, "ivr queue conference fax trunk as plays not_reaches hangup"),
    ),
    "Given": (("", "busy unregistered no_answer do_not_disturb logged_out answers forward gateway_down calls "
                   "limit credit fax"),),
    "FeatureCodes": (
        ("For everybody", "voicemail directory dnd_on dnd_off forward_on forward_off intercom pickup"),
        ("During a call", "blind_transfer attended_transfer conference park"),
        ("For agents of call queues", "agent_login agent_logout"),
    ),
    "Tenant": (
        ("", "company contact caller_id status subscription limits"),
        (MORE, "domain timezone country currency language emergency"),
    ),
    "Limits": (("", "concurrent_calls concurrent_faxes daily monthly low_credit_alert hourly_spend_alert"),),
    "Provider": (
        ("", "name host active"), ("Account", "username password register"),
        ("How calls go", "max_channels caller_id number_format codecs addresses"),
        (MORE, "transport port caller_id_in max_faxes"),
    ),
    "Route": (
        ("", "service toll providers"), ("Which numbers", "prefix except exact pattern"), ("Price", "plan"),
    ),
    "Rate": (
        ("", "service direction prefix"), ("Price", "per_minute per_page connect first next"),
        (MORE, "minimum free from until file"),
    ),
    "SwitchHost": (
        ("", "address address6 tenants nat"),
        (MORE, "wave bind bind6 ports ws_bind age esl paths"),
    ),
    "Nat": (("", "keepalive local_networks"), (MORE, "drop_silent aggressive rport")),
    "Platform": (
        ("", "platform domain company admins country timezone currency language"),
        ("For all tenants", "defaults emergency"),
        ("Services", "console provisioning mail"),
        ("Changes", "safety trusted_signers"),
        (MORE, "feature_codes ledger core_db redis redis_password"),
    ),
    "Console": (
        ("", "base_url title"), ("People", "self_service second_factor idle_minutes session_hours"),
        (MORE, "listen port certificate key trusted_proxies websocket signing_key forge openid"),
    ),
    "Provisioning": (
        ("", "base_url resync"),
        (MORE, "listen port certificate key admin_password ntp language trusted_proxies device_certificates"),
    ),
}  # fmt: skip
"""By model. What a layout does not name stands last: a new field of the schema is there at once."""


def arranged(model: type[BaseModel], keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Of each key its place, and the heading that it stands under."""
    layout = next((_LAYOUTS[cls.__name__] for cls in model.__mro__ if cls.__name__ in _LAYOUTS), ())
    named = {key: heading for heading, listed in layout for key in listed.split()}
    rest = MORE if layout else ""
    order = list(named)
    return {
        key: (order.index(key), named[key]) if key in named else (len(order) + place, rest)
        for place, key in enumerate(keys)
    }
