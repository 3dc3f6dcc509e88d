"""What is to be compiled and planned, and what came of it: both travel between processes as JSON."""

from pathlib import Path
from typing import Any

from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Order:
    """Compile `site` for `host` and plan it against the generation `base` (None: nothing runs yet).

    `commit` is None where the files are of no commit. `secrets` None is `$CREDENTIALS_DIRECTORY`. With
    `quarantine` a tenant with errors keeps its last good files, and the others go on.
    """

    state: Path
    site: Path
    commit: str | None
    host: str
    secrets: Path | None = None
    quarantine: bool = False
    base: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "state": str(self.state), "site": str(self.site), "commit": self.commit,
            "host": self.host, "secrets": str(self.secrets) if self.secrets else None,
            "quarantine": self.quarantine, "base": self.base,
        }  # fmt: skip

    @staticmethod
    def from_json(data: dict[str, Any]) -> "Order":
        """What `to_json` wrote."""
        secrets = Path(data["secrets"]) if data["secrets"] else None
        return Order(
            Path(data["state"]), Path(data["site"]), data["commit"], data["host"], secrets,
            data["quarantine"], data["base"],
        )  # fmt: skip


@dataclass(slots=True)
class Made:
    """What came of an order.

    `generation` is None where there are `errors` (each as `--format json` writes it) or where the site
    has no such host (`hosts` are those that it has). `plan` is as `plan_data` gives it; `refusals` are
    its reasons, by the limits of the base. `quarantined` says for each tenant that kept its last good
    files why. `unchanged`: the content is that of the base. `timings` are in seconds.
    """

    generation: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    plan: dict[str, Any] | None = None
    impact: str = "none"
    refusals: list[dict[str, Any]] = field(default_factory=list)
    quarantined: dict[str, list[str]] = field(default_factory=dict)
    unchanged: bool = False
    placeholders: bool = False
    hosts: list[str] = field(default_factory=list)
    window: str = ""
    timezone: str = "UTC"
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The errors as people know them, a line each, with the way out behind."""
        return "\n".join(_line(one) for one in self.errors)

    def to_json(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {name: getattr(self, name) for name in _FIELDS}

    @staticmethod
    def from_json(data: dict[str, Any]) -> "Made":
        """What `to_json` wrote."""
        return Made(**{name: data[name] for name in _FIELDS})


_FIELDS = (
    "generation", "errors", "plan", "impact", "refusals", "quarantined", "unchanged",
    "placeholders", "hosts", "window", "timezone", "timings",
)  # fmt: skip


def _line(one: dict[str, Any]) -> str:
    place = f"{one['file']}:{one['line']}:{one['column']}: " if one["file"] else ""
    code = f"[{one['code']}]" if one["code"] else ""
    hint = f" ({one['hint']})" if one["hint"] else ""
    return f"{place}error{code} {one['message']}{hint}"
