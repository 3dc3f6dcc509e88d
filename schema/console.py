"""The portal: where people come in, what they may change without a review, and which forge takes the rest."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from dialform.schema.hostpath import HostPath
from dialform.schema.rules import shape
from dialform.schema.secret import Secret
from dialform.schema.types import (
    PORT_BEHIND,
    Host,
    Model,
    Name,
    Network,
    Port,
    Text,
    matching,
    refuse,
)

_LABELS = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
_PATH = r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?"

SiteUrl = Annotated[
    Text,
    AfterValidator(
        matching(
            rf"https?://{_LABELS}{PORT_BEHIND}{_PATH}",
            "is no address that a browser can open",
            hint="as in https://portal.example.com/, without a login and without `?`",
        )
    ),
]

SocketUrl = Annotated[
    Text,
    AfterValidator(
        matching(
            rf"wss?://{_LABELS}{PORT_BEHIND}{_PATH}",
            "is no address of a WebSocket",
            hint="as in wss://portal.example.com/sip",
        )
    ),
]

SELF_SERVICE: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "follow_me": (("follow_me", ()),),
    "forwarding": (
        ("extensions", ("no_answer",)), ("extensions", ("busy",)), ("extensions", ("unregistered",)),
    ),
    "voicemail": (
        ("extensions", ("voicemail",)), ("voicemails", ("greeting",)), ("voicemails", ("pin",)),
        ("voicemails", ("rotate",)),
    ),
    "voicemails": (("voicemails", ()),),
    "devices": (("devices", ()),),
    "devices.label": (("devices", ("label",)),),
    "devices.keys": (("devices", ("keys",)),),
    "device_profiles": (("device_profiles", ()),),
    "extensions": (("extensions", ()),),
    "extensions.name": (("extensions", ("name",)),),
    "ring_groups": (("ring_groups", ()),),
    "call_queues": (("call_queues", ()),),
    "ivr_menus": (("ivr_menus", ()),),
    "conferences": (("conferences", ()),),
    "music_on_hold": (("music_on_hold", ()),),
    "schedules": (("schedules", ()),),
    "inbound_routes": (("inbound_routes", ()),),
    "paging": (("paging", ()),),
    "parking": (("parking", ()),),
    "block": (("block", ()),),
    "contacts": (("contacts", ()),),
    "do_not_call": (("do_not_call", ()),),
    "fax": (("fax", ()),),
    "users": (("users", ()),),
}  # fmt: skip
"""What a word of `self_service` stands for: a tenant's tables, and the field of an object there, () for all
of it.
"""


def _known(words: list[str]) -> list[str]:
    for word in words:
        if word not in SELF_SERVICE:
            hint = f"one of {', '.join(sorted(SELF_SERVICE))}"
            refuse(shape.BadValue, what=f"'{word}' is nothing that can be changed so", hint=hint)
    return words


class Forge(Model):
    """The forge that takes merge requests. Without one the portal pushes a branch and leaves it there."""

    kind: Literal["github", "gitlab", "forgejo"]
    """Whose API it speaks; Gitea speaks that of Forgejo."""
    url: SiteUrl | None = None
    """Its address; that of github.com or gitlab.com where nothing is said."""
    project: Annotated[
        Text,
        AfterValidator(matching(r"[\w.-]+(?:/[\w.-]+)+", "is no project", hint="as in ops/site")),
    ]
    """The repository there, as in ops/site."""
    token: Secret
    """What lets the portal open merge requests there."""


class OpenId(Model):
    """A provider of OpenID Connect that people sign in with."""

    name: Name = "single sign-on"
    """What stands on the button."""
    issuer: SiteUrl
    """Its address, as it stands in its tokens."""
    client_id: Text
    """What the portal is called there."""
    client_secret: Secret
    """The portal's own secret there."""
    claim: Annotated[
        Text, AfterValidator(matching(r"[A-Za-z0-9_]+", "is no claim", hint="email"))
    ] = "email"
    """What of somebody names the account here: `email` (where it is verified), or another claim."""


class Console(Model):
    """The portal. Without it `dialform console serve` runs on loopback, and changes wait for a review."""

    base_url: SiteUrl
    """Where browsers find it."""
    listen: Host | None = None
    """The address that it listens on; without it all with a certificate, loopback without."""
    port: Port | None = None
    """Its port; without it that of `base_url` with a certificate, 8086 without."""
    certificate: HostPath | None = None
    """Its certificate (PEM, with the chain). Without one it speaks plain HTTP, to a proxy in front of it."""
    key: HostPath | None = None
    """The certificate's key."""
    trusted_proxies: list[Network] = []
    """Whose word of a client's address (X-Forwarded-For) counts: proxies that have the certificate."""
    websocket: SocketUrl | None = None
    """Where browser phones reach the switch through a proxy, as in wss://portal.example.com/sip. Without it
    they go to port `wss` of the host: by its name, or by `domain` of the platform if it has only an address.
    """
    title: Name | None = None
    """What stands above each page; the company's name where nothing is said."""
    self_service: Annotated[list[Text], AfterValidator(_known)] = []
    """What people may change at once, without anybody's review, where all checks pass: `follow_me`,
    `voicemail`, `devices.label`, …
    """
    idle_minutes: Annotated[int, Field(ge=1, le=43200)] = 720
    """After how many minutes without a click a session ends."""
    session_hours: Annotated[int, Field(ge=1, le=8760)] = 336
    """After how many hours a session ends in any case."""
    second_factor: list[Literal["admin", "tenant_admin", "user", "end_user"]] = []
    """Who must sign in with a second factor."""
    signing_key: HostPath | None = None
    """With `trusted_signers`: the file of an SSH key without a passphrase that the portal signs its commits
    with. Without one nothing is merged at once, since no host would take it.
    """
    forge: Forge | None = None
    """Where merge requests are opened."""
    openid: OpenId | None = None
    """Sign-in by OpenID Connect."""
