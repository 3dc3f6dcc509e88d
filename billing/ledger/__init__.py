"""Where money is kept: facts, rated usage and double entries, in SQLite or PostgreSQL.

`dialform.billing.ledger.opening` opens one; `ledger.Ledger` is what it can do; `queries` and `calls` are what
can be asked of it.
"""
