"""What is refused, with its numbers and the way out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialform.compiler.planning.plan import Plan
from dialform.compiler.planning.window import is_open

from . import sites

ACME, ZETA = "tenants.d/acme.yaml", "tenants.d/zeta.yaml"


def edited(tmp: Path, edit: object, **safety: int) -> Plan:
    before, after = sites.site(), sites.site()
    for data in (before, after):
        data["platform.yaml"]["safety"] |= safety
    edit(after)  # type: ignore[operator]
    return sites.plan(tmp, before, after)


def without_numbers(data: sites.Site) -> None:
    for number in ("1002", "1003"):
        del data[ACME]["extensions"][number]
    data[ACME]["ring_groups"]["600"]["members"] = ["1001"]
    data[ACME]["call_queues"]["800"]["agents"] = ["1001"]


class TestLimits:
    def test_a_small_change_passes(self, tmp_path: Path) -> None:
        verdict = edited(tmp_path, without_numbers).verdict
        assert not verdict.stands(None)
        assert verdict.deletes == 2

    def test_too_many_deletions(self, tmp_path: Path) -> None:
        verdict = edited(tmp_path, without_numbers, max_deletes=1).verdict
        assert verdict.stands(None)
        assert "2 objects would be deleted, and max_deletes is 1" in verdict.message(None)
        assert "--force 2" in verdict.message(None)

    def test_force_names_the_exact_count(self, tmp_path: Path) -> None:
        verdict = edited(tmp_path, without_numbers, max_deletes=1).verdict
        assert not verdict.stands(2)
        assert verdict.stands(3)
        assert "--force 3 does not name the 2 deletions" in verdict.message(3)

    def test_a_share_of_one_tenant_however_small_it_is(self, tmp_path: Path) -> None:
        verdict = edited(tmp_path, without_numbers, max_delete_percent=10).verdict
        (told,) = [one.reason for one in verdict.refusals]
        assert told == (
            "2 of 13 objects of tenant 'acme' (15 %) would be deleted, and max_delete_percent is 10"
        )

    def test_a_share_of_all(self, tmp_path: Path) -> None:
        verdict = edited(tmp_path, without_numbers, max_delete_percent=5).verdict
        assert any("2 of 31 objects (6 %)" in one.reason for one in verdict.refusals)

    def test_changes_count_too(self, tmp_path: Path) -> None:
        def edit(data: sites.Site) -> None:
            for extension in data[ACME]["extensions"].values():
                extension["ring_timeout"] = 9

        verdict = edited(tmp_path, edit, max_changes_percent=20).verdict
        assert ["max_changes_percent is 20" in one.reason for one in verdict.refusals] == [True]
        assert verdict.stands(None)
        assert not verdict.stands(0)

    def test_the_limits_are_the_base_s(self, tmp_path: Path) -> None:
        before, after = sites.site(), sites.site()
        before["platform.yaml"]["safety"] = {"max_deletes": 1}
        after["platform.yaml"]["safety"] = {"max_deletes": 1000, "max_delete_percent": 100}
        without_numbers(after)
        assert sites.plan(tmp_path, before, after).verdict.stands(None)

    def test_a_renaming_deletes_nothing(self, tmp_path: Path) -> None:
        def edit(data: sites.Site) -> None:
            rooms = data[ACME]["conferences"]
            rooms["901"] = rooms.pop("900")

        verdict = edited(tmp_path, edit, max_deletes=0, max_delete_percent=0).verdict
        assert (verdict.deletes, verdict.refusals) == (0, ())


class TestNeverUnsaid:
    def test_a_tenant(self, tmp_path: Path) -> None:
        plan = edited(
            tmp_path, lambda d: d.pop(ZETA),
            max_deletes=1000, max_delete_percent=100, max_changes_percent=100,
        )  # fmt: skip
        assert [one.reason for one in plan.verdict.refusals] == ["tenant 'zeta' would be deleted"]
        assert not plan.verdict.stands(plan.verdict.deletes)

    @pytest.mark.parametrize("which", ["platform", "tenant"])
    def test_a_domain(self, tmp_path: Path, which: str) -> None:
        file = "platform.yaml" if which == "platform" else ACME
        plan = edited(tmp_path, lambda d: d[file].update(domain="other.example.com"))
        assert plan.verdict.stands(None)
        assert not plan.verdict.stands(0)


class TestNever:
    def test_an_empty_site(self, tmp_path: Path) -> None:
        def edit(data: sites.Site) -> None:
            del data[ACME], data[ZETA]

        verdict = edited(tmp_path, edit).verdict
        assert verdict.never
        assert verdict.stands(verdict.deletes)
        assert "no tenant would be left" in verdict.message(verdict.deletes)

    def test_the_last_trunk_of_an_emergency_route(self, tmp_path: Path) -> None:
        def edit(data: sites.Site) -> None:
            for name in ("main", "backup"):
                data[f"providers.d/{name}.yaml"]["active"] = False
            data["providers.d/third.yaml"] = {"host": "192.0.2.9", "register": False}
            data["routes.yaml"]["routes"]["us"]["providers"] = ["third"]

        before, after = sites.site(), sites.site()
        edit(after)
        # Two emergency numbers, so that one keeps a trunk.
        for data, trunk in ((before, "main"), (after, "third")):
            other = {"exact": ["933"], "toll": "emergency", "providers": [trunk]}
            data["routes.yaml"]["routes"]["test"] = other
        verdict = sites.plan(tmp_path, before, after).verdict
        assert verdict.never
        assert verdict.stands(verdict.deletes)
        assert "911 would have no trunk left" in verdict.message(0)

    def test_one_trunk_of_two_may_go(self, tmp_path: Path) -> None:
        def edit(data: sites.Site) -> None:
            del data["providers.d/backup.yaml"]
            for route in data["routes.yaml"]["routes"].values():
                route["providers"] = ["main"]

        assert not edited(tmp_path, edit).verdict.refusals

    def test_an_emergency_number_that_is_none_any_more_must_be_said(self, tmp_path: Path) -> None:
        before, after = sites.site(), sites.site()
        before["routes.yaml"]["routes"]["emergency"]["exact"] = ["911", "933"]
        verdict = sites.plan(tmp_path, before, after).verdict
        assert ["933 would be no emergency number" in r.reason for r in verdict.refusals] == [True]
        assert not verdict.never


@pytest.mark.parametrize(
    ("window", "moment", "inside"),
    [
        ("Sun 02:00-04:00", "2026-11-29T02:00", True),
        ("Sun 02:00-04:00", "2026-11-29T03:59", True),
        ("Sun 02:00-04:00", "2026-11-29T04:00", False),
        ("Sun 02:00-04:00", "2026-11-28T03:00", False),
        ("02:00-04:00", "2026-11-28T03:00", True),
        ("Sat 23:00-01:00", "2026-11-28T23:30", True),
        ("Sat 23:00-01:00", "2026-11-29T00:30", True),
        ("Sat 23:00-01:00", "2026-11-28T00:30", False),
        ("Fri-Mon 02:00-04:00", "2026-11-29T03:00", True),
        ("Fri-Mon 02:00-04:00", "2026-12-01T03:00", False),
        ("Sun 22:00-24:00", "2026-11-29T23:59", True),
    ],
)
def test_the_window(window: str, moment: str, inside: bool) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert is_open(window, "UTC", now) is inside


def test_the_window_is_the_platform_s_time() -> None:
    now = datetime(2026, 11, 29, 7, 30, tzinfo=UTC)  # 02:30 in New York
    assert is_open("Sun 02:00-04:00", "America/New_York", now)
    assert not is_open("Sun 02:00-04:00", "UTC", now)
