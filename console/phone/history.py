"""The last calls of somebody's own extensions, as their phone shows them."""

from collections.abc import Sequence

from dialform.billing.ledger.finding import Wanted, found
from dialform.billing.statements.calls import Call
from dialform.console.ground import Ground
from dialform.values import dataclass

STEPS = (2, 8, 30)
"""Days to look back: farther where there were few calls."""
MOST = 30
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Past:
    """A call as one side has it: with whom, which way, how it ended. `started` is in microseconds."""

    started: int
    made: bool
    """Whether one called oneself, and was not called."""
    other: str
    name: str
    seconds: int
    ended: str

    @property
    def missed(self) -> bool:
        """Whether somebody called, and nobody answered."""
        return not self.made and self.ended not in ("answered", "answered elsewhere")


def history(
    ground: Ground, tenant: str, extensions: Sequence[str], names: dict[str, str]
) -> Sequence[Past]:
    """The last calls, the newest first. Raises LedgerError."""
    own, now = frozenset(extensions), ground.clocks.micros()
    mine: list[Call] = []
    for days in STEPS:
        wanted = Wanted(tenant, now - days * _DAY, None, tuple(own))
        with ground.ledger.reading() as reading:
            mine = list(found(reading, wanted, most=MOST))
        if len(mine) >= MOST:
            break
    return [_past(one, own, names) for one in mine]


def _past(call: Call, own: frozenset[str], names: dict[str, str]) -> Past:
    made = call.caller in own
    other = call.number if made else call.caller
    return Past(
        call.started, made, other, names.get(other, ""), call.seconds, call.disposition
    )  # fmt: skip
