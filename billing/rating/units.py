"""The arithmetic of a price: what is counted, and what comes of it."""

from dialform.compiler.terms import Price


def counted(seconds: int, price: Price) -> int:
    """The seconds that count: at least `first`, behind them in steps of `next`.

    A call that was answered and ended at once counts `first` too.
    """
    first = price.first
    return first if seconds <= first else first - (first - seconds) // price.next * price.next


def charged(billed: int, price: Price, per: int) -> int:
    """Micro-units for units that are not free, more than none: rounded up, once.

    The price is of `per` units, 60 for a price a minute, 1 for one a page. The minimum is one of the
    units' price; what it costs to be connected comes on top.
    """
    cost = -(-billed * price.price // per)
    return price.connect + (cost if cost > price.minimum else price.minimum)
