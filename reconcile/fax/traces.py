"""What is written down of a leg that a fax went out by: its call record, or the ledger's fact."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select

from dialform.billing.ledger.database import Database
from dialform.billing.ledger.tables import facts
from dialform.reconcile.fax import records
from dialform.reconcile.fax.legs import Ended


def trace(database: Database, folder: Path | None, uuid: str, about: float) -> Ended | None:
    """How a leg ended that is gone, begun about then (seconds since 1970); None: nothing is written
    down.

    `folder` is the switch's spool of call records. Raises LedgerError.
    """
    found = records.variables_of(folder, uuid, about)
    return of_record(found) if found is not None else _booked(database, uuid)


def of_record(variables: Mapping[str, object]) -> Ended:
    """By the variables of a call record."""
    texts = {name: value for name, value in variables.items() if isinstance(value, str)}
    return Ended(texts.get("hangup_cause", ""), texts)


def _booked(database: Database, uuid: str) -> Ended | None:
    """By the fact. What the journal of a switch that died made of it is none."""
    wanted = select(facts).where(
        facts.c.uuid == uuid, facts.c.kind.in_(("fax", "call")), facts.c.provisional == 0
    )
    with database.reading() as connection:
        row = connection.execute(wanted.order_by(facts.c.kind.desc()).limit(1)).first()
    if row is None:
        return None
    said = {"answer_uepoch": str(row.answered)}
    if row.kind == "fax":
        said["fax_document_transferred_pages"] = str(row.pages)
        said["fax_success"] = "1" if row.fax_ok else "0"
        said["fax_document_total_pages"] = str(row.total_pages)
    return Ended(row.cause, said)
