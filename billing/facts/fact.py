"""A fact: what one leg of a call was, as the switch says it. Nothing of it comes from SIP but `peer`."""

from hashlib import sha256
from operator import attrgetter

from dialform.values import dataclass

CALL, FAX, CONFERENCE = "call", "fax", "conference"
KINDS = (CALL, FAX, CONFERENCE)
"""What a leg can be a fact of. With a channel's uuid, it is the key: booked once."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One leg. Times are microseconds since 1970, 0 where it did not happen.

    A leg has one fact of CALL or, where a fax ran on it, of FAX; one more of CONFERENCE where it was in a
    room. `call` is the uuid of the first leg of the whole call. `direction` is outbound or inbound on a
    trunk's leg (then `trunk` names it), else internal. `number` is what is priced: E.164 that was called
    (outbound), the DID (inbound), the room (conference), the dial number (internal). `peer` is who called,
    as given.
    `seconds` are a conference's member-seconds; `pages` a fax's. `provisional`: the switch died before it
    wrote a record; a real one takes its place.
    """

    uuid: str
    kind: str
    host: str
    tenant: str
    started: int
    answered: int
    ended: int
    direction: str = "internal"
    trunk: str = ""
    route: str = ""
    plan: str = ""
    emergency: bool = False
    number: str = ""
    peer: str = ""
    extension: str = ""
    object: str = ""
    forwarder: str = ""
    revision: str = ""
    call: str = ""
    core: str = ""
    cause: str = ""
    seconds: int = 0
    pages: int = 0
    total_pages: int = 0
    fax_ok: bool = False
    provisional: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What it is booked under, once."""
        return (self.uuid, self.kind)

    @property
    def on_trunk(self) -> bool:
        """Whether a carrier was on this leg: only those cost something by the minute or page."""
        return bool(self.trunk)

    @property
    def digest(self) -> str:
        """A name for all that it says: the same key with another one is somebody else's doing."""
        # Of texts, numbers and flags it is one and the same for every Python, and quicker than JSON.
        return sha256(ascii(_said(self)).encode()).hexdigest()[:32]


_SAID = (
    "uuid", "kind", "tenant", "answered", "ended", "direction", "trunk", "route", "plan",
    "emergency", "number", "extension", "object", "forwarder", "seconds", "pages", "fax_ok",
)  # fmt: skip
"""What counts for `digest`: what file and event of one leg both say."""
_said = attrgetter(*_SAID)
