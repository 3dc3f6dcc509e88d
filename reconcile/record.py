"""What the agent knows of the switch and of what it is doing, written before it is done.

`record.json` is a write-ahead log of one entry: whoever finds `applying` in it after a crash goes on with
that. `applied.json` is what was proven last.
"""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from dialform.reconcile import durable
from dialform.reconcile.known import Known
from dialform.reconcile.layout import Layout
from dialform.values import dataclass, field, replace

_MOST_PROVEN = 200
"""More generations than `--keep` leaves on a host."""


@dataclass(frozen=True, slots=True)
class Applying:
    """An application that is under way: from one generation to another.

    `back` says that `target` is what was proven before, that this is the way back from `origin`, and
    `why` it failed. `announced` are the commands that may drop calls. `by_hand`: somebody said so.
    `guard` is what guards the tree once this is proven. `down` are the trunks that were not registered
    before anything was sent, None until that is known: of all others this has to prove that they are.
    """

    target: str
    origin: str | None
    commit: str | None = None
    back: bool = False
    why: str = ""
    by_hand: bool = False
    dirty: bool = False
    announced: Sequence[str] = ()
    guard: Mapping[str, Any] | None = None
    made_of: str = ""
    since: str = ""
    down: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What was proven last. `dirty`: there was more in it than the commit.

    `made_of` names the commit, the Dialform and the secrets that it was compiled of. `proven` are the
    generations that were proven on this host before, the oldest first: where one can go back to. `ran` says
    what ran when: each generation and the time of its first proof, once more where it came back.
    """

    generation: str
    commit: str | None
    revision: str
    at: str
    dirty: bool = False
    made_of: str = ""
    proven: Sequence[str] = ()
    ran: Sequence[Sequence[str]] = ()


@dataclass(slots=True)
class Record:
    """The record, and its file."""

    layout: Layout
    known: Known = field(default_factory=Known)
    applying: Applying | None = None
    applied: Applied | None = None

    @staticmethod
    def load(layout: Layout) -> "Record":
        """What the last agent wrote; what cannot be read is as if it had never been known."""
        record = Record(layout)
        data = _map(durable.read_json(layout.record)) if layout.record.exists() else {}
        if isinstance(data.get("known"), dict):
            with contextlib.suppress(ValueError):
                record.known = Known.from_json(data["known"])
        record.applying = _made(Applying, data.get("applying"))
        if layout.applied.exists():
            record.applied = _made(Applied, durable.read_json(layout.applied))
        return record

    def begin(self, applying: Applying) -> None:
        """Say what will be done now. Raises OSError."""
        self.applying = applying
        self.save()

    def learn(self, known: Known) -> None:
        """Keep what is known now. Raises OSError."""
        self.known = known
        self.save()

    def prove(self, applied: Applied) -> None:
        """Say that it runs, proven: what was under way is done. Raises OSError."""
        last = self.applied
        before = [*last.proven, last.generation] if last is not None else []
        proven = [one for one in dict.fromkeys(before) if one != applied.generation]
        ran = [*(last.ran or [(last.generation, last.at)])] if last is not None else []
        if not ran or ran[-1][0] != applied.generation:
            ran.append((applied.generation, applied.at))
        self.applied = replace(applied, proven=proven[-_MOST_PROVEN:], ran=ran[-_MOST_PROVEN:])
        durable.write_json(self.layout.applied, plain(self.applied))
        self.applying = None
        self.save()

    def remade(self, made_of: str) -> None:
        """What runs comes of something else as well: another Dialform, say. Raises OSError."""
        if self.applied is not None and self.applied.made_of != made_of:
            self.applied = replace(self.applied, made_of=made_of)
            durable.write_json(self.layout.applied, plain(self.applied))

    def drop(self) -> None:
        """Nothing is under way any more. Raises OSError."""
        self.applying = None
        self.save()

    def save(self) -> None:
        """Write record.json. Raises OSError."""
        applying = None if self.applying is None else plain(self.applying)
        durable.write_json(
            self.layout.record, {"known": self.known.to_json(), "applying": applying}
        )


def plain(value: Applying | Applied) -> dict[str, Any]:
    """As plain data."""
    return {name: getattr(value, name) for name in value._fields_}  # type: ignore[union-attr]


def _made(kind: Any, data: Any) -> Any:
    """An object of a kind from its plain data; None where that is none."""
    if not isinstance(data, dict):
        return None
    try:
        return kind(**{name: data[name] for name in kind._fields_ if name in data})
    except TypeError:
        return None


def _map(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}
