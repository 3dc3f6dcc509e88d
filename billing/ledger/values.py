"""What the ledger is given and what it answers. Times are microseconds since 1970, amounts micro-units."""

from dialform.billing.facts.fact import Fact
from dialform.billing.rating.charge import Charge
from dialform.compiler.terms import Paid
from dialform.values import dataclass

NEW, SAME, CONFLICT, SUPERSEDED = "new", "same", "conflict", "superseded"
"""What became of a fact: booked; there already; the key is there with other content (quarantined, not
booked); booked in the place of what the switch's death had left provisional."""

LOW_CREDIT, ZERO_CREDIT, CREDIT_BACK = "low_credit", "zero_credit", "credit_back"
UNRATED_CALL, CONFLICTING, PAYMENT_CHANGED = "unrated", "conflict", "payment_changed"
VELOCITY, LIMIT = "velocity", "limit"
KINDS = (
    LOW_CREDIT, ZERO_CREDIT, CREDIT_BACK, UNRATED_CALL, CONFLICTING, PAYMENT_CHANGED, VELOCITY, LIMIT
)  # fmt: skip
"""What the ledger tells of. `about` and the keys of `body`, by kind:

    low_credit       -               balance, alert, currency
    zero_credit      -               balance, currency, block
    credit_back      -               balance, currency, block
    unrated          prefix, day     number, uuid, host, reason
    conflict         uuid, kind      host, digest, held
    payment_changed  payment         booked: {date, amount}, now: {date, amount}
    velocity         extension       spent, alert, currency, since
    limit            daily, monthly  period, used, limit
"""


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of facts, in their order. `charges` are those of what was booked now, None else.

    `tenants` are those whose usage, money or transactions changed; `notices` how many were left.
    """

    outcomes: tuple[str, ...]
    charges: tuple[Charge | None, ...]
    tenants: frozenset[str]
    notices: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """A payment whose amount or date is not what was booked: what was booked stands."""

    tenant: str
    id: str
    booked: Paid
    now: Paid


@dataclass(frozen=True, slots=True)
class Stored:
    """What `store_terms` did: how many dated copies it made, whose payments it booked, and which it did not.

    True where anything was stored.
    """

    copies: int = 0
    paid: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.copies or self.paid)


@dataclass(frozen=True, slots=True)
class Live:
    """A leg that was answered and has no record yet. `fact.ended` is 0; `seen` is when it was last up."""

    fact: Fact
    core: str
    seen: int


@dataclass(frozen=True, slots=True)
class Rerated:
    """A fact whose charge is another one now. `why` are the sentences of its new price."""

    uuid: str
    kind: str
    tenant: str
    at: int
    period: str
    number: str
    was: str
    before: int
    now: str
    after: int
    currency: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not add up. `check` names the audit, `what` says it in a sentence."""

    check: str
    what: str

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True, slots=True)
class Notice:
    """Word for people, left in the transaction that made it true. `sent` is 0 until it is out."""

    id: int
    kind: str
    tenant: str
    about: str
    at: int
    body: dict[str, object]
    sent: int = 0
    tries: int = 0
    last: str = ""
