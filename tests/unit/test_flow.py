"""The call flow: circles, ends and what nobody reaches, on graphs that nobody drew."""

from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from dialform.compiler.flow import check_flow
from dialform.compiler.scope import PlatformView, Scope
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.rule import Flaw
from dialform.schema.tenant import Tenant

PLATFORM = Platform.model_validate(
    {"platform": "p", "domain": "p.example", "hosts": {"h": {"address": "203.0.113.1"}}}
)
KINDS = ("extension", "ring_group", "ivr", "queue")
Edge = tuple[int, int]


def flaws(**parts: Any) -> list[Flaw]:
    tenant = Tenant.model_validate({"company": "Acme", **parts})
    view = PlatformView(PLATFORM, {}, Billing(), {})
    return list(check_flow(Scope("acme", "tenants.d/acme", tenant, view)))


def codes(**parts: Any) -> list[str]:
    return sorted(flaw.rule.code for flaw in flaws(**parts))


def number(node: int, kinds: list[str]) -> str:
    return f"{1000 + node}" if kinds[node] == "extension" else f"{100 + node}"


def tenant(kinds: list[str], edges: list[Edge], pressed: list[Edge] = ()) -> dict[str, Any]:  # type: ignore[assignment]
    """A tenant whose objects send calls on along the edges; `pressed` ones wait for a key.

    An object with several ways on has them in schedules within schedules, or by reason.
    """
    data: dict[str, Any] = {
        "extensions": {"1999": {"name": "Z"}},
        "ring_groups": {},
        "ivr_menus": {},
        "call_queues": {},
        "schedules": {"s": {"open": ["09:00-17:00"]}},
    }

    def way(targets: list[int]) -> dict[str, Any]:
        if not targets:
            return {"hangup": True}
        first = {kinds[targets[0]]: number(targets[0], kinds)}
        if len(targets) == 1:
            return first
        return {"schedule": "s", "open": first, "closed": way(targets[1:])}

    for node, kind in enumerate(kinds):
        on = way([b for a, b in edges if a == node])
        keys = [b for a, b in pressed if a == node]
        match kind:
            case "extension":
                data["extensions"][number(node, kinds)] = {"name": "E", "no_answer": on}
            case "ring_group":
                group = {"name": "G", "members": ["1999"], "no_answer": on}
                data["ring_groups"][number(node, kinds)] = group
            case "ivr":
                options = {str(i): {kinds[b]: number(b, kinds)} for i, b in enumerate(keys)}
                menu = {"name": "M", "greeting": "media/m.wav", "no_input": on, "direct_dial": True}
                data["ivr_menus"][number(node, kinds)] = {**menu, "options": options}
            case "queue":
                data["call_queues"][number(node, kinds)] = {
                    "name": "Q",
                    "max_wait": 9,
                    "timeout": on,
                }
    return data


@st.composite
def acyclic(draw: st.DrawFn) -> tuple[list[str], list[Edge]]:
    """Objects in a random order, and ways on that lead from an earlier to a later one only."""
    count = draw(st.integers(2, 8))
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=count, max_size=count))
    order = draw(st.permutations(range(count)))
    pairs = [(order[a], order[b]) for a in range(count) for b in range(a + 1, count)]
    return kinds, draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12))


def reaches(edges: list[Edge], start: int, end: int) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        waiting += [b for a, b in edges if a == node and b not in seen]
        seen |= {b for a, b in edges if a == node}
    return end in seen


class TestCircles:
    @given(acyclic())
    def test_a_flow_without_a_way_back_has_none(self, graph: tuple[list[str], list[Edge]]) -> None:
        assert "DF1202" not in codes(**tenant(*graph))

    @given(acyclic(), st.data())
    def test_one_way_back_is_one_finding(
        self, graph: tuple[list[str], list[Edge]], data: st.DataObject
    ) -> None:
        kinds, edges = graph
        end, start = data.draw(
            st.sampled_from([(a, b) for a in range(len(kinds)) for b in range(len(kinds))])
        )
        assume(reaches(edges, start, end))
        found = [
            f for f in flaws(**tenant(kinds, [*edges, (end, start)])) if f.rule.code == "DF1202"
        ]
        assert len(found) == 1
        # The circle that is told goes along ways that are there, and comes back.
        walked = [step.rsplit(" ", 1)[1] for step in found[0].values["circle"].split(" → ")]
        names = {number(node, kinds): node for node in range(len(kinds))}
        steps = {(names[a], names[b]) for a, b in pairwise(walked)}
        assert walked[0] == walked[-1]
        assert steps <= {*edges, (end, start)}
        assert (end, start) in steps

    @given(acyclic(), st.data())
    def test_a_way_back_that_waits_for_a_key_is_none(
        self, graph: tuple[list[str], list[Edge]], data: st.DataObject
    ) -> None:
        kinds, edges = graph
        menus = [node for node, kind in enumerate(kinds) if kind == "ivr"]
        assume(menus)
        back = data.draw(
            st.lists(st.tuples(st.sampled_from(menus), st.integers(0, len(kinds) - 1)), max_size=5)
        )
        assert "DF1202" not in codes(**tenant(kinds, edges, back))

    @given(st.integers(1, 6))
    def test_circles_that_share_nothing_are_told_each(self, count: int) -> None:
        kinds = ["ring_group"] * (2 * count)
        edges = [e for n in range(count) for e in ((2 * n, 2 * n + 1), (2 * n + 1, 2 * n))]
        assert codes(**tenant(kinds, edges)).count("DF1202") == count

    @given(acyclic(), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=6))
    def test_told_if_and_only_if_there_is_one(
        self, graph: tuple[list[str], list[Edge]], more: list[Edge]
    ) -> None:
        kinds, edges = graph
        edges = list({*edges, *((a, b) for a, b in more if a < len(kinds) and b < len(kinds))})
        circular = any(reaches(edges, b, a) for a, b in edges)
        assert ("DF1202" in codes(**tenant(kinds, edges))) is circular

    def test_a_circle_of_thousands(self) -> None:
        count = 5000
        extensions = {
            f"{10000 + n}": {"name": "E", "no_answer": {"extension": f"{10000 + (n + 1) % count}"}}
            for n in range(count)
        }
        found = flaws(extensions=extensions)
        assert [f.rule.code for f in found] == ["DF1202"]
        assert len(found[0].values["circle"]) < 400

    def test_thousands_of_circles(self) -> None:
        extensions = {
            f"{10000 + n}": {
                "name": "E",
                "no_answer": {"extension": f"{10000 + max(n - 1, 0)}"},
                "busy": {"extension": f"{10000 + n + 1}"},
            }
            for n in range(3000)
        }
        extensions["13000"] = {"name": "E"}  # type: ignore[dict-item]
        assert codes(extensions=extensions).count("DF1202") >= 50


class TestReach:
    @given(acyclic(), st.integers(0, 7))
    def test_without_phones_what_no_number_leads_to_is_told(
        self, graph: tuple[list[str], list[Edge]], start: int
    ) -> None:
        kinds, edges = graph
        kinds = ["ring_group" if kind == "extension" else kind for kind in kinds]
        start %= len(kinds)
        data = tenant(kinds, edges)
        del data["extensions"]
        for group in data["ring_groups"].values():
            group["members"] = ["+12125550177"]
        data["inbound_routes"] = {"+12125550199": {kinds[start]: number(start, kinds)}}
        found = {
            f.path[1] for f in flaws(**data) if f.rule.code == "DF1204" and f.path[0] != "schedules"
        }
        unreached = {number(n, kinds) for n in range(len(kinds)) if not reaches(edges, start, n)}
        assert found == unreached

    def test_with_phones_everybody_can_dial_everything(self) -> None:
        group = {"name": "G", "members": ["1001"], "no_answer": {"hangup": True}}
        assert codes(extensions={"1001": {"name": "A"}}, ring_groups={"600": group}) == []


class TestExistence:
    @given(st.sampled_from((*KINDS, "voicemail", "conference", "fax")), st.booleans())
    def test_a_destination_is_told_if_and_only_if_it_is_not_there(
        self, kind: str, there: bool
    ) -> None:
        end = {"hangup": True}
        group = {"name": "A", "members": ["1001"], "no_answer": end}
        menu = {"name": "A", "greeting": "m", "no_input": end, "direct_dial": True}
        tables: dict[str, tuple[str, dict[str, Any]]] = {
            "extension": ("extensions", {"name": "A"}),
            "ring_group": ("ring_groups", group),
            "ivr": ("ivr_menus", menu),
            "queue": ("call_queues", {"name": "A"}),
            "voicemail": ("voicemails", {"name": "A"}),
            "conference": ("conferences", {"name": "A"}),
            "fax": ("extensions", {"name": "A", "type": "fax"}),
        }
        table, entry = tables[kind]
        data: dict[str, Any] = {"extensions": {"1001": {"name": "A", "busy": {kind: "1005"}}}}
        if there:
            data[table] = {**data.get(table, {}), "1005": entry}
            data["fax"] = {"accounts": {"1005": {}} if kind == "fax" else {}}
        assert codes(**data) == ([] if there else ["DF1201"])

    @given(
        st.lists(
            st.sampled_from(["1001", "1002", "1003", "1009", "600", "+12125550177"]),
            min_size=1,
            max_size=6,
        )
    )
    def test_members(self, members: list[str]) -> None:
        data = {
            "extensions": {n: {"name": "A"} for n in ("1001", "1002", "1003")},
            "ring_groups": {
                "600": {"name": "G", "members": members, "no_answer": {"hangup": True}}
            },
        }
        wanted = ["DF1206"] * (members.count("1009") + members.count("600"))
        wanted += ["DF1207"] * (len(members) - len(set(members)))
        assert codes(**data) == sorted(wanted)
