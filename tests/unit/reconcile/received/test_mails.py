"""Mails of received faxes: one each, with its pages, until a real server took it, whatever it says first."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dialform.billing import smtp
from dialform.billing.consequences.mailing import Sender
from dialform.fax.queue.values import NO_MAIL
from dialform.fax.receiving.told import LOST
from dialform.reconcile.fax.delivering import (
    FIRST,
    INBOX_ONLY,
    LONGEST,
    NO_ACCOUNT,
    NO_SERVER,
    REST,
    Delivery,
)
from dialform.reconcile.fax.receiving import GRACE
from dialform.values import replace

from .mailbox import Mailbox, running
from .world import HEAD, MICRO, World, account, company


def received(world: World, **said: str) -> str:
    leg = world.fax(pages=3, **said)  # type: ignore[arg-type]
    world.turn()
    return leg


def test_a_fax_is_one_mail_with_its_pages(world: World, box: Mailbox) -> None:
    leg = received(world)
    assert world.post().taken == [leg]
    assert world.post().taken == []
    world.restart()
    world.passes(LONGEST)
    assert world.post().taken == []
    (mail,) = box.mails
    assert (mail["From"], mail["To"]) == ("pbx@example.com", "fax@acme.example")
    assert box.recipients == ["fax@acme.example"]
    assert mail["Subject"] == "Fax from City Dentist: 3 pages"
    assert mail["Message-ID"] == f"<fax.{leg}@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    sent = mail["Date"].datetime
    assert isinstance(sent, datetime)
    assert sent.utcoffset() == timedelta(hours=-5)
    body = mail.get_body()
    assert body is not None
    text = body.get_content().replace("\r", "")
    assert "City Dentist, 12125550177 (the machine calls itself CITY DENTIST)" in text
    assert "30 November 2026, 18:59 (America/New_York)" in text
    assert "Pages:     3\n" in text
    assert "Duration:  1:00" in text
    assert "Result:    complete" in text
    assert "To:        +12125550150" in text
    (part,) = mail.iter_attachments()
    assert part.get_content_type() == "application/pdf"
    assert part.get_filename() == "fax-2026-11-30-1859-12125550177.pdf"
    assert part.get_content() == Path(world.row(leg).file).read_bytes()
    row = world.row(leg)
    assert (row.mailed, row.mail, row.tries) == (int(world.now - LONGEST) * MICRO, "", 1)


def test_a_fax_that_broke_off_says_so(world: World, box: Mailbox) -> None:
    received(world, fax_success="0", fax_result_text="The call dropped prematurely")
    world.post()
    (mail,) = box.mails
    assert mail["Subject"] == "Incomplete fax from City Dentist: 3 pages"
    text = mail.get_body().get_content()  # type: ignore[union-attr]
    assert "incomplete: the call dropped prematurely" in text
    assert "these are the pages that did" in text


def test_a_tiff_that_nobody_can_read_comes_as_it_is_with_a_word(world: World, box: Mailbox) -> None:
    raw = HEAD + b"\xff" * 100
    leg = world.fax(content=raw)
    for _ in range(3):
        world.turn()
        world.passes(LONGEST)
    world.post()
    (mail,) = box.mails
    (part,) = mail.iter_attachments()
    assert (part.get_content_type(), part.get_content()) == ("image/tiff", raw)
    assert part.get_filename() == "fax-2026-11-30-1859-12125550177.tif"
    assert "could not be turned into a PDF" in mail.get_body().get_content()  # type: ignore[union-attr]
    assert world.row(leg).mailed


def test_lost_pages_are_a_mail_without_pages(world: World, box: Mailbox) -> None:
    world.ends("0a4e1e6a-0000-4000-8000-000000000002", pages=4)
    world.passes(60)
    world.turn()
    world.post()
    (mail,) = box.mails
    text = mail.get_content()
    assert LOST.partition(":")[0] in text
    assert "ask for them once more" in text
    assert mail["Subject"] == "Incomplete fax from City Dentist: 4 pages"


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("code", [451, 550])
def test_a_server_that_refuses_gets_it_again_ever_later(world: World, verb: str, code: int) -> None:
    leg = received(world)
    with running(Mailbox(refuse=verb, code=code)) as box:
        world.sender = Sender(box.url, "pbx@example.com", "demo")
        pauses = []
        for count in range(1, 11):
            began = world.now
            while not (posted := world.post()).waits:
                world.passes(FIRST)
            pauses.append(world.now - began)
            row = world.row(leg)
            assert row.mail == posted.waits[leg]
            assert (row.mailed, row.tries) == (0, count)
        assert pauses[:4] == [0, FIRST, 2 * FIRST, 4 * FIRST]
        assert max(pauses) == LONGEST
        box.refuse = ""
        world.restart()
        world.passes(30 * 86400)
        assert world.post().taken == [leg]
        assert len(box.mails) == 1
    assert Path(world.row(leg).file).exists()


def test_a_server_that_is_away_for_days_costs_nothing_but_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    legs = [received(world) for _ in range(3)]
    asked = []

    def away(*_: object) -> None:
        asked.append(world.now)
        raise smtp.MailError("mail.example:25: timed out") from TimeoutError()

    world.delivery._hand_over = away
    world.sender = Sender("smtp://mail.example", "pbx@example.com", "demo")
    began = world.now
    while world.now < began + 2 * 86400:
        assert len(world.post().waits) <= 1, "who cannot be reached is not asked for each fax"
        world.passes(FIRST)
    gaps = [after - before for before, after in itertools.pairwise(asked)]
    assert gaps[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert gaps[4:7] == [REST] * 3
    assert max(gaps) <= LONGEST
    assert all("timed out" in world.row(leg).mail for leg in legs)
    with running() as box:
        world.delivery._hand_over = smtp.hand_over
        world.sender = Sender(box.url, "pbx@example.com", "demo")
        world.passes(LONGEST)
        world.post()
        assert sorted(box.ids) == sorted(f"<fax.{leg}@example.com>" for leg in legs)


def test_pages_that_were_told_as_lost_are_mailed_when_they_are_there(
    world: World, box: Mailbox
) -> None:
    spool, away = world.storage / "fax", world.storage / "away"
    leg = world.fax(pages=3, lives=True)
    spool.rename(away)  # not mounted, say
    spool.mkdir()
    world.ends(leg, pages=3)
    world.passes(GRACE + 1)
    world.turn()
    assert world.row(leg).result == LOST
    assert world.post().taken == [leg]
    spool.rename(world.storage / "empty")
    away.rename(spool)
    world.record(leg, pages=3)
    world.turn()
    row = world.row(leg)
    assert (row.ok, row.result, row.pages) == (True, "complete", 3)
    assert world.post().taken == [leg] and world.post().taken == []
    lost, found = box.mails
    assert "are lost" in lost.get_content() and found["Subject"].startswith("Fax from")
    assert len(list(found.iter_attachments())) == 1
    assert lost["Message-ID"] != found["Message-ID"]


def test_whose_answer_is_lost_gets_the_very_same_mail(world: World, box: Mailbox) -> None:
    received(world)
    box.mute = True
    assert world.post().taken == []
    box.mute = False
    world.passes(LONGEST)
    assert len(world.post().taken) == 1
    first, second = box.raw
    assert first == second


def test_one_that_a_server_refuses_holds_up_no_other(world: World, box: Mailbox) -> None:
    world.companies = {"acme": company("acme", account(), account("1051", deliver_to="no mail"))}
    bad = world.fax(number="1051")
    good = world.fax()
    world.turn()
    posted = world.post()
    assert posted.taken == [good]
    assert "is no mail address" in posted.waits[bad]


def test_without_deliver_to_it_is_in_the_inbox_alone(world: World, box: Mailbox) -> None:
    world.agree(deliver_to="")
    leg = received(world)
    assert world.row(leg).due == NO_MAIL
    world.agree(deliver_to="late@acme.example")
    world.passes(LONGEST)
    world.post()
    assert box.mails == [], "what came before is not sent afterwards"


def test_a_deliver_to_that_was_taken_away_ends_the_trying(world: World, box: Mailbox) -> None:
    leg = received(world)
    world.agree(deliver_to="")
    world.post()
    row = world.row(leg)
    assert (row.due, row.mail, row.mailed) == (NO_MAIL, INBOX_ONLY, 0)
    assert box.mails == []


def test_another_address_gets_what_still_waits(world: World, box: Mailbox) -> None:
    box.refuse = "RCPT"
    received(world)
    world.post()
    box.refuse = ""
    world.agree(deliver_to="new@acme.example")
    world.passes(LONGEST)
    world.post()
    assert box.recipients == ["new@acme.example"]


def test_an_account_that_is_gone_and_a_site_without_mail_are_said(world: World) -> None:
    leg = received(world)
    assert world.post().waits == {leg: NO_SERVER}
    world.companies = {}
    world.passes(LONGEST)
    assert world.post().waits == {leg: NO_ACCOUNT}
    assert world.row(leg).mail == NO_ACCOUNT


def test_a_pdf_that_is_gone_is_said(world: World, box: Mailbox) -> None:
    leg = received(world)
    file = Path(world.row(leg).file)
    file.rename(file.with_suffix(".away"))
    assert "cannot be read" in world.post().waits[leg]
    file.with_suffix(".away").rename(file)
    world.passes(LONGEST)
    assert world.post().taken == [leg]


def test_another_hosts_fax_is_not_ours_to_mail(world: World, box: Mailbox) -> None:
    leg = received(world)
    row = world.row(leg)
    world.inbox.forget(leg)
    world.inbox.take(replace(row, host="pbx2"))
    world.post()
    assert box.mails == []


def test_no_other_tenant_is_named(world: World, box: Mailbox) -> None:
    bakery = company("bakery", account(deliver_to="b@bakery.example"), name="Jane's Bäckerei")
    world.companies = {"acme": company(), "bakery": replace(bakery, contacts={})}
    world.fax(tenant="bakery")
    world.turn()
    world.post()
    (raw,) = box.raw
    assert b"acme" not in raw.lower()
    assert b"dentist" not in raw.replace(b"CITY DENTIST", b"").lower()
    assert "Jane's Bäckerei" in box.mails[0].get_body().get_content()  # type: ignore[union-attr]


def test_who_was_told_to_stop_begins_no_other_mail(world: World) -> None:
    """Its round goes on in a thread when the next life's begins."""
    first = received(world)
    world.passes(60)
    second = received(world)
    world.sender = Sender("smtp://mail.example", "pbx@example.com", "demo")
    handed: list[bytes] = []

    def slow(_: object, mail: smtp.Envelope) -> None:
        handed.append(mail.content)
        if len(handed) == 1:
            old.stop()
            world.passes(4 * 60)
            world.restart()
            world.delivery._hand_over = slow
            assert world.post().taken == [second], "the first is being handed over"

    old = world.delivery
    old._hand_over = slow
    assert world.post().taken == [first]
    assert len(handed) == len(set(handed)) == 2


def test_a_round_that_takes_long_knows_what_time_it_is(world: World) -> None:
    legs = [received(world)]
    world.passes(60)
    legs.append(received(world))
    world.sender = Sender("smtp://mail.example", "pbx@example.com", "demo")
    began = int(world.now * MICRO)
    dues: list[int] = []

    def slow(*_: object) -> None:
        dues.append(max(world.row(leg).due for leg in legs))
        world.passes(1000)

    world.delivery = Delivery(world.inbox, "pbx1", world.log, slow, lambda: world.steady)
    assert world.post().taken == legs
    assert dues[1] - dues[0] == 1000 * MICRO
    assert dues[0] > began
