"""Which row prices a number: held against a scan of all rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialform.billing.rating.prices import PriceIndex
from dialform.compiler.terms import Price, Prices

from .made import price, prices

DAYS = ["", "2026-01-01", "2026-06-30", "2026-07-01", "2026-12-31"]
digits = st.text("12", max_size=4)
numbers = st.builds("+{}".format, st.text("12", min_size=1, max_size=6)) | st.text("12", max_size=3)


@st.composite
def rows(draw: st.DrawFn) -> list[Price]:
    """Rows of many prefixes; of each prefix the days follow one another, as a site has it."""
    made: list[Price] = []
    prefixes = draw(st.sets(st.builds("+{}".format, digits) | digits, max_size=12))
    for prefix in sorted(prefixes):
        spans = draw(st.sampled_from([
            [("", "")], [("2026-01-01", "")], [("", "2026-06-30")],
            [("", "2026-06-30"), ("2026-07-01", "")],
            [("2026-07-01", ""), ("2026-01-01", "2026-06-30")],
            [("2026-01-01", "2026-01-01"), ("2026-12-31", "2026-12-31")],
        ]))  # fmt: skip
        direction = draw(st.sampled_from(["outbound", "outbound", "inbound"]))
        for start, until in spans:
            place = len(made)
            made.append(
                price(f"r:{place}", prefix=prefix, direction=direction, start=start, until=until)
            )
    return draw(st.permutations(made))


def scanned(rows: list[Price], direction: str, number: str, day: str) -> Price | None:
    """The longest prefix of a number among all rows in force."""
    fitting = [
        row for row in rows
        if row.direction == direction and number.startswith(row.prefix)
        and (not row.start or row.start <= day) and (not row.until or day <= row.until)
    ]  # fmt: skip
    return max(fitting, key=lambda row: len(row.prefix), default=None)


@given(rows(), numbers, st.sampled_from(DAYS[1:]), st.sampled_from(["outbound", "inbound"]))
def test_the_longest_prefix_in_force_is_found(
    made: list[Price], number: str, day: str, direction: str
) -> None:
    index = PriceIndex(Prices({"all": tuple(made)}, {"p": ("all",)}, {}))
    assert index.find("p", "voice", direction, number, day) == scanned(made, direction, number, day)


@given(rows(), numbers, st.integers(0, 12))
def test_rows_of_several_rates_are_one_list(made: list[Price], number: str, cut: int) -> None:
    one = PriceIndex(Prices({"all": tuple(made)}, {"p": ("all",)}, {}))
    two = PriceIndex(
        Prices({"a": tuple(made[:cut]), "b": tuple(made[cut:])}, {"p": ("b", "a")}, {})
    )
    asked = ("p", "voice", "outbound", number, "2026-07-01")
    assert one.find(*asked) == two.find(*asked)


def test_a_plan_has_its_own_rates_alone() -> None:
    index = prices(price())
    index.prices.rates["other"] = (price("other", prefix="+1212"),)
    index.prices.plans["other"] = ("other", "gone")
    found = index.find("other", "voice", "outbound", "+12125550100", "2026-07-01")
    assert found is not None and found.name == "other"
    assert index.find("other", "voice", "outbound", "+1718", "2026-07-01") is None
    assert index.find("none", "voice", "outbound", "+1718", "2026-07-01") is None
    assert index.find("standard", "fax", "outbound", "+1718", "2026-07-01") is None


def test_of_days_that_overlap_what_began_last_holds() -> None:
    index = prices(
        price("ever"), price("july", start="2026-07-01"), price("june", start="2026-06-01")
    )
    names = {
        day: found.name
        for day in ("2026-05-31", "2026-06-01", "2026-07-01")
        if (found := index.find("standard", "voice", "outbound", "+1", day))
    }
    assert names == {"2026-05-31": "ever", "2026-06-01": "june", "2026-07-01": "july"}


def test_short_numbers_are_no_part_of_the_world() -> None:
    index = prices(price("world", prefix="+"), price("city", prefix="311"))
    assert index.find("standard", "voice", "outbound", "115", "2026-07-01") is None
    found = index.find("standard", "voice", "outbound", "311", "2026-07-01")
    assert found is not None and found.name == "city"
