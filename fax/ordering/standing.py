"""Whether a tenant may send at all right now: limits and credit, as the ledger has them."""

from typing import TYPE_CHECKING

from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

_WORDS = {
    "limit": "has reached its daily or monthly limit: it ends by itself with the day or month, or an admin "
    "raises `limits`",
    "credit": "has no credit left, and `on_zero_credit: block`: a payment lifts it",
}


@dataclass(frozen=True, slots=True)
class Room:
    """`refused` says why nothing goes out now, empty where it may; `left` is how many more transactions the
    limits of the day and month leave, None for any number.
    """

    refused: str
    left: int | None


def room(ledger: "Ledger", slug: str, name: str, now: int) -> Room:
    """How a tenant stands at `now` (microseconds since 1970). What the ledger never heard of may all."""
    from dialform.billing.consequences.flags import flag
    from dialform.billing.consequences.standing import Standing, standings

    terms = ledger.terms(slug)
    if terms is None:
        return Room("", None)
    with ledger.reading() as connection:
        standing = standings(connection, [terms], now).get(slug, Standing())
    word = flag(terms, standing)
    bounds = [
        most - made
        for most, made in ((terms.daily, standing.day), (terms.monthly, standing.month))
        if most >= 0
    ]
    refused = f"{name} {_WORDS[word]}." if word else ""
    return Room(refused, max(0, min(bounds)) if bounds else None)
