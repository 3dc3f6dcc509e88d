"""Legs whose end was told and whose record is still to come."""

from collections.abc import Iterable, Sequence
from itertools import islice

from dialform.billing.facts import Fact
from dialform.values import dataclass

MOST = 20_000
"""Ends that are kept while the ledger is away: some 40 MB."""


@dataclass(slots=True)
class End:
    """A leg that ended. `due` (steady) is when the event itself is booked, `at` when it was told (1970)."""

    facts: Sequence[Fact]
    due: float
    at: float
    looked: bool = False
    """Whether its file was looked for since it was told."""


class Pending:
    """The ends that are known by their events alone, in the order in which they were told."""

    def __init__(self, most: int = MOST) -> None:
        self._ends: dict[str, End] = {}
        self._most = most

    def __len__(self) -> int:
        return len(self._ends)

    def __contains__(self, uuid: str) -> bool:
        return uuid in self._ends

    @property
    def oldest(self) -> float:
        """When the first of them was told, in seconds since 1970; 0: there is none."""
        return next(iter(self._ends.values())).at if self._ends else 0.0

    def add(self, uuid: str, end: End) -> int:
        """One more; how many facts of the oldest had to go for it.

        What goes is not lost: the file is in the spool, or the leg stands in the ledger's journal still.
        """
        self._ends.setdefault(uuid, end)
        dropped = 0
        while len(self._ends) > self._most:
            dropped += len(self._ends.pop(next(iter(self._ends))).facts)
        return dropped

    def fresh(self, most: int) -> list[str]:
        """Up to so many whose file was not looked for yet."""
        return list(islice((uuid for uuid, end in self._ends.items() if not end.looked), most))

    def due(self, steady: float, most: int) -> dict[str, Sequence[Fact]]:
        """Up to so many that waited long enough."""
        ripe = ((uuid, end.facts) for uuid, end in self._ends.items() if end.due <= steady)
        return dict(islice(ripe, most))

    def looked(self, uuids: Iterable[str]) -> None:
        """Their files were looked for, and were not there."""
        for uuid in uuids:
            if (end := self._ends.get(uuid)) is not None:
                end.looked = True

    def forget(self, uuids: Iterable[str]) -> None:
        """They are booked."""
        for uuid in uuids:
            self._ends.pop(uuid, None)
