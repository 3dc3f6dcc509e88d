"""The resolved site: everything decided, nothing left to look up. What the renderers turn into files.

All numbers are as they are needed: dial numbers as dialled inside, outside numbers in E.164 with `+`.
Secrets are here as what the switch needs (hashes, or the event socket's password); `repr` hides them.
"""

from dialform.compiler.phones.resolved import Phone
from dialform.compiler.resolved_fax import Contact, FaxAccount, FaxDocument
from dialform.compiler.resolved_numbers import Dialling, DialPattern, NumberSet
from dialform.compiler.resolved_rooms import Conference, Paging, Parking
from dialform.schema.destination import Kind
from dialform.schema.hours import Day, Hours
from dialform.schema.platform import Toll
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes next.

    `to` is a dial number, an E.164 number (external), a path below the tenant's media (play), a cause
    (hangup) or a schedule's slug, by `kind`. `owner` is the object that sends the call there, such as
    `ring_group 600`: an external call is billed to it. `toll` is what an external call may cost.
    """

    kind: Kind
    to: str
    owner: str
    toll: Toll = "national"
    pass_caller_id: bool = False
    open: "Target | None" = None
    closed: "Target | None" = None


@dataclass(frozen=True, slots=True)
class Emergency:
    """What an emergency call shows. Empty where nothing is known."""

    caller_id: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """A number with an account. `toll` is the most that it may dial; `caller_id` is E.164 or empty.

    Destinations are None where the call ends with its cause (after the mailbox, if there is one).
    """

    number: str
    name: str
    type: str
    a1_hash: str = field(repr=False)
    caller_id: str
    caller_id_name: str
    toll: Toll
    ring_timeout: int
    mailbox: str | None
    no_answer: Target | None
    busy: Target | None
    unregistered: Target | None
    emergency: Emergency
    allow: tuple[str, ...] = ()
    srtp: str = "optional"
    """Encrypted audio: off, optional or required."""
    full_name: str = ""
    """The name of the person, for the directory by name; the extension's own where nobody has it."""
    max_calls: int = 0
    """Calls at once; 0 for any number."""
    listed: bool = True
    """Whether it is found by its name."""
    pickup_groups: tuple[str, ...] = ()
    """Whose ringing calls it takes."""
    browser: bool = False
    """Whether it may log in and call over WebSocket: a `webphone` has a line of it."""
    record: tuple[str, ...] = ()
    """Which of its calls are recorded: inbound, outbound, internal."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A voicemail box. `greeting` is a path below the tenant's media, or empty.

    `a1_hash` is for boxes without an extension (else empty): a user of the directory that nobody can
    register as.
    `pin` is only digits.
    """

    number: str
    name: str
    pin: str = field(repr=False)
    a1_hash: str = field(repr=False)
    email: str
    attach: bool
    keep: bool
    greeting: str
    of_extension: bool


@dataclass(frozen=True, slots=True)
class GroupMember:
    """`number` is an extension of the tenant, or E.164 with `+` for an outside member. Seconds."""

    number: str
    delay: int
    timeout: int | None


@dataclass(frozen=True, slots=True)
class FollowMeStep:
    """`number` is an extension of the tenant, or as an external destination has it. Seconds."""

    number: str
    timeout: int
    delay: int
    confirm: bool


@dataclass(frozen=True, slots=True)
class FollowMe:
    """Where an extension's calls go on for the reasons `when`, before its destinations."""

    extension: str
    when: tuple[str, ...]
    together: bool
    steps: tuple[FollowMeStep, ...]
    toll: Toll


@dataclass(frozen=True, slots=True)
class RingGroup:
    """`timeout` is the total until `no_answer`, in seconds."""

    number: str
    name: str
    strategy: str
    timeout: int
    members: tuple[GroupMember, ...]
    no_answer: Target | None
    caller_id_prefix: str = ""


@dataclass(frozen=True, slots=True)
class QueueAgent:
    """An agent's place in a queue. `level` counts from 0, without gaps."""

    number: str
    level: int
    position: int


@dataclass(frozen=True, slots=True)
class CallQueue:
    """A queue. Times are seconds: 0 of `max_wait` waits for ever, 0 of `announce` tells no place.

    `music` is an entry of the tenant's music_on_hold, or empty.
    """

    number: str
    name: str
    strategy: str
    agents: tuple[QueueAgent, ...]
    max_wait: int
    level_wait: int
    timeout: Target | None
    no_agent: Target | None
    music: str
    announce: int
    caller_id_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """An extension that takes calls of queues. Seconds: `rest` is the pause after a call that it did
    not take, so that others have their turn.
    """

    number: str
    ring_timeout: int
    wrap_up: int
    rest: int


@dataclass(frozen=True, slots=True)
class IvrMenu:
    """A menu. `invalid` None plays it again; `no_input` None hangs up. Times are seconds."""

    number: str
    name: str
    greeting: str
    short_greeting: str
    timeout: int
    digit_timeout: int
    max_failures: int
    max_timeouts: int
    direct_dial: bool
    options: tuple[tuple[str, Target], ...]
    invalid: Target | None
    no_input: Target | None
    caller_id_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Open hours in `timezone`, less the closed days."""

    slug: str
    open: tuple[Hours, ...]
    closed: tuple[Day, ...]
    timezone: str


@dataclass(frozen=True, slots=True)
class InboundRoute:
    """A DID (E.164) with the provider that it comes from, and where it goes.

    `detect_fax` is the fax account that a caller with a fax tone comes to instead; empty where nobody listens
    for one.
    """

    did: str
    provider: str
    target: Target
    caller_id_prefix: str = ""
    detect_fax: str = ""


@dataclass(frozen=True, slots=True)
class Music:
    """A stream of sound files (paths of the site), in their order unless `shuffle`."""

    name: str
    files: tuple[str, ...]
    shuffle: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """`announcement` is a path of the site, or empty. `keep_days` 0 keeps recordings for ever."""

    announcement: str = ""
    keep_days: int = 0


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant, resolved. `cap` is concurrent calls, 0 for no cap.

    `caller_id` (E.164 or empty) is the tenant's own; `caller_id_name` its company. `media` are
    the site's paths of the sound files that the tenant uses.
    """

    slug: str
    domain: str
    company: str
    contact: str
    suspended: bool
    timezone: str
    country: str
    language: str
    cap: int
    cap_backend: str
    toll: Toll
    plan: str
    caller_id: str
    caller_id_name: str
    emergency: Emergency
    emergency_numbers: tuple[str, ...]
    feature_codes: tuple[tuple[str, str], ...]
    dial_patterns: tuple[DialPattern, ...]
    extensions: tuple[Extension, ...]
    mailboxes: tuple[Mailbox, ...]
    ring_groups: tuple[RingGroup, ...]
    ivr_menus: tuple[IvrMenu, ...]
    schedules: tuple[Schedule, ...]
    inbound_routes: tuple[InboundRoute, ...]
    media: tuple[str, ...]
    mail: bool = True
    """Whether voicemail can leave the host by mail (the platform has `mail`)."""
    follow_me: tuple[FollowMe, ...] = ()
    music: tuple[Music, ...] = ()
    recording: Recording = Recording()
    dialling: Dialling = Dialling()
    blocked: NumberSet = NumberSet()
    """Callers that are turned away."""
    block_anonymous: bool = False
    do_not_call: NumberSet = NumberSet()
    """Whom nobody of the tenant may call."""
    call_queues: tuple[CallQueue, ...] = ()
    agents: tuple[Agent, ...] = ()
    parking: Parking | None = None
    conferences: tuple[Conference, ...] = ()
    paging: tuple[Paging, ...] = ()
    phones: tuple[Phone, ...] = ()
    """Those that fetch their configuration; browsers are none of them."""
    fax_accounts: tuple[FaxAccount, ...] = ()
    fax_documents: tuple[FaxDocument, ...] = ()
    fax_files: tuple[str, ...] = ()
    """The site's paths of documents and cover pages, and of what cover pages show."""
    fax_keep_days: int = 0
    """Days that faxes are kept; 0 for ever."""
    concurrent_faxes: int = 2
    """Faxes that are sent at once; -1 for any number."""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class TenantSummary:
    """What the files of a host need to know of a tenant; small, so that it can be kept for all."""

    slug: str
    domain: str
    dids: tuple[tuple[str, str], ...]
    """(E.164, provider) of each DID that is routed."""
    timezone: str
    timezones: tuple[str, ...]
    language: str
    keep_days: int = 0
    """Days that its recorded calls are kept; 0 for ever."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file to write: its path below the host's folder, what it holds, and whose it is.

    `content` is None for a copy of the site's file `copy_of`; with `then`, for one WAV file in which
    these follow it. `secret` marks files with hashes or passwords, which only the switch's group may
    read.
    """

    path: str
    owner: str
    content: bytes | None = field(default=None, repr=False)
    copy_of: str = ""
    secret: bool = False
    then: tuple[str, ...] = ()
