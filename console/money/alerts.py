"""What happened to a tenant's money that its people should know, as sentences."""

from collections.abc import Callable, Mapping
from typing import Any

from dialform.billing.ledger.values import (
    CREDIT_BACK,
    LIMIT,
    LOW_CREDIT,
    UNRATED_CALL,
    VELOCITY,
    ZERO_CREDIT,
    Notice,
)
from dialform.billing.statements.values import Money, printable
from dialform.values import dataclass

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Alert:
    """A sentence, and when it became true (microseconds). `kind` is that of a flash: good, note, bad."""

    at: int
    kind: str
    text: str


def _low(notice: Notice, body: Body) -> str:
    return f"The credit fell to {_money(body, 'balance')}, below the {_money(body, 'alert')} to be told of."


def _limit(notice: Notice, body: Body) -> str:
    return (
        f"The {notice.about} limit of {body.get('limit')} calls and faxes was reached: "
        "those to the outside were refused."
    )


def _velocity(notice: Notice, body: Body) -> str:
    return (
        f"{printable(notice.about)} spent {_money(body, 'spent')} within an hour. "
        "If nobody expected that, change its password."
    )


def _unrated(notice: Notice, body: Body) -> str:
    return f"A call to {printable(str(body.get('number') or 'nowhere'))} has no price yet."


_WORDS: dict[str, tuple[str, Callable[[Notice, Body], str]]] = {
    LOW_CREDIT: ("note", _low),
    ZERO_CREDIT: ("bad", lambda *_: "The credit was used up."),
    CREDIT_BACK: ("good", lambda *_: "There is credit again."),
    LIMIT: ("bad", _limit),
    VELOCITY: ("bad", _velocity),
    UNRATED_CALL: ("note", _unrated),
}
"""Kind of notice → how it looks, and its sentence. What is for operators alone is not among them."""


def alert(notice: Notice) -> Alert | None:
    """A notice for the tenant's people; None where it is none of their business."""
    kind, words = _WORDS.get(notice.kind, ("", None))
    return Alert(notice.at, kind, words(notice, notice.body)) if words else None


def _money(body: Body, name: str) -> str:
    currency = str(body.get("currency") or "")
    return f"{Money(int(body.get(name) or 0), currency).shown()} {currency}".rstrip()
