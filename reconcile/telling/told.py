"""What is told: a kind of happening, as a message for people and as data for machines."""

from collections.abc import Mapping
from typing import Any, Literal

from dialform.reconcile.telling.masking import Masker
from dialform.values import dataclass

State = Literal["pending", "success", "failure", ""]

MOST = 2000
"""Characters of a message."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of happening means.

    `severity` is info, warning, error or alarm. `state` is what a forge is told of the commit (empty:
    nothing). `ends` are the kinds that are over with it, so that they are news when they come again.
    `remind` is after how many seconds the same is told once more (0: never). `by_reason`: the same
    reason at the same commit is the same news, however its message goes on changing.
    """

    title: str
    severity: Literal["info", "warning", "error", "alarm"]
    state: State = ""
    ends: frozenset[str] = frozenset()
    remind: float = 0.0
    by_reason: bool = False


_TROUBLES = frozenset({"held", "invalid", "rolled_back", "rollback_failed", "unreachable"})

KINDS: dict[str, Kind] = {
    "reconciling": Kind("being applied", "info", "pending"),
    "applied": Kind("applied and proven", "info", "success", _TROUBLES | {"reconciling"}),
    "recovered": Kind("well again", "info", "", _TROUBLES | {"drift"}),
    "held": Kind("held", "warning", "pending", by_reason=True),
    "invalid": Kind("not valid", "error", "failure"),
    "unreachable": Kind("cannot be reached", "error", by_reason=True),
    "rolled_back": Kind("rolled back", "error", "failure", frozenset({"reconciling", "applied"})),
    "rollback_failed": Kind(
        "ROLLBACK FAILED", "alarm", "failure", frozenset({"reconciling", "applied"}), remind=3600.0
    ),
    "drift": Kind("drifted", "warning"),
    "healed": Kind("drift healed", "info", "", frozenset({"drift"})),
    "suspended": Kind("suspended", "warning", "", frozenset({"resumed"})),
    "resumed": Kind("resumed", "info", "", frozenset({"suspended"})),
    "attack": Kind("under attack", "warning"),
    "attack_over": Kind("attack is over", "info", "", frozenset({"attack"})),
    "billing_unrated": Kind("a call without a price", "warning"),
    "billing_conflict": Kind("a call record in two versions", "warning"),
    "billing_payment_changed": Kind("a payment changed after it was booked", "error"),
    "billing_velocity": Kind("an extension spends fast", "alarm"),
    "billing_limit": Kind("a limit is reached", "info"),
    "billing_trouble": Kind("billing is in trouble", "error", remind=3600.0),
}
"""The kinds that there are. One that is not here is told as a warning."""

_OTHER = Kind("news", "warning")


@dataclass(frozen=True, slots=True)
class Told:
    """One happening, masked."""

    kind: str
    host: str
    platform: str
    message: str
    commit: str = ""
    applied: str = ""
    reason: str = ""
    ready: str = "Unknown"
    at: str = ""

    @property
    def means(self) -> Kind:
        """Its row of the table."""
        return KINDS.get(self.kind, _OTHER)

    @property
    def headline(self) -> str:
        """One line: who, what, which commit."""
        who = f"{self.platform}/{self.host}" if self.platform else self.host
        return f"{who}: {self.means.title}{f' ({self.commit[:12]})' if self.commit else ''}"

    @property
    def same(self) -> tuple[str, str, str]:
        """What makes it the same news as another of its kind."""
        quiet = self.means.by_reason and self.reason
        return self.reason, self.commit, "" if quiet else self.message


def told(kind: str, status: Mapping[str, Any], message: str, masker: Masker) -> Told:
    """Of a status, whatever it lacks."""
    conditions = status.get("conditions") or ()
    ready = next((c for c in conditions if isinstance(c, Mapping) and c.get("type") == "Ready"), {})
    held = _map(status, "held")
    values = {
        "host": status.get("host"),
        "platform": status.get("platform"),
        "message": message.strip()[:MOST],
        "commit": _map(status, "attempted").get("commit") or _map(status, "source").get("commit"),
        "applied": _map(status, "applied").get("commit"),
        "reason": held.get("reason") or ready.get("reason"),
        "ready": ready.get("status") or "Unknown",
        "at": status.get("at"),
    }
    return Told(kind, **{key: masker.text(str(value or "")) for key, value in values.items()})


def _map(status: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = status.get(key)
    return found if isinstance(found, Mapping) else {}
