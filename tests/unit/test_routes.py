"""Outbound routes: which one takes a number, which can never take one, which patterns are safe."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.routes import (
    affordable,
    best_route,
    check_routes,
    ordered,
    takes,
    why_refused,
)
from dialform.compiler.scope import PlatformView
from dialform.schema.billing import Billing
from dialform.schema.platform import TOLLS, Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Routes

PLATFORM = Platform.model_validate(
    {"platform": "p", "domain": "p.example", "hosts": {"h": {"address": "203.0.113.1"}}}
)
NORTH = Provider.model_validate({"host": "198.51.100.1", "register": False})


def view(**routes: dict[str, Any]) -> PlatformView:
    data = {name: {"providers": ["north"], **route} for name, route in routes.items()}
    made = Routes.model_validate({"routes": data}).routes
    return PlatformView(PLATFORM, made, Billing(), {"north": NORTH})


def told(one: PlatformView) -> list[str]:
    return sorted(f"{flaw.rule.code} {flaw.path[1]}" for flaw in check_routes(one))


def winner(one: PlatformView, number: str, service: str = "voice") -> str | None:
    found = best_route(one, number, service)
    return found[0] if found else None


# A small world of digits, so that prefixes meet one another.
PREFIX = st.text("12", max_size=4).map(lambda digits: f"+{digits}")
NUMBER = st.text("12", min_size=7, max_size=9).map(lambda digits: f"+{digits}")
ROUTE = st.fixed_dictionaries(
    {"prefix": PREFIX},
    optional={"except": st.lists(PREFIX, max_size=3), "service": st.sampled_from(["voice", "fax"])},
)
ROUTES = st.dictionaries(st.sampled_from("abcdefgh"), ROUTE, min_size=1, max_size=8)


class TestChoice:
    @given(ROUTES, NUMBER, st.sampled_from(["voice", "fax"]))
    def test_the_longest_prefix_that_takes_a_number_wins(
        self, routes: dict[str, Any], number: str, service: str
    ) -> None:
        fit = [
            (-len(route["prefix"]), name)
            for name, route in routes.items()
            if route.get("service", "voice") == service
            and number.startswith(route["prefix"])
            and not any(number.startswith(refused) for refused in route.get("except", []))
        ]
        assert winner(view(**routes), number, service) == (min(fit)[1] if fit else None)

    @given(ROUTES, NUMBER, st.randoms())
    def test_the_order_in_the_file_does_not_matter(
        self, routes: dict[str, Any], number: str, random: Any
    ) -> None:
        names = list(routes)
        random.shuffle(names)
        shuffled = {name: routes[name] for name in names}
        assert winner(view(**shuffled), number) == winner(view(**routes), number)
        assert ordered(view(**shuffled).routes) == ordered(view(**routes).routes)

    def test_exact_numbers_come_before_patterns_and_those_before_prefixes(self) -> None:
        one = view(
            long={"prefix": "+1212555"},
            pattern={"pattern": r"^\+1212\d{7}$"},
            exact={"exact": ["+12125550199"]},
        )
        assert winner(one, "+12125550199") == "exact"
        assert winner(one, "+12125550198") == "pattern"
        assert winner(one, "+121255501980") == "long"
        assert winner(one, "+1212") is None

    def test_a_prefix_alone_is_no_number(self) -> None:
        assert winner(view(us={"prefix": "+1"}), "+1") is None

    @given(st.sampled_from(TOLLS), st.sampled_from(TOLLS))
    def test_a_toll_class_holds_those_before_it(self, toll: str, most: str) -> None:
        assert affordable(toll, most) is (TOLLS.index(toll) <= TOLLS.index(most))  # type: ignore[arg-type]
        assert affordable("emergency", most)


class TestShadows:
    @given(ROUTES)
    def test_a_route_is_shadowed_if_and_only_if_it_never_takes_a_number(
        self, routes: dict[str, Any]
    ) -> None:
        one = view(**routes)
        shadowed = {line.split()[1] for line in told(one)}
        # All that any prefix or exception can tell apart, in a world of digits 1, 2 and another.
        world = ["+"]
        for _ in range(6):
            world = [number + digit for number in world for digit in "129"]
        for service in ("voice", "fax"):
            taking = {winner(one, number, service) for number in world}
            mine = {name for name, route in one.routes.items() if route.service == service}
            assert mine - taking == shadowed & mine

    def test_a_route_whose_exceptions_are_everything_takes_nothing(self) -> None:
        digits = [f"+49{n}" for n in range(10)]
        one = view(a={"prefix": "+49", "except": ["+4"]}, b={"prefix": "+49", "except": digits})
        assert told(one) == ["DF1003 a", "DF1003 b"]

    def test_ten_longer_prefixes_leave_nothing_of_a_shorter_one(self) -> None:
        routes = {f"d{n}": {"prefix": f"+49{n}"} for n in range(10)}
        assert told(view(**routes, de={"prefix": "+49"})) == ["DF1005 de"]
        del routes["d7"]
        assert told(view(**routes, de={"prefix": "+49"})) == []
        assert told(view(**routes, de={"prefix": "+49", "except": ["+497"]})) == ["DF1005 de"]

    def test_exact_numbers_and_patterns(self) -> None:
        one = view(
            a={"exact": ["911", "933"], "toll": "emergency"},
            b={"exact": ["911"], "toll": "emergency"},
            c={"exact": ["911", "112"], "toll": "emergency"},
            d={"pattern": r"^\+1\d{10}$"},
            e={"pattern": r"^\+1\d{10}$"},
            f={"pattern": r"^\+1\d{10}$", "service": "fax"},
        )
        assert told(one) == ["DF1005 b", "DF1005 e"]

    def test_thousands_of_routes(self) -> None:
        routes = {f"r{n}": {"prefix": f"+1{n:05}"} for n in range(20_000)}
        assert told(view(**routes, again={"prefix": "+119999"})) == ["DF1005 r19999"]
        same = {f"r{n:04}": {"prefix": "+1"} for n in range(5000)}
        assert told(view(**same)) == [f"DF1005 r{n:04}" for n in range(1, 5000)]


BOMBS = [
    "^(1+)+$", "^((1+))+$", "^(1*)*$", "^(1|1)*$", "^(1|11)+$", "^(?:1+)*$", "^(1+){2,}$",
    "^(.*)(.*)(.*)(.*)(.*)$", "^1*1*1*1*1*$", r"^(\d+)\1$", "^(?=1)1$", "^(?!1)2$", "^(?<=1)2$",
    "^(?P<x>1)(?P=x)$", "^(?(1)1|2)$", "^(?i)a$", "^1|2$", "^)(1$", "^(1$", "^[1$", "^1{999}$",
    "^1{1,99999999}$", "^1**$", "^1++$", "^1?+$", "1", "^1", "1$", "^$", "^", "$", "", "^1?$",
    "^[^1]$", r"^\S+$", r"^\w+$", "^[a-z]+$", r"^\p{N}$", "^1\n$", "^(1)?$", "^${x}$", "^" + "1" * 300 + "$",
    "^" + "1?" * 60 + "$", "^" + "(1|1)" * 30 + "$", "^" + "(" * 90 + ")" * 90 + "$",
]  # fmt: skip
GOOD = [
    r"^\+1\d{10}$", r"^\+49(15|16|17)\d{7,9}$", r"^\+1(?:800|888)[2-9]\d{6}$", r"^\+4420.+$",
    "^[*]98$", r"^\+(1|44)?2$", r"^\#31$", r"^\+1((212)|(646))[0-9]{7}$",
]  # fmt: skip
PARTS = st.lists(
    st.sampled_from(
        ["0", "1", r"\d", r"\+", ".", "[0-9]", "[2-", "(", "(?:", ")", "|", "*", "+", "?", "{2}",
         "{1,}", "{0,15}", "^", "$", r"\1", "(?=", "x", "\\"]
    ),
    max_size=14,
)  # fmt: skip


class TestPatterns:
    @pytest.mark.parametrize("pattern", BOMBS)
    def test_refuses_what_could_take_for_ever_or_anything(self, pattern: str) -> None:
        assert why_refused(pattern)

    @pytest.mark.parametrize("pattern", GOOD)
    def test_takes_what_numbers_are_made_of(self, pattern: str) -> None:
        assert why_refused(pattern) == ""

    @given(PARTS)
    def test_what_is_taken_is_an_anchored_expression(self, parts: list[str]) -> None:
        pattern = "^" + "".join(parts) + "$"
        reason = why_refused(pattern)
        if reason:
            assert reason == reason.strip()
            return
        compiled = re.compile(pattern)
        assert compiled.match("") is None
        # Nothing before or behind a number gets through, and no number takes long.
        for number in ("+12125550199", "1" * 25, "+" + "2" * 24):
            for text in (f"x{number}", f"{number}x", f"x{number}x"):
                assert compiled.search(text) is None or "." in pattern
            compiled.search(number + "!")

    @given(st.text(max_size=60))
    def test_never_fails(self, pattern: str) -> None:
        one = view(a={"pattern": "^1$"})
        route = one.routes["a"].model_copy(update={"pattern": pattern})
        if not why_refused(pattern):
            takes(route, "+12125550199")


class TestRules:
    def test_a_route_that_is_wrong_in_itself_shadows_nothing(self) -> None:
        one = view(
            a={"prefix": "+1", "exact": ["+12125550199"]},
            b={},
            c={"pattern": "^(1+)+$"},
            d={"prefix": "+1"},
        )
        assert told(one) == ["DF1003 a", "DF1003 b", "DF1004 c"]

    def test_an_emergency_route_says_its_numbers(self) -> None:
        one = view(
            a={"prefix": "+911", "toll": "emergency"}, b={"pattern": "^911$", "toll": "emergency"}
        )
        assert told(one) == ["DF1007 a", "DF1007 b"]
        assert one.emergency_numbers == ()
