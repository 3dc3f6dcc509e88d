"""What is written down of phones: who is owed something follows from it, whatever happened in between."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dialform.reconcile.layout import Layout
from dialform.reconcile.phones.heard import MOST_TRIES, Heard
from dialform.reconcile.phones.listed import FOLDER, phones_in

MACS = ("0015651a2b01", "0015651a2b02", "0015651a2b03")
OWNED = {"acme": MACS[:2], "beta": MACS[2:]}
Site = dict[str, dict[str, tuple[str, str]]]
"""Tenant → MAC → its revision, and the extension of its line."""


def write(folder: Path, site: Site) -> Path:
    """A compiled folder with these phones."""
    for slug, phones in site.items():
        path = folder / FOLDER / f"{slug}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [
            {"mac": mac, "vendor": "yealink", "model": "t46s", "revision": revision,
             "lines": [[extension, f"{slug}.example"]]}
            for mac, (revision, extension) in phones.items()
        ]  # fmt: skip
        path.write_text(json.dumps({"tenant": slug, "devices": rows}))
    return folder


Folders = Callable[[str, Site], Path]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return lambda name, site: write(tmp_path / name, site)


def owed(heard: Heard, want: Path, **folders: Path) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.phone.mac, one.lines) for one in heard.owed(want, folders)]


def test_who_has_other_files_now_is_owed_it_by_its_old_lines(
    folders: Folders, tmp_path: Path
) -> None:
    a = folders("a", {"acme": {MACS[0]: ("1", "1001"), MACS[1]: ("1", "1002")}})
    b = folders("b", {"acme": {MACS[0]: ("2", "1009"), MACS[1]: ("1", "1002")}})
    heard = Heard(Layout(tmp_path), "a")
    assert owed(heard, b, a=a) == [(MACS[0], ("1001.acme@acme.example",))]


def test_a_phone_that_moves_to_another_tenant_is_owed_it(folders: Folders, tmp_path: Path) -> None:
    a = folders("a", {"acme": {MACS[0]: ("1", "1001")}})
    b = folders("b", {"beta": {MACS[0]: ("2", "1001")}})
    assert owed(Heard(Layout(tmp_path), "a"), b, a=a) == [(MACS[0], ("1001.acme@acme.example",))]


def test_where_nobody_knows_what_they_heard_nobody_is_owed_anything(
    folders: Folders, tmp_path: Path
) -> None:
    b = folders("b", {"acme": {MACS[0]: ("2", "1001")}})
    assert owed(Heard(Layout(tmp_path), "gone"), b) == []


def test_the_same_file_by_another_link_is_not_read(folders: Folders, tmp_path: Path) -> None:
    a = folders("a", {"acme": {MACS[0]: ("1", "1001")}})
    b = tmp_path / "b" / FOLDER
    b.mkdir(parents=True)
    os.link(a / FOLDER / "acme.json", b / "acme.json")
    (b / "acme.json").write_text("not read")
    assert owed(Heard(Layout(tmp_path), "a"), tmp_path / "b", a=a) == []


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"tenant": "a", "devices": [{}]}'])
def test_a_damaged_index_is_said(folders: Folders, tmp_path: Path, text: str) -> None:
    a = folders("a", {"acme": {MACS[0]: ("1", "1001")}})
    b = folders("b", {"acme": {}})
    (b / FOLDER / "acme.json").write_text(text)
    with pytest.raises(ValueError):
        Heard(Layout(tmp_path), "a").owed(b, {"a": a})


class Phones(RuleBasedStateMachine):
    """Sites come and go, some phones are told, the process ends: held against a map of what each heard."""

    def __init__(self) -> None:
        super().__init__()
        self._temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self._temporary.name)
        self.layout = Layout(self.folder)
        self.folders = {"g0": write(self.folder / "g0", {})}
        self.name, self.count = "g0", 0
        self.truth: dict[str, str] = {}
        self.sites: dict[str, Site] = {"g0": {}}
        self.heard = Heard.load(self.layout, "g0")
        self.heard.save()

    def teardown(self) -> None:
        self._temporary.cleanup()

    @property
    def want(self) -> dict[str, str]:
        return {mac: one.revision for mac, one in phones_in(self.folders[self.name]).items()}

    @rule(site=st.fixed_dictionaries({}, optional={
        slug: st.dictionaries(st.sampled_from(macs), st.tuples(st.sampled_from("123"), st.just("1001")))
        for slug, macs in OWNED.items()
    }))  # fmt: skip
    def applied(self, site: Site) -> None:
        self.count += 1
        self.name = f"g{self.count}"
        self.folders[self.name] = write(self.folder / self.name, site)
        self.sites[self.name] = site

    @rule(data=st.data())
    def told(self, data: Any) -> None:
        found = self.heard.owed(self.folders[self.name], self.folders)
        some = found[: data.draw(st.integers(0, len(found)))]
        self.heard.begin(some)
        for one in some:
            self.heard.told(one)
            self.truth[one.phone.mac] = one.phone.revision

    @rule()
    def a_tenant_is_done(self) -> None:
        found = self.heard.owed(self.folders[self.name], self.folders)
        for slug in OWNED.keys() - {one.phone.tenant for one in found}:
            if slug in self.sites[self.name]:
                self.heard.all_of(slug, self.name)
                for mac in OWNED[
                    slug
                ]:  # who is new heard of it by fetching; who is gone hears no more
                    self.truth.pop(mac, None)
                    if mac in self.want:
                        self.truth[mac] = self.want[mac]

    @precondition(lambda self: not self.heard.owed(self.folders[self.name], self.folders))
    @rule()
    def settled(self) -> None:
        self.heard.settle(self.name)
        self.truth = dict(self.want)

    @rule()
    def killed(self) -> None:
        self.heard.save()
        self.heard = Heard.load(self.layout, "nobody asks")

    @invariant()
    def who_is_owed_is_who_heard_of_something_else(self) -> None:
        found = {one.phone.mac for one in self.heard.owed(self.folders[self.name], self.folders)}
        wrong = {mac for mac, rev in self.want.items() if self.truth.get(mac, rev) != rev}
        assert found == wrong


Phones.TestCase.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
TestPhones = Phones.TestCase


def test_tries_are_counted_and_given_back(folders: Folders, tmp_path: Path) -> None:
    a = folders("a", {"acme": {MACS[0]: ("1", "1001")}})
    b = folders("b", {"acme": {MACS[0]: ("2", "1001")}})
    heard = Heard(Layout(tmp_path), "a")
    some = heard.owed(b, {"a": a})
    for count in range(MOST_TRIES):
        heard.begin(some)
        assert Heard.load(heard.layout, "").tries == {MACS[0]: count + 1}
    heard.unsent(some)
    assert heard.tries == {MACS[0]: MOST_TRIES - 1}
    heard.told(some[0])
    assert heard.tries == {}
    assert heard.owed(b, {"a": a}) == []
