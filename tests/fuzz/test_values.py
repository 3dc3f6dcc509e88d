"""Values, keys and kinds of the demo site changed; and one mistake is one finding."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from .demo import DATA, FREE, PLACES, Site, Steps, as_yaml, at, errors, in_lines, known

PLACE = st.sampled_from(PLACES)
SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.text(max_size=30),
    st.sampled_from(["1001", "600", "alice", "us", "mycarrier", "+12125550199", "voicemails", "${x}", ""]),
)  # fmt: skip
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


@pytest.fixture(scope="module")
def before() -> set[tuple[str, str, str]]:
    """What is told of the demo site when every value has a line of its own."""
    with Site() as made:
        for name, data in DATA.items():
            made.put_data(name, data)
        return known(made.check())


def changed(site: Site, name: str, data: Any) -> list[Any]:
    """The findings of the demo site with one file's data changed."""
    for other, its in DATA.items():
        site.put_data(other, its)
    site.put_data(name, data)
    return site.check()


@given(st.lists(st.tuples(PLACE, VALUE), min_size=1, max_size=4))
def test_any_values_anywhere(site: Site, changes: list[tuple[tuple[str, Steps], Any]]) -> None:
    data = copy.deepcopy(DATA)
    for (name, path), value in changes:
        try:
            above = at(data[name], path[:-1])
            above[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
    for name, its in data.items():
        site.put(name, as_yaml(its))
    found = site.check()
    assert site.status() == (3 if errors(found) else 0)


@given(PLACE, PLACE)
def test_values_in_one_anothers_places(
    site: Site, one: tuple[str, Steps], other: tuple[str, Steps]
) -> None:
    data = copy.deepcopy(DATA)
    first, second = at(data[one[0]], one[1]), at(data[other[0]], other[1])
    assume(one[0] != other[0] or (one[1] != other[1][: len(one[1])] != one[1][: len(other[1])]))
    at(data[one[0]], one[1][:-1])[one[1][-1]] = copy.deepcopy(second)
    at(data[other[0]], other[1][:-1])[other[1][-1]] = copy.deepcopy(first)
    for name, its in data.items():
        site.put_data(name, its)
    site.check()


@given(PLACE)
@example(("tenants.d/janes-bakery.yaml", ("inbound_routes", "+15045550142", "schedule")))
@example(("tenants.d/acme/pbx.yaml", ("users", "alice", "role")))
@example(("tenants.d/acme/account.yaml", ("permissions", 5)))
@example(("billing.yaml", ("packages", "business", "slots")))
@example(("platform.yaml", ("hosts", "pbx1", "tenants", 0)))
@example(("platform.yaml", ("mail",)))
def test_a_value_of_another_kind_is_one_finding(
    site: Site, before: set[tuple[str, str, str]], place: tuple[str, Steps]
) -> None:
    name, path = place
    assume(not set(FREE) & set(path[:-1]))
    data = copy.deepcopy(DATA[name])
    value = at(data, path)
    at(data, path[:-1])[path[-1]] = [["odd"]] if isinstance(value, dict) else [[1.5, {}]]
    found = changed(site, name, data)
    new = [one for one in found if (one.code, one.file, one.message) not in before]
    new = [
        one for one in new if one.code != "DF1024"
    ]  # what a broken platform keeps from being checked
    assert len(new) == 1, new
    assert errors(new)
    assert new[0].file == name


@given(PLACE)
def test_a_misspelt_key_of_the_format_is_one_finding_at_its_place(
    site: Site, before: set[tuple[str, str, str]], place: tuple[str, Steps]
) -> None:
    name, path = place
    key = path[-1]
    assume(isinstance(key, str) and key.isidentifier() and not set(FREE) & set(path[:-1]))
    data = copy.deepcopy(DATA[name])
    above = at(data, path[:-1])
    renamed = {f"{k}{k[-1]}" if k == key else k: value for k, value in above.items()}
    above.clear()
    above.update(renamed)
    new = [
        one for one in changed(site, name, data) if (one.code, one.file, one.message) not in before
    ]
    unknown = [one for one in new if one.code == "DF0301"]
    assume(unknown)  # else it is the key of an object, which may have another name
    assert len(new) - sum(one.code == "DF1024" for one in new) == 1, new
    line = in_lines(data)[unknown[0].line - 1]
    assert line.strip().startswith(f'"{key}{str(key)[-1]}":')


@given(PLACE)
def test_what_is_taken_out_never_fails(site: Site, place: tuple[str, Steps]) -> None:
    name, path = place
    data = copy.deepcopy(DATA[name])
    del at(data, path[:-1])[path[-1]]
    changed(site, name, data)
