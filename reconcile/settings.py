"""How an agent runs: what its options say, in one immutable value."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """What an agent was told. Times are in seconds.

    `site` is the URL of the site's repository (empty for one shot from a folder), `branch` empty for
    the repository's own default. `secrets` is the host's folder of secrets. `force` is the number of
    deletions that somebody looked at; it holds for one shot alone. With `once` no agent stays. `ledger` is
    the URL of the ledger (empty: where the site says, else in the state folder), of which a password may be
    a part; `billing` says whether calls are booked here.
    """

    site: str
    host: str
    state: Path
    branch: str = ""
    subfolder: str = ""
    secrets: Path | None = None
    interval: float = 60.0
    confirm_within: float = 60.0
    keep: int = 10
    drift: Literal["heal", "report"] = "heal"
    report_only: bool = False
    quarantine: bool = False
    merges: Literal["signed", "clean"] = "signed"
    trusted_signers: Sequence[Path] = ()
    status_store: str = ""
    forge: str = ""
    listen: str = ""
    notify: Sequence[str] = ()
    probes: Sequence[str] = ()
    allow_disruption: bool = False
    force: int | None = None
    once: bool = False
    ledger: str = field(default="", repr=False)
    billing: bool = True
    phones_per_second: float = 50.0
    """How many phones are told to fetch: they do it at once, some files each."""

    @property
    def stale_after(self) -> float:
        """Seconds after which a status, or what was fetched, counts as old."""
        return max(3 * self.interval, 180.0)


class SettingsError(Exception):
    """The settings do not fit together: one sentence, with the way out."""


def listen_address(text: str) -> tuple[str, int]:
    """`HOST:PORT`, `[::1]:9180` or a port alone (then on loopback). Raises SettingsError."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not (port.isascii() and port.isdecimal()) or int(port) > 65535:
        raise SettingsError(f"'{text}' is no address to listen on: say it as 127.0.0.1:9180.")
    return host, int(port)
