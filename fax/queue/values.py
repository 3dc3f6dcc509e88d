"""What the queue holds: jobs, their attempts, documents, and faxes that came in.

Times are microseconds since 1970, UTC; 0 stands for "not yet".
"""

from collections.abc import Mapping
from typing import Literal

from dialform.values import dataclass, field

State = Literal["queued", "sending", "sent", "failed", "cancelled"]
STATES: tuple[State, ...] = ("queued", "sending", "sent", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Sheets:
    """A document, ready to be sent: a TIFF (class F, one strip a page, CCITT group 4) for each resolution.

    `digest` is the SHA-256 of what both hold. `pages` counts each; `name` is the file's own, for people.
    """

    digest: str
    name: str
    pages: int
    fine: bytes = field(repr=False)
    """204×196 dots an inch."""
    standard: bytes = field(repr=False)
    """204×98 dots an inch."""


@dataclass(frozen=True, slots=True)
class Job:
    """A fax to one number. `confirmed` pages are with the other machine; the next attempt goes on behind.

    `state` and `cause` (in words; why it waits, or why it failed) are what people see. `due` is when it is
    tried next, `step` the rung of the ladder, `tries` the attempts so far. `wish` is `cancel` while somebody
    wants it cancelled that is being sent. `host` is whose agent sends it. `batch` joins the jobs of one
    command.
    """

    id: int
    tenant: str
    account: str
    to: str
    name: str
    document: str
    title: str
    pages: int
    state: State
    cause: str
    due: int
    step: int
    tries: int
    confirmed: int
    retries: int
    created: int
    ended: int
    by: str
    batch: str
    host: str
    wish: str
    coarse: bool
    """Sent in standard resolution: the account wants it, or the other machine has no fine."""
    file: str = ""
    """The document's own name, for people."""
    trunk: str = ""
    """Whose place it takes while it is being sent."""
    held: int = 0
    """Since when it waits for what is no attempt of its own (a limit, a cap, no free trunk), set by the first
    `hold`; 0: nothing holds it. The end of an attempt that was one (`Next.held`) sets it back to 0."""

    @property
    def over(self) -> bool:
        """Whether nothing more is done."""
        return self.state not in ("queued", "sending")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call of a job. `uuid` is the leg's, chosen before it is dialled; it is written down before, too.

    `outcome` is empty while it lasts, then a word of `fax.sending.outcome`. `pages` are those that the other
    machine confirmed in this attempt, `start` the first page (from 0) that it sent.
    """

    uuid: str
    job: int
    number: int
    host: str
    core: str
    trunk: str
    step: int
    start: int
    began: int
    ended: int
    outcome: str
    cause: str
    pages: int
    details: Mapping[str, str] = field(default_factory=dict)
    """What the switch said: result code and text, rate, station id, ECM, T.38."""
    doubt: bool = False
    """It was given up while it may have gone on: another host's agent ended it, since its own was silent, or
    its own, since the switch was. What really became of it nobody said yet."""


@dataclass(frozen=True, slots=True)
class Received:
    """A fax that came in. `uuid` is the leg's. `file` is the absolute path of the PDF on its host, empty
    while there is none. `mailed` is when a server took its mail; `mail` says why not yet.
    """

    uuid: str
    tenant: str
    account: str
    host: str
    at: int
    caller: str
    did: str
    station_id: str
    pages: int
    ok: bool
    result: str
    seconds: int
    file: str
    size: int
    mailed: int
    mail: str
    tries: int
    due: int = 0
    """When its mail is tried next; NO_MAIL where none goes out."""


NO_MAIL = -1


@dataclass(frozen=True, slots=True)
class New:
    """A fax that somebody wants to send: to whom, and when (0: now)."""

    to: str
    name: str = ""
    due: int = 0
    sheets: Sheets | None = None
    """What it gets instead of the document of all: the same behind a cover page of its own."""


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a job after an attempt: `Queue.end` writes it down together with the attempt's end.

    `state` is `queued` (again at `due`, else 0), `sending` (at once, over another trunk: the host keeps it),
    or how it ended; `cause` says why, in words (empty: it is sent). `step` and `coarse` are for the next
    attempt, `confirmed` the pages that are with the other machine by now. `counts` tells whether the attempt
    used up one of `retries`, and `held` that it was none at all: a cap stood before it, or nobody dialled.
    """

    state: State
    cause: str
    due: int
    step: int
    confirmed: int
    coarse: bool
    counts: bool = True
    held: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How many faxes at once: of a tenant (-1: any number, 0: none), over a trunk (0: any number)."""

    tenant: int = -1
    trunk: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """How many faxes are being sent now, over all hosts."""

    tenants: Mapping[str, int]
    trunks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of a tenant could go by now and does not: how many jobs; the one that waits longest, since when,
    and why, as far as somebody said.
    """

    tenant: str
    count: int
    job: int
    since: int
    cause: str
