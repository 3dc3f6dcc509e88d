"""Accounts, sessions and what was done: what the portal itself keeps, in the ledger's database."""
