"""Hunting the dialplan as mod_dialplan_xml does. What is odd here was seen on a real switch."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.dialplan.expand import expand
from dialform.simulator.dialplan.hunt import Action, hunt
from dialform.simulator.reading.configuration import Context
from dialform.simulator.reading.markup import Element, Source, parse


class Caller:
    def __init__(self, **variables: str) -> None:
        self.variables = dict(variables)
        self.fields = {"destination_number": "go", "caller_id_number": "555"}
        self.ran: list[str] = []

    def get(self, name: str) -> str | None:
        return self.variables.get(name) or self.fields.get(name)

    def set(self, name: str, value: str) -> None:
        self.variables[name] = value

    def profile(self, field: str) -> str:
        return self.fields.get(field, "")

    def expand(self, text: str) -> str:
        return expand(text, self.get, lambda *_: "")

    def now(self) -> datetime:
        return datetime(2026, 12, 24, 10, 30, tzinfo=ZoneInfo("UTC"))

    def inline(self, action: Action) -> None:
        self.ran.append(action.data)
        name, _, value = self.expand(action.data).partition("=")
        self.set(name, value)


def read(body: str) -> Context:
    element = parse(Source("d.xml", f'<context name="c">\n{body}</context>'.encode()))[0]
    return Context("c", element)


def does(body: str, caller: Caller | None = None) -> list[str] | None:
    """What the extension, or several, make the call do: the data of each action."""
    body = body if "<extension" in body else f'<extension name="e">{body}</extension>'
    caller = caller or Caller()
    actions = hunt(read(body), caller, caller.inline)
    return None if actions is None else [action.data for action in actions]


def a(data: str, **more: str) -> str:
    return f'<action application="log" data="{data}" {" ".join(f"{k}={v!r}" for k, v in more.items())}/>'


def anti(data: str) -> str:
    return f'<anti-action application="log" data="{data}"/>'


GO = 'field="destination_number" expression="^go$"'
NO = 'field="destination_number" expression="^no$"'


def test_an_action_says_where_it_stands() -> None:
    context = read(f'<extension name="e">\n<condition {GO}>\n{a("$0x")}\n</condition></extension>')
    caller = Caller()
    actions = hunt(context, caller, caller.inline)
    assert actions == [Action("log", "$0x", "e", "d.xml", 4, extension_line=2)]


@pytest.mark.parametrize(
    ("how", "first", "does_then"),
    [
        ("on-false", GO, ["1", "2"]),
        ("on-false", NO, ["not 1"]),
        ("on-true", GO, ["1"]),
        ("on-true", NO, ["not 1", "2"]),
        ("always", GO, ["1"]),
        ("always", NO, ["not 1"]),
        ("never", GO, ["1", "2"]),
        ("never", NO, ["not 1", "2"]),
        ("nonsense", NO, ["not 1"]),
    ],
)
def test_break_says_whether_the_next_condition_is_asked(
    how: str, first: str, does_then: list[str]
) -> None:
    second = f"<condition {GO}>{a('2')}</condition>"
    assert (
        does(f'<condition {first} break="{how}">{a("1")}{anti("not 1")}</condition>{second}')
        == does_then
    )


def test_groups_are_put_into_actions_and_not_into_anti_actions() -> None:
    found = 'field="destination_number" expression="^(g)(o)$"'
    assert does(f"<condition {found}>{a('$2${1}$3$x$0')}</condition>") == ["og$xgo"]
    assert does(f'<condition field="nofield" expression="(x)">{anti("$1")}</condition>') == ["$1"]


def test_without_a_group_a_dollar_stays() -> None:
    assert does(f"<condition {GO}>{a('$0$1')}</condition>") == ["$0$1"]


def test_a_later_condition_sees_what_an_inline_action_set() -> None:
    body = (
        f"<condition {GO}>{a('v=$0', inline='true')}</condition>"
        '<condition field="${v}" expression="^\\$0$">' + a("seen") + "</condition>"
    )
    assert does(body) == ["seen"]


def test_the_first_extension_that_holds_ends_the_hunt_unless_it_continues() -> None:
    one, two = (f"<condition {GO}>{a(n)}</condition></extension>" for n in ("1", "2"))
    assert does(f'<extension name="a">{one}<extension name="b">{two}') == ["1"]
    assert does(f'<extension name="a" continue="true">{one}<extension name="b">{two}') == ["1", "2"]


def test_an_anti_action_holds_as_well_as_an_action() -> None:
    first = f'<extension name="a"><condition {NO}>{anti("1")}</condition></extension>'
    second = f'<extension name="b"><condition>{a("2")}</condition></extension>'
    assert does(first + second) == ["1"]


def test_no_action_anywhere_is_no_extension_and_inline_ones_alone_are_one() -> None:
    assert does(f"<condition {GO}/>") is None
    assert does(f"<condition {GO}>{a('x=1', inline='true')}</condition>") == []


def test_a_condition_inside_is_asked_where_the_outer_one_held() -> None:
    inner = f"<condition {NO}>{anti('inner')}</condition>"
    assert does(f"<condition {GO}>{a('outer')}{inner}</condition>") == ["outer", "inner"]
    assert does(f'<condition {NO} break="never">{a("outer")}{inner}</condition>') is None


def test_what_need_not_hold_inside_does_not_end_the_outer_one() -> None:
    after = f"<condition {GO}>{a('after')}</condition>"
    inner = f"<condition {NO}/>"
    assert does(f"<condition {GO}>{inner}</condition>{after}") is None
    optional = f'<condition {GO} require-nested="false">{inner}</condition>{after}'
    assert does(optional) == ["after"]


@pytest.mark.parametrize(
    ("rule", "fields", "held"),
    [
        ("all", (GO, GO), True),
        ("all", (GO, NO), False),
        ("any", (NO, GO), True),
        ("any", (NO, NO), False),
        ("xor", (NO, GO), True),
        ("xor", (GO, GO), False),
    ],
)
def test_several_expressions(rule: str, fields: tuple[str, str], held: bool) -> None:
    inner = "".join(f"<regex {field}/>" for field in fields)
    body = f'<condition regex="{rule}">{inner}{a("yes")}{anti("no")}</condition>'
    assert does(body) == ["yes" if held else "no"]


def test_a_time_is_asked_in_the_zone_of_the_channel() -> None:
    body = f'<condition hour="5">{a("early")}{anti("late")}</condition>'
    assert does(body) == ["late"]
    assert does(body, Caller(timezone="America/New_York")) == ["early"]


def test_a_field_overrules_a_time_that_does_not_hold() -> None:
    assert does(f'<condition year="2000" {GO}>{a("yes")}</condition>') == ["yes"]
    assert does(f'<condition year="2026" {NO}>{a("yes")}</condition>') == ["yes"]


def test_groups_stay_in_a_variable_and_an_empty_one_wipes_those_before_it() -> None:
    caller = Caller()
    does('<condition field="destination_number" expression="^(g)(x)?(o)$"/>', caller)
    assert caller.variables["DP_MATCH"] == "o"
    does('<condition field="destination_number" expression="^(g)(o)$"/>', caller)
    assert caller.variables["DP_MATCH"] == "ARRAY::go|:g|:o"


def test_an_action_may_be_repeated() -> None:
    assert does(f"<condition {GO}>{a('x', loop='2')}{a('y', loop='0')}</condition>") == ["x", "x"]


def test_data_may_stand_between_the_tags() -> None:
    assert does(f'<condition {GO}><action application="log" data="a">b</action></condition>') == [
        "b"
    ]


def test_more_than_nine_groups_match_nothing() -> None:
    expression = "".join(f"({digit})" for digit in "0123456789")
    caller = Caller(digits="0123456789")
    body = f'<condition field="${{digits}}" expression="{expression}">{a("yes")}{anti("no")}</condition>'
    assert does(body, caller) == ["no"]


FIELDS = st.sampled_from(["destination_number", "${v}", "nofield", "caller_id_number"])
EXPRESSIONS = st.sampled_from(["^go$", "^(g)(o)$", "(", "^$", "", ".", "^${v}$"])


@st.composite
def conditions(draw: st.DrawFn, depth: int = 0) -> Element:
    attributes = {"field": draw(FIELDS), "expression": draw(EXPRESSIONS)}
    how = draw(st.sampled_from(["", "on-true", "never", "always"]))
    if how:
        attributes["break"] = how
    children = [
        Element(tag, {"application": "set", "data": data, "inline": inline}, [], "d.xml", 1)
        for tag, data, inline in draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["action", "anti-action"]),
                    st.sampled_from(["v=$1", "v=go", "v="]),
                    st.sampled_from(["true", "false"]),
                ),
                max_size=3,
            )
        )
    ]
    if depth < 2:
        children += draw(st.lists(conditions(depth + 1), max_size=2))
    return Element("condition", attributes, children, "d.xml", 1)


@given(st.lists(st.lists(conditions(), max_size=3), max_size=3))
def test_the_same_call_does_the_same_and_writes_only_what_the_dialplan_says(
    extensions: list[list[Element]],
) -> None:
    elements = [Element("extension", {"name": "e"}, inner, "d.xml", 1) for inner in extensions]
    context = Context("c", Element("context", {"name": "c"}, elements, "d.xml", 1))
    callers = [Caller(), Caller()]
    actions = [hunt(context, caller, caller.inline) for caller in callers]
    assert actions[0] == actions[1]
    assert callers[0].ran == callers[1].ran
    assert set(callers[0].variables) <= {"v", "DP_MATCH"}
