"""Providers: their gateways, and how a call leaves through each."""

import hmac

from dialform.compiler.dialling import national_form, outbound_forms
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.resolved_host import Host, Platform, Provider
from dialform.compiler.resolved_numbers import DialPattern
from dialform.renderers.freeswitch import caps
from dialform.renderers.freeswitch.addresses import is_ip, network
from dialform.renderers.freeswitch.marks import billed
from dialform.values import dataclass, field

# sofia_glue.c, sofia_glue_sip_cause_to_freeswitch(): what says that the trunk failed, and not that
# the called party is busy, gone, or does not want to talk.
TRUNK_FAILURES = (
    "GATEWAY_DOWN",
    "INVALID_GATEWAY",
    "NETWORK_OUT_OF_ORDER",
    "DESTINATION_OUT_OF_ORDER",
    "NORMAL_TEMPORARY_FAILURE",
    "NORMAL_CIRCUIT_CONGESTION",
    "SWITCH_CONGESTION",
    "REQUESTED_CHAN_UNAVAIL",
    "NO_ROUTE_TRANSIT_NET",
    "RECOVERY_ON_TIMER_EXPIRE",
    "SERVICE_UNAVAILABLE",
    "SERVICE_NOT_IMPLEMENTED",
    "INCOMPATIBLE_DESTINATION",
    "INTERWORKING",
    "EXCHANGE_ROUTING_ERROR",
    "PROTOCOL_ERROR",
)
"""Causes upon which the next provider is tried. Never USER_BUSY, CALL_REJECTED or NO_ANSWER."""

FULL = "SWITCH_CONGESTION"
"""How a call ends that is one too many for a provider."""

CALLER_ID_TYPES = {"from": "none", "pai": "pid", "rpid": "rpid"}
"""`sip_cid_type` by where a carrier reads the caller ID; with `none` it stands in From alone."""

_PREFIX = {"e164": "+", "digits": ""}


STAMP = "dialform_stamp"
"""The variable by which a live gateway says of which configuration it is: `sofia_gateway_data NAME var
dialform_stamp`. The switch tells everything else of a gateway, but never its password."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A provider as the external profile knows it."""

    name: str
    proxy: str
    realm: str
    username: str
    password: str = field(repr=False)
    register: bool
    transport: str
    caller_id_in_from: bool

    def stamp(self, key: bytes) -> str:
        """A digest of all of it, keyed: nobody finds a password by trying what gives this stamp."""
        facts = repr((
            self.name, self.proxy, self.realm, self.username, self.password, self.register,
            self.transport, self.caller_id_in_from,
        ))  # fmt: skip
        return hmac.digest(key, facts.encode(), "sha256").hex()[:16]


@dataclass(frozen=True, slots=True)
class Trunk:
    """The way out through a provider.

    `plus` stands before the digits of a number, unless `forms` names the context that writes it as
    the provider's country does. `fallback` is shown where the caller has no number. `legs` are the
    variables of the leg, and `limit` those that count it; empty where the provider takes any number.
    """

    name: str
    plus: str
    forms: str
    fallback: str
    legs: str
    limit: str


def gateways(platform: Platform, host: Host, six: bool = False) -> list[Gateway]:
    """The gateways, one a provider. Who has an IPv6 address is called from the profile that has one."""
    return [
        Gateway(
            name=provider.name,
            proxy=_proxy(provider),
            realm=provider.host,
            username=provider.username or provider.caller_id.removeprefix("+") or provider.name,
            password=provider.password,
            register=provider.register,
            transport=provider.transport,
            caller_id_in_from=provider.caller_id_in == "from",
        )
        for provider in platform.providers
        if (bool(host.address6) and ":" in provider.host) == six
    ]


def trunks(platform: Platform) -> list[Trunk]:
    """The trunks, in the order of the providers."""
    backend = "hiredis" if platform.redis else "hash"
    return [
        Trunk(
            name=provider.name,
            plus=_PREFIX.get(provider.number_format, ""),
            forms=forms_context(provider),
            fallback=_shown(provider),
            legs=_legs(provider),
            limit=_limit(provider, backend),
        )
        for provider in platform.providers
    ]


def forms_context(provider: Provider) -> str:
    """The context that turns E.164 digits into the provider's national form; empty without."""
    return f"national-{provider.country.lower()}" if provider.number_format == "national" else ""


def national_forms(platform: Platform) -> list[tuple[str, list[DialPattern]]]:
    """Each such context with its patterns: of them the first that matches decides."""
    countries = {
        forms_context(provider): provider.country
        for provider in platform.providers
        if provider.number_format == "national"
    }
    return [
        (name, [DialPattern(p.regex, p.replacement) for p in outbound_forms(country)])
        for name, country in sorted(countries.items())
    ]


def known_networks(platform: Platform) -> list[str]:
    """The networks that providers' calls come from."""
    found = {network(a) for provider in platform.providers for a in provider.addresses}
    found |= {network(p.host) for p in platform.providers if is_ip(p.host)}
    return sorted(found)


def known_names(platform: Platform) -> list[str]:
    """The providers' hosts whose addresses only DNS knows."""
    return sorted({p.host for p in platform.providers if p.host_is_name and not is_ip(p.host)})


def _proxy(provider: Provider) -> str:
    host = f"[{provider.host}]" if ":" in provider.host else provider.host
    # Without its port a name is looked up by SRV, as RFC 3263 wants.
    port = "" if provider.host_is_name and provider.port == 5060 else f":{provider.port}"
    return f"{host}{port};transport={provider.transport}"


def _shown(provider: Provider) -> str:
    """The provider's own caller ID in the provider's form."""
    if not provider.caller_id.startswith("+"):
        return provider.caller_id
    if provider.number_format == "national":
        try:
            return national_form(parse_e164(provider.caller_id, provider.country), provider.country)
        except NumberError:
            return provider.caller_id
    return _PREFIX[provider.number_format] + provider.caller_id[1:]


def _legs(provider: Provider) -> str:
    """What stands in `[...]` of the dial string: only slugs, codecs, numbers and our own words."""
    marks = {
        "dialform_trunk": provider.name,
        "dialform_direction": "outbound",
        "dialform_to": "${dialform_called}",
        **billed(),
        "sip_cid_type": CALLER_ID_TYPES[provider.caller_id_in],
        "absolute_codec_string": ",".join(provider.codecs),
        "execute_on_pre_bridge_counts": "execute_extension joined XML ${dialform_tenant}.flow",
    }
    return "^^;" + ";".join(f"{name}={value}" for name, value in marks.items())


def _limit(provider: Provider, backend: str) -> str:
    """The count of the trunk, on the leg itself: it lasts for just as long as the trunk is taken.

    Each leg passes CS_ROUTING first, where a limit is released unless `limit_ignore_transfer` is set
    (switch_limit.c).
    """
    if provider.max_channels <= 0:
        return ""
    limit = caps.key(backend, "trunk", provider.name)
    count = f"limit {limit} {provider.max_channels} !{FULL}"
    return f"limit_ignore_transfer=true;execute_on_originate={count}"
