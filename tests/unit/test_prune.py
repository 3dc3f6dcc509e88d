"""Shape: every flaw at once, each once, and as much of a model as can be had."""

import copy
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.doubt import RESTS_ON, certain
from dialform.compiler.prune import NOTHING, Cuts, shape_check_all
from dialform.schema.billing import Billing
from dialform.schema.document import load
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.reader import UNREADABLE
from dialform.schema.route import Routes
from dialform.schema.rule import Path
from dialform.schema.rules import flow, shape
from dialform.schema.tenant import Tenant
from dialform.schema.types import Model

DEMO = FilePath(__file__).resolve().parents[2]
MODELS: list[type[Model]] = [Tenant, Platform, Provider, Routes, Billing]


def field_names() -> list[str]:
    """Every key that some map of the format has."""
    names: set[str] = set()
    for model in MODELS:
        written = model.model_json_schema()
        for part in (written, *written.get("$defs", {}).values()):
            names |= set(part.get("properties", {}))
    return sorted(names)


NAMES = field_names()
KEYS = st.one_of(
    st.sampled_from(NAMES), st.sampled_from(["1001", "600", "alice", "+12125550199"]), st.text()
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.just(UNREADABLE),
    st.sampled_from(["1001", "alice", "${x}", "voicemails", "09:00-17:00", "media/x.wav"]),
)  # fmt: skip
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)
MAPS = st.dictionaries(KEYS, DATA, max_size=6)


def tenant(**parts: Any) -> tuple[Tenant | None, list[str], Cuts]:
    """A tenant with these parts: the model, what is told (code and path), what was cut out."""
    data = {"company": "Acme", **parts}
    model, flaws, cuts = shape_check_all(Tenant, "t", data)
    told = [f"{flaw.rule.code} {'.'.join(map(str, flaw.path))}" for flaw in flaws]
    return model, told, cuts


def _leaves(data: Any) -> list[Any]:
    if isinstance(data, dict | list):
        inner = data.values() if isinstance(data, dict) else data
        return [leaf for part in inner for leaf in _leaves(part)]
    return [data]


class TestNeverFails:
    @given(st.sampled_from(MODELS), MAPS)
    def test_whatever_the_data_are(self, model: type[Model], data: dict[str, Any]) -> None:
        before = copy.deepcopy(data)
        made, flaws, cuts = shape_check_all(model, "x", data)
        assert repr(data) == repr(before), "the data themselves are never changed"
        assert shape_check_all(model, "x", data)[1] == flaws
        if made is not None and not flaws and not cuts.paths:
            assert model.model_validate(data) == made
        for flaw in flaws:
            assert isinstance(flaw.path, tuple)
            assert list(certain([flaw], cuts)) in ([], [flaw]) or cuts.holes

    @given(MAPS)
    def test_a_tenant_that_was_cut_has_been_told_of(self, data: dict[str, Any]) -> None:
        made, flaws, cuts = shape_check_all(Tenant, "x", data, {"company": "x"})
        if made is not None and UNREADABLE not in _leaves(data):
            assert bool(flaws) == (bool(cuts.paths) or "company" not in data)

    def test_files_of_the_demo_have_no_flaw(self) -> None:
        tenants = DEMO / "tenants.d"
        for entry in sorted(tenants.iterdir()):
            files = sorted(entry.glob("*.yaml")) if entry.is_dir() else [entry]
            document, findings = load(entry.name, [(f.name, f.read_bytes()) for f in files])
            assert findings == []
            made, flaws, cuts = shape_check_all(Tenant, entry.name, document.data)
            assert (flaws, cuts) == ([], NOTHING)
            assert made is not None


class TestCutting:
    def test_a_bad_part_takes_nothing_else_with_it(self) -> None:
        made, told, cuts = tenant(
            extensions={"1001": {"name": "A", "toll": "x"}, "1002": {"name": "B"}}
        )
        assert told == ["DF0304 extensions.1001.toll"]
        assert made is not None
        assert made.extensions["1001"].name == "A"
        assert made.extensions["1001"].toll is None
        assert cuts.paths == {("extensions", "1001", "toll")}

    def test_what_is_required_takes_its_object_with_it(self) -> None:
        made, told, cuts = tenant(extensions={"1001": {"name": ["A"]}, "1002": {"name": "B"}})
        assert told == ["DF0303 extensions.1001.name"]
        assert made is not None
        assert list(made.extensions) == ["1002"]
        assert ("extensions", "1001") in cuts.objects

    def test_a_bad_route_leaves_the_others(self) -> None:
        routes = {f"+1212555010{n}": {"extension": "1001"} for n in range(5)}
        routes["+12125550109"] = {"extension": "x"}
        made, told, _ = tenant(inbound_routes=routes)
        assert told == ["DF0304 inbound_routes.+12125550109.extension"]
        assert made is not None
        assert len(made.inbound_routes) == 5

    @pytest.mark.parametrize("bad", [0, 1, 2, 3])
    def test_behind_a_hole_in_a_list_paths_are_those_of_the_document(self, bad: int) -> None:
        members: list[Any] = ["1001", "1002", "1003", "1004"]
        members[bad] = {"numbre": "1009"}
        made, told, cuts = tenant(ring_groups={"600": {"name": "A", "members": members}})
        assert told == [f"DF0301 ring_groups.600.members.{bad}.numbre"]
        assert made is not None
        kept = [member.number for member in made.ring_groups["600"].members]
        assert kept == [member for member in members if isinstance(member, str)]
        for index, number in enumerate(kept):
            path: Path = ("ring_groups", "600", "members", index)
            assert members[cuts.written(path)[3]] == number  # type: ignore[index]

    def test_a_list_of_which_nothing_is_left(self) -> None:
        made, told, cuts = tenant(ring_groups={"600": {"name": "A", "members": [1.5, {}]}})
        assert told == [
            "DF0303 ring_groups.600.members.0.number",
            "DF0302 ring_groups.600.members.1",
        ]
        assert made is not None
        assert made.ring_groups == {}
        assert ("ring_groups", "600") in cuts.objects

    def test_a_misspelt_key_is_not_missing_too(self) -> None:
        _, told, cuts = tenant(extensions={"1001": {"nmae": "A"}, "1002": {"voicemail": True}})
        assert told == ["DF0302 extensions.1002", "DF0301 extensions.1001.nmae"] or told == [
            "DF0301 extensions.1001.nmae",
            "DF0302 extensions.1002",
        ]
        assert cuts.touch("extensions", "1001", "name")

    def test_a_misspelt_table_is_cut_out(self) -> None:
        _, told, cuts = tenant(extensoins={"1001": {"name": "A"}})
        assert told == ["DF0301 extensoins"]
        assert ("extensions",) in cuts.objects

    def test_a_key_that_is_there_is_not_what_another_one_means(self) -> None:
        _, _, cuts = tenant(users={}, usres={})
        assert ("users",) not in cuts.objects

    def test_what_an_alias_stood_for_is_cut_out_in_silence(self) -> None:
        made, told, cuts = tenant(extensions=UNREADABLE, users={"bob": {"name": UNREADABLE}})
        assert told == []
        assert made is not None
        assert {("extensions",), ("users", "bob")} <= cuts.objects

    def test_a_missing_company_is_filled_in(self) -> None:
        made, flaws, _ = shape_check_all(Tenant, "t", {"users": {}}, {"company": "acme"})
        assert [flaw.rule for flaw in flaws] == [shape.MissingKey]
        assert made is not None
        assert made.company == "acme"

    def test_a_hundred_thousand_unknown_keys(self) -> None:
        made, told, _ = tenant(**{f"k{number}": number for number in range(100_000)})
        assert len(told) == 100_000
        assert made is not None

    def test_a_key_as_long_as_a_file(self) -> None:
        _, flaws, _ = shape_check_all(Tenant, "t", {"company": "x", "k" * 5_000_000: 1})
        assert all(len(value) < 500 for value in flaws[0].values.values())


PATHS = st.lists(st.one_of(st.sampled_from("abc"), st.integers(0, 3)), min_size=1, max_size=4)


class TestCuts:
    @given(st.sets(PATHS.map(tuple), max_size=5), PATHS.map(tuple))
    def test_touching_is_lying_above_or_below(self, gone: set[Path], path: Path) -> None:
        cuts = Cuts(frozenset(gone))
        related = [g for g in gone if g[: len(path)] == path or path[: len(g)] == g]
        assert cuts.touch(*path) is bool(related)
        assert cuts.below(path) is any(g[: len(path)] == path for g in gone)

    @given(st.lists(st.integers(), max_size=12), st.sets(st.integers(0, 11)))
    def test_a_path_behind_holes_names_the_same_element(
        self, data: list[int], holes: set[int]
    ) -> None:
        holes = {hole for hole in holes if hole < len(data)}
        cuts = Cuts(frozenset({("x",)}), holes={("x",): tuple(sorted(holes))})
        left = [value for index, value in enumerate(data) if index not in holes]
        for index, value in enumerate(left):
            step = cuts.written(("x", index))[1]
            assert isinstance(step, int)
            assert step not in holes
            assert data[step] == value


class TestDoubt:
    def test_nothing_is_in_doubt_where_nothing_was_cut(self) -> None:
        flaws = [rule.flaw("t", ("a", "b")) for rule in RESTS_ON]
        assert list(certain(flaws)) == flaws

    def test_a_whole_object_is_in_doubt_with_any_part_of_it(self) -> None:
        cuts = Cuts(frozenset({("ring_groups", "600", "no_answer")}))
        told = flow.EndsNowhere.flaw("t", ("ring_groups", "600"))
        other = flow.EndsNowhere.flaw("t", ("ring_groups", "601"))
        member = flow.MemberTwice.flaw("t", ("ring_groups", "600", "members", 1))
        assert list(certain([told, other, member], cuts)) == [other, member]

    def test_paths_that_a_rule_rests_on_are_fields_of_the_format(self) -> None:
        known = {
            *Tenant.model_fields,
            *Platform.model_fields,
            *Provider.model_fields,
            "register",
            "@",
        }
        assert {path[0] for paths in RESTS_ON.values() for path in paths} <= known
