"""Forms speak to people: no code words in labels, choices and help, and a unit behind what is counted."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from dialform.console.forms import MISSING, Field, Form
from dialform.console.forms.groups import Group, Rows
from dialform.console.forms.layout import _LAYOUTS, MORE
from dialform.console.forms.maps import Mapped, Table
from dialform.console.forms.nodes import Checks, Choice, Node, Whole
from dialform.console.forms.reading import node_of
from dialform.console.forms.wording import TENANT
from dialform.console.forms.wordingadmin import ADMIN
from dialform.console.objects.columns import COLUMNS
from dialform.console.objects.kinds import KINDS, Kind
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.queue import CallQueue
from dialform.schema.route import Routes
from dialform.schema.telephony import Extension
from dialform.schema.tenant import Tenant

EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())

CODE = re.compile(
    r"`|\bnull\b|\b[a-z0-9]+_[a-z0-9_]+\b|\b(?!do-not-call)[a-z]+-[a-z]+-[a-z]+(?:-[a-z]+)*\b|<[a-z]+>|\.d/"
)
"""Backquotes, null, snake_case, the strategies' own words, placeholders, folders of the site."""


def nodes(node: Node) -> Iterator[Node]:
    """A node and what is in it."""
    yield node
    if isinstance(node, Group):
        for entry in node.entries:
            yield from nodes(entry.node)
    if isinstance(node, Rows | Mapped):
        yield from nodes(node.item)


def groups(kind: Kind) -> Iterator[Group]:
    return (node for node in nodes(kind.node) if isinstance(node, Group))


@EVERY
def test_no_label_and_no_help_is_code(kind: Kind) -> None:
    said = [kind.title, kind.about, kind.key_label]
    for group in groups(kind):
        for entry in group.entries:
            said += [
                entry.words.label,
                entry.words.help,
                entry.words.unit,
                entry.words.blank,
                entry.place[1],
            ]
            assert entry.words.label, entry.key
    if kind.words:
        said += [kind.words.label, kind.words.help]
    assert [one for one in said if CODE.search(one)] == []


@EVERY
def test_every_choice_is_a_word_for_people(kind: Kind) -> None:
    for node in nodes(kind.node):
        if isinstance(node, Choice | Checks | Table):
            for word, name in node.names:
                assert name[:1].isupper() or name[:1] in "+0123456789", (word, name)
                assert not CODE.search(name), (word, name)


@EVERY
def test_a_number_says_what_it_counts(kind: Kind) -> None:
    """A number without a unit is no amount: a port, a place in a list, a version."""
    counted = re.compile(r"\b(?:seconds|days|minutes|hours)\b", re.IGNORECASE)
    for group in groups(kind):
        for entry in group.entries:
            if isinstance(entry.node, Whole) and not entry.words.unit:
                assert not counted.search(entry.words.help), entry.key


@EVERY
def test_a_control_has_a_label_where_a_form_is_one_field(kind: Kind) -> None:
    root = Form.of(kind.node, MISSING, words=kind.words).root
    assert root.kind == "group" or root.label


def test_a_layout_names_fields_that_there_are() -> None:
    known = dict(models(Tenant, Platform, Billing, Routes, Provider))
    for name, layout in _LAYOUTS.items():
        keys = {info.alias or key for key, info in known[name].model_fields.items()}
        listed = [key for _, line in layout for key in line.split()]
        assert len(listed) == len(set(listed)), name
        assert set(listed) <= keys, name


def models(*found: Any) -> Iterator[tuple[str, type[BaseModel]]]:
    """Models by name, with those that they have fields of."""
    for one in found:
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield one.__name__, one
            if one.__name__ not in ("Destination", "InboundRoute"):
                yield from models(*(info.annotation for info in one.model_fields.values()))
        yield from models(*get_args(one))


def test_words_are_said_of_fields_that_there_are() -> None:
    known = dict(models(Tenant, Platform, Billing, Routes, Provider))
    for key in {**TENANT, **ADMIN}:
        name, _, field = key.partition(".")
        assert field in known[name].model_fields, key


def parts(node: Node, data: Any) -> dict[str, list[Field]]:
    return {part.heading: part.fields for part in Form.of(node, data).root.parts}


def test_what_matters_stands_first_and_the_rest_is_folded_until_it_says_something() -> None:
    node = node_of(Extension)
    usual = Form.of(node, {"name": "Alice"}).root.parts
    assert [one.label for one in usual[0].fields][:2] == ["Name", "Belongs to"]
    assert [(one.heading, one.folded, one.open) for one in usual][-1] == (MORE, True, False)
    odd = Form.of(node, {"name": "Alice", "max_calls": 2}).root.parts
    assert odd[-1].open


def test_lists_show_choices_in_the_same_words() -> None:
    queue = CallQueue(name="Support")
    shown = [one.show(queue) for one in COLUMNS["call-queues"]]
    assert "Who has been free longest" in shown
