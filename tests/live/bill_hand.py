"""The bill, worked out by hand: each leg of a trunk and each stay in a room, to the micro-unit."""

from __future__ import annotations

from dialform.billing.rating.charge import EMERGENCY, NOTHING, RATED, UNRATED

from .bill import Charged, Part
from .bill_calls import BUSY, LOSER, NEVER


def out(number: str, trunk: str = "east") -> Part:
    return Part("outbound", trunk, number)


def coming(did: str) -> Part:
    return Part("inbound", "east", did)


def room(member: str) -> Part:
    return Part("room", "", member)


NOT_CHARGED = Charged(0, 0, 0)
A_MOBILE = Charged(60, 0, 60 * 10_000 // 60)


def worked_out(
    first: int, second: int, third: int, longest: int
) -> dict[Part, tuple[str, Charged]]:
    """The bill, by hand. What far ends counted are the seconds of the calls that are priced by the second:
    of the one in the free time, the one after it, the one handed over, and the one of a minute and more.
    """
    assert first <= 20, "then the calls in the free time come to more than the minimum"
    return {
        # The first two minutes are free. Who stays within them pays neither the fee nor the minimum.
        out("+13055550101"): (RATED, Charged(60, 60, 0)),
        out("+15035550101"): (RATED, Charged(first, first, 0)),
        # What is left to pay of this minute comes to less than the minimum; and the fee.
        out("+13055550102"): (RATED, Charged(60, 120 - 60 - first, 20_000 + 10_000)),
        out("+13055550103"): (RATED, Charged(60, 0, 20_000 + 60 * 30_000 // 60)),
        out("+15035550102"): (RATED, Charged(second, 0, second * 60_000 // 60)),
        out("+15035550103"): (RATED, Charged(third, 0, third * 60_000 // 60)),
        # By the route's plan; the tenant's own would have taken 0.99 a minute.
        out("+16025550101"): (RATED, Charged(12, 0, 5_000 + 12 * 24_000 // 60)),
        out("+17025550101"): (RATED, Charged(longest, 0, longest * 12_000 // 60)),
        out("+18885550101"): (RATED, Charged(60, 0, 0)),
        out("+442079460101"): (UNRATED, NOT_CHARGED),
        out("911", "mycarrier"): (EMERGENCY, NOT_CHARGED),
        out("+18045550101", "west"): (NOTHING, NOT_CHARGED),
        out("+18045550101"): (RATED, A_MOBILE),
        out(BUSY): (NOTHING, NOT_CHARGED),
        out(NEVER): (NOTHING, NOT_CHARGED),
        # In: one block of DIDs costs something, the others do not.
        coming("+17185550401"): (NOTHING, NOT_CHARGED),
        coming("+17185550402"): (NOTHING, NOT_CHARGED),
        coming("+17185550403"): (NOTHING, NOT_CHARGED),
        coming("+17185550410"): (RATED, Charged(12, 0, 12 * 5_000 // 60)),
        coming("+17185550411"): (RATED, Charged(24, 0, 24 * 5_000 // 60)),
        # Straight from a DID; the winner of a group, and the loser of one; follow-me, *72; both of an
        # attended transfer; a click.
        out("+12065550103"): (RATED, A_MOBILE),
        out("+12065550104"): (RATED, A_MOBILE),
        out(LOSER): (NOTHING, NOT_CHARGED),
        out("+12065550106"): (RATED, A_MOBILE),
        out("+12065550107"): (RATED, A_MOBILE),
        out("+12065550108"): (RATED, A_MOBILE),
        out("+12065550109"): (RATED, A_MOBILE),
        out("+12065550110"): (RATED, A_MOBILE),
        # One minute in rooms is free, and those who leave first have it.
        room("east"): (RATED, Charged(24, 24, 0)),
        room("7014"): (RATED, Charged(30, 30, 0)),
        room("7013"): (RATED, Charged(36, 60 - 24 - 30, 30 * 4_000 // 60)),
    }


BY_THE_SECOND = ("+15035550101", "+15035550102", "+15035550103", "+17025550101")
UNANSWERED = {out(BUSY), out(NEVER), out(LOSER), out("+18045550101", "west")}
STEPS = {
    out("+16025550101"): (6, 12), out("+17025550101"): (60, 600),
    coming("+17185550410"): (6, 12), coming("+17185550411"): (18, 24),
}  # fmt: skip
"""Seconds that far ends must have counted, more than the first and at most the second, for the steps of the
bill to be theirs; of all other legs it is a minute at most."""


PAYERS = {
    out("+13055550103"): "7001", out("+12065550103"): "number +17185550402", out("+12065550104"): "ring_group 600",
    out("+12065550106"): "7009", out("+12065550107"): "7010", out("+15035550103"): "7011",
    out("+12065550108"): "7012", out("+12065550109"): "7012", out("+12065550110"): "7016",
    room("7013"): "7013", coming("+17185550410"): "",
}  # fmt: skip
"""Who of the tenant spent it: who forwarded or handed over, not who called."""


def total(first: int, second: int, third: int, longest: int) -> int:
    """The sum of it, in micro-units."""
    by_the_second = second * 1_000 + third * 1_000 + longest * 200
    straddling, minute, six, second_carrier = 30_000, 50_000, 9_800, 10_000
    inbound, mobiles, rooms = 1_000 + 2_000, 7 * 10_000, 2_000
    return by_the_second + straddling + minute + six + second_carrier + inbound + mobiles + rooms


ATTACKERS = {
    out("+13055550201"): Charged(60, 0, 20_000 + 60 * 30_000 // 60),
    out("+16025550201"): Charged(6, 0, 5_000 + 6 * 24_000 // 60),
    out("+12065550201"): A_MOBILE,
    out("+12065550202"): A_MOBILE,
    coming("+17185550419"): Charged(12, 0, 12 * 5_000 // 60),
    room("7001"): Charged(6, 0, 6 * 4_000 // 60),
}
"""What attackers pay themselves, of which nothing is free: whatever they say of emergencies."""
