"""Statements out of a ledger: drawn up as it stands, issued once, and kept as they were issued.

Issuing holds the lock of the tenant, as whoever books for it does: what is booked is either in the statement,
or comes after it and is a line of the next one.
"""

import json
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, func, select

from dialform.billing.ledger import reports
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.sql import sql
from dialform.billing.ledger.tables import statements, terms, usage
from dialform.billing.ledger.values import Fault
from dialform.billing.rating.periods import period_of
from dialform.billing.statements.document import from_json, to_json
from dialform.billing.statements.prepare import Booked, following, prepare
from dialform.billing.statements.statement import Included, Party, Statement
from dialform.values import replace


def issued(connection: Connection, tenant: str, period: str) -> Statement | None:
    """The statement of a month as it was issued. Raises LedgerError where what is kept is none."""
    query = select(statements.c.body).where(
        statements.c.tenant == tenant, statements.c.period == period
    )
    return _kept(connection.execute(query).scalar(), tenant, period)


def last_issued(connection: Connection, tenant: str, before: str = "9999-99") -> Statement | None:
    """The statement that was issued last, of a month before `before`."""
    query = (
        select(statements.c.body)
        .where(statements.c.tenant == tenant, statements.c.period < before)
        .order_by(statements.c.period.desc())
        .limit(1)
    )
    return _kept(connection.execute(query).scalar(), tenant, before)


def draw_up(
    connection: Connection, party: Party, included: Sequence[Included], period: str, *,
    calls: bool = False,
) -> Statement:  # fmt: skip
    """A month's statement as the ledger stands now; the one that was issued, where one was.

    `included` are what a month includes, their `used` is looked up here.
    """
    found = issued(connection, party.tenant, period)
    if found is not None:
        return found
    tenant, currency = party.tenant, party.currency
    used = reports.used(connection, tenant, period)
    usage_ = [
        one for one in reports.months(connection, tenant, currency, period) if one.period != period
    ]
    booked = Booked(
        party,
        [*usage_, *reports.month(connection, tenant, currency, period)],
        reports.paid(connection, tenant, currency),
        [replace(one, used=used.get(one.resource, (0, 0))[1]) for one in included],
        reports.days(connection, tenant, currency, period),
    )
    made = prepare(booked, period, last_issued(connection, tenant, period))
    if not calls:
        return made
    return replace(made, calls=tuple(reports.called(connection, tenant, currency, period)))


def issue(
    connection: Connection, draw: Callable[[Connection], Statement], tenant: str, period: str, now: int
) -> Statement:  # fmt: skip
    """Issue what `draw` draws up, within a transaction; one that is issued stays as it is.

    Raises LedgerError where a later month is issued already, where a month between is not, and for a month
    before the tenant was there: each month since would have to be issued after it.
    """
    words = sql(connection)
    words.lock([tenant])
    found = issued(connection, tenant, period)
    if found is not None:
        return found
    last = last_issued(connection, tenant)
    if last is not None and last.period > period:
        raise LedgerError(
            f"The statement {last.period} of {tenant} is issued: what came to {period} since is a line of "
            f"the next one, {following(last.period)}."
        )
    if last is not None and following(last.period) != period:
        raise LedgerError(
            f"The statement {following(last.period)} of {tenant} is not issued yet: issue it first."
        )
    made = replace(draw(connection), issued=now)
    if last is None:
        _refuse_before_all(connection, made)
    upto = connection.execute(
        select(func.coalesce(func.max(usage.c.id), 0)).where(usage.c.tenant == tenant)
    ).scalar_one()
    number = connection.execute(
        select(func.coalesce(func.max(statements.c.number), 0)).where(statements.c.tenant == tenant)
    ).scalar_one()
    connection.execute(
        statements.insert().values(
            tenant=tenant,
            period=period,
            number=number + 1,
            at=now,
            upto=upto,
            body=json.dumps(to_json(made), ensure_ascii=False, sort_keys=True),
        )
    )
    return made


def _refuse_before_all(connection: Connection, made: Statement) -> None:
    if made.usage or made.payments or made.opening:
        return
    tenant, period = made.party.tenant, made.period
    known = select(func.min(terms.c.effective)).where(terms.c.scope == tenant)
    since = connection.execute(known).scalar()
    if since is not None and period < (first := period_of(since, made.party.timezone)):
        raise LedgerError(
            f"Nothing is known of {tenant} in {period} or before: its first statement is that of {first}, "
            "or of an earlier month with usage or payments."
        )


def audit(connection: Connection) -> list[Fault]:
    """What does not add up of issued statements: each says its own sums, and begins where the last ended."""
    query = select(statements.c.tenant, statements.c.period, statements.c.body)
    faults, before = [], None
    for tenant, period, body in connection.execute(
        query.order_by(statements.c.tenant, statements.c.period)
    ):
        try:
            found = from_json(json.loads(body))
        except ValueError as error:
            faults.append(Fault("statements", f"The statement {period} of {tenant}: {error}."))
            before = None
            continue
        follows = before is not None and before.party.tenant == tenant
        if follows and before is not None and before.closing != found.opening:
            text = f"The statement {period} of {tenant} does not begin where {before.period} ended."
            faults.append(Fault("statements", text))
        before = found
    return faults


def _kept(body: str | None, tenant: str, period: str) -> Statement | None:
    if body is None:
        return None
    try:
        return from_json(json.loads(body))
    except ValueError as error:
        raise LedgerError(
            f"The statement {period} of {tenant} that was issued cannot be read: {error}."
        ) from None
