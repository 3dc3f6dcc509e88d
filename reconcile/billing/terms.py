"""What a generation agreed to with its tenants, into the ledger, once that generation is proven."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.reports import given
from dialform.billing.ledger.values import Stored
from dialform.compiler.terms import PRICES, TENANTS, Prices, Terms
from dialform.compiler.terms_json import TermsError, prices_from, tenants_from
from dialform.reconcile.ground import Ground
from dialform.reconcile.times import moment
from dialform.values import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Ran:
    """What was agreed to, in a compiled folder; from when on (microseconds), and its `mark`."""

    folder: Path
    at: int
    mark: str


def ran(ground: Ground) -> list[Ran]:
    """What was agreed to on this host, the oldest first: one for each change, as far as it is still there.

    The times are those of the proofs, out of the record: whoever stores it later, after a crash, says the
    same. Raises LedgerError where the last cannot be read.
    """
    found: list[Ran] = []
    applied = ground.record.applied
    for name, at in (applied.ran or ((applied.generation, applied.at),)) if applied else ():
        generation = ground.generations.find(name)
        if generation is None:
            continue
        try:
            marked = mark(generation.folder)
        except LedgerError:
            if applied is not None and name == applied.generation:
                raise
            continue
        if not found or found[-1].mark != marked:
            found.append(Ran(generation.folder, _micro(at, ground), marked))
    return found


def store(ledger: Ledger, host: str, changes: Sequence[Ran]) -> Stored:
    """Keep what `ran` found, each from its time on, and book the payments of the last.

    What the ledger was given already is not stored again; what ran while it was away is. Raises LedgerError.
    """
    with ledger.reading() as reading:
        newest = given(reading, host)
    for one in changes[:-1]:
        if newest is None or one.at >= newest:
            bare = [replace(each, payments=()) for each in terms_of(one.folder).values()]
            ledger.store_terms(host, _prices(one.folder), bare, at=one.at)
    last = changes[-1]
    return ledger.store_terms(
        host, _prices(last.folder), terms_of(last.folder).values(), at=last.at
    )


def proven(ground: Ground) -> Path | None:
    """The folder of what was proven last; None where nothing was."""
    applied = ground.record.applied
    found = ground.generations.find(applied.generation) if applied else None
    return found.folder if found else None


def _prices(folder: Path) -> Prices:
    try:
        return prices_from((folder / PRICES).read_bytes())
    except (OSError, TermsError) as error:
        raise LedgerError(_unread(PRICES, error)) from None


def _micro(text: str, ground: Ground) -> int:
    at = moment(text)
    return int((at if at is not None else ground.times.now()) * MICRO)


def _unread(path: str, error: Exception) -> str:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return f"{path} of what runs cannot be read ({why}): a new commit, or `dialform rollback`, makes it anew."
