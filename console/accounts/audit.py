"""What was done: who, when, from where. Rows are only ever added."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from dialform.billing.ledger.database import Database
from dialform.console.accounts.tables import audit
from dialform.values import dataclass

_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Act:
    """One row. `at` is microseconds since 1970; `account` 0 where nobody was signed in."""

    id: int
    at: int
    account: int
    subject: str
    tenant: str
    act: str
    address: str
    details: Mapping[str, Any]


def write(
    database: Database, *, at: int, act: str, account: int = 0, subject: str = "", tenant: str = "",
    address: str = "", details: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write down an act. `details` hold nothing secret. Raises LedgerError."""
    text = json.dumps(_plain(details or {}), ensure_ascii=False, default=str)
    if len(text) > _LONGEST:
        text = json.dumps({"much": text[: _LONGEST // 2]}, ensure_ascii=False)
    row = {"at": at, "account": account, "subject": _kept(subject), "tenant": _kept(tenant),
           "act": act, "address": address, "details": text}  # fmt: skip
    database.write(lambda connection: connection.execute(insert(audit).values(**row)))


def of(
    database: Database, *, tenant: str | None = None, subject: str = "", act: str = "",
    account: int = 0, before: int = 0, limit: int = 100,
) -> Sequence[Act]:  # fmt: skip
    """Acts, the last first; those before a row's number, `limit` at most.

    `tenant` None is all; `subject` is part of a subject; `act` how acts begin, as in `sign-in`.
    """
    wanted = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if tenant is not None:
        wanted = wanted.where(audit.c.tenant == tenant)
    if subject:
        wanted = wanted.where(audit.c.subject.contains(subject, autoescape=True))
    if act:
        wanted = wanted.where(audit.c.act.startswith(act, autoescape=True))
    if account:
        wanted = wanted.where(audit.c.account == account)
    if before:
        wanted = wanted.where(audit.c.id < before)
    with database.reading() as connection:
        rows = connection.execute(wanted).all()
    return [_act(row) for row in rows]


def _act(row: Any) -> Act:
    return Act(
        row.id, row.at, row.account, row.subject, row.tenant, row.act, row.address,
        json.loads(row.details),
    )  # fmt: skip


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _kept(one) if isinstance(one, str) else one for name, one in details.items()}


def _kept(text: str) -> str:
    """What any database takes, of what strangers send."""
    return "".join(c if c.isprintable() else "�" for c in text[:300])
