"""platform.yaml: the hosts and what holds for all tenants. What only an admin may change."""

import ipaddress
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from dialform.schema.console import Console
from dialform.schema.hostpath import HostPath
from dialform.schema.nat import Nat
from dialform.schema.rules import shape
from dialform.schema.secret import Secret
from dialform.schema.types import (
    OR_NOTHING,
    PORT_BEHIND,
    Codec,
    Count,
    Country,
    Currency,
    Dialled,
    Domain,
    Email,
    FeatureCode,
    Host,
    Language,
    MediaPath,
    Model,
    Name,
    Network,
    Port,
    Seconds,
    Slug,
    Text,
    Timezone,
    matching,
    refuse,
)

Toll = Literal["internal", "local", "national", "international", "premium"]
TOLLS: tuple[Toll, ...] = ("internal", "local", "national", "international", "premium")


def _rtp(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", text)
    if not found or not 1024 <= int(found[1]) < int(found[2]) <= 65535:
        hint = "first and last port between 1024 and 65535, as in 16384-32768"
        refuse(shape.BadValue, what=f"'{text}' is no range of RTP ports", hint=hint)
    return text


def _url(*schemes: str) -> AfterValidator:
    pattern = rf"(?:{'|'.join(schemes)})://[A-Za-z0-9._~:/@%+\[\]=?&-]+"
    return AfterValidator(matching(pattern, f"is no {schemes[0]} URL", hint=f"{schemes[0]}://..."))


def _ip(text: str) -> str:
    if any(c not in "0123456789abcdefABCDEF.:" for c in text):
        refuse(shape.BadValue, what=f"'{text}' is no IP address", hint="as in 127.0.0.1")
    return text


def _ip6(text: str) -> str:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        refuse(shape.BadValue, what=f"'{text}' is no IPv6 address", hint="as in 2001:db8::10")
    return text


_LABELS = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
BaseUrl = Annotated[
    Text,
    AfterValidator(
        matching(
            rf"https?://{_LABELS}{PORT_BEHIND}(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?",
            "is no address that phones can fetch from",
            hint="as in https://pbx.example.com/provision/, without a login and without `?`",
        )
    ),
]
IpAddress = Annotated[Host, AfterValidator(_ip)]
Ip6Address = Annotated[Host, AfterValidator(_ip6)]
_GLOB = AfterValidator(matching(r"[a-z0-9*?\[\]!-]+", "is no pattern over tenants", hint='"*"'))


class Ports(Model):
    """The ports of one host."""

    internal: Port = 5060
    """SIP of the phones, over UDP and TCP."""
    tls: Port = 5061
    """SIP of the phones over TLS."""
    external: Port = 5080
    """SIP of the carriers."""
    wss: Port | None = 5067
    """SIP of browsers, over secure WebSocket. `null` where there are no browser phones."""
    ws: Port | None = None
    """The same over plain WebSocket, for a reverse proxy that holds the certificate. It listens on
    `ws_bind`; nowhere if it is missing."""
    rtp: Annotated[Text, AfterValidator(_rtp)] = "16384-32768"
    """First and last port of the audio."""


class EventSocket(Model):
    """Where the switch listens for the agent; loopback unless there is a reason."""

    host: Host = "127.0.0.1"
    """The address that it listens on."""
    port: Port = 8021
    """Its TCP port."""
    password: Secret | None = None
    """Derived from the master secret if it is not written."""


class Paths(Model):
    """Folders on the host. What is not named follows the switch's own command line."""

    log: HostPath | None = None
    """Log files."""
    db: HostPath | None = None
    """The switch's own databases: registrations, voicemail."""
    certs: HostPath | None = None
    """Certificates: agent.pem and cafile.pem, and wss.pem for browsers. Without it the switch makes
    self-signed ones."""
    sounds: HostPath | None = None
    """The sound prompts."""
    recordings: HostPath | None = None
    """Recorded calls."""
    storage: HostPath | None = None
    """Voicemail messages and recorded greetings."""
    cdr: HostPath | None = None
    """The spool of call records."""


class SwitchHost(Model):
    """One PBX host."""

    address: Host
    """What phones and carriers see."""
    bind: Host | None = None
    """Where the switch listens; `address` if it is missing."""
    address6: Ip6Address | None = None
    """The same for IPv6, beside `address`: phones and carriers reach the host by either, on the same
    ports."""
    bind6: Ip6Address | None = None
    """Where the switch listens on IPv6; `address6` if it is missing."""
    nat: Nat = Nat()
    """Phones behind routers."""
    ports: Ports = Ports()
    """Where it listens."""
    ws_bind: IpAddress = "127.0.0.1"
    """Where plain WebSocket (`ports: ws`) listens: on loopback, unless the reverse proxy stands on
    another machine."""
    esl: EventSocket = EventSocket()
    """How it is commanded."""
    paths: Paths = Paths()
    """Where its files lie."""
    tenants: list[Annotated[Text, _GLOB]] = ["*"]
    """Which tenants live here: patterns over their slugs. A tenant may live on several hosts."""
    wave: Annotated[int, Field(ge=0, le=99)] = 0
    """Hosts of wave 1 are changed after all of wave 0 are healthy."""
    age: (
        Annotated[Text, AfterValidator(matching("age1[a-z0-9]{58}", "is no age recipient"))] | None
    ) = None
    """The public key for which `dialform secret set` encrypts values for this host."""


class FeatureCodes(Model):
    """What is dialled for what. A tenant may map its own."""

    voicemail: FeatureCode | None = "*98"
    """Hear one's own mailbox."""
    forward_on: FeatureCode | None = "*72"
    """Forward all calls."""
    forward_off: FeatureCode | None = "*73"
    """End the forwarding."""
    dnd_on: FeatureCode | None = "*78"
    """Do not disturb."""
    dnd_off: FeatureCode | None = "*79"
    """May be disturbed again."""
    blind_transfer: FeatureCode | None = "*2"
    """During a call: hand it over."""
    attended_transfer: FeatureCode | None = "*4"
    """During a call: ask first, then hand it over."""
    directory: FeatureCode | None = "*411"
    """Find a person by name."""
    conference: FeatureCode | None = "*3"
    """During a call: turn it into a conference, which others join by dialling this and the
    extension's number behind it.
    """
    park: FeatureCode | None = "*5"
    """During a call: park the other side."""
    pickup: FeatureCode | None = "*8"
    """Take a call that rings at a colleague; with an extension's number behind it, at that one."""
    intercom: FeatureCode | None = "*90"
    """With an extension's number behind it: speak through that phone's loudspeaker."""
    agent_login: FeatureCode | None = "*22"
    """Take calls of one's queues."""
    agent_logout: FeatureCode | None = "*23"
    """Take no more calls of one's queues."""


class Defaults(Model):
    """What an extension has unless it says otherwise."""

    ring_timeout: Seconds = 25
    """Seconds that an extension rings."""
    codecs: Annotated[list[Codec], Field(min_length=1)] = ["OPUS", "PCMU", "PCMA"]
    """In the order of preference."""
    toll: Toll = "national"
    """The dearest calls that an extension may make, and that forwards to the outside may."""


class Emergency(Model):
    """What an emergency call shows and whom it tells."""

    caller_id: Dialled | None = None
    """The number that the emergency service sees and calls back."""
    location: Text | None = None
    """Where help has to go."""
    notify: list[Email] = []
    """Whom to tell of an emergency call."""


class Provisioning(Model):
    """Where phones fetch their configuration."""

    base_url: BaseUrl
    """The address that phones fetch from, as they see it: each phone's own has its token behind it."""
    listen: Host | None = None
    """The address that the service listens on; without it all with a certificate, loopback without."""
    port: Port | None = None
    """Its port; without it that of `base_url` with a certificate, 8085 without."""
    certificate: HostPath | None = None
    """Its certificate (PEM, with the chain). Without one it speaks plain HTTP, to a proxy in front of it."""
    key: HostPath | None = None
    """The certificate's key."""
    admin_password: Secret | None = None
    """Of the phones' own web pages; one derived for each phone where nothing is said."""
    ntp: Host | None = None
    """The phones' time server, where their profile names none; `pool.ntp.org` without either."""
    language: Language | None = None
    """Of the phones' screens, where their profile names none; the tenant's without either."""
    trusted_proxies: list[Network] = []
    """Whose word of a client's address (X-Forwarded-For) counts: proxies that have the certificate."""
    device_certificates: Annotated[dict[Slug, HostPath], OR_NOTHING] = {}
    """By vendor, the file with the authorities that sign its phones' own certificates (PEM)."""
    resync: bool = True
    """Whether phones are told to fetch after an apply that changed their files."""


class Mail(Model):
    """How mail leaves the host."""

    smtp: Annotated[Text, _url("smtp", "smtps")] = "smtp://127.0.0.1:25"
    """The mail server: smtp:// (with STARTTLS where it is offered) or smtps://."""
    sender: Annotated[Email, Field(alias="from")]
    """The sender's address."""
    username: Text | None = None
    """The login, if the server wants one."""
    password: Secret | None = None
    """The login's password."""


_WINDOW = matching(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:-(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun))? )?"
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:[01][0-9]|2[0-4]):[0-5][0-9]",
    "is no window",
    hint='as in "Sun 02:00-04:00"',
)
Percent = Annotated[int, Field(ge=0, le=100)]


class Safety(Model):
    """How much one change may do before somebody must say so. What holds is what stood there before the
    change."""

    max_deletes: Count = 20
    """How many objects one change may remove."""
    max_delete_percent: Percent = 20
    """How many of a hundred objects it may remove, of all and of each tenant's, however few those are."""
    max_changes_percent: Percent = 60
    """How many of a hundred objects may change or go at once, of all and of each tenant's."""
    window: Annotated[Text, AfterValidator(_WINDOW)] | None = None
    """When changes that drop calls may be applied, as in "Sun 02:00-04:00"."""


Handle = Annotated[
    Text,
    AfterValidator(
        matching(r"@[A-Za-z0-9][A-Za-z0-9/_.-]*", "is no git handle", hint="as in @ops")
    ),
]


class Platform(Model):
    """The hosts, and what holds for all tenants. What only an admin may change."""

    platform: Slug
    """The site's own name."""
    domain: Domain
    """A tenant's SIP domain is `<slug>.<domain>` unless it names its own."""
    country: Country = "US"
    """How national numbers are read (ISO 3166)."""
    timezone: Timezone = "UTC"
    """As in Europe/Berlin."""
    currency: Currency = "USD"
    """Three letters (ISO 4217)."""
    language: Language = "en"
    """Of the sound prompts."""
    company: Name | None = None
    """Who runs the platform."""
    hosts: Annotated[dict[Slug, SwitchHost], Field(min_length=1), OR_NOTHING]
    """The FreeSWITCH machines."""
    redis: Annotated[Text, _url("redis", "rediss")] | None = None
    """As in redis://10.0.0.5:6379: caps on calls then count over all hosts."""
    redis_password: Secret | None = None
    """The password of that Redis, if it wants one."""
    core_db: Secret | None = None
    """A PostgreSQL URL for the switch's own database."""
    ledger: Secret | None = None
    """Where money is booked: sqlite:///path, or one postgresql://… for several hosts. Without it each
    agent keeps a ledger.db in its own folder.
    """
    feature_codes: FeatureCodes = FeatureCodes()
    """What is dialled for what."""
    defaults: Defaults = Defaults()
    """What extensions have unless they say otherwise."""
    emergency: Emergency | None = None
    """What holds for tenants that do not say otherwise."""
    provisioning: Provisioning | None = None
    """How phones get their configuration."""
    mail: Mail | None = None
    """How mail leaves the hosts."""
    console: Console | None = None
    """The portal."""
    trusted_signers: list[MediaPath] = []
    """Public keys. With them, every commit must carry a good signature."""
    admins: list[Handle] = []
    """Who may change everything."""
    safety: Safety = Safety()
    """Limits for one change."""
