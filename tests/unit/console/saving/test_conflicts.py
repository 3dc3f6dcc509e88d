"""Two people at once: what does not overlap holds, what does is shown with all sides, nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.console.errors import Away
from dialform.console.saving import ANYWAY, GONE, Clash, Edit, digest_of, value_at
from dialform.console.saving.merging import three_way
from dialform.reconcile import durable
from dialform.schema.editing import put, same

from .conftest import Desk, heads, others, replaced

EXTENSION = ("extensions", "1002")
FILE = "tenants.d/acme/pbx.yaml"


def test_what_another_field_became_meanwhile_stays(alice: Desk) -> None:
    edit = alice.edit(
        EXTENSION, {**value_at(alice.repository.tip(), "acme", EXTENSION), "name": "Robert"}
    )
    others(alice.stage, replaced(FILE, "toll: international", "toll: premium"))
    alice.repository.fetch()
    made = alice.repository.site(alice.save(edit).commit)
    now = value_at(made, "acme", EXTENSION)
    assert (now["name"], now["toll"]) == ("Robert", "premium")


def test_the_same_field_is_shown_with_all_sides_and_nothing_is_saved(alice: Desk) -> None:
    was = value_at(alice.repository.tip(), "acme", EXTENSION)
    edit = alice.edit(EXTENSION, {**was, "toll": "national", "name": "Robert"})
    others(alice.stage, replaced(FILE, "toll: international", "toll: premium"))
    alice.repository.fetch()
    before = heads(alice.stage)
    with pytest.raises(Clash) as told:
        alice.save(edit)
    (clash,) = told.value.clashes
    assert clash.paths == (("toll",),)
    assert [side["toll"] for side in (clash.base, clash.theirs, clash.mine)] == [
        "international",
        "premium",
        "national",
    ]
    assert clash.mine["name"] == "Robert"
    assert heads(alice.stage) == before
    # Looked at, and meant: against what stands there now.
    again = Edit("acme", EXTENSION, {**clash.theirs, "toll": "national"}, digest_of(clash.theirs))
    assert alice.save(again).changed


def test_an_object_that_is_gone_meanwhile_does_not_come_back_unasked(alice: Desk) -> None:
    edit = alice.edit(("conferences", "900", "name"), "Everybody")
    whole = alice.edit(("conferences", "900"), {"name": "Everybody", "pin": "4711"})
    lines = alice.stage.site / FILE
    text = next(line for line in lines.read_text("utf-8").splitlines() if '"900"' in line)
    others(alice.stage, replaced(FILE, f"{text}\n", ""))
    alice.repository.fetch()
    for one in (edit, whole):
        with pytest.raises(Clash) as told:
            alice.save(one)
        assert told.value.clashes[0].theirs is GONE


def test_two_new_objects_of_one_name_are_a_conflict(alice: Desk) -> None:
    edit = alice.edit(("extensions", "1007"), {"name": "Mine"})
    others(
        alice.stage,
        replaced(FILE, '  "1050": {name: Fax', '  "1007": {name: Theirs}\n  "1050": {name: Fax'),
    )
    alice.repository.fetch()
    with pytest.raises(Clash):
        alice.save(edit)


def test_who_wanted_the_same_has_no_conflict(alice: Desk) -> None:
    edit = alice.edit((*EXTENSION, "toll"), "premium")
    others(alice.stage, replaced(FILE, "toll: international", "toll: premium"))
    alice.repository.fetch()
    assert not alice.save(edit).changed


def test_what_is_meant_whatever_stands_there_is_not_compared(alice: Desk) -> None:
    others(alice.stage, replaced(FILE, "toll: international", "toll: premium"))
    assert alice.save(Edit("acme", (*EXTENSION, "toll"), "national", ANYWAY)).changed


class _Quick:
    """Somebody who pushes in the moment before we do, so often."""

    def __init__(self, desk: Desk, times: int, old: str, new: str) -> None:
        self.desk, self.left, self.old, self.new, self.count = desk, times, old, new, 0

    def __call__(self, name: str) -> None:
        if name == "saving.push" and self.left:
            self.left, self.count = self.left - 1, self.count + 1
            others(self.desk.stage, replaced(FILE, self.old, f"{self.new}{self.count}"))
            self.old = f"{self.new}{self.count}"


LABEL = ("devices", "aabbcc112233", "label")


def test_where_the_branch_moved_in_between_it_is_done_again_on_top(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk("user", self_service=["devices.label"])
    edit = desk.edit(LABEL, "Mine")
    monkeypatch.setattr(durable, "hook", _Quick(desk, 2, "name: Sales Team", "name: Sales"))
    done = desk.save(edit)
    assert done.merged
    site = desk.repository.site(heads(desk.stage)["main"])
    assert value_at(site, "acme", LABEL) == "Mine"
    assert value_at(site, "acme", ("ring_groups", "600", "name")) == "Sales2"


def test_a_conflict_that_comes_in_between_is_told(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk("user", self_service=["devices.label"])
    edit = desk.edit(LABEL, "Mine")
    monkeypatch.setattr(durable, "hook", _Quick(desk, 1, "label: Bob's desk", "label: Theirs"))
    with pytest.raises(Clash) as told:
        desk.save(edit)
    assert told.value.clashes[0].theirs == "Theirs1"


def test_nobody_tries_for_ever(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk("user", self_service=["devices.label"])
    edit = desk.edit(LABEL, "Mine")
    monkeypatch.setattr(durable, "hook", _Quick(desk, 99, "name: Sales Team", "name: Sales"))
    with pytest.raises(Away):
        desk.save(edit)


DATA = st.recursive(
    st.sampled_from(["a", "b", 1, None]),
    lambda inner: st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)
MAPS = st.dictionaries(st.sampled_from("xyz"), DATA, max_size=3)


@given(MAPS, MAPS, MAPS)
def test_what_only_one_changed_is_in_what_comes_of_both(base: Any, mine: Any, theirs: Any) -> None:
    merged, overlaps = three_way(base, mine, theirs)
    assert same(three_way(base, mine, base)[0], mine)
    assert same(three_way(base, base, theirs)[0], theirs)
    other, again = three_way(base, theirs, mine)
    assert sorted(overlaps, key=str) == sorted(again, key=str)
    if not overlaps:
        assert same(merged, other)
    for key in {*base, *mine, *theirs}:
        sides = [one.get(key, GONE) for one in (base, mine, theirs)]
        if same(sides[0], sides[2]):
            assert same(merged.get(key, GONE), sides[1])
        elif same(sides[0], sides[1]):
            assert same(merged.get(key, GONE), sides[2])


@given(MAPS, st.sampled_from("xyz"), st.sampled_from("xyz"), DATA, DATA)
def test_two_changes_of_different_keys_never_clash(
    base: Any, one: str, other: str, value: Any, more: Any
) -> None:
    mine, theirs = put(base, (one,), value), put(base, (other,), more)
    merged, overlaps = three_way(base, mine, theirs)
    if one != other:
        assert not overlaps
        assert same(merged, put(mine, (other,), more))
