"""What is sent is what was announced: the planner and `steps` come to the same from two sides."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dialform.compiler.planning.actions import Step, step
from dialform.reconcile.converge import steps
from dialform.reconcile.wanted import Resources

from .demo import Demo, known, plan, resources, seen
from .edits import EDITS


class Base(tuple[Demo, Resources]):
    """Not printed: it is long."""

    def __repr__(self) -> str:
        return "…"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Demo, Resources]:
    demo = Demo(tmp_path_factory.mktemp("demo"))
    folder = demo.compile()
    assert folder is not None
    return Base((demo, resources(folder)))


def both_ways(base: tuple[Demo, Resources], names: list[str]) -> tuple[list[Step], list[Step]]:
    """What the planner announces of some edits, and what is sent; in their order."""
    demo, before = base
    changed = demo.copy()
    for name in names:
        with contextlib.suppress(FileNotFoundError):  # of a tenant that another edit took out
            EDITS[name](changed)
    folder = changed.compile()
    assume(folder)
    assert folder is not None
    after = resources(folder, before)
    announced = plan(Path(before.folder), changed)
    assert not announced.errors
    made = steps(after, known(before), seen(before), before)
    return announced.actions.get("pbx1", []), made


def same(announced: list[Step], made: list[Step]) -> tuple[list[str], list[str]]:
    """Both in words. A reload is announced for sounds too; only another tree needs one. Phones that keep
    their login are announced too, and told when all is proven (reconcile/phones/announcing.py).
    """
    announced = [one for one in announced if one.kind != "notify" or one in made]
    reload = step("reloadxml")
    if reload not in made:
        announced = [one for one in announced if one != reload]
    return words(announced), words(made)


def words(made: list[Step]) -> list[str]:
    return [one.words for one in made]


@pytest.mark.parametrize("name", EDITS)
def test_one_change(base: tuple[Demo, Resources], name: str) -> None:
    announced, made = both_ways(base, [name])
    wanted, sent = same(announced, made)
    assert sent == wanted


@given(st.lists(st.sampled_from(list(EDITS)), min_size=2, max_size=4, unique=True))
@example(["the music's sound", "a new tenant"])
@example(["a name", "a password", "the platform's domain", "ring timeout"])
@example(["the carriers' port", "local networks"])
@example(["a login's size", "a login's caller ID"])
@example(["fewer tenants here", "shuffled"])
@example(["IPv6", "a trunk over TLS"])
@settings(max_examples=12)
def test_some_changes_at_once(base: tuple[Demo, Resources], names: list[str]) -> None:
    announced, made = both_ways(base, names)
    wanted, sent = same(announced, made)
    assert set(sent) == set(wanted)
