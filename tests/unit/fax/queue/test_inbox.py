"""Each fax that came in stands in the inbox once, and its mail is owed until somebody took it."""

from typing import Any

from dialform.fax.queue import Inbox
from dialform.fax.queue.values import NO_MAIL
from dialform.values import replace

from .world import MINUTE, NOW, came


def test_a_fax_is_taken_once(inbox: Inbox) -> None:
    assert inbox.take(came())
    assert not inbox.take(came(pages=9, tenant="bolt"))
    assert inbox.one("in-1") == came()
    assert inbox.one("in-2") is None


def test_what_strangers_say_is_kept_as_far_as_it_is_text(inbox: Inbox) -> None:
    assert inbox.take(came(station_id="A\0B", caller="\udcff"))
    found = inbox.one("in-1")
    assert found is not None
    assert (found.station_id, found.caller) == ("A\ufffdB", "\ufffd")


def test_the_inbox_is_of_a_tenant_and_accounts_and_begins_with_the_newest(inbox: Inbox) -> None:
    for number in range(4):
        inbox.take(came(f"in-{number}", at=NOW + number))
    inbox.take(came("other", account="1051"))
    inbox.take(came("bolt", tenant="bolt", at=NOW + 9))
    found = [fax.uuid for fax in inbox.list("acme", ["1050"])]
    assert found == ["in-3", "in-2", "in-1", "in-0"]
    assert [fax.uuid for fax in inbox.list("acme", ["1050"], most=1)] == ["in-3"]
    assert [fax.uuid for fax in inbox.list("acme", ["1050"], before=NOW + 2, since=NOW + 1)] == [
        "in-1"
    ]
    assert inbox.list("acme", []) == []
    assert inbox.list()[0].uuid == "bolt"


def test_a_pdf_is_noted_when_it_is_there(inbox: Inbox) -> None:
    inbox.take(came(pages=0))
    assert inbox.filed("in-1", "/fax/in/acme/in-1.pdf", 2, 1234)
    assert not inbox.filed("in-9", "/x", 1, 1)
    assert inbox.one("in-1") == came(file="/fax/in/acme/in-1.pdf", size=1234)


def owed(inbox: Inbox, **more: Any) -> list[str]:
    return [fax.uuid for fax in inbox.unmailed("pbx1", **more)]


def test_a_mail_is_owed_until_it_is_taken(inbox: Inbox) -> None:
    inbox.take(came(file="/x.pdf"))
    inbox.take(came("far", host="pbx2", file="/y.pdf"))
    assert owed(inbox, now=NOW) == ["in-1"]
    assert inbox.sending("in-1", NOW + MINUTE)
    assert owed(inbox, now=NOW) == [] and owed(inbox, now=NOW + MINUTE) == ["in-1"]
    assert inbox.unsent("in-1", "The server is away.", NOW + 2 * MINUTE)
    assert owed(inbox, now=NOW + MINUTE) == [] and owed(inbox) == ["in-1"]
    found = inbox.one("in-1")
    assert found is not None
    assert (found.mail, found.tries, found.due) == ("The server is away.", 1, NOW + 2 * MINUTE)
    assert inbox.mailed("in-1", NOW + 3 * MINUTE)
    found = inbox.one("in-1")
    assert found is not None and (found.mail, found.tries, found.mailed) == (
        "",
        2,
        NOW + 3 * MINUTE,
    )
    assert owed(inbox) == []


def test_where_no_mail_goes_out_none_is_owed(inbox: Inbox) -> None:
    inbox.take(came(file="/x.pdf"))
    inbox.take(came("never", file="/z.pdf", due=NO_MAIL))
    assert owed(inbox) == ["in-1"]
    assert inbox.no_mail("in-1", "The account has no `deliver_to`.")
    assert owed(inbox) == []
    assert not inbox.no_mail("in-9", "x") and not inbox.mailed("in-9", 1)


def test_a_fax_is_forgotten_when_it_is_old(inbox: Inbox) -> None:
    old, other = came(due=NO_MAIL), came("bolt", tenant="bolt")
    for fax in (old, other, came("far", host="pbx2"), came("new", at=NOW + MINUTE)):
        inbox.take(fax)
    inbox.take(came("owed"))  # nobody has its mail yet
    assert inbox.old("pbx1", "acme", NOW + 1) == [old]
    assert inbox.old("pbx1", "acme", NOW) == []
    assert inbox.forget("in-1") and not inbox.forget("in-1")
    assert inbox.one("in-1") is None and inbox.one("bolt") == other
    assert inbox.take(replace(old, pages=1)), "it may come again"
