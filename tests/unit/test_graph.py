"""The call flow as a picture: what is drawn, and that no name breaks out of its box."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.cli import graphviz
from dialform.cli.inventory import read_tenant
from dialform.compiler.pictures.boxes import Box
from dialform.compiler.pictures.dot import dot
from dialform.compiler.pictures.flowgraph import Arrow, Graph, flow_graph, reachable
from dialform.compiler.pictures.graph import MOST_BOXES, picture
from dialform.compiler.pictures.layers import layers_of
from dialform.compiler.pictures.mermaid import escape, mermaid
from dialform.compiler.pictures.svg import svg
from dialform.schema.tenant import Tenant
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[2]


def tenant(**tables: Any) -> Tenant:
    return Tenant.model_validate({"company": "A", **tables})


SMALL: dict[str, Any] = {
    "numbers": {"+12125550199": {"provider": "x", "description": "Main"}},
    "extensions": {
        "1001": {"name": "Alice", "voicemail": True},
        "1002": {"name": "Bob"},
        "1003": {"name": "Carol", "voicemail": True},
    },
    "voicemails": {"1999": {"name": "General"}},
    "ring_groups": {
        "600": {
            "name": "Sales", "members": ["1001", {"number": "1002", "delay": 5}, "+19175550123"],
            "no_answer": {"voicemail": "1999"},
        },
    },
    "call_queues": {
        "800": {
            "name": "Help", "agents": ["1001", {"number": "1002", "level": 2}], "max_wait": 60,
            "timeout": {"voicemail": "1999"}, "no_agent": {"hangup": "busy"},
        },
    },
    "schedules": {"office": {"open": ["Mon-Fri 09:00-17:00", "Sat,Sun 10:00-12:00"]}},
    "ivr_menus": {
        "700": {
            "name": "Menu", "greeting": "media/a.wav", "no_input": {"ring_group": "600"},
            "options": {"1": {"ring_group": "600"}, "2": {"queue": "800"}},
            "invalid": {"play": "media/b.wav"},
        },
    },
    "inbound_routes": {
        "+12125550199": {"schedule": "office", "open": {"ivr": "700"}, "closed": {"voicemail": "1999"}},
    },
    "follow_me": {"1002": {"when": ["busy"], "destinations": ["+19175550123", "1001"]}},
}  # fmt: skip


def arrows(graph: Graph) -> set[tuple[str, str, str]]:
    return {(a.source, a.target, a.label) for a in graph.arrows}


class TestFlow:
    def test_says_where_every_call_goes_and_why(self) -> None:
        office = "schedule:office@+12125550199"
        assert arrows(flow_graph(tenant(**SMALL))) == {
            ("did:+12125550199", office, ""),
            (office, "ivr:700", "open"),
            (office, "voicemail:1999", "closed"),
            ("ivr:700", "ring_group:600", "1, no key"),
            ("ivr:700", "queue:800", "2"),
            ("ivr:700", "play:media/b.wav", "wrong key"),
            ("ring_group:600", "voicemail:1999", "no answer after 25 s"),
            ("ring_group:600", "extension:1001", "rings"),
            ("ring_group:600", "extension:1002", "rings after 5 s"),
            ("ring_group:600", "external:+19175550123", "rings"),
            ("queue:800", "voicemail:1999", "after 60 s"),
            ("queue:800", "hangup:busy", "no agent"),
            ("queue:800", "extension:1001", "agent"),
            ("queue:800", "extension:1002", "agent, level 2"),
            ("extension:1001", "voicemail:1001", "unanswered"),
            ("extension:1002", "external:+19175550123", "follow-me 1 (busy)"),
            ("extension:1002", "extension:1001", "follow-me 2 (busy)"),
        }

    def test_leaves_out_phones_that_no_flow_comes_to(self) -> None:
        assert "extension:1003" not in flow_graph(tenant(**SMALL)).boxes
        assert "extension:1003" in flow_graph(tenant(**SMALL), whole=True).boxes

    def test_a_schedule_says_its_hours(self) -> None:
        box = flow_graph(tenant(**SMALL)).boxes["schedule:office@+12125550199"]
        assert box.lines == ("office", "Mon-Fri 09:00-17:00", "Sat,Sun 10:00-12:00")

    def test_uses_of_a_schedule_that_decide_the_same_are_one_box(self) -> None:
        route = SMALL["inbound_routes"]["+12125550199"]
        other = {**route, "closed": {"hangup": True}}
        routes = {"+12125550199": route, "+12125550198": route, "+12125550197": other}
        graph = flow_graph(tenant(**{**SMALL, "inbound_routes": routes}))
        assert [box for box in graph.boxes if box.startswith("schedule")] == [
            "schedule:office@+12125550197",
            "schedule:office@+12125550199",
        ]
        twice = [a.target for a in graph.arrows if a.source == "did:+12125550198"]
        assert twice == ["schedule:office@+12125550199"]

    def test_what_does_not_exist_is_shown_as_missing(self) -> None:
        graph = flow_graph(tenant(inbound_routes={"+12125550199": {"ivr": "701"}}))
        assert graph.boxes["ivr:701"].kind == "missing"
        assert graph.boxes["ivr:701"].lines == ("701", "no such IVR menu")

    def test_a_fax_extension_is_one_box_however_it_is_named(self) -> None:
        graph = flow_graph(
            tenant(
                extensions={"1050": {"name": "Fax", "type": "fax"}},
                inbound_routes={
                    "+12125550150": {"fax": "1050"},
                    "+12125550151": {"extension": "1050"},
                },
                fax={"accounts": {"1050": {}}},
            )
        )
        assert {a.target for a in graph.arrows} == {"fax:1050"}

    def test_a_number_for_voice_and_fax_leads_to_both(self) -> None:
        route = SMALL["inbound_routes"]["+12125550199"]
        listening = {**route, "detect_fax": "1050"}
        routes = {"+12125550199": route, "+12125550198": listening}
        graph = flow_graph(
            tenant(**{**SMALL, "inbound_routes": routes, "fax": {"accounts": {"1050": {}}}})
        )
        assert {(a.target, a.label) for a in graph.arrows if a.source == "did:+12125550198"} == {
            ("schedule:office@+12125550199", ""), ("fax:1050", "fax tone"),
        }  # fmt: skip

    def test_order_does_not_depend_on_that_of_the_files(self) -> None:
        turned = {
            table: dict(reversed(entries.items())) if isinstance(entries, dict) else entries
            for table, entries in SMALL.items()
        }
        one, other = flow_graph(tenant(**SMALL)), flow_graph(tenant(**turned))
        assert list(one.boxes) == list(other.boxes)
        assert mermaid(one) == mermaid(other)

    def test_reachable_is_what_follows(self) -> None:
        graph = reachable(flow_graph(tenant(**SMALL)), ["queue:800"])
        assert set(graph.boxes) == {
            "queue:800", "voicemail:1999", "hangup:busy", "extension:1001", "voicemail:1001",
            "extension:1002", "external:+19175550123",
        }  # fmt: skip
        assert {a.source for a in graph.arrows} == {"queue:800", "extension:1001", "extension:1002"}

    @pytest.mark.parametrize("slug", ["acme", "janes-bakery", "nordlicht"])
    def test_the_demo_has_nothing_missing(self, slug: str) -> None:
        files = read_tenant(scan(ROOT), slug)
        assert files is not None
        graph = flow_graph(files.model)
        assert {box.kind for box in graph.boxes.values()} >= {"did", "extension", "voicemail"}
        assert "missing" not in {box.kind for box in graph.boxes.values()}


NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from("\"'<>&[](){}|`*_#;:%$\\/~^=-+.,!@\n\t ﬂ°¶ß1aN"),
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")),
    ),
    max_size=30,
)
HOSTILE = [
    '"]; click a "javascript:alert(1)"', "`**bold**`", "<script>alert(1)</script>", "#quot;",
    "&lt;b&gt;", "a\n  b --> c", "1. first", "- item", "style:#000;", "${caller_id}", "$$x^2$$",
    "fa:fa-bell", "]]>", "--></svg>", "\\N \\G \\l", "{rank=same}", "end", "ﬂ°°60¶ß", "\\\"",
    "https://evil.example", "|x|", "%% comment",
]  # fmt: skip


def plain(text: str) -> str:
    return " ".join(text.split())


def pair(name: str) -> Graph:
    one = Box(f"play:{name}", "play", name, (name, "is played"), ())
    other = Box("ivr:700", "ivr", "700", ("Menu",), ())
    arrow = Arrow("ivr:700", one.id, (name,), "pressed", ())
    return Graph({other.id: other, one.id: one}, (arrow,))


class TestEscapes:
    @given(NASTY | st.sampled_from(HOSTILE))
    def test_mermaid_shows_a_text_as_it_is_and_nothing_in_it_acts(self, text: str) -> None:
        written = escape(text)
        shown = re.sub(r"#([0-9]+);", lambda found: chr(int(found[1])), written)
        assert shown == plain(text)
        bare = re.sub(r"#[0-9]+;", "", written)
        assert not re.search(r"[\"<>\[\]{}|`*_#;:%$&\\/~^=.!@\nﬂ¶]", bare)
        assert not re.search(r"[-+]( |$)", bare.replace("#", ""))

    @given(NASTY | st.sampled_from(HOSTILE))
    def test_mermaid_has_one_line_a_statement(self, text: str) -> None:
        lines = mermaid(pair(text)).splitlines()
        assert lines[0] == "flowchart LR"
        ids = r"[A-Za-z0-9_]+"
        shape = re.compile(
            rf'  (?:{ids}[\[(/{{>]+"[^"]*"[\])/}}\\]+:::[a-z_]+'
            rf'|{ids} -?-\.?->(?:\|"[^"]*"\|)? {ids}'
            r"|classDef [a-z_]+ [a-z0-9:,#.-]+)"
        )
        assert [line for line in lines[1:] if not shape.fullmatch(line)] == []

    @given(NASTY | st.sampled_from(HOSTILE))
    def test_our_svg_is_xml_that_shows_the_text(self, text: str) -> None:
        root = ET.fromstring(svg(pair(text)))
        texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
        assert [plain(shown) for shown in texts] == ["Menu", plain(text), "is played", plain(text)]
        allowed = {"svg", "style", "defs", "marker", "path", "rect", "polygon", "g", "text"}
        assert {element.tag.partition("}")[2] for element in root.iter()} <= allowed

    @given(NASTY | st.sampled_from(HOSTILE))
    def test_dot_has_one_label_that_is_html_and_quoted_ids(self, text: str) -> None:
        written = dot(pair(text))
        label = re.search(r'^  "play:.*?" \[label=<(.*)>, fillcolor', written, re.MULTILINE)
        assert label
        read = "".join(ET.fromstring(f"<x>{label[1]}</x>").itertext())
        assert read == (plain(text) or " ") + "is played"
        quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', written)
        assert any(plain(re.sub(r"\\(.)", r"\1", one)) == plain(f"play:{text}") for one in quoted)

    @pytest.mark.skipif(graphviz.draw("digraph {}") is None, reason="Graphviz is not installed")
    @pytest.mark.parametrize("text", HOSTILE)
    def test_graphviz_draws_hostile_texts_as_texts(self, text: str) -> None:
        drawn = graphviz.draw(dot(pair(text)))
        assert drawn is not None
        shown = "".join(
            element.text or ""
            for element in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")
        )
        assert "".join(text.split()) in "".join(shown.split())


class TestLayers:
    @given(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30).map(
            lambda pairs: [(str(a), str(b)) for a, b in pairs]
        )
    )
    def test_every_arrow_goes_right_but_those_that_close_a_circle(
        self, ends: list[tuple[str, str]]
    ) -> None:
        layer = layers_of([str(n) for n in range(10)], ends)
        assert min(layer.values()) == 0
        onward: dict[str, set[str]] = {str(n): set() for n in range(10)}
        for source, target in ends:
            onward[source].add(target)

        def comes_to(start: str, goal: str) -> bool:
            seen, waiting = set(), [start]
            while waiting:
                box = waiting.pop()
                if box not in seen:
                    seen.add(box)
                    waiting += onward[box]
            return goal in seen

        for source, target in ends:
            assert layer[target] > layer[source] or comes_to(target, source)

    def test_no_boxes_overlap(self) -> None:
        files = read_tenant(scan(ROOT), "nordlicht")
        assert files is not None
        root = ET.fromstring(svg(flow_graph(files.model)))
        boxes = []
        for group in root.iter("{http://www.w3.org/2000/svg}g"):
            x, y = map(float, re.findall(r"-?[0-9.]+", group.get("transform", "")))
            shape = group[0]
            if points := shape.get("points"):
                corners = [tuple(map(float, one.split(","))) for one in points.split()]
                width = max(a for a, _ in corners) * 2
                height = max(b for _, b in corners) * 2
            else:
                width, height = float(shape.get("width", 0)), float(shape.get("height", 0))
            boxes.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        assert len(boxes) > 30
        for index, (left, top, right, bottom) in enumerate(boxes):
            for left2, top2, right2, bottom2 in boxes[index + 1 :]:
                assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top


class TestPicture:
    def test_nothing_of_the_flow_changed(self) -> None:
        other = {**SMALL, "extensions": {**SMALL["extensions"]}}
        other["extensions"]["1001"] = {"name": "Alice", "voicemail": {"email": "a@b.example"}}
        assert picture(tenant(**SMALL), tenant(**other)) == ""
        assert picture(None, None) == ""

    def test_marks_what_is_new_changed_and_gone(self) -> None:
        other = {**SMALL, "ring_groups": {**SMALL["ring_groups"]}}
        other["ring_groups"]["600"] = {
            "name": "Sales & more", "members": ["1001", "1003"], "timeout": 20,
            "no_answer": {"voicemail": "1999"},
        }  # fmt: skip
        drawn = picture(tenant(**SMALL), tenant(**other))
        assert 'ring_group_600[["Sales #38; more<br/>' in drawn
        assert "  class ring_group_600 changed\n" in drawn
        assert "  class extension_1003,voicemail_1003 added\n" in drawn
        # What leads there, and what follows; nothing of the queue, which the change does not touch.
        assert "did_12125550199" in drawn
        lines = drawn.splitlines()
        links = [line for line in lines if "->" in line]
        styled = {
            links[int(found[1])].split()[-1]: found[2]
            for line in lines
            if (found := re.match(r"  linkStyle ([0-9]+) stroke:(#[0-9a-f]+)", line))
        }
        assert styled == {
            "extension_1003": "#16a34a", "voicemail_1003": "#16a34a", "voicemail_1999": "#ca8a04",
            "extension_1002": "#dc2626", "external_19175550123": "#dc2626",
        }  # fmt: skip

    def test_a_new_tenant_is_all_new_and_a_removed_one_all_gone(self) -> None:
        for before, after, mark in (
            (None, tenant(**SMALL), "added"),
            (tenant(**SMALL), None, "removed"),
        ):
            drawn = picture(before, after)
            marked = re.search(rf"  class (\S+) {mark}\n", drawn)
            assert marked
            assert len(marked[1].split(",")) == len(flow_graph(tenant(**SMALL)).boxes)

    def test_of_a_large_flow_the_nearest_is_drawn(self) -> None:
        many = {
            str(n): {"name": f"E{n}", "no_answer": {"extension": str(n + 1)}}
            for n in range(1000, 1200)
        }
        many["1200"] = {"name": "last"}
        before = tenant(extensions=many)
        many["1100"] = {**many["1100"], "name": "Other"}
        drawn = picture(before, tenant(extensions=many))
        assert "class extension_1100 changed" in drawn
        assert "extension_1099" in drawn and "extension_1101" in drawn
        assert len(re.findall(r"^  extension_\d+\(", drawn, re.MULTILINE)) <= MOST_BOXES
        assert re.search(r'more\["and 16[0-9] more', drawn)
