"""One tenant of whom something is wrong keeps no other one from their mail or their flag."""

from __future__ import annotations

import asyncio

import pytest

from dialform.billing.consequences import outbox
from dialform.billing.consequences.flags import FlagError, Flags
from dialform.billing.consequences.mailing import LONGEST
from dialform.billing.consequences.standing import standings
from dialform.values import replace

from .conftest import MICRO, NOON, Books
from .mailserver import running
from .test_mailing import Post

BAKERY = "janes-bakery"


def crosses(books: Books, slug: str) -> None:
    """A tenant's credit falls below its mark."""
    books.pay(1, slug)
    books.agree(slug, low_credit_alert=2 * MICRO)


def test_mails_that_nobody_can_send_hold_up_no_other(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a tenant that lives here no more, and of one whose server refuses it, for as long as it likes."""
    monkeypatch.setattr(outbox, "MOST", 2)
    for slug in ("gone-1", "gone-2", "gone-3"):
        books.terms[slug] = replace(books.terms["acme"], slug=slug, contact=f"it@{slug}.example")
        crosses(books, slug)
        del books.terms[slug]
    books.agree("acme", contact="")
    crosses(books, "acme")
    crosses(books, BAKERY)
    with running() as server:
        post = Post(books, server)
        taken, why = post.round()
        assert (taken, len(why)) == (1, 1)
        post.now += LONGEST
        assert post.round()[0] == 0
    (mail,) = server.parsed
    assert mail["To"] == "jane@bakery.example"


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Mars/Olympus"},
        {"contact": "it@acme.example\nBcc: all@evil.example"},
        {"contact": "jörg@exämple.example", "company": "☎ \u202e"},
    ],
)
def test_terms_of_one_that_no_mail_can_be_made_of(books: Books, wrong: dict[str, str]) -> None:
    books.agree("acme", **wrong)
    crosses(books, "acme")
    crosses(books, BAKERY)
    with running() as server:
        Post(books, server).round()
    assert "jane@bakery.example" in [mail["To"] for mail in server.parsed]
    assert "evil" not in str(server.parsed[-1])


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "America", ""])
def test_a_time_zone_that_nobody_knows_leaves_the_flags_of_the_others(
    books: Books, zone: str
) -> None:
    books.agree("acme", timezone=zone)
    books.agree(BAKERY, daily=1)
    books.call(BAKERY)
    going = books.fact("acme", ended=0)
    books.ledger.journal_answer(going, seen=NOON)
    with books.ledger.reading() as reading:
        found = standings(reading, books.terms.values(), NOON)
    assert (found[BAKERY].day, found["acme"].day) == (1, 1)


def test_a_flag_that_the_switch_does_not_take_holds_up_no_other() -> None:
    there: dict[str, str] = {}

    async def ask(command: str) -> str:
        word, _, rest = command.removeprefix("db ").partition("/")
        if word == "insert":
            key, _, value = rest.rpartition("/")
            if not key.startswith("acme"):
                there[key] = value
            return "+OK"
        return there.get(rest, "-ERR no reply")

    with pytest.raises(FlagError, match="acme"):
        asyncio.run(Flags().bring(ask, {"acme": "limit", BAKERY: "limit"}))
    assert there == {f"{BAKERY}-block/outbound": "limit"}
