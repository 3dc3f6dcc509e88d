"""What the ledger has of the legs that facts come of, and what that makes of each fact."""

from collections.abc import Iterable

from dialform.billing.facts.fact import CALL, CONFERENCE, FAX, Fact
from dialform.billing.ledger.sql import Sql
from dialform.billing.ledger.values import CONFLICT, NEW, SAME, SUPERSEDED
from dialform.values import dataclass, field


@dataclass(slots=True)
class Held:
    """What is there of one leg: the digest of its real record by kind, the number of the provisional fact."""

    real: dict[str, str] = field(default_factory=dict)
    provisional: int = 0
    tenant: str = ""


class Known:
    """The legs of a batch. A leg's call and fax are one thing: it was either."""

    def __init__(self, words: Sql, uuids: Iterable[str]) -> None:
        self._held: dict[tuple[str, str], Held] = {}
        rows = words.ask(
            "SELECT id, uuid, kind, tenant, digest, provisional FROM facts "  # noqa: S608
            f"WHERE {words.among('uuid')}",
            words.many(set(uuids)),
        )
        for number, uuid, kind, tenant, digest, provisional in rows:
            held = self._held.setdefault(leg_of(uuid, kind), Held())
            if provisional:
                held.provisional, held.tenant = number, tenant
            else:
                held.real[kind] = digest

    def provisional(self) -> dict[int, str]:
        """The provisional facts that no real record has superseded yet, and whose they are."""
        return {
            held.provisional: held.tenant
            for held in self._held.values()
            if held.provisional and not held.real
        }

    def take(self, fact: Fact, digest: str, number: int) -> tuple[str, int, str]:
        """What becomes of a fact that would get this number; which provisional one it takes the place of (0
        for none); and with what it conflicts (a digest, else empty)."""
        held = self._held.setdefault(leg_of(*fact.key), Held())
        if held.real:
            there = held.real.get(fact.kind, "")
            if fact.provisional or there == digest:
                return SAME, 0, ""
            return CONFLICT, 0, there or next(iter(held.real.values()))
        if fact.provisional:
            if held.provisional:
                return SAME, 0, ""
            held.provisional, held.tenant = number, fact.tenant
            return NEW, 0, ""
        held.real[fact.kind] = digest
        return (SUPERSEDED, held.provisional, "") if held.provisional else (NEW, 0, "")


def leg_of(uuid: str, kind: str) -> tuple[str, str]:
    """What a fact is of: the leg of a channel, which is a call or a fax, or its time in a room."""
    return (uuid, CONFERENCE if kind == CONFERENCE else CALL if kind == FAX else kind)
