"""Numbers inside and outside of a tenant."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.numbering import check_numbers, did_numbers, feature_codes
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.scope import PlatformView, Scope
from dialform.schema.billing import Billing
from dialform.schema.parking import slot_numbers
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Routes
from dialform.schema.tenant import Tenant

NORTH = Provider.model_validate({"host": "198.51.100.1", "register": False})
EMERGENCY = Routes.model_validate(
    {"routes": {"e": {"exact": ["911"], "toll": "emergency", "providers": ["north"]}}}
)


def scope(codes: dict[str, Any] | None = None, **parts: Any) -> Scope:
    platform = Platform.model_validate(
        {
            "platform": "p",
            "domain": "p.example",
            "hosts": {"h": {"address": "203.0.113.1"}},
            "feature_codes": codes or {},
        }
    )
    view = PlatformView(platform, EMERGENCY.routes, Billing(), {"north": NORTH})
    return Scope("acme", "t", Tenant.model_validate({"company": "Acme", **parts}), view)


def told(*hidden: str, **parts: Any) -> list[str]:
    """Code and place of each finding, but for the codes in `hidden`."""
    return sorted(
        f"{flaw.rule.code} {'.'.join(map(str, flaw.path))}"
        for flaw in check_numbers(scope(**parts))
        if flaw.rule.code not in hidden
    )


NUMBERS = [f"{n}" for n in (20, 21, 200, 201, 2000, 2001, 911)]
TABLES: dict[str, Any] = {
    "ring_groups": {"name": "G", "members": ["2000"]},
    "ivr_menus": {"name": "M", "greeting": "media/m.wav"},
    "call_queues": {"name": "Q"},
    "conferences": {"name": "C"},
    "voicemails": {"name": "V"},
    "paging": {"members": ["2000"]},
}
SPACES = st.dictionaries(
    st.sampled_from(sorted(TABLES)), st.sets(st.sampled_from(NUMBERS), max_size=4), max_size=6
)


class TestSpace:
    @given(SPACES, st.sets(st.sampled_from(["2000", "2001"])))
    def test_each_number_means_one_thing(
        self, spaces: dict[str, set[str]], extensions: set[str]
    ) -> None:
        data: dict[str, Any] = {
            table: dict.fromkeys(sorted(numbers), TABLES[table])
            for table, numbers in spaces.items()
        }
        data["extensions"] = {number: {"name": "A"} for number in sorted(extensions)}
        uses: dict[str, int] = {}
        for table, numbers in {**spaces, "extensions": extensions}.items():
            for number in numbers:
                if not (table == "voicemails" and number in extensions):
                    uses[number] = uses.get(number, 0) + 1
        wanted = sum(count - 1 for count in uses.values())
        found = told("DF1308", **data)
        assert sum(line.startswith("DF1301") for line in found) == wanted
        assert sum(line.startswith("DF1303") for line in found) == ("911" in uses)

    @given(st.integers(100, 120), st.integers(0, 8), st.sets(st.integers(100, 125), max_size=4))
    def test_parking_slots_are_numbers_too(self, first: int, more: int, rooms: set[int]) -> None:
        slots = f"{first}-{first + more}"
        assert [str(n) for n in slot_numbers(slots)] == [str(first + n) for n in range(more + 1)]
        data = {f"{number}": {"name": "C"} for number in sorted(rooms)}
        found = told("DF1308", conferences=data, parking={"lot": "99", "slots": slots})
        clashes = [number for number in rooms if first <= number <= first + more]
        assert found == ["DF1301 parking.slots"] * len(clashes)

    @given(st.sets(st.sampled_from(["10", "100", "1000", "101", "11", "2000"]), min_size=1))
    def test_a_number_that_others_begin_with_is_a_note(self, numbers: set[str]) -> None:
        data = {number: {"name": "C"} for number in sorted(numbers)}
        begun = [n for n in numbers if any(o != n and o.startswith(n) for o in numbers)]
        assert told(conferences=data) == sorted(f"DF1308 conferences.{n}" for n in begun)


CODES = st.dictionaries(
    st.sampled_from(["voicemail", "directory", "dnd_on"]),
    st.one_of(st.none(), st.sampled_from(["*98", "2000", "2001"])),
)


class TestFeatureCodes:
    @given(CODES, CODES)
    def test_a_tenants_own_come_before_the_platforms(
        self, platform: dict[str, Any], own: dict[str, Any]
    ) -> None:
        one = scope(codes=platform, feature_codes=own)
        defaults = {"voicemail": "*98", "directory": "*411", "dnd_on": "*78"}
        wanted = {**defaults, **platform, **own}
        found = feature_codes(one)
        for name, code in wanted.items():
            assert code is None or found[code] in [n for n, c in wanted.items() if c == code], name
        assert set(found.values()) >= {found[code] for code in wanted.values() if code}

    def test_one_that_hides_a_number(self) -> None:
        data: dict[str, Any] = {"extensions": {"2000": {"name": "A"}}}
        codes = {"voicemail": "2000"}
        assert told(codes=codes, **data) == ["DF1302 extensions.2000"]
        assert told(feature_codes=codes, **data) == ["DF1302 feature_codes.voicemail"]
        assert told(codes=codes, feature_codes={"voicemail": None}, **data) == []


DID = st.sampled_from(
    ["+12125550199", "2125550199", "1 212-555-0199", "+12125550100", "+1212", "+442079460000"]
)


class TestOwned:
    @given(st.lists(DID, unique=True), st.lists(DID, unique=True))
    def test_numbers_and_routes_belong_together(self, owned: list[str], routed: list[str]) -> None:
        one = scope(
            numbers={number: {"provider": "north"} for number in owned},
            inbound_routes={number: {"hangup": True} for number in routed},
        )
        mine, ways = e164(owned), e164(routed)
        assert set(did_numbers(one)) == set(mine)
        found = [flaw.rule.code for flaw in check_numbers(one)]
        assert found.count("DF1209") == len(set(mine) - set(ways))
        assert found.count("DF1210") == sum(number not in mine for number in ways)
        twice = len(mine) - len(set(mine)) + len(ways) - len(set(ways))
        assert found.count("DF1016") == twice
        assert found.count("DF1305") == owned.count("+1212") + routed.count("+1212")

    @given(st.sampled_from(["+12125550199", "+12125550100", "2125550199", "+1212"]))
    def test_a_caller_id_is_one_of_the_tenants_numbers(self, shown: str) -> None:
        numbers = {"+12125550199": {"provider": "north"}}
        places: list[tuple[str, dict[str, Any]]] = [
            ("caller_id", {"caller_id": shown}),
            ("emergency.caller_id", {"emergency": {"caller_id": shown}}),
            (
                "extensions.2000.caller_id",
                {"extensions": {"2000": {"name": "A", "caller_id": shown}}},
            ),
            ("fax.accounts.2000.number", {"fax": {"accounts": {"2000": {"number": shown}}}}),
        ]
        wanted = {"+12125550199": [], "+12125550100": ["DF1304"], "2125550199": ["DF1307"]}
        for place, data in places:
            found = told("DF1209", numbers=numbers, **data)
            assert found == [f"{code} {place}" for code in wanted.get(shown, ["DF1305"])]


def e164(written: list[str]) -> list[str]:
    found = []
    for number in written:
        try:
            found.append(parse_e164(number, "US").e164)
        except NumberError:
            continue
    return found


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("911", []),
        ("+12125550177", []),
        ("2125550177", ["DF1307"]),
        ("+12115550177", ["DF1306"]),
        ("12345", ["DF1305"]),
        ("*98", ["DF1305"]),
    ],
)
def test_where_calls_are_sent_to(number: str, codes: list[str]) -> None:
    found = told(extensions={"2000": {"name": "A", "busy": {"external": number}}})
    assert found == [f"{code} extensions.2000.busy.external" for code in codes]
