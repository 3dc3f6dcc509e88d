"""What a generation agreed to with its tenants, into the ledger, once that generation is proven."""

import hashlib
from pathlib import Path

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.values import Stored
from dialform.compiler.terms import PRICES, TENANTS, Terms
from dialform.compiler.terms_json import TermsError, prices_from, tenants_from
from dialform.reconcile.ground import Ground
from dialform.reconcile.times import moment

MICRO = 1_000_000


def terms_of(folder: Path) -> dict[str, Terms]:
    """The terms of the tenants of a generation, by slug. Raises LedgerError where it has none."""
    try:
        return tenants_from((folder / TENANTS).read_bytes())
    except (OSError, TermsError) as error:
        raise LedgerError(_unread(TENANTS, error)) from None


def mark(folder: Path) -> str:
    """A name for all that a generation agreed to, the same where nothing changed. Raises LedgerError."""
    digest = hashlib.sha256()
    for path in (PRICES, TENANTS):
        try:
            digest.update((folder / path).read_bytes())
        except OSError as error:
            raise LedgerError(_unread(path, error)) from None
    return digest.hexdigest()


def store(ledger: Ledger, host: str, folder: Path, at: int) -> Stored:
    """Keep a generation's prices and terms from `at` (microseconds) on, and book its payments.

    The same again changes nothing. Raises LedgerError.
    """
    try:
        prices = prices_from((folder / PRICES).read_bytes())
    except (OSError, TermsError) as error:
        raise LedgerError(_unread(PRICES, error)) from None
    return ledger.store_terms(host, prices, terms_of(folder).values(), at=at)


def proven(ground: Ground) -> tuple[Path, int] | None:
    """The folder of what was proven last, and when (microseconds); None where nothing was.

    The time is the proof's own, out of the record: whoever stores it later, after a crash, says the same.
    """
    applied = ground.record.applied
    found = ground.generations.find(applied.generation) if applied else None
    if applied is None or found is None:
        return None
    at = moment(applied.at)
    return found.folder, int((at if at is not None else ground.times.now()) * MICRO)


def _unread(path: str, error: Exception) -> str:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return f"{path} of what runs cannot be read ({why}): a new commit, or `dialform rollback`, makes it anew."
