"""Where the billing of what runs is kept, read and sent."""

import os
from collections.abc import Mapping
from pathlib import Path

from dialform.billing.consequences.mailing import Sender
from dialform.billing.ledger.errors import LedgerError
from dialform.compiler.secrets import SecretError, open_store
from dialform.reconcile.billing import where
from dialform.reconcile.settings import Settings
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A generation's ledger, the folder of its call records and its mail server."""

    url: str
    spool: Path | None
    sender: Sender | None

    def __repr__(self) -> str:  # a password may be in the URL
        return f"Place({self.spool})"


def place_of(settings: Settings, folder: Path, environ: Mapping[str, str] | None = None) -> Place:
    """By the compiled folder of what runs, and the agent's own settings. Raises LedgerError."""
    environ = os.environ if environ is None else environ
    try:
        store = open_store(settings.secrets, environ)
    except SecretError as error:
        raise LedgerError(f"The secrets cannot be read: {error.reason}.") from None
    platform = where.platform_of(folder)
    url = where.ledger_url(settings.ledger, environ, platform, store, settings.state)
    return Place(url, where.spool_of(folder), where.sender_of(platform, store))
