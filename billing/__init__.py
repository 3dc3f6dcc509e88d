"""Usage becomes money: facts of the switch → rated usage → ledger → quotas, limits, statements."""
