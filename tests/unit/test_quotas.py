"""Quotas, counted from the configuration."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.quotas import RESOURCES, check_quotas, usage, user_usage
from dialform.compiler.scope import PlatformView, Scope
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.tenant import Tenant

PLATFORM = Platform.model_validate(
    {"platform": "p", "domain": "p.example", "hosts": {"h": {"address": "203.0.113.1"}}}
)
FEW = st.integers(0, 6)
COUNTS = st.fixed_dictionaries(dict.fromkeys(RESOURCES, FEW))


def entry(resource: str, number: int) -> tuple[str, dict[str, Any]]:
    """The key and the data of one object."""
    match resource:
        case "extensions":
            return f"{1000 + number}", {"name": "A"}
        case "devices":
            return f"{number:012x}", {"label": "D", "vendor": "yealink"}
        case "music_on_hold":
            return f"m{number}", {"files": ["media/h.wav"]}
        case "ring_groups":
            return f"{200 + number}", {"name": "G", "members": ["1000"]}
        case "ivr_menus":
            return f"{300 + number}", {"name": "M", "greeting": "media/m.wav"}
        case _:
            return f"{2000 + number}", {"name": "X"}


def objects(counts: dict[str, int]) -> dict[str, Any]:
    return {name: dict(entry(name, n) for n in range(count)) for name, count in counts.items()}


def scope(slots: dict[str, int], overrides: dict[str, int] | None = None, **parts: Any) -> Scope:
    billing = Billing.model_validate({"packages": {"p": {"slots": slots}}})
    subscription = {"package": "p", "overrides": overrides or {}}
    data = {"company": "Acme", "subscription": subscription, **parts}
    view = PlatformView(PLATFORM, {}, billing, {})
    return Scope("acme", "tenants.d/acme", Tenant.model_validate(data), view)


def told(one: Scope) -> list[str]:
    return sorted(f"{flaw.rule.code} {'.'.join(map(str, flaw.path))}" for flaw in check_quotas(one))


class TestTenant:
    @given(COUNTS, COUNTS)
    def test_a_finding_for_each_resource_that_is_over(
        self, counts: dict[str, int], slots: dict[str, int]
    ) -> None:
        over = [name for name in RESOURCES if counts[name] > slots[name]]
        assert told(scope(slots, **objects(counts))) == sorted(f"DF1106 {name}" for name in over)

    @given(COUNTS, st.sampled_from(RESOURCES))
    def test_one_more_than_the_slots_is_a_finding_and_one_less_is_none(
        self, slots: dict[str, int], resource: str
    ) -> None:
        more = objects(slots | {resource: slots[resource] + 1})
        assert told(scope(slots, **objects(slots))) == []
        assert told(scope(slots, **more)) == [f"DF1106 {resource}"]
        more[resource].popitem()
        assert told(scope(slots, **more)) == []

    @given(COUNTS, COUNTS, st.sets(st.sampled_from(RESOURCES)))
    def test_an_override_takes_the_place_of_the_packages_number(
        self, counts: dict[str, int], slots: dict[str, int], names: set[str]
    ) -> None:
        overrides = {name: counts[name] for name in names}
        limits = slots | overrides
        over = [name for name in RESOURCES if counts[name] > limits[name]]
        found = told(scope(slots, overrides, **objects(counts)))
        assert found == sorted(f"DF1106 {name}" for name in over)

    @given(COUNTS)
    def test_what_a_package_does_not_name_is_none(self, counts: dict[str, int]) -> None:
        over = [name for name in RESOURCES if counts[name]]
        assert told(scope({}, **objects(counts))) == sorted(f"DF1106 {name}" for name in over)

    @given(COUNTS)
    def test_without_a_subscription_there_are_no_slots(self, counts: dict[str, int]) -> None:
        one = scope({}, **objects(counts))
        bare = one.tenant.model_copy(update={"subscription": None})
        found = told(Scope(one.slug, one.document, bare, one.view))
        assert found == (["DF1109 company"] if any(counts.values()) else [])

    @given(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
    def test_an_extensions_own_mailbox_is_one_voicemail_and_an_entry_for_it_the_same(
        self, own: set[int], entries: set[int]
    ) -> None:
        extensions = {f"{1000 + n}": {"name": "A", "voicemail": n in own} for n in range(6)}
        boxes = {f"{1000 + n}": {"name": "V"} for n in entries}
        one = scope({}, extensions=extensions, voicemails=boxes)
        assert usage(one)["voicemails"] == len(own | entries)


PEOPLE = st.dictionaries(
    st.sampled_from(["ann", "bob", "eve"]),
    st.tuples(
        st.sampled_from(["user", "tenant_admin", "end_user"]),
        st.dictionaries(st.sampled_from(["extensions", "devices", "voicemails"]), FEW),
    ),
    min_size=1,
)
OWNED = st.lists(st.tuples(st.sampled_from(["ann", "bob", "eve"]), st.booleans()), max_size=8)


class TestUsers:
    @given(PEOPLE, OWNED, OWNED)
    def test_objects_of_a_user_against_the_users_slots(
        self,
        people: dict[str, tuple[str, dict[str, int]]],
        phones: list[tuple[str, bool]],
        numbers: list[tuple[str, bool]],
    ) -> None:
        users = {
            k: {"name": k, "role": role, "slots": slots} for k, (role, slots) in people.items()
        }
        extensions = {
            f"{1000 + n}": {"name": "A", "user": slug, "voicemail": box}
            for n, (slug, box) in enumerate(numbers)
        }
        devices = {
            f"d{n}": {"label": "D", "vendor": "webphone" if web else "snom", "user": slug}
            for n, (slug, web) in enumerate(phones)
        }
        plenty = dict.fromkeys(RESOURCES, 99)
        one = scope(plenty, users=users, extensions=extensions, devices=devices)
        wanted = set()
        for slug, (role, slots) in people.items():
            ends = role == "end_user"
            mine = {
                "extensions": 0 if ends else sum(s == slug for s, _ in numbers),
                "voicemails": 0 if ends else sum(s == slug and box for s, box in numbers),
                "devices": sum(s == slug and not (ends and web) for s, web in phones),
            }
            assert {name: user_usage(one)[slug][name] for name in mine} == mine
            if role == "tenant_admin":
                continue
            for name, count in mine.items():
                if count > slots.get(name, 0):
                    place = f".slots.{name}" if name in slots else ""
                    wanted.add(f"DF1107 users.{slug}{place}")
        assert set(told(one)) == wanted
        assert len(told(one)) == len(wanted)

    @given(st.lists(FEW, min_size=1, max_size=4), FEW)
    def test_the_slots_of_all_users_against_the_packages(
        self, slots: list[int], limit: int
    ) -> None:
        users = {f"u{n}": {"name": "U", "slots": {"devices": s}} for n, s in enumerate(slots)}
        found = told(scope({"devices": limit}, users=users))
        largest = slots.index(max(slots))
        wanted = [f"DF1108 users.u{largest}.slots.devices"] if sum(slots) > limit else []
        assert found == wanted

    @pytest.mark.parametrize("role", ["tenant_admin", "admin"])
    def test_an_administrator_is_bound_by_the_tenants_quota_alone(self, role: str) -> None:
        users = {"ann": {"name": "Ann", "role": role}}
        extensions = {"1001": {"name": "A", "user": "ann"}}
        assert told(scope({"extensions": 1}, users=users, extensions=extensions)) == []
        assert told(scope({}, users=users, extensions=extensions)) == ["DF1106 extensions"]
