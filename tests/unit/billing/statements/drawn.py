"""Statements and what they are made of, drawn for tests."""

from hypothesis import strategies as st

from dialform.billing.statements.prepare import Booked
from dialform.billing.statements.statement import (
    Called,
    Day,
    Included,
    Paid,
    Party,
    Statement,
    Usage,
)

PERIODS = ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01")
ACME = Party("acme", "Acme Corp", "USD", "America/New_York", "it@acme.example", "business", "demo")

hostile = st.one_of(
    st.text(max_size=60),
    st.sampled_from([
        "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{{ 7*7 }}", "\"><img src=x onerror=x>",
        "]]>", "&amp;", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "</para><font name='x'>", "\x00",
        "\ud800", "שלום", "東京", "한국어", "ﷺ", "😀", "\u202eevil", "--><svg onload=x>", "</style>",
    ]),
)  # fmt: skip
small = st.integers(-10_000_000_000, 10_000_000_000)
whole = st.integers(0, 10_000_000)


@st.composite
def usages(draw: st.DrawFn, periods: tuple[str, ...] = PERIODS) -> Usage:
    """What was used: free and billed are its units."""
    free, billed = draw(whole), draw(whole)
    return Usage(
        draw(st.sampled_from(periods)), draw(st.sampled_from(["voice", "fax", "conference"])),
        draw(st.sampled_from(["outbound", "inbound"])), draw(st.sampled_from(["us", "world"])),
        draw(st.sampled_from(["us", "world:3"])), draw(st.integers(0, 50)), free + billed, free,
        billed, draw(st.integers(0, 10**15)), draw(st.integers(0, 2)),
    )  # fmt: skip


@st.composite
def payments(draw: st.DrawFn) -> list[Paid]:
    """Payments, each under an id of its own."""
    found = draw(
        st.lists(st.tuples(st.sampled_from(PERIODS), st.integers(1, 28), small), max_size=6)
    )
    return [
        Paid(f"inv-{number}", f"{period}-{day:02}", amount)
        for number, (period, day, amount) in enumerate(found)
    ]


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    """A statement with hostile texts wherever somebody's text can be."""
    party = Party(draw(hostile), draw(hostile), "USD", "Europe/Berlin", draw(hostile), draw(hostile),
                  draw(hostile))  # fmt: skip
    period = "2026-11"
    usage = draw(st.lists(usages((period,)), max_size=3))
    return Statement(
        party, period, draw(small),
        tuple(Paid(draw(hostile), "2026-11-03", draw(small), draw(hostile))
              for _ in range(draw(st.integers(0, 2)))),
        tuple(usage),
        tuple(draw(st.lists(usages(("2026-10",)), max_size=2))),
        (Included("voice_minutes", 60_000, 100),),
        tuple(Day(draw(st.integers(1, 30)), one.service, one.amount, one.units) for one in usage),
        tuple(Called(1_764_000_000_000_000, "voice", "outbound", "1001", draw(hostile),
                     draw(hostile), 60, 0, 60, draw(small)) for _ in range(draw(st.integers(0, 2)))),
    )  # fmt: skip


def booked(usage: list[Usage], paid: list[Paid]) -> Booked:
    """What Acme's ledger has."""
    return Booked(ACME, usage, paid)
