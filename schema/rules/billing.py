"""DF15xx: money: rates and their files, plans, payments."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class RateColumns(Rule):
    """The first line of a file of prices names its columns, in any order, divided by commas.

    `service` and `prefix` must be there, and `per_minute` (of fax: `per_page`). What may be there: `first`,
    `next`, `connect`, `minimum`, `from`, `until`, `direction`, `free`; a column that is missing, or a cell
    that is empty, means what a rate without that key means.

    Wrong: `service;prefix;per_minute`, `service,prefix,price`.
    Right: `service,prefix,per_minute,first,next,connect,from,until`.
    """

    code = "DF1501"
    message = "{what}"
    hint = "{way}"


class RateRow(Rule):
    """A row of a file of prices has another number of cells than its first line has columns, or cannot
    be taken apart: a quote that nothing ends.

    Wrong: `voice,+44` below `service,prefix,per_minute`.
    Right: `voice,+44,0.0150`; an empty cell still has its comma: `voice,+44,0.0150,,`.
    """

    code = "DF1502"
    message = "{what}"
    hint = "{way}"


class RateCell(Rule):
    """A cell of a file of prices is not what its column takes.

    Prices are decimals with a point and at most six places, without a currency; days are written as
    2026-11-01, seconds as whole numbers from 1 to 3600, `free` as true or false. A prefix begins with `+`
    unless it is that of a short number (at most six digits, as dialled).

    Wrong: `voice,44,0,0150 EUR,1.11.2026`.
    Right: `voice,+44,0.0150,2026-11-01`.
    """

    code = "DF1503"
    message = "{what}"
    hint = "{way}"


class RateFileTooLong(Rule):
    """A file of prices has at most 100,000 rows and 32 MiB; and so many mistakes of one file are shown.

    Split it into two files, each with a rate of its own: a plan takes as many rates as you like. A price
    that is the same for a country needs one row, not one for each of its areas.
    """

    code = "DF1504"
    message = "{what}"
    hint = "{way}"


class UntilBeforeFrom(Rule):
    """A rate ends before it begins, so it never holds. `from` and `until` are the first and the last day.

    Wrong: `from: 2026-12-01`, `until: 2026-11-30`.
    Right: `from: 2026-12-01`, `until: 2026-12-31`.
    """

    code = "DF1505"
    message = "it ends ({until}) before it begins ({start})"
    hint = "`until` is the last day on which it holds"


class SameRowTwice(Rule):
    """A file of prices has the same row twice. It is harmless today, and two prices as soon as somebody
    changes one of them. Remove one.

    Wrong: `voice,+44,0.0150` and further down `voice,+44,0.0150`.
    """

    code = "DF1506"
    message = "the same row stands in line {line} already"
    hint = "remove one of them"


class RatesOverlap(Rule):
    """Two rates of one plan price the same numbers on the same day: which of them would count?

    For one service, direction and prefix, a plan has one price on each day. When a price changes, the old one
    gets an `until`, and the new one begins on the day after.

    Wrong: `+44` from 2026-01-01, and `+44` from 2026-07-01.
    Right: `+44` from 2026-01-01 until 2026-06-30, and `+44` from 2026-07-01.
    """

    code = "DF1507"
    message = "{what} has two prices {when}: here and in {other}"
    hint = "{way}"


class ZeroRate(Rule):
    """A rate costs nothing, and does not say that this is meant: neither its price nor its connect fee nor
    its minimum is more than 0.

    Wrong: `{service: voice, prefix: "+1800", per_minute: "0"}`.
    Right: `{service: voice, prefix: "+1800", free: true}`.
    """

    code = "DF1508"
    message = "{what} costs nothing"
    hint = "say `free: true` if that is meant, or write its price"


class FreeWithPrice(Rule):
    """A rate says that it is free, and has a price, a connect fee or a minimum all the same.

    Wrong: `{service: voice, prefix: "+1800", per_minute: "0.01", free: true}`.
    Right: one of the two.
    """

    code = "DF1509"
    message = "{what} is free and has a price"
    hint = "remove `free`, or the price"


class NumbersWithoutPrice(Rule):
    """A route takes numbers for which a plan has no rate: such a call is made, booked as unrated and
    alarmed, and costs nobody anything until a rate is there and it is rated again.

    A route is priced by its own `plan`, else by the plan of each tenant's subscription. A prefix is priced by
    a rate of that service with this prefix, with one that it begins with (`+`, for all), or by rates for all
    that may follow it; countries that do not exist need none, emergency calls are always free. Short numbers
    (`exact: ["311"]`) begin with no `+`: they need a rate of their own, as in `prefix: "311"`. Of a `pattern`
    no more is looked at than the digits that it begins with.

    Wrong: a route with `prefix: "+"`, and a plan that has `+1` only.
    Right: `other: {service: voice, prefix: "+", per_minute: "0.45"}` in the plan as well.
    """

    code = "DF1510"
    severity = Severity.WARNING
    message = "plan '{plan}' has no {service} rate for {numbers}, which route '{route}' takes"
    hint = "{way}"


class PriceEnds(Rule):
    """A plan has a price for the numbers of a route, but not on every day: each rate for them ends with its
    `until`, and nothing follows, or not at once.

    What was before the first of them does not matter: nobody made a call then.

    Wrong: `+44` until 2026-12-31 as the only rate for these numbers.
    Right: the same, and `+44` from 2027-01-01; or a rate for `+` without an end.
    """

    code = "DF1511"
    severity = Severity.WARNING
    message = (
        "plan '{plan}' has no {service} rate {when} for {numbers}, which route '{route}' takes"
    )
    hint = "add the rate that holds then"


class NoConferenceRate(Rule):
    """A tenant has conferences, and its plan has no rate for them: their minutes are booked as unrated.

    Right: `conf: {service: conference, per_minute: "0.002"}` in the plan; or `free: true` in place of the
    price.
    """

    code = "DF1512"
    severity = Severity.WARNING
    message = "plan '{plan}' has no conference rate{when}, and {tenants} conferences"
    hint = 'add one, as in {{service: conference, per_minute: "0.002"}}, or with free: true'


class PaymentChanged(Rule):
    """A payment that was booked has another date or amount now, or is gone. Money is booked once, by the
    payment's id: what was booked stays, so the files would say something else than the books.

    Write the payment as it was, and what was wrong about it as a payment of its own: `inv-1042-mended:
    {date: 2026-11-09, amount: "-50.00", note: 150 were paid and not 200}`. The note may change.
    """

    code = "DF1513"
    message = "payment {id} {what}"
    hint = "{way}"


class NoPlan(Rule):
    """A tenant has a subscription without a plan, though there are plans, and routes without one of their
    own: its calls over these are made, booked as unrated and alarmed.

    Right: `subscription: {package: business, plan: standard}`.
    """

    code = "DF1516"
    severity = Severity.INFO
    message = "the subscription has no plan, so calls over route '{route}' have no price"
    hint = "{near}"


class RateTwiceInPlan(Rule):
    """A plan names a rate twice.

    Wrong: `standard: {rates: [us, world, us]}`.
    Right: `standard: {rates: [us, world]}`. The order of the rates means nothing: the longest prefix counts.
    """

    code = "DF1514"
    message = "rate '{name}' stands in this plan already"
    hint = "remove one of them"


class BadLedger(Rule):
    """The ledger's address is none that money can be booked under.

    Wrong: `ledger: mysql://10.0.0.5/dialform`, `ledger: ledger.db`.
    Right: `ledger: sqlite:////var/lib/dialform/ledger.db` (an absolute path), or for several hosts
    `ledger: {secret: ledger}` with `postgresql://dialform:…@10.0.0.5/dialform` in that secret.
    """

    code = "DF1515"
    message = "the ledger must be sqlite:// with an absolute path, or postgresql://"
    hint = "as in sqlite:////var/lib/dialform/ledger.db"
