"""What a fact came to, in units and money."""

from dialform.compiler.terms import Price
from dialform.values import dataclass

RATED, UNRATED, NOTHING, EMERGENCY = "rated", "unrated", "nothing", "emergency"
"""The outcomes: priced (be it 0); no price was found; nothing to charge (no trunk, not answered, a fax that
failed, inbound without a rate); a call for help."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A rated fact. `units` are seconds (voice, conference) or pages after increments, and `free + billed`.

    `resource` is the package's resource that `free` is taken from, `included` its limit in the same units.
    `amount` is micro-units. `period` is the month of its answer in the tenant's time zone, as "2026-11".
    `why` are sentences for people, in their order.
    """

    status: str
    period: str
    service: str = ""
    resource: str = ""
    included: int = 0
    units: int = 0
    free: int = 0
    billed: int = 0
    amount: int = 0
    currency: str = ""
    price: Price | None = None
    why: tuple[str, ...] = ()
