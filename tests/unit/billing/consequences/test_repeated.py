"""No mail is sent again and again because the ledger cannot write down that it is out."""

from __future__ import annotations

import pytest

from dialform.billing.consequences import outbox
from dialform.billing.ledger.errors import LedgerError, LedgerFullError

from .conftest import Books
from .mailserver import running
from .test_mailing import Post, low


def refuses(*_: object) -> None:
    raise LedgerFullError("The disk of the ledger is full.")


def test_a_disk_that_fills_while_a_mail_is_out_sends_it_once(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    low(books)
    with running() as server:
        post = Post(books, server)
        with monkeypatch.context() as full:
            full.setattr(outbox, "_note", refuses)
            for _ in range(5):
                with pytest.raises(LedgerError):
                    post.round()
                post.now += 3600
            assert len(server.mails) == 1
        assert post.round() == (1, []), "now it is known to be out"
        assert post.round() == (0, [])
        assert len(server.mails) == 1


def test_a_ledger_that_cannot_be_written_sends_none(sqlite_books: Books) -> None:
    """Each minute's `agent --once` would send it again."""
    low(sqlite_books)
    with running() as server:
        with sqlite_books.ledger.database.engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA query_only = ON")
        for _ in range(3):
            with pytest.raises(LedgerError):
                Post(sqlite_books, server).round()
        assert server.mails == []
