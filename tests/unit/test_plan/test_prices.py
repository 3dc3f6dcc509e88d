"""What a plan says of money: rates, rows of files, plans, packages, subscriptions, payments."""

from pathlib import Path
from typing import Any

import pytest

from dialform.cli.planned import FORMATS, View
from dialform.compiler.planning.impact import Impact
from dialform.compiler.planning.plan import Plan, make_plan
from dialform.compiler.planning.raterows import row_changes
from dialform.compiler.secrets import open_store

from . import sites

ACME = "tenants.d/acme.yaml"
HEAD = "service,prefix,per_minute,first,next,from,until\n"


def rows(old: str, new: str) -> list[tuple[str, Any, Any]]:
    found = row_changes((HEAD + old).encode(), (HEAD + new).encode())
    return [(one.dotted, one.old, one.new) for one in found]


class TestRows:
    def test_a_changed_price_is_told_from_old_to_new(self) -> None:
        found = rows(
            "voice,+44,0.015,60,1,,\nvoice,+33,1,,,,\n",
            "voice,+44,0.0162,60,1,,\nvoice,+33,1,,,,\n",
        )
        assert found == [
            ("rows", 2, "1 changed of 2"),
            ("voice +44.price", "0.015", "0.0162"),
        ]

    def test_each_column_of_a_row(self) -> None:
        found = rows("voice,+44,1,60,1,,\n", "voice,+44,1,30,6,2026-01-01,\n")
        assert found[1:] == [
            ("voice +44.first", "60", "30"), ("voice +44.next", "1", "6"),
            ("voice +44.from", None, "2026-01-01"),
        ]  # fmt: skip

    def test_rows_that_come_and_go(self) -> None:
        found = rows("voice,+44,1,,,,\n", "voice,+49,2,,,,\nconference,,0.5,,,,\n")
        assert found == [
            ("rows", 1, "2 added, 1 removed of 1"),
            ("voice +49", None, "2.00"), ("conference", None, "0.50"), ("voice +44", "1.00", None),
        ]  # fmt: skip

    def test_of_several_prices_for_a_prefix_each_goes_by_its_day(self) -> None:
        old = "voice,+44,1,,,2026-01-01,\n"
        new = "voice,+44,1,,,2026-01-01,2026-06-30\nvoice,+44,2,,,2026-07-01,\n"
        assert rows(old, new) == [
            ("rows", 1, "1 changed, 1 added of 1"),
            ("voice +44 from 2026-01-01.until", None, "2026-06-30"),
            ("voice +44 from 2026-07-01", None, "2.00"),
        ]

    def test_of_many_a_few_are_shown_and_all_are_counted(self) -> None:
        old = "".join(f"voice,+{n},1,,,,\n" for n in range(100, 200))
        found = rows(old, old.replace(",1,", ",2,"))
        assert found[0] == ("rows", 100, "100 changed of 100")
        assert len(found) == 4

    def test_another_order_changes_nothing(self) -> None:
        assert (
            rows("voice,+44,1,,,,\nvoice,+33,1,,,,\n", "voice,+33,1,,,,\nvoice,+44,1.0,,,,\n") == []
        )

    def test_of_a_file_with_mistakes_nothing_is_told(self) -> None:
        assert rows("voice,+44,1,,,,\n", "voice,+44,x,,,,\n") == []


def site() -> sites.Site:
    made = sites.site()
    made["billing.yaml"]["rates"] = {
        "us": {"service": "voice", "prefix": "+1", "per_minute": "0.01"},
        "world": {"file": "rates/world.csv"},
    }
    made["billing.yaml"]["plans"] = {
        "standard": {"rates": ["us"]},
        "far": {"rates": ["us", "world"]},
    }
    made["rates/world.csv"] = b"service,prefix,per_minute\nvoice,+44,0.0150\n"
    return made


def text(plan: Plan) -> str:
    assert not plan.errors
    return FORMATS["text"](View(plan, "", None, False, False, False, {}))


def _set(made: sites.Site, *path: str, to: Any) -> None:
    for step in path[:-1]:
        made = made.setdefault(step, {})
    made[path[-1]] = to


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("billing.yaml", "rates", "us", "per_minute"), "0.02", "~ rate us per_minute 0.01 → 0.02"),
        (("billing.yaml", "plans", "standard", "rates"), ["us", "world"], "~ plan standard rates +world"),
        (("billing.yaml", "packages", "business", "included"), {"voice_minutes": 9}, "included"),
        (("billing.yaml", "partial_fax"), "charge", "+ billing setting partial_fax"),
        (("rates/world.csv",), b"service,prefix,per_minute\nvoice,+44,0.0160\n",
         "voice +44.price 0.015 → 0.016"),
        (("rates/more.csv",), b"service,prefix,per_minute\nvoice,+44,0.0160\n", "+ rate file rates/more.csv"),
        ((ACME, "subscription", "since"), "2026-11-01", "subscription.since (none) → 2026-11-01"),
        ((ACME, "subscription", "overrides"), {"fax_pages": 9}, "overrides"),
        ((ACME, "limits"), {"hourly_spend_alert": "5"}, "limits.hourly_spend_alert (none) → 5"),
        ((ACME, "limits"), {"low_credit_alert": "5"}, "limits.low_credit_alert (none) → 5"),
        ((ACME, "payments"), {"inv-1": {"date": "2026-11-03", "amount": "200"}}, "+ acme payment inv-1"),
    ],
)  # fmt: skip
def test_money_is_told_and_no_call_notices(
    tmp_path: Path, path: tuple[str, ...], to: Any, said: str
) -> None:
    after = site()
    _set(after, *path, to=to)
    plan = sites.plan(tmp_path, site(), after)
    assert said in text(plan)
    assert plan.impact is Impact.NONE
    assert plan.actions == {}


def test_prices_that_overlap_are_errors_of_the_plan(tmp_path: Path) -> None:
    after = site()
    after["rates/world.csv"] += b"voice,+1,0.5\n"
    plan = make_plan(*sites.states(tmp_path, site(), after), open_store(None, {}))
    assert [one.code for one in plan.errors] == ["DF1507"]
