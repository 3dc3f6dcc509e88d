"""The journal of live legs: what a switch that dies would have told at their end."""

from collections.abc import Iterable

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger import rows
from dialform.billing.ledger.known import leg_of
from dialform.billing.ledger.sql import Sql
from dialform.billing.ledger.tables import live
from dialform.billing.ledger.values import Live


def answered(words: Sql, legs: Iterable[Fact], seen: int) -> None:
    """Keep legs that were answered; `core` of each names the switch's run. One with a record is over."""
    legs = [rows.clean(leg) for leg in legs]
    recorded = words.ask(
        "SELECT uuid, kind FROM facts WHERE provisional = 0 "  # noqa: S608
        f"AND {words.among('uuid')}",
        words.many({leg.uuid for leg in legs}),
    )
    over = {leg_of(uuid, kind) for uuid, kind in recorded}
    words.put(
        live,
        [
            (leg.uuid, leg.kind, leg.host, leg.core, leg.tenant, leg.answered,
             max(seen, leg.answered), rows.fact_json(leg))
            for leg in sorted(legs, key=lambda leg: leg.key)
            if leg_of(*leg.key) not in over
        ],
    )  # fmt: skip


def seen(words: Sql, host: str, core: str, at: int) -> int:
    """All legs of this run of the switch are up at this moment. How many there are."""
    return words.say("UPDATE live SET seen = ? WHERE host = ? AND core = ? AND seen < ?",
                     at, host, core, at)  # fmt: skip


def gone(words: Sql, uuids: Iterable[str]) -> None:
    """These channels are over, and booked or not to be booked."""
    words.say(f"DELETE FROM live WHERE {words.among('uuid')}", words.many(uuids))  # noqa: S608


def of(words: Sql, host: str) -> list[Live]:
    """The legs of a host, the longest first."""
    found = words.ask(
        "SELECT fact, core, seen FROM live WHERE host = ? ORDER BY answered, uuid, kind", host
    )
    return [Live(rows.fact_from(fact), core, at) for fact, core, at in found]
