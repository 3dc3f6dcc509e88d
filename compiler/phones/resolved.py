"""A phone, resolved: everything that its vendor's templates may say. Secrets are hidden from `repr`."""

from dialform.compiler.phones.clock import Clock
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """An account of a phone. It registers as `extension`@`domain`, which is its user and its login.

    `server` and `port` are where its packets go; an empty server is found by the domain (DNS). `label` stands
    beside the line's key, `name` is what others see. `voicemail` is dialled to hear messages, empty where
    the line has no mailbox.
    """

    extension: str
    password: str = field(repr=False)
    domain: str
    server: str
    port: int
    transport: str
    """udp, tcp or tls."""
    label: str
    name: str
    srtp: str = "optional"
    """off, optional or required."""
    voicemail: str = ""
    ringtone: str = ""


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """A key. `dial` is what a press dials, `watch` the user at `domain` whose state lights its lamp; empty
    for none. `pickup` is dialled while what it watches rings. `line` counts the phone's lines from 1: the one
    that the key shows (kind `line`) or dials by.
    """

    kind: str
    """line, blf, speed-dial, park, dnd, forward, voicemail, page or none."""
    label: str
    dial: str = ""
    watch: str = ""
    domain: str = ""
    pickup: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Codes:
    """The tenant's feature codes that phones dial by themselves; empty where one is switched off."""

    dnd_on: str = ""
    dnd_off: str = ""
    forward_on: str = ""
    """With the number behind it."""
    forward_off: str = ""
    pickup: str = ""
    """With an extension behind it, or alone for the pick-up group."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Of the phone's display. None leaves a setting to the phone. Seconds, per cent."""

    backlight: int | None = None
    """Seconds that it stays lit after a touch; 0 for always."""
    brightness: int | None = None
    screensaver: int | None = None
    """Seconds until it comes; 0 for never."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone. `mac` is 12 lower-case hex digits, `model` and `vendor` are keys of the catalogue.

    `url` is its own address on the provisioning service, with its `token`, ending in `/`; empty where
    the platform has no provisioning. `user` and `http_password` are what it can log in with there
    instead. `keys` are the phone's keys one by one from the first: key n of the phone does what entry n
    says, and what does not fit on the phone itself comes to the expansion modules, in order. The keys of its
    lines are among them (kind `line`): templates add none of their own. No more than fit are here.
    """

    tenant: str
    mac: str
    label: str
    vendor: str
    model: str
    template: str
    lines: tuple[PhoneLine, ...]
    keys: tuple[PhoneKey, ...]
    modules: tuple[str, ...]
    codecs: tuple[str, ...]
    dtmf: str
    """rfc2833, info, inband or auto."""
    clock: Clock
    language: str
    country: str
    ntp: str
    vlan: int
    """0 for none."""
    ringtone: str
    screen: Screen
    firmware: str
    """A URL, or empty."""
    admin_password: str = field(repr=False)
    token: str = field(repr=False)
    http_password: str = field(repr=False)
    url: str = field(repr=False)
    emergency_numbers: tuple[str, ...] = ()
    """Dialled at once, without waiting for more digits."""
    codes: Codes = Codes()

    @property
    def user(self) -> str:
        """Who it is to the provisioning service."""
        return self.mac
