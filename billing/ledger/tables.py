"""The ledger's tables, as SQLAlchemy reads them.

How they are made, with their checks and triggers, stands in `migrations`; a test holds both against each
other. Times (`at`, `booked`, …) are microseconds since 1970, amounts micro-units, units seconds or pages.

What is money is only ever added to: `facts`, `usage`, `entries`, `payments`, `terms`, `documents`,
`accounts`, `statements`. What can be counted again from those is kept beside, and `verify` does so:
`counters`, `balances`, `transactions`. The rest is work: `standing`, `notices`, `quarantine`, `live`.
Tables of faxes stand in the same database: `fax/queue/tables.py`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dialform.billing.ledger.columns import ID, numbers, texts

metadata = MetaData()


def _key(name: str, kind: type[Text] | BigInteger = Text) -> Column[object]:
    return Column(name, kind, primary_key=True)


accounts = Table("accounts", metadata, _key("name"), _key("currency"))
"""`cash`, `revenue:<service>`, `tenant:<slug>`, each in a currency."""

documents = Table("documents", metadata, _key("digest"), *texts("kind", "body"))
"""Prices and terms as JSON, named by what they say."""

terms = Table(
    "terms", metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    *texts("host", "scope"),
    *numbers("effective"),
    Column("digest", Text, ForeignKey("documents.digest"), nullable=False),
    UniqueConstraint("host", "scope", "effective"),
)  # fmt: skip
"""Dated copies: what `host` was given, from `effective` on. Scope "" is its prices, else a tenant."""

facts = Table(
    "facts", metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    *texts("uuid", "kind", "digest", "host", "tenant"),
    *numbers("started", "answered", "ended"),
    *texts("direction", "trunk", "route", "plan"),
    *numbers("emergency"),
    *texts("number", "peer", "extension", "object", "forwarder", "revision", "call", "core", "cause"),
    *numbers("seconds", "pages", "total_pages", "fax_ok", "provisional", "booked"),
    UniqueConstraint("uuid", "kind", "provisional"),
)  # fmt: skip
"""One row a leg and kind, as the switch said it; a second one where a provisional one came first."""

usage = Table(
    "usage", metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("fact", BigInteger, ForeignKey("facts.id"), nullable=False),
    *numbers("seq"),
    *texts("tenant", "extension", "service", "resource", "status", "period", "day"),
    *numbers("at", "included", "units", "free", "billed", "amount"),
    *texts("currency"),
    *numbers("counted"),
    *texts("rate", "prefix"),
    *numbers("price", "costless", "first", "next", "connect", "minimum", "prices", "terms", "booked"),
    UniqueConstraint("fact", "seq"),
    Index("usage_tenant", "tenant", "at"),
    Index("usage_unrated", "tenant", "at", sqlite_where=text("status = 'unrated'"),
          postgresql_where=text("status = 'unrated'")),
)  # fmt: skip
"""What facts came to. `seq` 0 is the first charge; an odd one takes back the one before, with all its numbers
negative; the next even one is the new charge. So every sum over all rows is right.

`at` is the answer (else the start), `extension` whoever of the tenant made it cost, `counted` whether it is a
transaction, `prices` and `terms` the dated copies (`terms.id`, 0 for none) that it was rated by.
"""

payments = Table(
    "payments", metadata, _key("tenant"), _key("id"),
    *texts("date"), *numbers("amount"), *texts("currency", "note"), *numbers("booked"),
)  # fmt: skip

entries = Table(
    "entries", metadata,
    _key("id"),
    *numbers("at"),
    *texts("what", "tenant", "debit", "credit", "currency"),
    *numbers("amount"),
    Column("usage", BigInteger, ForeignKey("usage.id")),
    Column("payment", Text),
    ForeignKeyConstraint(["debit", "currency"], ["accounts.name", "accounts.currency"]),
    ForeignKeyConstraint(["credit", "currency"], ["accounts.name", "accounts.currency"]),
    ForeignKeyConstraint(["tenant", "payment"], ["payments.tenant", "payments.id"]),
    Index("entries_usage", "usage", unique=True, sqlite_where=text("usage IS NOT NULL"),
          postgresql_where=text("usage IS NOT NULL")),
    Index("entries_payment", "tenant", "payment", unique=True, sqlite_where=text("payment IS NOT NULL"),
          postgresql_where=text("payment IS NOT NULL")),
)  # fmt: skip
"""A transfer each: out of `debit`, into `credit`. `what` is charge, reversal or payment."""

counters = Table(
    "counters", metadata, _key("tenant"), _key("period"), _key("resource"),
    *numbers("units", "free", "billed", "amount"),
)  # fmt: skip

balances = Table(
    "balances", metadata, _key("tenant"), _key("currency"),
    *numbers("payments", "charges", "balance"),
)  # fmt: skip

transactions = Table("transactions", metadata, _key("tenant"), _key("period"), *numbers("count"))
"""Answered calls over trunks and faxes, of a day ("2026-11-28") and of a month ("2026-11")."""

standing = Table("standing", metadata, _key("tenant"), *numbers("low", "zero"))
"""Which side of its credit's marks a tenant is on, so that each crossing is told once. Its row is what a
transaction locks before it touches anything of the tenant."""

quarantine = Table(
    "quarantine", metadata,
    Column("id", ID, primary_key=True),
    *texts("uuid", "kind", "digest", "host", "tenant"), *numbers("at"), *texts("fact"),
    UniqueConstraint("uuid", "kind", "digest"),
)  # fmt: skip
"""Facts whose key was there with other content."""

notices = Table(
    "notices", metadata,
    Column("id", ID, primary_key=True),
    *texts("kind", "tenant", "about"),
    *numbers("at"),
    Column("key", Text, unique=True),
    *texts("body"),
    *numbers("sent", "tries"),
    *texts("last"),
    Index("notices_unsent", "id", sqlite_where=text("sent = 0"), postgresql_where=text("sent = 0")),
    Index("notices_about", "tenant", "kind", "about", "at"),
)  # fmt: skip
"""Word for people. `key` is there where the same word may be left once only."""

live = Table(
    "live", metadata, _key("uuid"), _key("kind"),
    *texts("host", "core", "tenant"), *numbers("answered", "seen"), *texts("fact"),
)  # fmt: skip
"""Legs that were answered and have no record yet."""

statements = Table(
    "statements", metadata,
    Column("id", ID, primary_key=True),
    *texts("tenant", "period"), *numbers("number", "at", "upto"), *texts("body"),
    UniqueConstraint("tenant", "period"),
    UniqueConstraint("tenant", "number"),
)  # fmt: skip
"""Statements that were issued. `upto` is the last `usage.id` of the tenant that could stand in it."""
