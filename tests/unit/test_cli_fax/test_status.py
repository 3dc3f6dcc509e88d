"""What `dialform status` says of faxes."""

from typing import Any

from dialform.cli.statusview import _faxes


def said(**values: Any) -> list[tuple[str, str]]:
    return [(row.text, row.style) for row in _faxes({"fax": values})]


def test_nobody_has_a_fax_account() -> None:
    assert said() == []


def test_what_is_done_and_what_is_left_to_do() -> None:
    assert said(sending=2, due=3, oldest=120, unmailed=1) == [
        ("2 being sent, 3 due, 1 to be mailed, the oldest for 2 minutes", "")
    ]
    assert said(sending=0, due=0) == [("nothing to send, nothing to mail", "")]


def test_what_is_wrong() -> None:
    assert said(send_error="Nothing is sent: no connection", mail_error="refused")[1:] == [
        ("not sent: Nothing is sent: no connection", "red"),
        ("mail is not taken: refused", "yellow"),
    ]
