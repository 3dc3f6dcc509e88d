"""The tables of faxes, as SQLAlchemy reads them: they stand in the ledger's database.

How they are made, with their checks, stands in `billing/ledger/migrations/faxes.py`; a test holds both
against each other. Times are microseconds since 1970, 0 for "not yet".
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dialform.billing.ledger.columns import ID, numbers, texts

metadata = MetaData()


def _some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over some of the rows."""
    return Index(
        name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where)
    )


documents = Table(
    "fax_documents", metadata,
    Column("digest", Text, primary_key=True),
    *numbers("pages"),
    Column("fine", LargeBinary, nullable=False),
    Column("standard", LargeBinary, nullable=False),
)  # fmt: skip
"""What is sent, in both resolutions, named by what it is: without a name or tenant, since jobs share it."""

hosts = Table(
    "fax_hosts", metadata, Column("host", Text, primary_key=True), *numbers("seen")
)  # fmt: skip
"""When each host's agent was last heard of."""

jobs = Table(
    "fax_jobs", metadata,
    Column("id", ID, primary_key=True),
    *texts("tenant", "account", "number", "name"),
    Column("document", Text, ForeignKey("fax_documents.digest"), nullable=False),
    *texts("file", "title"),
    *numbers("pages"),
    *texts("state", "cause"),
    *numbers("due", "held", "step", "tries", "confirmed", "retries", "created", "ended"),
    *texts("author", "batch", "host", "trunk", "wish"),
    *numbers("coarse"),
    _some("fax_jobs_due", "tenant", "due", "id", where="state = 'queued'"),
    _some("fax_jobs_sending", "host", "tenant", "trunk", where="state = 'sending'"),
    _some("fax_jobs_ended", "tenant", "ended", where="ended > 0"),
    Index("fax_jobs_tenant", "tenant", "id"),
    _some("fax_jobs_batch", "batch", where="batch <> ''"),
    Index("fax_jobs_document", "document"),
    sqlite_autoincrement=True,
)  # fmt: skip
"""One row a number that a fax goes to. Only one that is being sent has a host, a trunk, a wish."""

attempts = Table(
    "fax_attempts", metadata,
    Column("uuid", Text, primary_key=True),
    Column("job", BigInteger, ForeignKey("fax_jobs.id"), nullable=False),
    *numbers("number"),
    *texts("host", "core", "trunk"),
    *numbers("step", "start", "began", "ended"),
    *texts("outcome", "cause"),
    *numbers("pages"),
    *texts("details"),
    *numbers("doubt"),
    UniqueConstraint("job", "number"),
    _some("fax_attempts_open", "job", where="ended = 0", unique=True),
    _some("fax_attempts_doubt", "host", where="doubt = 1"),
)  # fmt: skip
"""One row a leg that is dialled, written before it is. `doubt` is 1 where it was given up and may go on."""

received = Table(
    "fax_received", metadata,
    Column("uuid", Text, primary_key=True),
    *texts("tenant", "account", "host"),
    *numbers("at"),
    *texts("caller", "did", "station_id"),
    *numbers("pages", "ok"),
    *texts("result"),
    *numbers("seconds"),
    *texts("file"),
    *numbers("size", "mailed"),
    *texts("mail"),
    *numbers("tries", "due"),
    Index("fax_received_tenant", "tenant", "at"),
    _some("fax_received_unmailed", "host", "due", where="mailed = 0 AND due >= 0"),
)  # fmt: skip
"""The inbox. `due` is when its mail is tried next, -1 where none goes out."""
