"""The catalogue of rules: documented, distinct, and free of what a switch or a terminal would act on."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dialform.schema.rules  # noqa: F401 -- registers them all
from dialform.schema.diagnostic import Place, Severity
from dialform.schema.rule import Rule, rule, rules

OURS = [one for one in rules() if one.__module__.startswith("dialform.schema.rules")]
GROUPS = {
    "DF00": "meta", "DF01": "yaml", "DF02": "files", "DF03": "shape", "DF04": "text",
    "DF05": "secrets", "DF10": "platform", "DF11": "access", "DF12": "flow", "DF13": "numbers",
    "DF14": "queues", "DF15": "billing", "DF16": "phones", "DF17": "rooms", "DF18": "calls",
    "DF19": "fax", "DF20": "console",
}  # fmt: skip


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.code)
class TestEachRule:
    def test_its_code_stands_with_its_theme(self, one: type[Rule]) -> None:
        assert one.__module__.rsplit(".", 1)[1] == GROUPS[one.code[:4]]
        assert rule(one.code) is one

    def test_its_explanation_says_more_than_its_message(self, one: type[Rule]) -> None:
        text = one.explain()
        assert len(text) > 80, "say what is wrong, what is right, how to mend it"
        assert text[0].isupper() or text[0] in "`$<"
        assert "\n\n" in text or len(text) > 120
        assert all(len(line) <= 110 for line in text.split("\n"))
        assert text.count("`") % 2 == 0

    def test_its_message_names_what_is_wrong_and_its_hint_a_way_out(self, one: type[Rule]) -> None:
        assert one.message
        free = {"DF0003", "DF0303", "DF0304", "DF0305"}  # each case has words of its own
        assert one.hint or one.code in free
        assert not one.message.endswith(".")

    @given(st.text())
    def test_no_value_breaks_its_message(self, one: type[Rule], value: str) -> None:
        names = {
            name
            for template in (one.message, one.hint)
            for _, name, _, _ in string.Formatter().parse(template)
            if name
        }
        values = dict.fromkeys(names, f"{{{value}}}{{x.y}}%s")
        found = one.at(Place("x.yaml", 3, 4, 5), **values)
        assert (found.code, found.line, found.column, found.end) == (one.code, 3, 4, 5)
        assert found.message.isprintable()
        assert found.hint.isprintable()
        assert len(found.message) < 2000


def test_severities_are_what_the_design_says() -> None:
    assert {one.code for one in OURS if one.severity is Severity.INFO} == {
        "DF0003", "DF0505", "DF1013", "DF1022", "DF1024", "DF1308", "DF1516", "DF1622",
        "DF1905", "DF1909", "DF1912", "DF2003",
    }  # fmt: skip


def test_two_rules_never_share_a_code() -> None:
    with pytest.raises(TypeError, match="share DF0101"):
        type("Again", (Rule,), {"code": "DF0101"})
