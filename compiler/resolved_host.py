"""The resolved platform and its hosts: what the renderers of a host's own files get.

Secrets are here as what the switch needs; `repr` hides them.
"""

from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Provider:
    """A trunk. `password` is the carrier's; `addresses` are networks that its calls come from.

    `host_is_name` says that the address is known only by asking DNS.
    """

    name: str
    host: str
    host_is_name: bool
    port: int
    transport: str
    username: str
    password: str = field(repr=False)
    register: bool
    addresses: tuple[str, ...]
    caller_id: str
    caller_id_in: str
    number_format: str
    codecs: tuple[str, ...]
    max_channels: int
    country: str
    max_faxes: int = 0
    """Faxes at once; 0 for as many as it has channels."""


@dataclass(frozen=True, slots=True)
class Route:
    """An outbound route in order of precedence: the first whose pattern matches takes the call.

    `pattern` matches E.164 with `+`; emergency and other `exact` numbers as dialled stand in `exact`.
    `refused` are prefixes that it does not take. `providers` are the active ones, in order.
    """

    name: str
    service: str
    pattern: str
    exact: tuple[str, ...]
    refused: tuple[str, ...]
    toll: str
    providers: tuple[str, ...]
    plan: str


@dataclass(frozen=True, slots=True)
class Mail:
    """How voicemail leaves the host."""

    smtp: str
    sender: str


@dataclass(frozen=True, slots=True)
class Redis:
    """Where calls are counted that several hosts share."""

    host: str
    port: int
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Provisioning:
    """The service that phones fetch from. `base_url` ends in `/`; `port` 0 is the usual one."""

    base_url: str
    listen: str = ""
    port: int = 0
    certificate: str = ""
    key: str = ""
    trusted_proxies: tuple[str, ...] = ()
    device_certificates: tuple[tuple[str, str], ...] = ()
    resync: bool = True


@dataclass(frozen=True, slots=True)
class Platform:
    """What all hosts share. `stamp_key` keys the stamps that live gateways carry."""

    name: str
    domain: str
    country: str
    timezone: str
    language: str
    codecs: tuple[str, ...]
    redis: Redis | None
    core_db: str = field(repr=False)
    mail: Mail | None
    providers: tuple[Provider, ...]
    routes: tuple[Route, ...]
    stamp_key: bytes = field(default=b"", repr=False)
    ledger: str = field(default="", repr=False)
    """Where money is booked, a URL; no file of a host has it."""
    provisioning: Provisioning | None = None


@dataclass(frozen=True, slots=True)
class Nat:
    """Phones behind routers. `keepalive` is seconds, 0 for none; without networks the host's own count."""

    local_networks: tuple[str, ...] = ()
    keepalive: int = 30
    drop_silent: bool = False
    aggressive: bool = False
    rport: bool = True


@dataclass(frozen=True, slots=True)
class Host:
    """One PBX host; empty paths follow the switch's own command line.

    `address6` is empty where it has no IPv6. `wss_port` and `ws_port` are 0 where browsers have no way
    in; `ws_bind` is where plain WebSocket listens.
    """

    name: str
    address: str
    bind: str
    internal_port: int
    tls_port: int
    external_port: int
    wss_port: int
    rtp_first: int
    rtp_last: int
    esl_host: str
    esl_port: int
    esl_password: str = field(repr=False)
    certs: str
    sounds: str
    recordings: str
    storage: str
    cdr: str
    log: str
    db: str
    wave: int
    ws_port: int = 0
    ws_bind: str = "127.0.0.1"
    address6: str = ""
    bind6: str = ""
    nat: Nat = Nat()
