"""What must hold in a ledger, as questions whose answers are what does not: a row each, and its sentence.

The database sums and compares, so a ledger of any size is audited in the same memory. What only a program can
see (digests, days in time zones, the arithmetic of a price) stands in `verifying`.
"""

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Audit:
    """A check: its name, the sentence of a fault, and the question. The sentence takes the columns in order.

    `{money:N}` in it is column N as an amount of micro-units.
    """

    name: str
    sentence: str
    question: str


def _compared(kept: str, counted: str, keys: str, columns: tuple[str, ...]) -> str:
    """Where two questions with the same keys differ in any of the columns: keys, then both values of each."""
    left = ", ".join(f"{name} AS kept_{name}, 0 AS counted_{name}" for name in columns)
    right = ", ".join(f"0 AS kept_{name}, {name} AS counted_{name}" for name in columns)
    sums = ", ".join(f"SUM(kept_{name}), SUM(counted_{name})" for name in columns)
    differ = " OR ".join(f"SUM(kept_{name}) <> SUM(counted_{name})" for name in columns)
    return (
        f"SELECT {keys}, {sums} FROM (SELECT {keys}, {left} FROM ({kept}) AS one "  # noqa: S608
        f"UNION ALL SELECT {keys}, {right} FROM ({counted}) AS other) AS both_ "
        f"GROUP BY {keys} HAVING {differ} ORDER BY {keys}"
    )


_STANDS = """(u.seq & 1) = 0
    AND NOT EXISTS (SELECT 1 FROM usage n WHERE n.fact = u.fact AND n.seq > u.seq)"""

_BOOKED_BY = 3600 * 1_000_000
"""Microseconds within which a fax is booked, on a host that books."""

AUDITS: tuple[Audit, ...] = (
    Audit(
        "entries", "Entry {0} moves {money:1} from {2} to {3}: no transfer is that.",
        "SELECT id, amount, debit, credit FROM entries WHERE amount <= 0 OR debit = credit",
    ),
    Audit(
        "entries", "Entry {0} is neither of usage nor of a payment.",
        "SELECT id FROM entries WHERE (usage IS NULL) = (payment IS NULL)",
    ),
    Audit(
        "entries", "Entry {0} names the account {1}, which is not there.",
        """SELECT e.id, e.debit FROM entries e WHERE NOT EXISTS (SELECT 1 FROM accounts a
            WHERE a.name = e.debit AND a.currency = e.currency)
        UNION ALL SELECT e.id, e.credit FROM entries e WHERE NOT EXISTS (SELECT 1 FROM accounts a
            WHERE a.name = e.credit AND a.currency = e.currency)""",
    ),
    Audit(
        "entries", "Entry {0} is of usage {1}, which says something else or is not there.",
        """SELECT e.id, e.usage FROM entries e LEFT JOIN usage u ON u.id = e.usage
        WHERE e.usage IS NOT NULL AND (u.id IS NULL OR u.tenant <> e.tenant OR u.currency <> e.currency
            OR u.amount <> CASE WHEN e.debit = 'tenant:' || u.tenant
                    AND e.credit = 'revenue:' || u.service THEN e.amount
                WHEN e.credit = 'tenant:' || u.tenant
                    AND e.debit = 'revenue:' || u.service THEN -e.amount ELSE u.amount + 1 END)""",
    ),
    Audit(
        "entries", "Entry {0} is of payment {1} of {2}, which says something else or is not there.",
        """SELECT e.id, e.payment, e.tenant FROM entries e
        LEFT JOIN payments p ON p.tenant = e.tenant AND p.id = e.payment
        WHERE e.payment IS NOT NULL AND (p.id IS NULL OR p.currency <> e.currency
            OR p.amount <> CASE WHEN e.debit = 'cash' AND e.credit = 'tenant:' || p.tenant THEN e.amount
                WHEN e.credit = 'cash' AND e.debit = 'tenant:' || p.tenant THEN -e.amount
                ELSE p.amount + 1 END)""",
    ),
    Audit(
        "entries", "Usage {0} of {1} costs {money:2} and has {3} entries: it must have one.",
        """SELECT u.id, u.tenant, u.amount, COUNT(e.id) FROM usage u LEFT JOIN entries e ON e.usage = u.id
        WHERE u.amount <> 0 GROUP BY u.id, u.tenant, u.amount HAVING COUNT(e.id) <> 1""",
    ),
    Audit(
        "entries", "Payment {1} of {0} over {money:2} has {3} entries: it must have one.",
        """SELECT p.tenant, p.id, p.amount, COUNT(e.id) FROM payments p
        LEFT JOIN entries e ON e.tenant = p.tenant AND e.payment = p.id
        WHERE p.amount <> 0 GROUP BY p.tenant, p.id, p.amount HAVING COUNT(e.id) <> 1""",
    ),
    Audit(
        "balances", "The balance of {0} is kept as {money:2} {1}; its entries come to {money:3}.",
        _compared(
            "SELECT tenant, currency, balance FROM balances",
            """SELECT tenant, currency, SUM(CASE WHEN credit = 'tenant:' || tenant THEN amount
                ELSE -amount END) AS balance FROM entries GROUP BY tenant, currency""",
            "tenant, currency", ("balance",),
        ),
    ),
    Audit(
        "balances", "The payments of {0} are kept as {money:2} {1}; those booked come to {money:3}.",
        _compared(
            "SELECT tenant, currency, payments FROM balances",
            "SELECT tenant, currency, SUM(amount) AS payments FROM payments GROUP BY tenant, currency",
            "tenant, currency", ("payments",),
        ),
    ),
    Audit(
        "balances", "The charges of {0} are kept as {money:2} {1}; its usage comes to {money:3}.",
        _compared(
            "SELECT tenant, currency, charges FROM balances",
            """SELECT tenant, currency, SUM(amount) AS charges FROM usage WHERE amount <> 0
            GROUP BY tenant, currency""",
            "tenant, currency", ("charges",),
        ),
    ),
    Audit(
        "balances", "The balance of {0}, {money:2} {1}, is not payments less charges.",
        "SELECT tenant, currency, balance FROM balances WHERE balance <> payments - charges",
    ),
    Audit(
        "counters",
        "Of {2} in {1}, {0} is kept to have used {3}, {5} free, {7} billed, for {money:9}; "
        "its usage comes to {4}, {6} free, {8} billed, for {money:10}.",
        _compared(
            "SELECT tenant, period, resource, units, free, billed, amount FROM counters",
            """SELECT tenant, period, resource, SUM(units) AS units, SUM(free) AS free,
                SUM(billed) AS billed, SUM(amount) AS amount FROM usage WHERE resource <> ''
            GROUP BY tenant, period, resource""",
            "tenant, period, resource", ("units", "free", "billed", "amount"),
        ),
    ),
    Audit(
        "counters", "Of {2} in {1}, {0} used {3} free, and never had more than {4}.",
        """SELECT c.tenant, c.period, c.resource, c.free, m.most FROM counters c
        JOIN (SELECT tenant, period, resource, MAX(included) AS most FROM usage
              WHERE resource <> '' GROUP BY tenant, period, resource) m
        ON m.tenant = c.tenant AND m.period = c.period AND m.resource = c.resource
        WHERE c.free > m.most""",
    ),
    Audit(
        "transactions", "{0} is kept to have made {2} transactions in {1}; its usage comes to {3}.",
        _compared(
            "SELECT tenant, period, count AS made FROM transactions",
            """SELECT tenant, day AS period, SUM(counted) AS made FROM usage WHERE counted <> 0
                GROUP BY tenant, day
            UNION ALL SELECT tenant, period, SUM(counted) AS made FROM usage WHERE counted <> 0
                GROUP BY tenant, period""",
            "tenant, period", ("made",),
        ),
    ),
    Audit(
        "facts", "Fact {0} ({1} {2}) was never rated: it has no usage.",
        """SELECT f.id, f.kind, f.uuid FROM facts f
        WHERE NOT EXISTS (SELECT 1 FROM usage u WHERE u.fact = f.id)""",
    ),
    Audit(
        "facts", "Usage {0} is of fact {1}, which is not there or is another tenant's.",
        """SELECT u.id, u.fact FROM usage u LEFT JOIN facts f ON f.id = u.fact
        WHERE f.id IS NULL OR f.tenant <> u.tenant""",
    ),
    Audit(
        "facts", "The rows of usage of fact {0} are not numbered without gaps.",
        """SELECT fact, COUNT(*) FROM usage GROUP BY fact
        HAVING MIN(seq) <> 0 OR MAX(seq) <> COUNT(*) - 1""",
    ),
    Audit(
        "facts", "Fact {0} ({1} {2}) was taken back, and nothing stands in its place.",
        """SELECT f.id, f.kind, f.uuid FROM facts f JOIN usage u ON u.fact = f.id
        WHERE (u.seq & 1) = 1
        AND NOT EXISTS (SELECT 1 FROM usage n WHERE n.fact = f.id AND n.seq > u.seq)
        AND NOT (f.provisional = 1 AND EXISTS (SELECT 1 FROM facts r WHERE r.uuid = f.uuid
            AND r.provisional = 0 AND (r.kind = 'conference') = (f.kind = 'conference')))""",
    ),
    Audit(
        "facts", "Usage {0} does not take back what usage {1} charged.",
        """SELECT u.id, b.id FROM usage u JOIN usage b ON b.fact = u.fact AND b.seq = u.seq - 1
        WHERE (u.seq & 1) = 1 AND (u.tenant <> b.tenant OR u.period <> b.period OR u.day <> b.day
            OR u.resource <> b.resource OR u.currency <> b.currency OR u.units <> -b.units
            OR u.free <> -b.free OR u.billed <> -b.billed OR u.amount <> -b.amount
            OR u.counted <> -b.counted)""",
    ),
    Audit(
        "keys", "The leg {0} is charged {2} times as a {1}.",
        f"""SELECT uuid, kind, COUNT(*) FROM (
            SELECT f.uuid, CASE f.kind WHEN 'fax' THEN 'call' ELSE f.kind END AS kind
            FROM facts f JOIN usage u ON u.fact = f.id WHERE {_STANDS}) AS standing_
        GROUP BY uuid, kind HAVING COUNT(*) > 1""",  # noqa: S608
    ),
    Audit(
        "terms", "Copy {0} of {1} names a document that is not there.",
        """SELECT t.id, t.host FROM terms t
        WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.digest = t.digest)""",
    ),
    Audit(
        "statements", "Statement {1} of {0} ends at usage {2}, which is not there.",
        """SELECT tenant, period, upto FROM statements
        WHERE upto > (SELECT COALESCE(MAX(id), 0) FROM usage)""",
    ),
    Audit(
        "faxes", "Fax {0} went through (leg {1}), and is kept as {2}.",
        """SELECT j.id, a.uuid, j.state FROM fax_jobs j JOIN fax_attempts a ON a.job = j.id
        JOIN facts f ON f.uuid = a.uuid AND f.kind = 'fax' AND f.fax_ok = 1 AND f.provisional = 0
        WHERE a.ended > 0 AND a.doubt = 0 AND a.start + f.pages >= j.pages AND j.state <> 'sent'""",
    ),
    Audit(
        "faxes", "Fax {0} of {1} was sent, and its leg {2} was never booked: nobody pays for it.",
        f"""SELECT j.id, j.tenant, a.uuid FROM fax_attempts a JOIN fax_jobs j ON j.id = a.job
        JOIN (SELECT host, MAX(booked) AS last FROM facts GROUP BY host) b ON b.host = a.host
        WHERE a.outcome = 'sent' AND b.last > a.ended + {_BOOKED_BY}
        AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.uuid = a.uuid)""",  # noqa: S608
    ),
    Audit(
        "faxes", "Attempt {1} of fax {0} is open, and {2} does not send it.",
        """SELECT j.id, a.uuid, a.host FROM fax_attempts a JOIN fax_jobs j ON j.id = a.job
        WHERE a.ended = 0 AND (j.state <> 'sending' OR j.host <> a.host)""",
    ),
    Audit(
        "faxes", "Fax {0} is kept as sent, with {1} of its {2} pages.",
        """SELECT id, confirmed, pages FROM fax_jobs WHERE state = 'sent' AND confirmed <> pages""",
    ),
    Audit(
        "faxes", "The document of fax {0} is not there.",
        """SELECT id FROM fax_jobs j
        WHERE NOT EXISTS (SELECT 1 FROM fax_documents d WHERE d.digest = j.document)""",
    ),
)  # fmt: skip
