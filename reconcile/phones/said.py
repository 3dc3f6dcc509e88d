"""What came of telling phones, in the status: under `phones`, of one generation, and among the counters."""

from typing import Any

from dialform.reconcile.generations import Generation
from dialform.reconcile.status import StatusBook
from dialform.reconcile.times import Times

OUTCOMES = ("told", "unregistered", "deaf", "failed")
_NAMED = 10
"""Phones that the status names, of those that could not be told."""


class Said:
    """Of the generation that was told of last: how many phones of each of `OUTCOMES`, how many are `owed` it
    still, which are `failing` and why, and the `error` that stopped it.
    """

    def __init__(self, book: StatusBook, times: Times) -> None:
        self._book, self._times = book, times

    @property
    def told(self) -> int:
        """How many phones were told."""
        return int(self._book.data["phones"].get("told", 0))

    def say(
        self, target: Generation, how: str = "", failing: tuple[str, str] | None = None, **values: Any
    ) -> None:  # fmt: skip
        """One more of an outcome; a phone (MAC, why) that could not be told; or what else there is."""
        said: dict[str, Any] = self._book.data["phones"]
        if said.get("generation") != target.name:
            said = self._book.data["phones"] = {
                "generation": target.name, **dict.fromkeys(OUTCOMES, 0), "owed": 0, "failing": {},
                "error": "",
            }  # fmt: skip
        said |= {"at": self._times.text(), **values}
        if how:
            said[how] += 1
            counts: dict[str, int] = self._book.data["counters"].setdefault("phones", {})
            counts[how] = counts.get(how, 0) + 1
        if failing is not None and len(said["failing"]) < _NAMED:
            said["failing"][failing[0]] = failing[1]
