"""platform.yaml: the hosts and what holds for all tenants. What only an admin may change."""

import re
from typing import Annotated, Literal

from dialform.schema.rules import shape
from dialform.schema.secret import Secret
from dialform.schema.types import (
    OR_NOTHING,
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
    Port,
    Seconds,
    Slug,
    Text,
    Timezone,
    matching,
    refuse,
)
from pydantic import AfterValidator, Field

Toll = Literal["internal", "local", "national", "international", "premium"]
TOLLS: tuple[Toll, ...] = ("internal", "local", "national", "international", "premium")


def _rtp(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", text)
    if not found or not 1024 <= int(found[1]) < int(found[2]) <= 65535:
        hint = "first and last port between 1024 and 65535, as in 16384-32768"
        refuse(shape.BadValue, what=f"'{text}' is no range of RTP ports", hint=hint)
    return text


def _path(text: str) -> str:
    if not text.startswith("/") or "/../" in f"{text}/":
        refuse(
            shape.BadValue, what=f"'{text}' is no absolute path", hint="as in /var/log/freeswitch"
        )
    return text.rstrip("/") or "/"


def _url(*schemes: str) -> AfterValidator:
    pattern = rf"(?:{'|'.join(schemes)})://[A-Za-z0-9._~:/@%+\[\]=?&-]+"
    return AfterValidator(matching(pattern, f"is no {schemes[0]} URL", hint=f"{schemes[0]}://..."))


HostPath = Annotated[Text, AfterValidator(_path)]
_GLOB = AfterValidator(matching(r"[a-z0-9*?\[\]!-]+", "is no pattern over tenants", hint='"*"'))


class Ports(Model):
    """The ports of one host."""

    internal: Port = 5060
    tls: Port = 5061
    external: Port = 5080
    wss: Port = 5067
    rtp: Annotated[Text, AfterValidator(_rtp)] = "16384-32768"


class EventSocket(Model):
    """Where the switch listens for the agent; loopback unless there is a reason."""

    host: Host = "127.0.0.1"
    port: Port = 8021
    password: Secret | None = None


class Paths(Model):
    """Folders on the host. What is not named follows the switch's own command line."""

    log: HostPath | None = None
    db: HostPath | None = None
    certs: HostPath | None = None
    sounds: HostPath | None = None
    recordings: HostPath | None = None
    storage: HostPath | None = None
    cdr: HostPath | None = None


class SwitchHost(Model):
    """One PBX host."""

    address: Host
    bind: Host | None = None
    ports: Ports = Ports()
    esl: EventSocket = EventSocket()
    paths: Paths = Paths()
    tenants: list[Annotated[Text, _GLOB]] = ["*"]
    wave: Annotated[int, Field(ge=0, le=99)] = 0
    age: (
        Annotated[Text, AfterValidator(matching("age1[a-z0-9]{58}", "is no age recipient"))] | None
    ) = None  # noqa: E501


class FeatureCodes(Model):
    """What is dialled for what. A tenant may map its own."""

    voicemail: FeatureCode | None = "*98"
    forward_on: FeatureCode | None = "*72"
    forward_off: FeatureCode | None = "*73"
    dnd_on: FeatureCode | None = "*78"
    dnd_off: FeatureCode | None = "*79"
    blind_transfer: FeatureCode | None = "*2"
    attended_transfer: FeatureCode | None = "*4"
    directory: FeatureCode | None = "*411"


class Defaults(Model):
    """What an extension has unless it says otherwise."""

    ring_timeout: Seconds = 25
    codecs: Annotated[list[Codec], Field(min_length=1)] = ["OPUS", "PCMU", "PCMA"]
    toll: Toll = "national"


class Emergency(Model):
    """What an emergency call shows and whom it tells."""

    caller_id: Dialled | None = None
    location: Text | None = None
    notify: list[Email] = []


class Provisioning(Model):
    """Where phones fetch their configuration."""

    base_url: Annotated[Text, _url("https", "http")]
    listen: Host | None = None
    port: Port | None = None
    certificate: HostPath | None = None
    key: HostPath | None = None
    admin_password: Secret | None = None
    ntp: Host | None = None
    language: Language | None = None


class Mail(Model):
    """How mail leaves the host."""

    smtp: Annotated[Text, _url("smtp", "smtps")] = "smtp://127.0.0.1:25"
    sender: Annotated[Email, Field(alias="from")]
    username: Text | None = None
    password: Secret | None = None


_WINDOW = matching(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:-(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun))? )?"
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:[01][0-9]|2[0-4]):[0-5][0-9]",
    "is no window",
    hint='as in "Sun 02:00-04:00"',
)
Percent = Annotated[int, Field(ge=0, le=100)]


class Safety(Model):
    """How much one change may remove before somebody must say so."""

    max_deletes: Count = 20
    max_delete_percent: Percent = 20
    max_changes_percent: Percent = 60
    window: Annotated[Text, AfterValidator(_WINDOW)] | None = None


Handle = Annotated[
    Text,
    AfterValidator(
        matching(r"@[A-Za-z0-9][A-Za-z0-9/_.-]*", "is no git handle", hint="as in @ops")
    ),
]


class Platform(Model):
    """platform.yaml."""

    platform: Slug
    domain: Domain
    country: Country = "US"
    timezone: Timezone = "UTC"
    currency: Currency = "USD"
    language: Language = "en"
    company: Name | None = None
    hosts: Annotated[Annotated[dict[Slug, SwitchHost], OR_NOTHING], Field(min_length=1)]
    redis: Annotated[Text, _url("redis", "rediss")] | None = None
    core_db: Secret | None = None
    feature_codes: FeatureCodes = FeatureCodes()
    defaults: Defaults = Defaults()
    emergency: Emergency | None = None
    provisioning: Provisioning | None = None
    mail: Mail | None = None
    trusted_signers: list[MediaPath] = []
    admins: list[Handle] = []
    safety: Safety = Safety()
