"""Mails about credit: once a crossing, in plain words, until a real server has taken them."""

from __future__ import annotations

import ssl
import threading
from datetime import datetime
from pathlib import Path

import pytest

from dialform.billing.consequences.letters import MAILED
from dialform.billing.consequences.mailing import FIRST, LONGEST, NOBODY, Mailing, Sender
from dialform.billing.consequences.outbox import Outbox

from .conftest import MICRO, NOON, Books
from .mailserver import Server, running


class Post:
    """A round of mails, on a clock that the test turns."""

    def __init__(self, books: Books, server: Server | None) -> None:
        self.books, self.now = books, 0.0
        self.mailing = Mailing(books.ledger.database, lambda: self.now)
        url = server.url if server else "smtp://127.0.0.1:1"
        self.sender: Sender | None = Sender(url, "pbx@example.com", "demo")

    def round(self) -> tuple[int, list[str]]:
        done = self.mailing.work(self.sender, self.books.terms, NOON + int(self.now * MICRO))
        return done.taken, list((done.failed or {}).values())


def low(books: Books, **agreed: object) -> None:
    """A hundred are paid for; six calls of 150 minutes leave 91, and 95 was the mark."""
    books.pay(100)
    books.agree(low_credit_alert=95 * MICRO, **agreed)
    for _ in range(6):
        books.call(minutes=150)


def test_a_crossing_is_one_mail_with_all_that_one_asks(books: Books) -> None:
    low(books)
    with running() as server:
        post = Post(books, server)
        assert post.round() == (1, [])
        assert post.round() == (0, [])
        books.call(minutes=150)
        assert post.round() == (0, [])
    (mail,) = server.parsed
    assert (mail["To"], mail["From"]) == ("it@acme.example", "pbx@example.com")
    assert mail["Subject"] == "94.00 USD of your telephone credit are left"
    text = mail.get_content()
    assert "down to 94.00 USD" in text
    assert "below 95.00 USD" in text
    assert "calls: 900 minutes: 9.00 USD" in text
    assert "November 2026" in text
    assert "Dear Acme Corp" in text
    assert "go on as before" in text
    assert "bakery" not in str(mail).lower()
    assert text.isascii()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert isinstance(mail["Date"].datetime, datetime)


def test_used_up_credit_says_what_is_refused(books: Books) -> None:
    books.agree(block_on_zero=True)
    books.pay(1)
    with running() as server:
        post = Post(books, server)
        books.call(minutes=200)
        assert post.round() == (1, [])
        books.pay(5)
        books.call(minutes=500)
        assert post.round() == (1, [])
    first, second = server.parsed
    assert first["Subject"] == "Your telephone credit is used up"
    assert "it stands at -1.00 USD" in first.get_content()
    assert "to the outside are refused" in first.get_content()
    assert first["Message-ID"] != second["Message-ID"]


def test_it_is_tried_again_ever_later_and_is_the_same_mail(books: Books) -> None:
    low(books)
    with running(Server(refuse="DATA", code=451)) as server:
        post = Post(books, server)
        taken, (why,) = post.round()
        assert taken == 0
        assert "451" in why
        (notice,) = Outbox(books.ledger.database).waiting(MAILED)
        assert (notice.tries, notice.last) == (1, why)
        assert post.round() == (0, []), "not at once"
        waits = []
        for _ in range(9):
            began = post.now
            while not post.round()[1]:
                post.now += FIRST
            waits.append(post.now - began)
        assert waits[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
        assert max(waits) == LONGEST
        server.refuse = ""
        post.now += LONGEST
        assert post.round() == (1, [])
        assert len(server.mails) == 1
    with running() as other:
        lost = Post(books, other)  # an agent that died before it could say that the mail is out
        with books.ledger.database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE notices SET sent = 0")
        assert lost.round() == (1, [])
    assert other.parsed[0]["Message-ID"] == server.parsed[0]["Message-ID"]


def test_a_server_that_is_not_there_loses_nothing(books: Books) -> None:
    low(books)
    post = Post(books, None)
    _, (why,) = post.round()
    assert "127.0.0.1:1" in why
    post.sender = None  # the site says nothing of mail any more
    post.now += LONGEST
    assert post.round() == (0, [])
    with running() as server:
        post.sender = Sender(server.url, "pbx@example.com")
        assert post.round() == (1, [])


def test_who_has_no_contact_is_written_to_once_it_has_one(books: Books) -> None:
    low(books, contact="")
    with running() as server:
        post = Post(books, server)
        assert post.round() == (0, [NOBODY])
        books.agree(contact="new@acme.example")
        post.now += LONGEST
        assert post.round() == (1, [])
    assert server.parsed[0]["To"] == "new@acme.example"


def test_a_tenant_of_another_host_is_that_hosts_matter(books: Books) -> None:
    low(books)
    with running() as server:
        post = Post(books, server)
        del books.terms["acme"]
        assert post.round() == (0, [])
        assert server.mails == []


@pytest.mark.parametrize("at_once", [False, True])
def test_a_password_goes_over_tls_alone(
    sqlite_books: Books, certificate: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr("dialform.billing.smtp._HERE", ())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    low(sqlite_books)
    with running(Server(tls=context, at_once=at_once)) as server:
        post = Post(sqlite_books, server)
        place = server.url.partition("://")[2]
        scheme = "smtps" if at_once else "smtp"
        post.sender = Sender(f"{scheme}://pbx:hunter%202@{place}", "pbx@example.com")
        assert post.round() == (1, [])
    assert server.secure == [True]
    assert any(line.startswith("AUTH PLAIN") for line in server.lines)
    assert "hunter" not in repr(post.sender)


def test_of_two_agents_one_sends_it(books: Books) -> None:
    """The second one comes while the first one's server still thinks."""
    if books.ledger.database.dialect != "postgresql":
        pytest.skip("a ledger in SQLite has one agent")
    low(books)
    (notice,) = Outbox(books.ledger.database).waiting(MAILED)
    inside, go = threading.Event(), threading.Event()

    def slow(_: object) -> str:
        inside.set()
        go.wait(20)
        return ""

    first = threading.Thread(target=Outbox(books.ledger.database).do, args=(notice, slow, NOON))
    first.start()
    try:
        assert inside.wait(20)
        with running() as server:
            assert Post(books, server).round() == (0, [])
        assert server.mails == []
        books.call()  # and nobody is kept from booking meanwhile
    finally:
        go.set()
        first.join(20)
    assert Outbox(books.ledger.database).waiting(MAILED) == []
