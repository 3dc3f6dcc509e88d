"""What operators are told of money: each notice that asks for somebody, as a sentence with the way out."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from dialform.billing.ledger.values import (
    CONFLICTING,
    CREDIT_BACK,
    LIMIT,
    PAYMENT_CHANGED,
    UNRATED_CALL,
    VELOCITY,
    Notice,
)
from dialform.billing.money import amount

Body = Mapping[str, Any]


def _unrated(notice: Notice, body: Body) -> str:
    return (
        f"A call of {notice.tenant} to {_word(body, 'number')} has no price ({_word(body, 'reason')}). "
        "It is booked as unrated: add the rate, then `dialform billing rerate`."
    )


def _conflict(notice: Notice, body: Body) -> str:
    return (
        f"The record {notice.about} of {notice.tenant} came again with other content; what was booked first "
        "stands. The second one lies in quarantine: somebody or something wrote it twice."
    )


def _payment(notice: Notice, body: Body) -> str:
    booked, now = (_sum(body.get(name)) for name in ("booked", "now"))
    return (
        f"The payment {notice.about} of {notice.tenant} was booked as {booked} and is {now} in git now. "
        "What was booked stands: put it back, and write what is to be corrected as a payment of its own."
    )


def _velocity(notice: Notice, body: Body) -> str:
    since = datetime.fromtimestamp(int(body.get("since") or 0) / 1_000_000, UTC).strftime("%H:%M")
    return (
        f"{_who(notice.about)} of {notice.tenant} has spent {_money(body, 'spent')} in the hour from "
        f"{since} UTC, more than the {_money(body, 'alert')} at which somebody should look: is its "
        "password known?"
    )


def _who(about: str) -> str:
    """An extension stands as its number; what else sends calls outside with its kind, as "ring_group 600"."""
    return f"Extension {about}" if about.isdigit() else about.capitalize().replace("_", " ")


def _limit(notice: Notice, body: Body) -> str:
    return (
        f"{notice.tenant} has reached its {notice.about} limit of {body.get('limit')} transactions "
        f"({body.get('period')}): calls and faxes to the outside are refused, emergency calls go on."
    )


SENTENCES: dict[str, Callable[[Notice, Body], str]] = {
    UNRATED_CALL: _unrated,
    CONFLICTING: _conflict,
    PAYMENT_CHANGED: _payment,
    VELOCITY: _velocity,
    LIMIT: _limit,
}
"""The kinds that operators are told of. As news each is called `billing_<kind>` (reconcile/telling)."""

SILENT = (CREDIT_BACK,)
"""Kinds that are nobody's news: they end others."""


def sentence(notice: Notice) -> str:
    """A notice as operators read it, with its time: the same trouble of another day is news.

    Raises KeyError for a kind that is none of theirs.
    """
    at = datetime.fromtimestamp(notice.at / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M")
    return f"{SENTENCES[notice.kind](notice, notice.body)} ({at} UTC)"


def _word(body: Body, name: str) -> str:
    text = str(body.get(name) or "")
    return "".join(c if c.isprintable() else "?" for c in text)[:60] or "nowhere"


def _money(body: Body, name: str) -> str:
    return f"{amount(int(body.get(name) or 0))} {body.get('currency') or ''}".rstrip()


def _sum(paid: object) -> str:
    if not isinstance(paid, Mapping):
        return "nothing"
    return f"{amount(int(paid.get('amount') or 0))} of {paid.get('date')}"
