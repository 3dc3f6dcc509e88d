"""Faxes that are to go out and faxes that came in, in the ledger's database."""
