"""Rows of a form: a new one is where one types next, and what was edited stays open."""

import re

import pytest

from dialform.console.forms import MISSING, Form
from dialform.console.forms.picking import pick
from dialform.console.objects.kinds import KINDS

from .page import html_of, sent_by

TESTS = [
    {"from": "1001", "to": "600", "expect": {"rings": ["1002"]}, "name": "Sales"},
    {"from": "1002", "to": "601", "expect": {"rings": ["1003"]}, "name": "Office"},
]


def form_of(kind: str, data: object = MISSING) -> Form:
    return Form.of(KINDS[kind].node, data, words=KINDS[kind].words)


def opened(html: str) -> list[bool]:
    """Of each call test, whether it is open."""
    found = re.findall(r'<details class="more"( open)?><summary>(?:Sales|Office|New)', html)
    return [bool(one) for one in found]


def focused(html: str) -> list[str]:
    return re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]*)"[^>]* autofocus', html)


def test_a_row_inside_a_folded_one_keeps_it_open() -> None:
    form = form_of("call-tests", TESTS)
    assert opened(html_of(form)) == [False, False]
    html = html_of(form.acted("add:value.1.expect.rings"))
    assert opened(html) == [False, True]
    assert focused(html) == ["value.1.expect.rings.1"]


def test_what_was_edited_stays_open_wherever_it_is_moved() -> None:
    form = form_of("call-tests", TESTS)
    untouched = form.parse(sent_by(html_of(form)))
    assert opened(html_of(untouched)) == [False, False]
    assert opened(html_of(untouched.acted("down:value.0"))) == [False, False]
    edited = form.parse(sent_by(html_of(form), value__0__to="602"))
    assert opened(html_of(edited)) == [True, False]
    assert opened(html_of(edited.acted("down:value.0"))) == [False, True]


@pytest.mark.parametrize("offers", [{}, {"extensions": [("1001", "Alice"), ("1002", "Bob")]}])
@pytest.mark.parametrize(
    ("kind", "act", "name"),
    [
        ("call-queues", "add:agents", "agents.0.number"),
        ("paging", "add:members", "members.0"),
        ("call-tests", "add:value", "value.0.name"),
    ],
)
def test_a_new_row_is_where_one_types_next(
    kind: str, act: str, name: str, offers: dict[str, list[tuple[str, str]]]
) -> None:
    """Also where one chooses from a list."""
    form = form_of(kind).acted(act)
    pick(form.root, offers)
    assert focused(html_of(form, offers)) == [name]
