"""The tables of the portal, as SQLAlchemy reads them: they stand in the ledger's database.

How they are made, with their checks, stands in `billing/ledger/migrations` (portal.py, missing.py); a test
holds both against each other. Times are microseconds since 1970, 0 for "not yet".
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from dialform.billing.ledger.columns import ID, numbers, texts

metadata = MetaData()


def _owner() -> Column[int]:
    return Column("account", BigInteger, ForeignKey("portal_accounts.id"), nullable=False)


accounts = Table(
    "portal_accounts", metadata,
    Column("id", ID, primary_key=True),
    Column("subject", Text, nullable=False, unique=True),
    Column("login", Text, nullable=False, unique=True),
    *texts("email", "password", "secret"),
    *numbers("step"),
    *texts("recovery"),
    *numbers("locked", "gone", "failures", "failed", "created", "changed", "seen"),
    Column("missed", BigInteger, nullable=False, server_default="0"),
    Column("person", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)  # fmt: skip
"""One row a person. `password` is argon2's text; `secret` the TOTP secret, sealed, and `step` the last
step that a code was taken of; `recovery` digests of the codes that are left. `locked`: by somebody; `missed`:
since the site knows them no more, `gone`: that for too long; `failures` in a row, the last at `failed`;
`person`: a digest of who they were when the site last knew them."""

tokens = Table(
    "portal_tokens", metadata,
    Column("digest", Text, primary_key=True),
    _owner(), *texts("kind"), *numbers("created", "expires"),
    Index("portal_tokens_account", "account"),
)  # fmt: skip
"""Invitations and resets that may still be used; the token itself stands in a mail only."""

sessions = Table(
    "portal_sessions", metadata,
    Column("digest", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _owner(), *texts("stage", "way"), *numbers("created", "seen"),
    *texts("address", "agent", "said", "more"),
    Index("portal_sessions_account", "account"),
)  # fmt: skip
"""Sessions by the digest of their token; `id` is their name in lists. A sign-in that still waits for a
second factor is one, too (`stage`)."""

identities = Table(
    "portal_identities", metadata,
    Column("issuer", Text, primary_key=True), Column("name", Text, primary_key=True),
    _owner(), *numbers("created", "seen"),
    Index("portal_identities_account", "account"),
)  # fmt: skip
"""Who of an OpenID provider (`iss`, `sub`) an account is."""

drafts = Table(
    "portal_drafts", metadata,
    Column("id", ID, primary_key=True),
    _owner(), *texts("tenant", "path", "base", "was", "value"), *numbers("created", "updated"),
    UniqueConstraint("account", "tenant", "path"),
    sqlite_autoincrement=True,
)  # fmt: skip
"""What somebody typed and did not save yet. `tenant` is "" for the platform's files; `path` the path of the
object as JSON, `base` the commit that it was opened at, `was` the digest of the value then, `value` JSON."""

audit = Table(
    "portal_audit", metadata,
    Column("id", ID, primary_key=True),
    *numbers("at", "account"), *texts("subject", "tenant", "act", "address", "details"),
    Index("portal_audit_tenant", "tenant", "id"),
    Index("portal_audit_subject", "subject", "id"),
    sqlite_autoincrement=True,
)  # fmt: skip
"""Who did what, when, from where: only ever added to. `account` is 0 where nobody was signed in."""
