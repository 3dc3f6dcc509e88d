"""Two prices for one thing on one day, held against asking day by day."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.compiler.pricing.book import RateBook
from dialform.compiler.pricing.overlap import check_overlaps
from dialform.schema.billing import Billing
from dialform.schema.document import load

DAYS = [f"2026-01-{day:02d}" for day in range(1, 7)]
SPAN = st.tuples(st.sampled_from(["", *DAYS]), st.sampled_from(["", *DAYS])).filter(
    lambda days: not days[1] or days[0] <= days[1]
)
ROW = st.tuples(
    st.sampled_from(["+1", "+4", "+44"]), st.sampled_from(["inbound", "outbound"]), SPAN
)
FILES = st.lists(st.lists(ROW, max_size=4), min_size=1, max_size=3)
Row = tuple[str, str, tuple[str, str]]


def found(files: list[list[Row]]) -> list[str]:
    """The findings of a plan with these files of prices; each row has a price of its own."""
    texts, count = {}, 0
    for n, rows in enumerate(files):
        lines = ["service,prefix,direction,from,until,per_minute"]
        for prefix, direction, (start, until) in rows:
            count += 1
            lines.append(f"voice,{prefix},{direction},{start},{until},0.{count:03d}")
        texts[f"rates/{n}.csv"] = "\n".join(lines).encode()
    rates = {f"r{n}": {"file": f"rates/{n}.csv"} for n in range(len(files))}
    billing = Billing.model_validate({"rates": rates, "plans": {"p": {"rates": sorted(rates)}}})
    document, _ = load("billing.yaml", [("billing.yaml", b"rates: {}")])
    book = RateBook(billing, texts.__contains__, texts.__getitem__)
    told = list(check_overlaps(book, document))
    assert all(not file.findings for file in book.files.values())
    return [f"{one.file}:{one.line} {one.message}" for one in told]


def share_a_day(one: Row, other: Row) -> bool:
    (_, _, first), (_, _, second) = one, other
    calendar = ["2025-12-31", *DAYS, "2026-01-07"]
    return any(
        all(start <= day and (not until or day <= until) for start, until in (first, second))
        for day in calendar
    )


@settings(deadline=None)
@given(FILES)
def test_there_is_a_finding_where_a_day_has_two_prices_and_only_there(
    files: list[list[Row]],
) -> None:
    rows = [row for file in files for row in file]
    twice = any(
        one[:2] == other[:2] and share_a_day(one, other) for one, other in combinations(rows, 2)
    )
    assert bool(found(files)) == twice


@settings(deadline=None)
@given(FILES)
def test_the_same_site_has_the_same_findings(files: list[list[Row]]) -> None:
    assert found(files) == found(files)


def test_both_places_are_named_and_the_way_out() -> None:
    one = [("+44", "outbound", ("2026-01-01", ""))]
    other = [("+1", "outbound", ("", "")), ("+44", "outbound", ("2026-01-03", ""))]
    (told,) = found([one, other])
    assert told == (
        "rates/0.csv:2 voice to +44 has two prices from 2026-01-03 on: here and in rates/1.csv line 3, "
        "both in plan 'p'"
    )


def test_one_file_under_two_names_in_one_plan_is_told_once() -> None:
    rates = {name: {"file": "rates/a.csv"} for name in ("a", "b")}
    billing = Billing.model_validate({"rates": rates, "plans": {"p": {"rates": ["a", "b"]}}})
    document, _ = load("billing.yaml", [("billing.yaml", b"rates: {a: {}, b: {}}")])
    raw = b"service,prefix,per_minute\nvoice,+1,1\nvoice,+2,1\n"
    book = RateBook(billing, lambda _: True, lambda _: raw)
    assert len(list(check_overlaps(book, document))) == 1
