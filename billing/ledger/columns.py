"""Columns as all tables of the ledger's database have them: nothing is ever NULL."""

from sqlalchemy import BigInteger, Column, Integer, Text

ID = BigInteger().with_variant(Integer, "sqlite")
"""A row's number: on SQLite its own row number."""


def texts(*names: str) -> list[Column[str]]:
    """Columns of text, "" for nothing."""
    return [Column(name, Text, nullable=False) for name in names]


def numbers(*names: str) -> list[Column[int]]:
    """Columns of whole numbers, 0 for nothing."""
    return [Column(name, BigInteger, nullable=False) for name in names]
